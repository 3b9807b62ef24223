//! `/v2/sharereq`: the life of a request.

use super::wallet::{FORMATS, HASH, Wallet, encode, error};
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

pub(super) async fn pair(world: &World) -> (Wallet, Wallet) {
    (Wallet::new(world, "alice", 0).await, Wallet::new(world, "bob", 0x20).await)
}

pub(super) async fn ask(world: &World, who: &Wallet, owner: &Wallet, hash: &str) -> Answer {
    let body = json!({ "owner_id": owner.id(), "lookup_hash": hash, "message": "May I read this?" });
    who.send(world, "POST", "/v2/sharereq", &body).await
}

pub(super) async fn answers(world: &World, who: &Wallet, id: &Value, status: &str, ticket: Option<&Value>) -> Answer {
    let mut body = json!({ "id": id, "status": status });
    if let Some(ticket) = ticket {
        body["auth_ticket"] = encode(ticket).into();
    }
    who.send(world, "PUT", "/v2/sharereq", &body).await
}

#[actix_web::test]
async fn a_request_is_made_listed_approved_and_deleted_as_the_page_says() {
    for format in FORMATS {
        let world = World::new();
        let (alice, bob) = pair(&world).await;
        // Whatever client the ticket is for, and whatever the body says of who asks.
        let ticket = encode(&alice.ticket(&"c".repeat(64), HASH));
        let body = json!({
            "owner_id": alice.id(), "lookup_hash": HASH, "auth_ticket": ticket, "message": "Please share this file",
            "client_id": alice.id(),
        });
        let answer = bob.send_as(&world, format, "POST", "/v2/sharereq", &body).await;
        let created = json!({ "message": "New Share Request is created", "data": "1" });
        assert_eq!((answer.status, answer.body), (201, created), "{format:?}");
        let mut item = json!({
            "id": "1", "owner_id": alice.id(), "client_id": bob.id(), "lookup_hash": HASH, "status": "pending",
            "message": "Please share this file", "auth_ticket": ticket, "link": "",
            "created_at": "2027-01-15T08:00:00", "updated_at": "2027-01-15T08:00:00",
        });
        let present = "Data is present for the given details";
        for (who, side) in [(&alice, "received"), (&bob, "requested")] {
            let answer = who.get(&world, &format!("/v2/sharereq/{side}")).await;
            assert_eq!((answer.status, answer.body), (200, json!({ "message": present, "data": [item] })));
        }
        let newer = encode(&alice.ticket(&bob.id(), HASH));
        let body = json!({ "id": "1", "status": "approved", "link": "https://share.link", "auth_ticket": newer });
        world.clock.advance(chrono::TimeDelta::seconds(5));
        let answer = alice.send_as(&world, format, "PUT", "/v2/sharereq", &body).await;
        item["status"] = json!("approved");
        item["link"] = json!("https://share.link");
        item["updated_at"] = json!("2027-01-15T08:00:05");
        let updated = json!({ "message": "share request updated successfully", "data": item });
        assert_eq!((answer.status, answer.body), (200, updated));
        let shared = bob.list(&world, "received", "private").await;
        assert_eq!(shared.len(), 1);
        assert_eq!(
            ["auth_ticket", "link", "message", "client_id"].map(|key| &shared[0][key]),
            [&json!(newer), &json!("https://share.link"), &json!("Please share this file"), &json!(alice.id())]
        );
        let answer = bob.delete(&world, "/v2/sharereq?id=1").await;
        let deleted = json!({ "message": "share request deleted successfully", "data": 1 });
        assert_eq!((answer.status, answer.body), (200, deleted));
        let answer = bob.delete(&world, "/v2/sharereq?id=1").await;
        let nothing = json!({ "message": "no share request was deleted for these details", "data": 0 });
        assert_eq!((answer.status, answer.body), (200, nothing));
        assert_eq!(bob.list(&world, "received", "private").await.len(), 1, "what it led to stays");
        let answer = alice.get(&world, "/v2/sharereq/received").await;
        assert_eq!(answer.body, json!({ "message": "No data is present for the given details", "data": [] }));
    }
}

