//! The other faces: what is asked in one is answered in either, and what was shared here is seen there.

use super::{
    share_requests::{answers, ask, pair},
    wallet::HASH,
};
use serde_json::{Value, json};
use vouchsafe_tests::{Visitor, World};
use vouchsafe_types::{Actor, EntryId};

#[actix_web::test]
async fn what_is_asked_here_is_answered_on_the_pages_too_and_the_other_way_round() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let owner = vouchsafe_types::Actor::User(world.vouchsafe.user("alice").unwrap().id);
    let waiting = || world.vouchsafe.list_asks(&owner).unwrap();
    let hash_of = async |name: &str| {
        let file = world.file(&format!("/alice/{name}"));
        let found = world.v1("GET", &format!("/v1/entries/{file}"), Value::Null).await;
        found.body["lookup_hash"].as_str().unwrap().to_owned()
    };
    for (is_approved, status) in [(false, "declined"), (true, "approved")] {
        let hash = hash_of(status).await;
        assert_eq!(ask(&world, &bob, &alice, &hash).await.status, 201);
        let open = waiting();
        assert_eq!((open.len(), &*open[0].name, &*open[0].message), (1, status, "May I read this?"));
        world.vouchsafe.answer_ask(&owner, open[0].id, is_approved, None).unwrap();
        let told = bob.get(&world, "/v2/sharereq/requested").await.body["data"].clone();
        let told = told.as_array().unwrap().iter().find(|row| row["lookup_hash"] == hash.as_str()).unwrap().clone();
        assert_eq!(told["status"], status);
    }
    let hash = hash_of("third").await;
    let id = ask(&world, &bob, &alice, &hash).await.body["data"].clone();
    let (asker, entry) = (world.vouchsafe.user("bob").unwrap().id, waiting()[0].entry.clone().unwrap().entry.uuid);
    let (asker, write) = (vouchsafe_types::Actor::User(asker), vouchsafe_types::share::ShareAccess::Write);
    world.vouchsafe.ask_for_access(&asker, entry, write, "edit").unwrap();
    let edit = waiting().into_iter().find(|open| open.message == "edit").unwrap();
    world.vouchsafe.answer_ask(&owner, edit.id, false, None).unwrap();
    assert_eq!(waiting().len(), 1, "who may not edit may still be let read");
    let declined = answers(&world, &alice, &id, "declined", None).await;
    assert_eq!(declined.status, 200, "{:?}", declined.body);
    assert!(waiting().is_empty(), "it was answered here");
    let id = ask(&world, &bob, &alice, &hash).await.body["data"].clone();
    assert_eq!(waiting().len(), 1, "asked once more");
    bob.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
    assert!(waiting().is_empty(), "it is asked no more");
    world.vouchsafe.block(&owner, "bob", true).unwrap();
    ask(&world, &bob, &alice, &hash_of("fourth").await).await;
    assert!(waiting().is_empty(), "who is blocked reaches nobody");
}

