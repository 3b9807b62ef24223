// Every page as it is looked at: pictures at both widths, accessibility, and what the keyboard does.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, launch, shoot, signIn, visitor } from "./support/browser.mjs";
import { PASSWORD, Server } from "./support/server.mjs";

let browser;
let server;
const ids = {};

before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  for (const name of ["alice", "bob", "carol", "dave"]) server.person(name);
  server.person("root", "--admin");
  server.person("auditor", "--auditor");
  ids.folder = await server.entry("/alice/Pictures", "dir");
  ids.photo = await server.entry("/alice/Pictures/a very long name of a photograph that somebody took on a long day at the sea.jpg");
  ids.plan = await server.entry("/alice/Documents/plan.txt");
  ids.notes = await server.entry("/alice/Documents/notes.txt");
  ids.many = await server.entry("/alice/Documents/many ways.txt");
  ids.group = "00000000-0000-4000-8000-00000000f00d";
  await server.v1("PUT", `groups/${ids.group}`, { owner: "alice", name: "friends", members: ["bob"] });
  await server.v1("PUT", "apps/app-demo", { name: "editor", owner: "alice", protected: true, metadata: {} });
  await server.grant("alice", { group: ids.group }, `manage:fs:${ids.folder}`);
  await server.grant("bob", { user: "carol" }, `fs:${ids.photo}:read`, { expires_at: "2199-01-01T00:00:00Z" });
  await server.grant("alice", { user: "carol" }, `manage:fs:${ids.photo}`);
  await server.grant("alice", { user: "bob" }, `fs:${ids.plan}:write`);
  await server.grant("alice", { user: "bob" }, `manage:manage:fs:${ids.many}`);
  await server.grant("bob", { user: "dave" }, `manage:fs:${ids.many}`);
  for (const issuer of ["alice", "bob", "dave"]) await server.grant(issuer, { user: "carol" }, `fs:${ids.many}:read`);
  await server.grant("alice", { group: ids.group }, `fs:${ids.many}:write`);
  await server.grant("alice", { user: "bob" }, "app:uid#app-demo:access");
  const until = new Date(Date.now() + 5000).toISOString();
  await server.grant("alice", { user: "dave" }, `fs:${ids.plan}:read`, { expires_at: until });
  await new Promise((later) => setTimeout(later, 5100));
});
after(async () => {
  await browser?.close();
  server?.stop();
});

async function looked(page, name, path) {
  await page.goto(`${server.url}${path}`);
  await shoot(page, name);
  await audit(page, name);
}