#[actix_web::test]
async fn what_cannot_be_asked_for_is_refused() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let before = world.counts();
    let ticket = alice.ticket(&bob.id(), HASH);
    let mut expired = ticket.clone();
    expired["expiration"] = json!(1_799_999_999);
    let both = "invalid_body: Invalid body parameter. [{OwnerID  required } {LookupHash  required }]";
    let not_as_named = "invalid params: auth_ticket does not match owner_id or lookup_hash";
    for (body, expected) in [
        (json!({}), both),
        (json!({ "owner_id": "", "lookup_hash": null, "auth_ticket": "" }), both),
        (json!({ "lookup_hash": HASH }), "invalid_body: Invalid body parameter. [{OwnerID  required }]"),
        (json!({ "owner_id": alice.id() }), "invalid_body: Invalid body parameter. [{LookupHash  required }]"),
        (json!({ "owner_id": "nobody", "lookup_hash": HASH }), "404: owner not found"),
        (json!({ "owner_id": bob.id(), "lookup_hash": HASH }), "invalid params: cannot request your own file"),
        (json!({ "auth_ticket": "abc" }), "illegal base64 data at input byte 0"),
        (json!({ "auth_ticket": "AAAA" }), "invalid_ticket: auth_ticket is not a valid ticket"),
        (json!({ "auth_ticket": encode(&expired) }), "invalid_parameters: Invalid auth ticket. Expired ticket"),
        (json!({ "auth_ticket": encode(&ticket), "owner_id": bob.id() }), not_as_named),
        (json!({ "auth_ticket": encode(&ticket), "lookup_hash": "other" }), not_as_named),
        (json!({ "auth_ticket": encode(&bob.ticket("", HASH)) }), "invalid params: cannot request your own file"),
    ] {
        let answer = bob.send(&world, "POST", "/v2/sharereq", &body).await;
        assert_eq!(error(&answer), (400, expected), "{body}");
    }
    assert_eq!(world.counts(), before);
    let answer = bob.send(&world, "POST", "/v2/sharereq", &json!({ "auth_ticket": encode(&ticket) })).await;
    assert_eq!(answer.status, 201, "a ticket says it all");
}

#[actix_web::test]
async fn one_may_ask_once_more_after_a_refusal_and_again_after_the_share_was_deleted() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let pending = "request_already_created: share request is already pending";
    let approved = "request_already_approved: share request is already approved";
    let declined = "request_already_declined: re-request limit reached";
    let first = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    assert_eq!(error(&ask(&world, &bob, &alice, HASH).await), (400, pending));
    assert_eq!(answers(&world, &alice, &first, "declined", None).await.body["data"]["status"], "declined");
    bob.delete(&world, &format!("/v2/sharereq?id={}", first.as_str().unwrap())).await;
    let second = ask(&world, &bob, &alice, HASH).await;
    assert_eq!(second.status, 201);
    assert_ne!(second.body["data"], first);
    // Withdrawn, a request does not count.
    bob.delete(&world, &format!("/v2/sharereq?id={}", second.body["data"].as_str().unwrap())).await;
    let second = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    let ticket = alice.ticket(&bob.id(), HASH);
    assert_eq!(answers(&world, &alice, &second, "approved", Some(&ticket)).await.status, 200);
    assert_eq!(error(&ask(&world, &bob, &alice, HASH).await), (400, approved));
    alice.delete(&world, &format!("/v2/shareinfo?lookup_hash={HASH}")).await;
    let third = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    assert_eq!(answers(&world, &alice, &third, "2", None).await.body["data"]["status"], 2, "in digits, as it was said");
    assert_eq!(error(&ask(&world, &bob, &alice, HASH).await), (400, declined));
    bob.delete(&world, &format!("/v2/sharereq?id={}", third.as_str().unwrap())).await;
    assert_eq!(error(&ask(&world, &bob, &alice, HASH).await), (400, declined), "deleting it does not help");
    assert_eq!(ask(&world, &bob, &alice, "other").await.status, 201);
}