async fn hash_of(world: &World, file: EntryId) -> String {
    let found = world.v1("GET", &format!("/v1/entries/{file}"), Value::Null).await;
    found.body["lookup_hash"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_wish_to_edit_by_a_link_is_declined_in_both_faces_and_by_whoever_was_asked() {
    for (on_pages, owner) in [(true, "alice"), (false, "alice"), (false, "dan")] {
        let world = World::new();
        let (alice, bob) = pair(&world).await;
        if owner != "alice" {
            world.person(owner);
        }
        let file = world.file(&format!("/{owner}/a.txt"));
        if owner != "alice" {
            let body =
                json!({ "issuer": owner, "holder": { "user": "alice" }, "permission": format!("manage:fs:{file}") });
            assert_eq!(world.v1("POST", "/v1/grants", body).await.status, 201);
        }
        let actor = |name| Actor::User(world.vouchsafe.user(name).unwrap().id);
        let shares = json!([{ "$": "fs-share", "path": file.to_string(), "access": "write" }]);
        let body = json!({ "recipients": "new@example.net", "shares": shares });
        assert_eq!(world.call("POST", "/share", &alice.person.token, body).await.status, 200);
        let offer = world.vouchsafe.offers_sent(&actor("alice"), "", None, (0, 9)).unwrap().items.pop().unwrap();
        world.vouchsafe.request_share_link(&actor("bob"), offer.id).unwrap();
        let waiting = || world.vouchsafe.list_asks(&actor("alice")).unwrap();
        let row = async || bob.get(&world, "/v2/sharereq/requested").await.body["data"][0].clone();
        assert_eq!((waiting().len(), &row().await["status"]), (1, &json!("pending")));
        match on_pages {
            true => world.vouchsafe.answer_ask(&actor("alice"), waiting()[0].id, false, None).unwrap(),
            false => assert_eq!(answers(&world, &alice, &row().await["id"], "declined", None).await.status, 200),
        }
        assert_eq!((waiting().len(), &row().await["status"]), (0, &json!("declined")), "{on_pages} {owner}");
        let told = world
            .store()
            .read(|tx| tx.list_due_messages(chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap(), 100));
        let mails = told.unwrap().iter().filter(|mail| mail.template == "share_request_answered").count();
        assert_eq!(mails, 1, "who asked is told, whatever face it is declined in");
    }
}

#[actix_web::test]
async fn a_request_that_is_put_away_as_satisfied_is_not_declined() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    assert_eq!(ask(&world, &bob, &alice, &hash_of(&world, file).await).await.status, 201);
    let body = json!({ "issuer": "alice", "holder": { "everyone": true }, "permission": format!("fs:{file}:read") });
    assert_eq!(world.v1("POST", "/v1/grants", body).await.status, 201);
    let owner = Actor::User(world.vouchsafe.user("alice").unwrap().id);
    let open = world.vouchsafe.list_asks(&owner).unwrap().remove(0);
    world.vouchsafe.answer_ask(&owner, open.id, false, None).unwrap();
    assert_eq!(world.vouchsafe.count_asks(&owner).unwrap(), 0);
    let told = bob.get(&world, "/v2/sharereq/requested").await.body["data"][0].clone();
    assert_eq!(told["status"], "pending");
}

#[actix_web::test]
async fn what_somebody_has_already_is_approved_on_the_pages_for_this_face_too() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    alice.person.shares(&world, "/alice/a.txt", "bob").await;
    assert_eq!(ask(&world, &bob, &alice, &hash_of(&world, file).await).await.status, 201);
    let owner = Actor::User(world.vouchsafe.user("alice").unwrap().id);
    let open = world.vouchsafe.list_asks(&owner).unwrap().remove(0);
    world.vouchsafe.answer_ask(&owner, open.id, true, None).unwrap();
    let told = bob.get(&world, "/v2/sharereq/requested").await.body["data"][0].clone();
    assert_eq!(told["status"], "approved");
    let shared = bob.list(&world, "received", "private").await;
    assert_eq!(shared.len(), 1, "it stands for what he had");
}

#[actix_web::test]
async fn what_was_sent_to_who_asks_is_an_answer_once_he_takes_it_up() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    assert_eq!(ask(&world, &bob, &alice, &hash_of(&world, file).await).await.status, 201);
    let unproven = vouchsafe_flows::UserChange { email_confirmed: Some(false), ..Default::default() };
    world.vouchsafe.put_user(&"bob".parse().unwrap(), &unproven).unwrap();
    alice.person.shares(&world, "/alice/a.txt", "bob@example.org").await;
    world.vouchsafe.confirm_user("bob").unwrap();
    let now = vouchsafe_types::Clock::now(&*world.clock);
    let invite = world.store().read(|tx| tx.list_invites("bob@example.org", now)).unwrap().remove(0);
    let taken =
        world.call("POST", "/sharelink/apply", &bob.person.token, json!({ "uid": invite.id.to_string() })).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let told = bob.get(&world, "/v2/sharereq/requested").await.body["data"][0].clone();
    assert_eq!(told["status"], "approved");
}

#[actix_web::test]
async fn what_one_kind_of_app_is_refused_waits_on_while_another_asks() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    let body = json!({ "owner_id": alice.id(), "lookup_hash": hash_of(&world, file).await });
    let first = bob.send(&world, "POST", "/v2/sharereq", &body).await.body["data"].clone();
    let mut headers = bob.headers_in("blimp");
    headers.push(("Content-Type", "application/json".into()));
    assert_eq!(world.with_headers(&headers, "POST", "/v2/sharereq", body.to_string()).await.status, 201);
    assert_eq!(answers(&world, &alice, &first, "declined", None).await.status, 200);
    let owner = Actor::User(world.vouchsafe.user("alice").unwrap().id);
    assert_eq!(world.vouchsafe.count_asks(&owner).unwrap(), 1);
}

