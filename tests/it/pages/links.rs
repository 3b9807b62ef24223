//! What a share link shows to whom.

use super::{entry::hidden, forms::actor};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::{Visitor, World};

/// The token of the link that was mailed last.
fn mailed(world: &World) -> String {
    let mail = mail(world, "share_by_email");
    mail["link"].as_str().unwrap().split("share_token=").nth(1).unwrap().to_owned()
}

/// What the last mail of this kind says.
fn mail(world: &World, template: &str) -> Value {
    let late = vouchsafe_flows_now(world);
    let mails = world.store().read(|tx| tx.list_due_messages(late, 100)).unwrap();
    mails.into_iter().rev().find(|mail| mail.template == template).unwrap().payload
}

fn vouchsafe_flows_now(world: &World) -> chrono::DateTime<chrono::Utc> {
    vouchsafe_types::Clock::now(world.clock.as_ref()) + TimeDelta::days(1)
}

#[actix_web::test]
async fn the_next_step_depends_on_who_looks() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    let mut stranger = Visitor::new(&world);
    let shown = stranger.get(&path).await;
    assert!(shown.text.contains("zoe@example.org") && shown.text.contains("a.txt") && shown.text.contains("Sign in"));
    assert!(!shown.text.contains("/ann/a.txt"), "nobody is shown a path that is not his");
    assert!(Visitor::of(&world, &ann).get(&path).await.text.contains("You sent this"));
    let mut other = Visitor::of(&world, &eve);
    assert!(other.get(&path).await.text.contains("Ask ann for access"));
    let token = path.split('=').nth(1).unwrap().to_owned();
    let asked = other.post("/link/ask", &[("share_token", &token)]).await;
    assert_eq!(asked.location(), "/shared?done=asked");
    assert_eq!(world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap().len(), 1);
    assert_eq!(other.post("/link/accept", &[("share_token", &token)]).await.status, 422);
    let zoe = world.unproven("zoe");
    assert!(Visitor::of(&world, &zoe).get(&path).await.text.contains("confirm your address"));
    world.vouchsafe.confirm_user("zoe").unwrap();
    let mut invited = Visitor::of(&world, &zoe);
    assert!(invited.get(&path).await.text.contains(">Accept<"));
    let accepted = invited.post("/link/accept", &[("share_token", &token)]).await;
    assert_eq!(accepted.location(), "/shared?done=accepted");
    assert!(world.may(&zoe, "fs:/ann/a.txt:read"));
    let again = invited.post("/link/accept", &[("share_token", &token)]).await;
    assert_eq!(again.status, 422);
}

#[actix_web::test]
async fn a_link_that_leads_nowhere_says_why() {
    let world = World::new();
    let ann = world.person("ann");
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    assert!(Visitor::new(&world).get(&format!("{path}x")).await.text.contains("This link does not work"));
    world.vouchsafe.suspend_user("ann", true).unwrap();
    assert!(Visitor::new(&world).get(&path).await.text.contains("This was withdrawn"));
    world.clock.advance(TimeDelta::days(15));
    assert!(Visitor::new(&world).get(&path).await.text.contains("This link has ended"));
}

#[actix_web::test]
async fn a_title_says_with_whom_it_is_shared_whoever_looks() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    let zoe = world.unproven("zoe");
    for (mut visitor, title, can) in [
        (Visitor::new(&world), "ann shares something with you", "you can read"),
        (Visitor::of(&world, &zoe), "ann shares something with you", "you can read"),
        (Visitor::of(&world, &ann), "You share something with zoe@example.org", "they can read"),
        (Visitor::of(&world, &eve), "ann shares something with zoe@example.org", "they can read"),
    ] {
        let shown = visitor.get(&path).await.text;
        assert!(shown.contains(&format!("<h1>{title}</h1>")) && shown.contains(can), "{title}: {shown}");
    }
}

