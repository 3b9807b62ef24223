// Debian's Chromium: people in it, pictures of what they see, and how accessible it is.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { PASSWORD } from "./server.mjs";

const SHOTS = resolve(import.meta.dirname, "../../../target/screenshots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];
const BINARIES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? BINARIES.find((path) => existsSync(path));
  assert.ok(executablePath, "no Chromium; run `make setup`");
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath, args: FLAGS, downloadsPath: mkdtempSync(join(tmpdir(), "vouchsafe-chromium-")) });
}

// A person with a browser of his own. Everything that he is shown is from one place, and nothing is refused by its policy.
export async function visitor(browser, server, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.trouble = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith("data:")) page.trouble.push(`loads ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.trouble.push(message.text());
  });
  page.on("pageerror", (error) => page.trouble.push(String(error)));
  return page;
}

export async function signIn(page, server, name) {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Name or e-mail address").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/shared/);
}

// A picture at both widths; nothing may be wider than the window.
export async function shoot(page, name) {
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name} is ${wide} wide in a window of ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

// WCAG 2.2 AA, as far as a program can tell, in light and dark and at both widths.
export async function audit(page, name) {
  for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
    // A colour on its way to another is neither.
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate(AXE);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), tags);
    const said = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(" | ")}`);
    assert.deepEqual(said, [], `${name}, ${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 800 });
}
