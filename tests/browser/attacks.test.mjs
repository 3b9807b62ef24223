// What others try: posts from their sites, frames around our pages, and scripts in every name.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch, signIn, visitor } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";

let browser;
let server;
before(async () => { [browser, server] = await Promise.all([launch(), Server.start()]); });
after(async () => {
  await browser?.close();
  server?.stop();
});

const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

// A page of another site: another port is another origin, another host name is another site.
async function elsewhere(html) {
  const other = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
  return { url: `http://localhost:${other.address().port}`, close: () => other.close() };
}

test("a post from another site changes nothing, and neither does one without the form's token", { timeout: 60_000 }, async (t) => {
  server.person("ann");
  const page = await visitor(browser, { url: "http" });
  await signIn(page, server, "ann");
  const other = await elsewhere(`<form method=post action="${server.url}/shared/blocks"><input name=all value=yes><input name=block value=on><button>go</button></form>`);
  t.after(other.close);
  await page.goto(other.url);
  await Promise.all([page.waitForNavigation(), page.getByRole("button").click()]);
  await page.goto(`${server.url}/shared/blocks`);
  await page.getByRole("button", { name: "Block everybody" }).waitFor();
  const cookie = (await page.context().cookies(server.url)).map((one) => `${one.name}=${one.value}`).join("; ");
  const token = await page.locator("input[name=form_token]").first().inputValue();
  const post = (headers, body) => fetch(`${server.url}/shared/blocks`, {
    method: "POST", redirect: "manual", body, headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html", cookie, ...headers },
  });
  const all = (form_token) => new URLSearchParams({ all: "yes", block: "on", form_token }).toString();
  assert.equal((await post({}, all(""))).status, 400);
  assert.equal((await post({}, all(token.slice(1)))).status, 400);
  assert.equal((await post({ origin: "https://evil.example" }, all(token))).status, 400);
  assert.equal((await post({ "sec-fetch-site": "cross-site" }, all(token))).status, 400);
  assert.equal((await post({ "content-type": "text/plain" }, all(token))).status, 415);
  assert.equal((await post({ "sec-fetch-site": "same-origin", origin: "null" }, all(token))).status, 303);
});

test("nobody puts our pages into a frame, and every page says how it is to be kept", { timeout: 60_000 }, async (t) => {
  const other = await elsewhere(`<iframe src="${server.url}/login"></iframe>`);
  t.after(other.close);
  const page = await visitor(browser, { url: "http" });
  await page.goto(other.url);
  const inside = page.frames().find((frame) => frame.parentFrame());
  assert.equal(await inside.getByLabel("Password").count(), 0);
  for (const path of ["/", "/login", "/signup", "/forgot", "/?share_token=x", "/nowhere", "/shared"]) {
    const answer = await fetch(`${server.url}${path}`, { headers: { accept: "text/html" }, redirect: "manual" });
    const policy = answer.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe/, path);
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer", path);
    assert.match(answer.headers.get("x-robots-tag"), /noindex/, path);
    assert.equal(answer.headers.get("cache-control"), "no-store", path);
  }
});

test("a script in a name, a message or a path is text", { timeout: 120_000 }, async () => {
  server.person("ben");
  server.person("eve");
  const file = await server.entry(`/ben/${EVIL.replaceAll("/", "")}`);
  const group = "00000000-0000-4000-8000-00000000bad0";
  await server.v1("PUT", `groups/${group}`, { owner: "ben", name: EVIL, members: ["eve"] });
  await server.grant("ben", { group }, `fs:${file}:read`);
  await server.v1("PUT", "apps/app-evil", { name: EVIL, owner: "eve", protected: true, metadata: {} });
  await server.grant("eve", { user: "ben" }, "app:uid#app-evil:access");
  const page = await visitor(browser, server);
  page.on("dialog", (dialog) => page.trouble.push(`a dialog: ${dialog.message()}`));
  await signIn(page, server, "ben");
  await page.goto(`${server.url}/entry/${file}`);
  await page.getByLabel("With whom").fill("new@example.net, eve");
  await page.getByLabel("Message (optional)").fill(EVIL);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("new@example.net: done").waitFor();
  await page.getByLabel("With whom").fill(EVIL);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.locator(".report").waitFor();
  const paths = [
    `/entry/${file}`, `/entry/${file}?who=eve`, "/shared", "/shared/by-me", `/shared?q=${encodeURIComponent(EVIL)}`,
    `/login?next=${encodeURIComponent(EVIL)}`, `/shared/blocks?name=${encodeURIComponent(EVIL)}`, `/entry/${encodeURIComponent(EVIL)}`,
    `/?share_token=${encodeURIComponent(EVIL)}`, `/shared?done=${encodeURIComponent(EVIL)}`,
  ];
  for (const path of paths) await page.goto(`${server.url}${path}`);
  const stranger = await visitor(browser, server);
  stranger.on("dialog", (dialog) => stranger.trouble.push(`a dialog: ${dialog.message()}`));
  const mail = await server.mail("new@example.net", "share_token");
  assert.ok(!mail.html.includes("<script>") && !mail.html.includes("<img src=x"));
  await stranger.goto(mail.link);
  await stranger.getByText("onerror=alert(1)").first().waitFor();
  await stranger.goto(`${server.url}/signup?email=${encodeURIComponent(EVIL)}`);
  for (const one of [page, stranger]) {
    assert.equal(await one.locator("img[src=x]").count(), 0);
    assert.deepEqual(one.trouble, []);
  }
});

test("a link to us leads nowhere else", { timeout: 60_000 }, async () => {
  server.person("tom");
  const page = await visitor(browser, server);
  for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    await page.context().clearCookies();
    await page.goto(`${server.url}/login?next=${encodeURIComponent(next)}`);
    assert.equal(await page.locator("input[name=next]").inputValue(), "/shared");
  }
});