#[actix_web::test]
async fn nobody_is_told_of_a_mail_that_was_not_sent() {
    let world = World::new();
    let ann = world.person("ann");
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    let zoe = world.unproven("zoe");
    let mut visitor = Visitor::of(&world, &zoe);
    let said =
        |shown: &str| ["We have sent a mail", "Code from the mail", "Send the mail<"].map(|text| shown.contains(text));
    for page in [path.as_str(), "/confirm-email"] {
        assert_eq!(said(&visitor.get(page).await.text), [false, false, true], "{page}");
    }
    let sent = visitor.post("/confirm-email/again", &[("next", &path)]).await;
    assert_eq!(sent.location(), format!("{path}&done=sent"));
    for page in [path.as_str(), "/confirm-email"] {
        assert_eq!(said(&visitor.get(page).await.text), [true, true, false], "{page}");
    }
    world.vouchsafe.confirm_user("zoe").unwrap();
    assert_eq!(visitor.post("/confirm-email/again", &[]).await.location(), "/confirm-email", "nothing is on its way");
    world.v1("PUT", "/v1/users/dan", json!({})).await;
    let token = world.vouchsafe.issue_token("dan", vouchsafe_flows::ActsAs::Person, TimeDelta::days(1)).unwrap();
    let dan = vouchsafe_tests::Person { name: "dan".to_owned(), token };
    assert!(Visitor::of(&world, &dan).get("/confirm-email").await.text.contains("has no address"));
}

#[actix_web::test]
async fn a_public_link_is_not_raised_to_share_nor_the_token_of_a_folder_to_write() {
    let world = World::new();
    let ann = world.person("ann");
    let (folder, file) = (world.dir("/ann/d"), world.file("/ann/a.docx"));
    let number = async |entry| world.v1("GET", &format!("/v1/entries/{entry}"), Value::Null).await.body["id"].clone();
    let token = format!("/public/rest/v2/folder/{}/publictoken", number(folder).await);
    assert_eq!(world.call("POST", &token, &ann.token, json!({})).await.status, 200);
    let link = format!("/api/2.0/files/{}/sharedlink", number(file).await);
    assert_eq!(world.call("PUT", &link, &ann.token, json!({ "share": 2 })).await.status, 200);
    let mut visitor = Visitor::of(&world, &ann);
    for (entry, most) in [(folder, ["read"].as_slice()), (file, &["read", "write"])] {
        let row =
            async || world.v1("GET", &format!("/v1/grants?entry={entry}"), Value::Null).await.body["items"][0].clone();
        let before = row().await;
        let id = before["id"].as_str().unwrap();
        let path = format!("/entry/{entry}/grants/{id}");
        for access in ["manage", "write", "read"] {
            let shown = visitor.get(&path).await.text;
            let is_offered = shown.contains(&format!("name=\"access\" value=\"{access}\""));
            assert_eq!(is_offered, most.contains(&access), "{access}: {shown}");
            let seen = hidden(&shown, "seen");
            let changed = visitor.post(&path, &[("access", access), ("seen", &seen)]).await;
            assert_eq!(changed.status, if is_offered { 303 } else { 403 }, "{access}");
            if !is_offered {
                assert!(changed.text.contains("You may not do this."), "{access}: {}", changed.text);
                assert_eq!(row().await, before, "{access}");
            }
        }
        let terms = json!({ "permission": format!("manage:fs:{entry}") });
        assert_eq!(world.v1("PUT", &format!("/v1/grants/{id}"), terms).await.refusal(), (403, "permission_denied"));
    }
    // Nor in the words of another face.
    let listed = world.v1("GET", &format!("/v1/grants?entry={folder}"), Value::Null).await;
    let to = listed.body["items"][0]["holder"]["link"].clone();
    let body = json!({ "share": [{ "ShareTo": to, "Access": 1 }] });
    let path = format!("/api/2.0/files/folder/{}/share", number(folder).await);
    assert_eq!(world.call("PUT", &path, &ann.token, body).await.status, 403);
}