#[actix_web::test]
async fn only_its_owner_answers_and_only_once() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let eve = Wallet::new(&world, "eve", 0x40).await;
    let id = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    let ticket = alice.ticket(&bob.id(), HASH);
    let not_yours = "unauthorized: only the owner can update this share request";
    let not_as_asked = "invalid params: auth_ticket does not match this share request";
    for who in [&bob, &eve] {
        assert_eq!(error(&answers(&world, who, &id, "approved", Some(&ticket)).await), (400, not_yours));
        assert_eq!(
            error(&answers(&world, who, &id, "0", None).await),
            (400, "invalid status: status must be approved or declined")
        );
    }
    let elsewhere = json!({ "id": id, "status": "declined" }).to_string();
    let mut headers = alice.headers_in("blimp");
    headers.push(("Content-Type", "application/json".into()));
    let answer = world.with_headers(&headers, "PUT", "/v2/sharereq", elsewhere).await;
    assert_eq!(error(&answer), (400, "404: share request not found"));
    for (wrong, expected) in [
        (alice.ticket(&bob.id(), "other"), not_as_asked),
        (bob.ticket(&bob.id(), HASH), not_as_asked),
        (json!({}), "share_info_insert_fail: error getting lookupHash from auth_ticket"),
    ] {
        assert_eq!(error(&answers(&world, &alice, &id, "approved", Some(&wrong)).await), (400, expected));
    }
    let malformed = "invalid_ticket: auth_ticket is not a valid ticket";
    for (text, expected) in [
        ("abc".to_owned(), "illegal base64 data at input byte 0"),
        (encode(&json!([])), malformed),
        ("AAAA".into(), malformed),
    ] {
        for format in FORMATS {
            let body = json!({ "id": id, "status": "approved", "auth_ticket": text });
            let answer = alice.send_as(&world, format, "PUT", "/v2/sharereq", &body).await;
            assert_eq!(error(&answer), (400, expected), "{format:?}");
        }
    }
    let none = answers(&world, &alice, &id, "approved", None).await;
    assert_eq!(error(&none), (400, "invalid params: auth_ticket is required to approve"));
    assert_eq!(bob.list(&world, "received", "private").await.len(), 0);
    let refused = eve.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
    assert!(error(&refused).1.starts_with("unauthorized:"));
    assert_eq!(answers(&world, &alice, &id, "approved", Some(&ticket)).await.status, 200);
    for status in ["approved", "declined"] {
        let again = answers(&world, &alice, &id, status, Some(&ticket)).await;
        assert_eq!(error(&again), (400, "invalid status: status is in final state"));
    }
    let unread = json!({ "id": id, "status": "approved", "auth_ticket": "abc" });
    let again = alice.send(&world, "PUT", "/v2/sharereq", &unread).await;
    assert_eq!(error(&again), (400, "invalid status: status is in final state"), "before any ticket is read");
    let deleted = alice.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
    assert_eq!(deleted.body["data"], 1, "the owner may, too");
}

#[actix_web::test]
async fn who_deletes_what_was_approved_may_ask_again_while_the_share_stands() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let ticket = alice.ticket(&bob.id(), HASH);
    let mut id = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    for who in [&bob, &alice] {
        assert_eq!(answers(&world, &alice, &id, "approved", Some(&ticket)).await.status, 200);
        assert!(error(&ask(&world, &bob, &alice, HASH).await).1.starts_with("request_already_approved"));
        who.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
        assert_eq!(bob.list(&world, "received", "private").await.len(), 1);
        let again = ask(&world, &bob, &alice, HASH).await;
        assert_eq!(again.status, 201, "there is no request of his");
        id = again.body["data"].clone();
        assert_eq!(bob.list(&world, "received", "private").await.len(), 1, "asking takes nothing");
    }
}

#[actix_web::test]
async fn a_decline_looks_at_nothing_else_and_shares_nothing() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let id = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    let body = json!({ "id": id, "status": "declined", "link": "x".repeat(9999), "auth_ticket": "abc" });
    let answer = alice.send(&world, "PUT", "/v2/sharereq", &body).await;
    assert_eq!((answer.status, &answer.body["data"]["link"]), (200, &json!("")));
    assert_eq!(bob.list(&world, "received", "private").await.len(), 0);
}

#[actix_web::test]
async fn a_stored_ticket_that_has_ended_approves_nothing() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let mut ticket = alice.ticket(&bob.id(), HASH);
    ticket["expiration"] = json!(1_800_000_010);
    let body = json!({ "auth_ticket": encode(&ticket) });
    let id = bob.send(&world, "POST", "/v2/sharereq", &body).await.body["data"].clone();
    world.clock.advance(chrono::TimeDelta::seconds(10));
    let ended = answers(&world, &alice, &id, "approved", None).await;
    assert_eq!(error(&ended), (400, "invalid_parameters: Invalid auth ticket. Expired ticket"));
    assert_eq!(answers(&world, &alice, &id, "approved", Some(&alice.ticket("", HASH))).await.status, 200);
}

