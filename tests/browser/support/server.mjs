// The real binary on a free port, with a data directory of its own, and people, files and mails in it.

import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../../..");
const BINARY = process.env.VOUCHSAFE_BINARY ?? join(ROOT, "target/debug/vouchsafe");
export const PASSWORD = "correct horse battery";

export class Server {
  static async start(environment = {}) {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), "vouchsafe-browser-"));
    server.environment = {
      PATH: process.env.PATH,
      VOUCHSAFE_DATA_DIR: server.data,
      VOUCHSAFE_LISTEN: "127.0.0.1:0",
      VOUCHSAFE_SIGNUP: "open",
      VOUCHSAFE_RATE_LIMITS: "off",
      ...environment,
    };
    server.process = spawn(BINARY, ["serve"], { cwd: server.data, env: server.environment, stdio: ["ignore", "ignore", "pipe"] });
    server.log = [];
    server.url = await new Promise((found, failed) => {
      createInterface({ input: server.process.stderr }).on("line", (line) => {
        server.log.push(line);
        const at = line.match(/listening on (http:\/\/[\d.:]+)/);
        if (at) found(at[1]);
      });
      server.process.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${server.log.join("\n")}`)));
    });
    server.key = server.run("service-key", "add", "tests");
    return server;
  }

  stop() {
    this.process.removeAllListeners("exit");
    this.process.kill("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }

  // A command line beside the server.
  run(...words) {
    return execFileSync(BINARY, words, { cwd: this.data, env: this.environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  }

  // An account with a proven address.
  person(name, ...flags) {
    this.run("user", "add", name, "--email", `${name}@example.net`, "--confirmed", "--password", PASSWORD, ...flags);
    return name;
  }

  async v1(method, path, body) {
    const answer = await fetch(`${this.url}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
    return told;
  }

  async entry(path, kind = "file") {
    const uuid = randomUUID();
    await this.v1("PUT", `entries/${uuid}`, { path, kind, create_parents: true });
    return uuid;
  }

  async grant(issuer, holder, permission, more = {}) {
    return this.v1("POST", "grants", { issuer, holder, permission, ...more });
  }

  async may(user, permission) {
    return (await this.v1("POST", "check", { actor: { user }, permission })).allowed;
  }

  // The newest mail to an address in which `text` stands, once it is there.
  async mail(address, text) {
    const directory = join(this.data, "mail");
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const mails = safely(() => readdirSync(directory)).filter((name) => name.endsWith(".eml"));
      const read = mails.map((name) => decoded(readFileSync(join(directory, name), "latin1")));
      const found = read.filter((mail) => mail.to.includes(address) && mail.text.includes(text));
      if (found.length > 0) return found.at(-1);
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`no mail to ${address} with ${text}`);
  }
}

function safely(read) {
  try {
    return read();
  } catch {
    return [];
  }
}

// A mail as far as we need it: to whom, its text part and its HTML part.
function decoded(raw) {
  const to = raw.match(/^To: (.*)$/im)?.[1] ?? "";
  const boundary = raw.match(/boundary="([^"]+)"/)?.[1];
  const part = (kind) => {
    const found = raw.split(`--${boundary}`).find((one) => one.includes(`Content-Type: ${kind}`)) ?? "";
    const [head, ...rest] = found.split(/\r?\n\r?\n/);
    const body = rest.join("\n\n");
    if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
    if (!/quoted-printable/i.test(head)) return Buffer.from(body, "latin1").toString("utf8");
    const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  };
  const text = part("text/plain");
  return { to, text, html: part("text/html"), link: text.match(/https?:\/\/\S+/)?.[0] };
}