#[actix_web::test]
async fn who_proves_an_address_sees_which_and_whose_and_a_link_that_is_worth_nothing_says_what_to_do() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let (zoe, kim) = (world.unproven("zoe"), world.unproven("kim"));
    let mut own = Visitor::of(&world, &zoe);
    own.get("/confirm-email").await;
    own.post("/confirm-email/again", &[]).await;
    let link = mail(&world, "confirm_email")["link"].as_str().unwrap().to_owned();
    let (path, token) =
        (format!("/confirm-email?{}", link.split('?').nth(1).unwrap()), link.split('=').nth(1).unwrap());
    let (mut stranger, mut other) = (Visitor::new(&world), Visitor::of(&world, &eve));
    for (visitor, is_anothers) in [(&mut stranger, false), (&mut own, false), (&mut other, true)] {
        let shown = visitor.get(&path).await;
        assert!(shown.status == 200 && shown.text.contains("Confirm my address"), "{}", shown.text);
        assert!(
            shown.text.contains(">zoe@example.org</strong>")
                && shown.text.contains("account <strong class=\"name\">zoe<")
        );
        assert_eq!(shown.text.contains("not the account you have signed in with"), is_anothers, "{}", shown.text);
    }
    assert!(!world.vouchsafe.user("zoe").unwrap().email_confirmed, "only a click proves");
    assert_eq!(stranger.post("/confirm-email", &[("token", token)]).await.location(), "/login?done=confirmed");
    let mut unproven = Visitor::of(&world, &kim);
    for (visitor, next) in [
        (&mut stranger, "/login?next=%2Fconfirm-email"),
        (&mut own, "zoe@example.org</strong> is confirmed."),
        (&mut unproven, "Send the mail<"),
    ] {
        for shown in [visitor.get(&path).await, visitor.post("/confirm-email", &[("token", token)]).await] {
            let is_dead = shown.text.contains("does not work") && !shown.text.contains("Confirm my address");
            assert!(shown.status == 400 && is_dead && shown.text.contains(next), "{next}: {}", shown.text);
        }
    }
}

#[actix_web::test]
async fn an_offer_says_when_it_ends_and_when_what_it_gives_does_and_where_an_account_is_made() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let mut visitor = Visitor::of(&world, &ann);
    visitor.get(&format!("/entry/{file}")).await;
    for (until, is_said) in [("", false), ("2099-03-05", true)] {
        let fields = [("recipients", "zoe@example.org"), ("access", "read"), ("until", until)];
        assert_eq!(visitor.post(&format!("/entry/{file}/share"), &fields).await.status, 303);
        let shown = Visitor::new(&world).get(&format!("/?share_token={}", mailed(&world))).await.text;
        assert_eq!(shown.contains("what it gives, on <time datetime=\"2099-03-06T00:00:00Z\">"), is_said, "{shown}");
    }
    let zoe = world.unproven("zoe");
    world.vouchsafe.confirm_user("zoe").unwrap();
    let waiting = Visitor::of(&world, &zoe).get("/shared").await.text;
    assert_eq!(waiting.matches("what it gives, on").count(), 1, "{waiting}");
    assert_eq!(mail(&world, "share_by_email")["is_signup_open"], true);
    let world = world.started_again(|settings| settings.is_signup_open = false);
    ann.shares(&world, "/ann/a.txt", "lou@example.org").await;
    assert_eq!(mail(&world, "share_by_email")["is_signup_open"], false);
}

#[actix_web::test]
async fn an_offer_ends_no_later_than_what_it_gives() {
    let world = World::new();
    let ann = world.person("ann");
    let file = world.file("/ann/a.txt");
    let mut visitor = Visitor::of(&world, &ann);
    visitor.get(&format!("/entry/{file}")).await;
    let fields = [("recipients", "zoe@example.org"), ("access", "read"), ("until", "2027-01-15")];
    assert_eq!(visitor.post(&format!("/entry/{file}/share"), &fields).await.status, 303);
    let token = mailed(&world);
    let (path, zoe) = (format!("/?share_token={token}"), world.unproven("zoe"));
    world.vouchsafe.confirm_user("zoe").unwrap();
    let check = || world.raw("POST", "/sharelink/check", "", "application/json", json!({ "token": token }).to_string());
    let uid = check().await.body["uid"].clone();
    for is_over in [false, true] {
        for (who, path, offered) in [
            (&zoe, path.as_str(), ">Accept<"),
            (&zoe, "/shared", "Waiting for you"),
            (&ann, "/shared/by-me", "zoe@example.org"),
            (&ann, &format!("/entry/{file}"), "zoe@example.org"),
        ] {
            let shown = Visitor::of(&world, who).get(path).await.text;
            assert_eq!(shown.contains(offered), !is_over, "{path}: {shown}");
        }
        if !is_over {
            world.clock.advance(TimeDelta::hours(17));
        }
    }
    let mut invited = Visitor::of(&world, &zoe);
    invited.get("/shared").await;
    let accepted = invited.post("/link/accept", &[("share_token", &token)]).await;
    assert!(accepted.status == 422 && accepted.text.contains("This link has ended"), "{}", accepted.text);
    assert_eq!(check().await.refusal(), (400, "invalid_token"));
    for route in ["/sharelink/apply", "/sharelink/request"] {
        let answer = world.call("POST", route, &zoe.token, json!({ "uid": uid })).await;
        assert_eq!(answer.refusal(), (422, "share_expired"), "{route}");
    }
    let listed = world.v1("GET", "/v1/invites?issuer=ann", Value::Null).await;
    assert_eq!(listed.body["items"], json!([]));
    world.vouchsafe.sweep().unwrap();
    assert!(invited.get(&path).await.text.contains("This link has ended"), "nobody has taken it back");
}