#[actix_web::test]
async fn requests_are_listed_whole_and_by_filter() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let eve = Wallet::new(&world, "eve", 0x40).await;
    for (who, owner, hash) in [(&bob, &alice, "h1"), (&bob, &alice, "h2"), (&eve, &alice, "h1"), (&bob, &eve, "h1")] {
        assert_eq!(ask(&world, who, owner, hash).await.status, 201);
    }
    answers(&world, &alice, &json!(2), "declined", None).await;
    let (of_bob, of_alice) = (format!("client_id={}", bob.id()), format!("owner_id={}", alice.id()));
    for (who, path, expected) in [
        (&alice, "received".to_owned(), "321"),
        (&alice, "received?all=true".into(), "321"),
        (&alice, format!("received?{of_bob}"), "21"),
        (&alice, format!("received?{of_alice}"), "321"),
        (&alice, "received?lookup_hash=h1".into(), "31"),
        (&alice, "received?status=pending".into(), "31"),
        (&alice, "received?status=2".into(), "2"),
        (&alice, "received?status=1".into(), ""),
        (&alice, "received?limit=1&offset=1".into(), "2"),
        (&alice, "received?limit=9223372036854775807".into(), "321"),
        (&alice, "received?offset=9223372036854775807".into(), ""),
        (&bob, "requested".into(), "421"),
        (&bob, format!("requested?{of_alice}"), "21"),
        (&bob, format!("requested?{of_bob}"), "421"),
        (&bob, "requested?lookup_hash=h1&status=0".into(), "41"),
        (&bob, "received".into(), ""),
        (&eve, "received".into(), "4"),
    ] {
        let answer = who.get(&world, &format!("/v2/sharereq/{path}")).await;
        let ids: String =
            answer.body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{path}");
    }
    let other = world.with_headers(&alice.headers_in("bolt"), "GET", "/v2/sharereq/received", "").await;
    assert_eq!(other.body["data"], json!([]));
    let other = world.with_headers(&alice.headers_in("bolt"), "DELETE", "/v2/sharereq?id=1", "").await;
    assert_eq!(other.body["data"], 0, "another kind of app");
    assert_eq!(alice.delete(&world, "/v2/sharereq?id=1").await.body["data"], 1);
}

#[actix_web::test]
async fn owner_and_asker_are_told_by_notice_and_mail() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    world.file("/alice/report.pdf");
    let titles = async |who: &Wallet| {
        let body = json!({ "interface": "puter-notifications", "method": "select" });
        let answer = world.call("POST", "/drivers/call", &who.person.token, body).await;
        let rows = answer.body["result"].as_array().unwrap().clone();
        rows.iter().map(|row| row["value"]["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let id = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    assert_eq!(titles(&alice).await, ["User bob asks you for access to a file"]);
    answers(&world, &alice, &id, "declined", None).await;
    let id = ask(&world, &bob, &alice, HASH).await.body["data"].clone();
    answers(&world, &alice, &id, "approved", Some(&alice.ticket(&bob.id(), HASH))).await;
    assert_eq!(titles(&bob).await, ["User alice declined your request", "User alice approved your request"]);
    let now = chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap();
    let mut sent = Vec::new();
    loop {
        let due = world.store().read(|tx| tx.list_due_messages(now, 1)).unwrap();
        let Some(mail) = due.into_iter().next() else { break };
        sent.push((mail.recipient.clone(), mail.template.clone()));
        world.store().write("deliver", |tx| tx.mark_delivered(mail.seq, now)).unwrap();
    }
    let mail = |who: &str, template: &str| (format!("{who}@example.org"), template.to_owned());
    let (asked, answered) = (mail("alice", "share_request"), mail("bob", "share_request_answered"));
    assert_eq!(sent, [asked.clone(), answered.clone(), asked, answered]);
}

#[actix_web::test]
async fn one_person_asks_only_so_often_in_a_day() {
    let world = World::with(|settings| settings.invites_per_day = 3);
    let (alice, bob) = pair(&world).await;
    for i in 0..3 {
        assert_eq!(ask(&world, &bob, &alice, &format!("h{i}")).await.status, 201);
    }
    let refused = ask(&world, &bob, &alice, "h3").await;
    assert_eq!(error(&refused), (400, "request_limit_reached: too many share requests today"));
    world.clock.advance(chrono::TimeDelta::hours(25));
    assert_eq!(ask(&world, &bob, &alice, "h3").await.status, 201);
}