test("a stranger sees what this is, how to come in, and what went wrong", { timeout: 120_000 }, async () => {
  const page = await visitor(browser, server);
  for (const [name, path] of [
    ["home", "/"], ["login", "/login"], ["signup", "/signup"], ["forgot", "/forgot"], ["error", "/no/such/page"],
    ["link-invalid", "/?share_token=abc"], ["confirm-link-dead", "/confirm-email?token=abc"],
  ]) await looked(page, name, path);
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Name or e-mail address").fill("alice");
  await page.getByLabel("Password").fill("wrong wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "problem");
  await audit(page, "login-refused");
  assert.deepEqual(page.trouble, []);
});

test("who has something sees it, and why", { timeout: 180_000 }, async () => {
  const page = await visitor(browser, server);
  await signIn(page, server, "bob");
  for (const [name, path] of [
    ["with-me", "/shared"], ["with-me-nothing-found", "/shared?q=zzz"], ["by-me", "/shared/by-me"], ["requests-none", "/shared/requests"],
    ["notifications", "/shared/notifications"], ["blocks", "/shared/blocks"], ["entry-received", `/entry/${ids.photo}`],
    ["nothing-to-see", `/entry/${ids.notes}`],
  ]) await looked(page, name, path);
  assert.deepEqual(page.trouble, []);
});

test("the owner sees everybody, the pathways, and changes them", { timeout: 180_000 }, async () => {
  const page = await visitor(browser, server);
  await signIn(page, server, "alice");
  await looked(page, "entry-owner", `/entry/${ids.photo}`);
  await looked(page, "entry-why-carol", `/entry/${ids.photo}?who=carol`);
  const drawn = await page.locator("svg .arrow").count();
  const said = await page.locator(".said li").allTextContents();
  assert.equal(said.filter((line) => !line.includes("owns it")).length, drawn, "the words say what the picture shows");
  await looked(page, "entry-why-dave-not", `/entry/${ids.plan}?who=dave`);
  assert.equal(await page.locator("svg .arrow.broken").count(), 1);
  assert.match((await page.locator(".said").textContent()), /leads nowhere: it ended on/);
  await looked(page, "entry-many-ways", `/entry/${ids.many}?who=carol`);
  await page.goto(`${server.url}/entry/${ids.plan}`);
  await page.getByRole("link", { name: "Take away what bob has" }).click();
  await looked(page, "take-away", new URL(page.url()).pathname);
  await page.goto(`${server.url}/entry/${ids.plan}`);
  await page.getByRole("link", { name: "Change what bob has" }).click();
  await shoot(page, "change");
  await audit(page, "change");
  await page.getByLabel("read", { exact: true }).check();
  await page.getByLabel(/Until the end/).fill("2199-05-01");
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByText("Access changed.").waitFor();
  assert.equal(await server.may("bob", `fs:${ids.plan}:write`), false);
  assert.equal(await server.may("bob", `fs:${ids.plan}:read`), true);
  await page.goto(`${server.url}/entry/${ids.folder}`);
  await page.getByRole("link", { name: "Change what friends has" }).click();
  await page.getByLabel("read", { exact: true }).check();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("heading", { name: "Change access?" }).waitFor();
  await shoot(page, "change-asked-first");
  await audit(page, "change-asked-first");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.goto(`${server.url}/entry/${ids.plan}`);
  await page.getByLabel("With whom").fill("carol, not@good, dave");
  assert.equal(await page.locator(".chips li").count(), 3);
  assert.equal(await page.locator(".chips li.odd").count(), 1);
  await audit(page, "chips");
  await page.getByRole("button", { name: "Remove not@good" }).click();
  assert.equal(await page.getByLabel("With whom").inputValue(), "carol, dave");
  await page.getByLabel("With whom").fill("later@example.net, carol");
  await page.getByLabel(/Until the end/).fill("2199-05-01");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("later@example.net: done").waitFor();
  await shoot(page, "entry-invited");
  await audit(page, "entry-invited");
  const given = (await server.v1("GET", `grants?entry=${ids.plan}&holder=carol`)).items;
  assert.match(given[0].expires_at, /^2199-05-02T00:00:00/);
  const link = (await server.mail("later@example.net", "share_token")).link;
  await looked(page, "by-me", "/shared/by-me");
  await page.getByRole("button", { name: "Withdraw the invitation of later@example.net" }).click();
  await page.getByText("Invitation withdrawn.").waitFor();
  await page.goto(link);
  await page.getByRole("heading", { name: "This was withdrawn" }).waitFor();
  assert.deepEqual(page.trouble, []);
});

test("without JavaScript, too, a form that is left as it was changes no end, and a mail leads to a block", { timeout: 120_000 }, async () => {
  const page = await visitor(browser, server, { javaScriptEnabled: false });
  await signIn(page, server, "alice");
  const end = "2199-03-05T15:30:00.000000Z";
  await server.grant("alice", { user: "dave" }, `fs:${ids.notes}:read`, { expires_at: end });
  const given = async () => (await server.v1("GET", `grants?entry=${ids.notes}&holder=dave`)).items[0];
  await page.goto(`${server.url}/entry/${ids.notes}`);
  await page.getByRole("link", { name: "Change what dave has" }).click();
  assert.equal(await page.getByLabel(/Until the end/).inputValue(), "2199-03-05");
  await shoot(page, "change-with-an-end");
  await page.getByLabel("edit", { exact: true }).check();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByText("Access changed.").waitFor();
  assert.deepEqual([(await given()).expires_at, (await given()).access], [end, "write"]);
  await page.getByLabel("With whom").fill("bob");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("bob: done").waitFor();
  const bob = await visitor(browser, server, { javaScriptEnabled: false });
  await signIn(bob, server, "bob");
  await bob.goto((await server.mail("bob@example.net", ids.notes)).link);
  await shoot(bob, "entry-mailed");
  await bob.getByRole("link", { name: "Block alice" }).click();
  await bob.getByRole("button", { name: "Block", exact: true }).click();
  await bob.getByText("Blocked. You will").waitFor();
  await shoot(bob, "blocks-one");
  await bob.getByRole("button", { name: "Unblock alice" }).click();
  await bob.getByText("Unblocked.").waitFor();
  assert.deepEqual(page.trouble.concat(bob.trouble), []);
});

test("a link does not share, an answer that is wrong is asked again, and no mail is claimed that was not sent", { timeout: 180_000 }, async () => {
  const pages = [];
  const as = async (name) => {
    const page = await visitor(browser, server);
    pages.push(page);
    await signIn(page, server, name);
    return page;
  };
  const alice = await as("alice");
  const number = (await server.v1("GET", `entries/${ids.folder}`)).id;
  const login = await fetch(`${server.url}/login`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: "alice", password: PASSWORD }),
  });
  const { token } = await login.json();
  const made = await fetch(`${server.url}/public/rest/v2/folder/${number}/publictoken`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  assert.equal(made.status, 200);
  await alice.goto(`${server.url}/entry/${ids.folder}`);
  await alice.getByRole("link", { name: "Change what whoever has a public link has" }).click();
  assert.deepEqual(await alice.locator("input[name=access]").evaluateAll((all) => all.map((one) => one.value)), ["read"]);
  await shoot(alice, "change-link");
  await audit(alice, "change-link");
  const carol = await as("carol");
  await carol.goto(`${server.url}/entry/${ids.notes}`);
  await carol.getByRole("button", { name: "Ask for access" }).click();
  await carol.getByText("Asked.").waitFor();
  await alice.goto(`${server.url}/shared/requests?q=carol`);
  await alice.getByLabel(/^Until/).fill("2001-01-31");
  await alice.getByRole("button", { name: "Let carol read" }).click();
  await alice.getByText("Choose a day to come.").waitFor();
  assert.equal(await alice.getByLabel(/^Until/).inputValue(), "2001-01-31");
  await shoot(alice, "requests-past");
  await audit(alice, "requests-past");
  for (const [name, path] of [
    ["requests", "/shared/requests"], ["requests-nothing-found", "/shared/requests?q=zzz"],
    ["notifications-nothing-found", "/shared/notifications?q=zzz"], ["logout", "/logout"], ["error-signed-in", "/no/such/page"],
    ["entry-asleep", `/entry/${ids.plan}`],
  ]) await looked(alice, name, path);
  server.run("user", "add", "gina", "--email", "gina@example.net", "--password", PASSWORD);
  await alice.goto(`${server.url}/entry/${ids.notes}`);
  await alice.getByLabel("With whom").fill("gina@example.net");
  await alice.getByRole("button", { name: "Share", exact: true }).click();
  await alice.getByText("gina@example.net: done").waitFor();
  const { link } = await server.mail("gina@example.net", "share_token");
  await looked(alice, "link-from-me", new URL(link).pathname + new URL(link).search);
  await looked(carol, "link-anothers", new URL(link).pathname + new URL(link).search);
  const gina = await as("gina");
  await looked(gina, "link-not-mailed", new URL(link).pathname + new URL(link).search);
  await looked(gina, "confirm-not-mailed", "/confirm-email");
  await gina.getByRole("button", { name: "Send the mail" }).click();
  await gina.getByText("A mail is on its way.").waitFor();
  await gina.getByText("We have sent a mail").waitFor();
  await server.mail("gina@example.net", "/confirm-email?token=");
  for (const page of pages) assert.deepEqual(page.trouble, []);
});