#[actix_web::test]
async fn nobody_is_told_that_he_accepted_what_he_was_not_given() {
    let world = World::new();
    let ann = world.person("ann");
    let folder = world.dir("/ann/d");
    let file = world.file("/ann/d/a.txt");
    let zoe = world.unproven("zoe");
    ann.shares(&world, "/ann/d/a.txt", "zoe@example.org").await;
    world.vouchsafe.confirm_user("zoe").unwrap();
    let (token, path) = (mailed(&world), format!("/?share_token={}", mailed(&world)));
    world.clock.advance(TimeDelta::seconds(1));
    let deny = json!({ "issuer": "ann", "holder": { "user": "zoe" }, "permission": format!("fs:{folder}:none"),
        "exact": true });
    assert_eq!(world.v1("POST", "/v1/grants", deny).await.status, 201);
    let mut invited = Visitor::of(&world, &zoe);
    let waiting = invited.get("/shared").await.text;
    assert!(!waiting.contains("Waiting for you"), "{waiting}");
    assert!(Visitor::new(&world).get(&path).await.text.contains("ann shares something with you"), "to whom it is open");
    let accepted = invited.post("/link/accept", &[("share_token", &token)]).await;
    for (status, shown) in [(422, accepted), (200, invited.get(&path).await)] {
        assert!(shown.status == status && shown.text.contains("This was withdrawn"), "{}", shown.text);
        assert!(!shown.text.contains("accepted"), "{}", shown.text);
    }
    assert!(!world.may(&zoe, &format!("fs:{file}:read")));
}

#[actix_web::test]
async fn what_was_accepted_in_part_or_taken_away_since_was_accepted() {
    let world = World::new();
    let ann = world.person("ann");
    let (file, lost) = (world.file("/ann/a.txt"), world.file("/ann/b.txt"));
    world.person("bob");
    let shares = ["/ann/a.txt", "/ann/b.txt"].map(|path| json!({ "$": "fs-share", "path": path }));
    let body = json!({ "recipients": "zoe@example.org", "shares": shares });
    assert_eq!(world.call("POST", "/share", &ann.token, body).await.status, 200);
    let moved = world.v1("POST", &format!("/v1/entries/{lost}/move"), json!({ "path": "/bob/b.txt" })).await;
    assert_eq!(moved.status, 200);
    let zoe = world.unproven("zoe");
    world.vouchsafe.confirm_user("zoe").unwrap();
    let (mut invited, token) = (Visitor::of(&world, &zoe), mailed(&world));
    let path = format!("/?share_token={token}");
    invited.get(&path).await;
    assert_eq!(invited.post("/link/accept", &[("share_token", &token)]).await.status, 303);
    let grants = world.v1("GET", &format!("/v1/grants?entry={file}"), Value::Null).await;
    let id = grants.body["items"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let shown = invited.get(&path).await.text;
        assert!(shown.contains("You have accepted this") && shown.contains("If it is not there any more"), "{shown}");
        let shown = Visitor::new(&world).get(&path).await.text;
        assert!(shown.contains("This link has been used") && shown.contains("taken away since"), "{shown}");
        world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    }
    assert!(!world.may(&zoe, &format!("fs:{file}:read")));
}
