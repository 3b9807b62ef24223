// The whole story, as people live it: with JavaScript and without.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, shoot, signIn, visitor } from "./support/browser.mjs";
import { PASSWORD, Server } from "./support/server.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  test(`somebody is given a file, others ask for it, and it is taken away again, JavaScript ${javaScriptEnabled ? "on" : "off"}`, { timeout: 120_000 }, async (t) => {
    const server = await Server.start();
    t.after(() => server.stop());
    const open = () => visitor(browser, server, { javaScriptEnabled });
    const shot = (page, name) => (javaScriptEnabled ? shoot(page, `story-${name}`) : undefined);
    server.person("alice");
    server.person("carol");
    const file = await server.entry("/alice/Documents/plan.txt");
    const read = `fs:${file}:read`;

    const alice = await open();
    await signIn(alice, server, "alice");
    await alice.goto(`${server.url}/entry/${file}`);
    await alice.getByLabel("With whom").fill("bob@example.net, nobody_here");
    await alice.getByLabel("Message (optional)").fill("Have a look, please.");
    await alice.getByRole("button", { name: "Share", exact: true }).click();
    await alice.getByText("bob@example.net: done").waitFor();
    await alice.getByText("Nobody here is called nobody_here.").waitFor();
    await alice.reload();
    await alice.getByText("bob@example.net: done").waitFor();
    await shot(alice, "1-shared");

    // From the mail alone.
    const invite = await server.mail("bob@example.net", "share_token");
    assert.match(invite.text, /Have a look, please\./);
    assert.ok(invite.html.replaceAll("&#x3D;", "=").includes(`href="${invite.link}"`), "the button leads where the text does");
    const bob = await open();
    await bob.goto(invite.link);
    await bob.getByRole("heading", { name: "alice shares something with you" }).waitFor();
    await bob.getByText("plan.txt").waitFor();
    await shot(bob, "2-link");
    await bob.getByRole("link", { name: "Make an account with bob@example.net" }).click();
    assert.equal(await bob.getByLabel("E-mail address").inputValue(), "bob@example.net");
    await bob.getByLabel("Name", { exact: true }).fill("bob");
    await bob.getByLabel("Password").fill(PASSWORD);
    await bob.getByRole("button", { name: "Make the account" }).click();
    await bob.getByRole("heading", { name: "Next: confirm your address" }).waitFor();
    assert.equal(await server.may("bob", read), false, "an address that is not proven gives nothing");
    await shot(bob, "3-confirm");
    const proof = await server.mail("bob@example.net", "/confirm-email?token=");
    await bob.goto(proof.link);
    assert.equal(await server.may("bob", read), false, "a link that is only looked at proves nothing");
    await bob.getByText("bob@example.net is known to be the address of the account bob").waitFor();
    await shot(bob, "3-confirm-link");
    await bob.getByRole("button", { name: "Confirm my address" }).click();
    await bob.getByText("Your address is confirmed.").waitFor();
    await bob.getByRole("link", { name: "plan.txt", exact: true }).click();
    await bob.getByText("alice gave you: read.").waitFor();
    assert.equal(await server.may("bob", read), true);
    await shot(bob, "4-entry");
    await bob.goto(invite.link);
    await bob.getByRole("heading", { name: "You have accepted this" }).waitFor();

    // Whom an operator made an account for accepts by the link.
    await alice.getByLabel("With whom").fill("dave@example.net");
    await alice.getByRole("button", { name: "Share", exact: true }).click();
    await alice.getByText("dave@example.net: done").waitFor();
    server.person("dave");
    const daves = await server.mail("dave@example.net", "share_token");
    const dave = await open();
    await dave.goto(daves.link);
    await dave.getByRole("link", { name: "Sign in" }).last().click();
    await dave.getByLabel("Name or e-mail address").fill("dave");
    await dave.getByLabel("Password").fill(PASSWORD);
    await dave.getByRole("button", { name: "Sign in" }).click();
    await dave.getByRole("button", { name: "Accept" }).click();
    await dave.getByText("Accepted.").waitFor();
    assert.equal(await server.may("dave", read), true);

    // A link that was passed on shows nothing, and lets one ask.
    const carol = await open();
    await signIn(carol, server, "carol");
    await carol.goto(`${server.url}/show/${file}`);
    await carol.getByRole("heading", { name: "Nothing to see here" }).waitFor();
    await carol.getByLabel("A word about why (optional)").fill("Bob told me about it.");
    await carol.getByRole("button", { name: "Ask for access" }).click();
    await carol.getByText("Asked.").waitFor();
    await alice.goto(`${server.url}/shared`);
    await alice.getByRole("link", { name: /Requests/ }).click();
    await alice.getByText("Bob told me about it.").waitFor();
    await shot(alice, "5-requests");
    await alice.getByRole("button", { name: "Let carol read" }).click();
    await alice.getByText("Access given.").waitFor();
    assert.equal(await server.may("carol", read), true);
    assert.equal(await server.may("carol", `fs:${file}:write`), false, "no more than was asked for");
    await carol.goto(`${server.url}/show/${file}`);
    await carol.getByRole("heading", { name: "plan.txt" }).waitFor();

    // And out again, after a look at what that does.
    await alice.goto(`${server.url}/entry/${file}`);
    await shot(alice, "6-who-and-why");
    await alice.getByRole("link", { name: "Take away what bob has" }).click();
    await alice.getByText("bob would lose plan.txt").waitFor();
    await shot(alice, "7-revoke");
    await alice.getByRole("button", { name: "Take it away" }).click();
    await alice.getByText("Access taken away.").waitFor();
    assert.equal(await server.may("bob", read), false);
    await bob.goto(`${server.url}/entry/${file}`);
    await bob.getByRole("heading", { name: "Nothing to see here" }).waitFor();
    for (const page of [alice, bob, carol, dave]) assert.deepEqual(page.trouble, []);
  });
}