#[actix_web::test]
async fn who_asks_to_read_no_more_waits_on_for_what_else_he_asked() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    let actor = |name| Actor::User(world.vouchsafe.user(name).unwrap().id);
    let write = vouchsafe_types::share::ShareAccess::Write;
    world.vouchsafe.ask_for_access(&actor("bob"), file, write, "edit").unwrap();
    let waiting = || {
        let open = world.vouchsafe.list_asks(&actor("alice")).unwrap();
        open.into_iter().map(|ask| ask.message).collect::<Vec<_>>()
    };
    let body = json!({ "owner_id": alice.id(), "lookup_hash": hash_of(&world, file).await, "message": "read" });
    let mut paths = Vec::new();
    for app in ["vult", "blimp"] {
        let mut headers = bob.headers_in(app);
        headers.push(("Content-Type", "application/json".into()));
        let asked = world.with_headers(&headers, "POST", "/v2/sharereq", body.to_string()).await;
        paths.push((app, format!("/v2/sharereq?id={}", asked.body["data"].as_str().unwrap())));
    }
    for ((app, path), rest) in paths.iter().zip([&["edit", "read"][..], &["edit"]]) {
        assert_eq!(world.with_headers(&bob.headers_in(app), "DELETE", path, "").await.status, 200);
        let mut messages = waiting();
        messages.sort_unstable();
        assert_eq!(messages, rest, "{app}");
    }
    // Who is asked and puts it away lets him neither read nor edit.
    let id = ask(&world, &bob, &alice, &hash_of(&world, file).await).await.body["data"].clone();
    alice.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
    assert_eq!(waiting(), Vec::<String>::new());
}

#[actix_web::test]
async fn a_mail_about_what_is_only_a_record_leads_nowhere() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    for hash in [HASH.to_owned(), hash_of(&world, file).await] {
        let id = ask(&world, &bob, &alice, &hash).await.body["data"].clone();
        answers(&world, &alice, &id, "approved", Some(&alice.ticket(&bob.id(), &hash))).await;
    }
    let late = chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap();
    let mails = world.store().read(|tx| tx.list_due_messages(late, 100)).unwrap();
    let leads = |template: &str| {
        let of = mails.iter().filter(|mail| mail.template.starts_with(template));
        of.map(|mail| mail.payload["link"].is_string()).collect::<Vec<_>>()
    };
    assert_eq!(leads("share_request"), [false, false, true, true]);
}

#[actix_web::test]
async fn a_notification_offers_to_answer_what_waits_on_the_pages_and_nothing_else() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let file = world.file("/alice/a.txt");
    let mut visitor = Visitor::of(&world, &alice.person);
    for (hash, is_here) in [(HASH.to_owned(), false), (hash_of(&world, file).await, true)] {
        assert_eq!(ask(&world, &bob, &alice, &hash).await.status, 201);
        let told = visitor.get("/shared/notifications").await.text;
        let said = ["href=\"/shared/requests\">Answer", "answered in the app that it was asked from"];
        // The other one is told of, too.
        assert_eq!(said.map(|text| told.contains(text)), [is_here, true], "{told}");
        let waiting = visitor.get("/shared/requests").await.text;
        assert_eq!(waiting.contains("Nobody is waiting"), !is_here, "{waiting}");
    }
}

#[actix_web::test]
async fn what_is_taken_back_here_is_in_no_list_of_any_face() {
    for is_public in [false, true] {
        let world = World::new();
        let (alice, bob) = pair(&world).await;
        let dir = world.dir("/alice/Photos of May");
        let hash = hash_of(&world, dir).await;
        let client = if is_public { String::new() } else { bob.id() };
        let mut ticket = alice.ticket(&client, &hash);
        ticket["reference_type"] = json!("d");
        let sharer = if is_public { &bob } else { &alice };
        assert_eq!(sharer.posts(&world, &alice.signed(ticket)).await.status, 201);
        let lists = async || {
            let bearer = format!("Bearer {}", bob.person.token);
            let asks = async |path: &str| {
                let (status, _, body) = world.probe("GET", path, &[("authorization", &bearer)], "").await;
                assert_eq!(status, 200, "{path}: {body}");
                body
            };
            let page = Visitor::of(&world, &bob.person).get("/shared").await;
            let [office, folders] = [asks("/api/2.0/files/@share").await, asks("/public/rest/v2/folder").await]
                .map(|list| list.to_string());
            let (texts, mounted) = ([office, folders, page.text], asks("/public/rest/v2/folder/shared").await);
            (texts.map(|text| text.contains("Photos of May")), mounted["data"].as_array().unwrap().len())
        };
        assert_eq!(lists().await, ([true; 3], 1), "{is_public}");
        let answer = alice.delete(&world, &format!("/v2/shareinfo?lookup_hash={hash}")).await;
        assert_eq!(answer.body["message"], "deleting shareinfo successful");
        assert_eq!(lists().await, ([false; 3], 0), "{is_public}");
    }
}
