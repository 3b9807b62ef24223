//! What waits for an address becomes grants when the person proves it (each share on its own).

use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};

/// Somebody who has signed up with this address and not proven it yet.
async fn signed_up(world: &World, name: &str, email: &str) -> Person {
    let wanted = json!({ "username": name, "email": email, "password": "correct horse" });
    let answer = world.raw("POST", "/signup", "", "application/json", wanted.to_string()).await;
    Person { name: name.into(), token: answer.body["token"].as_str().unwrap().to_owned() }
}

/// Proves the address by the code that was mailed to it, after whatever else waits for it.
async fn proves(world: &World, who: &Person) {
    let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    let code = loop {
        let mails = world.store().read(|tx| tx.list_due_messages(now, 100)).unwrap();
        if let Some(own) = mails.iter().find(|mail| mail.payload["username"] == who.name.as_str()) {
            break own.payload["code"].clone();
        }
        assert!(!mails.is_empty(), "no code was mailed");
        for mail in mails {
            world.store().write("test", |tx| tx.mark_delivered(mail.seq, now)).unwrap();
        }
    };
    let answer = world.call("POST", "/confirm-email", &who.token, json!({ "code": code })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn share(world: &World, who: &Person, with: &str, shares: Value) {
    let body = json!({ "recipients": with, "shares": shares });
    assert_eq!(world.call("POST", "/share", &who.token, body).await.body["status"], "success");
}

fn waiting(world: &World, address: &str) -> usize {
    let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    world.store().read(|tx| tx.list_invites(address, now)).unwrap().len()
}

#[actix_web::test]
async fn every_share_that_waits_is_applied_on_its_own() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    for path in ["/ann/a.txt", "/ann/b.txt", "/bob/b.txt"] {
        world.file(path);
    }
    let lost = world.file("/eve/e.txt");
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "bob", "protected": true })).await;
    let file = |path: &str| json!({ "$": "fs-share", "path": path });
    let app = json!({ "$": "app-share", "name": "editor" });
    share(&world, &eve, "Zoe@Example.org", file("/eve/e.txt")).await;
    share(&world, &bob, "zoe@EXAMPLE.org", json!([app, file("/bob/b.txt")])).await;
    share(&world, &ann, "zoe@example.org", json!([file("/ann/a.txt"), file("/ann/b.txt")])).await;
    world.v1("POST", &format!("/v1/entries/{lost}/move"), json!({ "path": "/bob/e.txt" })).await;
    assert_eq!(waiting(&world, "zoe@example.org"), 3);
    let zoe = signed_up(&world, "zoe", "zOe@example.org").await;
    assert_eq!(world.counts().0, 0, "an unproven address receives nothing");
    proves(&world, &zoe).await;
    for permission in ["app:editor:access", "fs:/bob/b.txt:read", "fs:/ann/a.txt:read", "fs:/ann/b.txt:read"] {
        assert!(world.may(&zoe, permission), "{permission}");
    }
    assert!(!world.may(&zoe, &format!("fs:{lost}:read")), "eve can give it no more; the others were not held up");
    assert_eq!((waiting(&world, "zoe@example.org"), world.counts().0), (0, 4));
}

#[actix_web::test]
async fn shares_of_issuers_who_are_gone_are_passed_over() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    world.file("/bob/b.txt");
    share(&world, &ann, "zoe@example.org", json!({ "$": "fs-share", "path": "/ann/a.txt" })).await;
    share(&world, &bob, "zoe@example.org", json!({ "$": "fs-share", "path": "/bob/b.txt" })).await;
    world.vouchsafe.delete_user("ann").unwrap();
    let zoe = signed_up(&world, "zoe", "zoe@example.org").await;
    proves(&world, &zoe).await;
    assert!(world.may(&zoe, "fs:/bob/b.txt:read"));
    assert_eq!(waiting(&world, "zoe@example.org"), 0);
}

#[actix_web::test]
async fn what_was_given_meanwhile_is_not_lowered() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    share(&world, &ann, "zoe@example.org", json!({ "$": "fs-share", "path": "/ann/a.txt" })).await;
    let zoe = signed_up(&world, "zoe", "zoe@example.org").await;
    ann.gives(&world, "/ann/a.txt", "write", "zoe").await;
    proves(&world, &zoe).await;
    assert!(world.may(&zoe, "fs:/ann/a.txt:write"));
    assert_eq!(world.counts().0, 1);
}

#[actix_web::test]
async fn a_share_whose_link_has_ended_is_not_applied_any_more() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    share(&world, &ann, "zoe@example.org", json!({ "$": "fs-share", "path": "/ann/a.txt" })).await;
    world.clock.advance(chrono::TimeDelta::days(14));
    let zoe = signed_up(&world, "zoe", "zoe@example.org").await;
    proves(&world, &zoe).await;
    assert!(!world.may(&zoe, "fs:/ann/a.txt:read"));
}