test("what is left is gone, and who is blocked brings nothing", { timeout: 120_000 }, async () => {
  const page = await visitor(browser, server);
  await signIn(page, server, "carol");
  await page.getByText("Leave or block: a very long", { exact: false }).click();
  await page.getByRole("button", { name: "Yes, leave" }).click();
  await page.getByText("You have left it.").waitFor();
  assert.equal(await server.may("carol", `fs:${ids.photo}:see`), false);
  await page.goto(`${server.url}/shared/blocks`);
  await page.getByLabel("Name of the person").fill("alice");
  await page.getByRole("button", { name: "Block", exact: true }).click();
  await page.getByText("Blocked. You will").waitFor();
  const alice = await visitor(browser, server);
  await signIn(alice, server, "alice");
  await alice.goto(`${server.url}/entry/${ids.notes}`);
  await alice.getByLabel("With whom").fill("carol");
  await alice.getByRole("button", { name: "Share", exact: true }).click();
  await alice.getByText("carol: done").waitFor();
  assert.equal(await server.may("carol", `fs:${ids.notes}:read`), false);
});

test("an administrator works and an auditor reads", { timeout: 180_000 }, async () => {
  const page = await visitor(browser, server);
  await signIn(page, server, "root");
  for (const [name, path] of [
    ["admin-health", "/admin"], ["admin-users", "/admin/users"], ["admin-shares", "/admin/shares?issuer=alice"],
    ["admin-audit", "/admin/audit"], ["admin-outbox", "/admin/outbox"],
  ]) await looked(page, name, path);
  await page.goto(`${server.url}/admin/users`);
  await page.getByRole("button", { name: "Suspend dave" }).click();
  await page.getByText("Account suspended.").waitFor();
  await page.getByRole("button", { name: "Restore dave" }).click();
  await page.getByText("Account restored.").waitFor();
  const auditor = await visitor(browser, server);
  await signIn(auditor, server, "auditor");
  await auditor.goto(`${server.url}/admin/users`);
  assert.equal(await auditor.getByRole("button", { name: /Suspend/ }).count(), 0);
  const nobody = await visitor(browser, server);
  await signIn(nobody, server, "bob");
  assert.equal((await nobody.goto(`${server.url}/admin/users`)).status(), 403);
});

test("a forgotten password is replaced by mail, and the old sessions end", { timeout: 120_000 }, async () => {
  const [page, old] = [await visitor(browser, server), await visitor(browser, server)];
  await signIn(old, server, "dave");
  await page.goto(`${server.url}/forgot`);
  await page.getByLabel("E-mail address of your account").fill("dave@example.net");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText("a mail is on its way").waitFor();
  await page.goto((await server.mail("dave@example.net", "/forgot?token=")).link);
  await page.getByLabel("New password").fill(`${PASSWORD} 2`);
  await shoot(page, "forgot-new");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your new password is set.").waitFor();
  await old.goto(`${server.url}/shared`);
  await old.waitForURL(/\/login\?next=/);
});

test("everything is reached by the keyboard", { timeout: 60_000 }, async () => {
  const page = await visitor(browser, server);
  await page.goto(`${server.url}/login`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("bob");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/shared/);
});
