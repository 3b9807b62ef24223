//! `/v2/shareinfo`: posting, listing, deleting.

use super::share_requests::answers;
use super::wallet::{FORMATS, HASH, Wallet, bent, encode, error, escape};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::World;

/// alice and bob, of the worked examples.
async fn pair(world: &World) -> (Wallet, Wallet) {
    (Wallet::new(world, "alice", 0).await, Wallet::new(world, "bob", 0x20).await)
}

/// The ticket of the worked example, letter by letter.
fn example() -> Value {
    json!({
        "client_id": "57fb4facf94b9e3e268453289d0f7e3bfb326fce6b69636bd591c54848a4a192",
        "owner_id": "25dc6af5b9ab0ab034fa8eafd6109105572b6a1f69f53cedae843ecdd74561e1",
        "allocation_id": "9eb9d3268590f4ebc5f9c3fbf31bed57ede80d1a102b039270504ef5b1481fe7",
        "file_path_hash": HASH,
        "actual_file_hash": "7f23e6ca181cc91d57245809edb1097a1f14ed011e4a9520a8dd10aa3ef82789",
        "file_name": "report.pdf", "reference_type": "f", "expiration": 0, "timestamp": 1_749_038_400,
        "encrypted": true,
        "signature": "f4b8f97a4585bcb810bb10b8467d5b5d85429fe2ae49aa6f457b0277a4e5509d\
                      e514c554b3abb66b73505b8087c78ec40f68dcd4dfe090ce4ced67d2b14fe609",
    })
}

#[actix_web::test]
async fn a_share_is_answered_and_listed_as_the_page_says_in_every_format() {
    for is_native in [false, true] {
        for format in FORMATS {
            // Even with tickets verified: the example is signed.
            let world = World::with(|settings| {
                settings.zus.is_native = is_native;
                settings.zus.are_tickets_verified = true;
            });
            let (alice, bob) = pair(&world).await;
            let ticket = encode(&example());
            let body = json!({
                "auth_ticket": ticket, "message": "Q2 figures é&=+", "share_info_type": "private",
                "link": "https://files.example/s/1", "from_info": "old", "receiver_client_id": "old",
            });
            let answer = alice.send_as(&world, format, "POST", "/v2/shareinfo", &body).await;
            let data = json!({
                "auth_ticket": ticket, "message": "Q2 figures é&=+", "share_info_type": "private",
                "client_id": alice.id(), "receiver": bob.id(), "lookup_hash": HASH, "sender_name": "alice",
                "link": "https://files.example/s/1", "receiver_name": "bob",
            });
            let mut expected = json!({ "message": "shareinfo added successfully", "data": data });
            if is_native {
                expected.as_object_mut().unwrap().remove("data");
            }
            assert_eq!((answer.status, &answer.body), (201, &expected), "{format:?}");
            assert_eq!(answer.content_type, "application/json");
            let item = json!({
                "id": 1, "auth_ticket": ticket, "message": "Q2 figures é&=+", "share_info_type": "private",
                "client_id": alice.id(), "receiver_client_id": bob.id(), "link": "https://files.example/s/1",
                "sender_name": "alice", "receiver_name": "bob", "lookup_hash": HASH,
                "created_at": "2027-01-15T08:00:00", "updated_at": "2027-01-15T08:00:00",
            });
            let listed = json!({ "message": "Data is present for the given details", "data": [item] });
            for (who, side) in [(&alice, "shared"), (&bob, "received")] {
                for name in
                    ["shareInfoType=private", "share_info_type=PRIVATE", "shareInfoType=&share_info_type=private"]
                {
                    let answer = who.get(&world, &format!("/v2/shareinfo/{side}?{name}")).await;
                    assert_eq!((answer.status, &answer.body), (200, &listed), "{side} {name}");
                }
            }
            let nothing = json!({ "message": "No data is present for the given details", "data": [] });
            for (who, side, kind) in
                [(&alice, "received", "private"), (&bob, "shared", "private"), (&alice, "shared", "public")]
            {
                let answer = who.get(&world, &format!("/v2/shareinfo/{side}?shareInfoType={kind}")).await;
                assert_eq!((answer.status, &answer.body), (200, &nothing));
            }
        }
    }
}

#[actix_web::test]
async fn tickets_are_refused_in_the_words_of_the_peer() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let eve = Wallet::new(&world, "eve", 0x40).await;
    let good = alice.ticket(&bob.id(), HASH);
    let with = |key: &str, value: Value| {
        let mut ticket = good.clone();
        ticket[key] = value;
        encode(&ticket)
    };
    let malformed = "invalid_ticket: auth_ticket is not a valid ticket";
    let expired = "invalid_parameters: Invalid auth ticket. Expired ticket";
    for (ticket, expected) in [
        (String::new(), "invalid_body: Invalid body parameter. [{AuthTicket  required }]"),
        ("abc".into(), "illegal base64 data at input byte 0"),
        ("invalid_ticket".into(), "illegal base64 data at input byte 7"),
        (encode(&json!([])), malformed),
        (encode(&json!("x")), malformed),
        ("AAAA".into(), malformed),
        (with("expiration", json!("soon")), malformed),
        (with("owner_id", json!("")), "share_info_insert_fail: error getting lookupHash from auth_ticket"),
        (with("file_path_hash", json!("")), "share_info_insert_fail: error getting lookupHash from auth_ticket"),
        (with("reference_type", json!("x")), "invalid_ticket: unknown reference_type"),
        (with("expiration", json!(1_800_000_000)), expired),
        (with("expiration", json!(1)), expired),
        (with("owner_id", json!("ff".repeat(32))), "404: owner not found"),
        (with("owner_id", json!(eve.id())), "unauthorized: only the file owner can share this ticket"),
        (with("client_id", json!("ff".repeat(32))), "404: receiver not found"),
        (with("client_id", json!("x".repeat(129))), "invalid params: value too long"),
    ] {
        for format in FORMATS {
            let answer =
                alice.send_as(&world, format, "POST", "/v2/shareinfo", &json!({ "auth_ticket": ticket })).await;
            assert_eq!(error(&answer), (400, expected), "{format:?}");
            assert!(answer.body.get("message").is_none());
        }
    }
    assert_eq!(error(&bob.posts(&world, &good).await).1, "unauthorized: only the file owner can share this ticket");
    assert_eq!(alice.list(&world, "shared", "private").await.len(), 0);
    assert_eq!(world.counts(), (0, 0, 0));
}

#[actix_web::test]
async fn where_tickets_are_verified_only_the_owners_signature_counts() {
    let world = World::with(|settings| settings.zus.are_tickets_verified = true);
    let (alice, bob) = pair(&world).await;
    let good = alice.ticket(&bob.id(), HASH);
    let mut changed = good.clone();
    changed["file_name"] = json!("other.pdf");
    let mut early = good.clone();
    early["timestamp"] = json!(1_800_000_003);
    let mut nearly = good.clone();
    nearly["timestamp"] = json!(1_800_000_002);
    let failed = "invalid_parameters: Invalid auth ticket. Signature verification failed";
    let future = "invalid_parameters: Invalid auth ticket. Timestamp in future";
    assert_eq!(error(&alice.posts(&world, &changed).await), (400, failed));
    assert_eq!(error(&alice.posts(&world, &bob.signed(good.clone())).await), (400, failed));
    let signature = good["signature"].as_str().unwrap();
    let of_other = alice.ticket(&bob.id(), "other")["signature"].clone();
    for wrong in [json!(""), json!(signature[2..]), json!(bent(signature)), of_other, json!("zz".repeat(64))] {
        let mut ticket = good.clone();
        ticket["signature"] = wrong;
        assert_eq!(error(&alice.posts(&world, &ticket).await), (400, failed), "{ticket}");
    }
    assert_eq!(alice.list(&world, "shared", "private").await.len(), 0);
    assert_eq!(world.counts(), (0, 0, 0));
    assert_eq!(error(&alice.posts(&world, &alice.signed(early)).await), (400, future));
    assert_eq!(alice.posts(&world, &alice.signed(nearly)).await.status, 201);
    assert_eq!(alice.posts(&world, &good).await.status, 201);
    // What somebody asks by, and what its owner approves with himself, has to be a ticket only (4.2, 4.4).
    let mut unsigned = alice.ticket(&bob.id(), "other");
    unsigned["signature"] = json!("");
    let ask = json!({ "auth_ticket": encode(&unsigned) });
    let asked = bob.send(&world, "POST", "/v2/sharereq", &ask).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    let id = bob.get(&world, "/v2/sharereq/requested").await.body["data"][0]["id"].clone();
    let answered = answers(&world, &alice, &id, "approved", Some(&unsigned)).await;
    assert!(answered.status < 300, "{}", answered.body);
    assert_eq!(bob.list(&world, "received", "private").await.len(), 2);
}

#[actix_web::test]
async fn the_ticket_says_whom_it_is_for_whatever_else_is_said() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    for (client, declared, kind, receiver) in [
        (bob.id(), "public", "private", &bob),
        (bob.id(), "", "private", &bob),
        (alice.id(), "private", "private", &alice),
        (String::new(), "private", "public", &alice),
        (String::new(), "Public", "public", &alice),
    ] {
        let ticket = encode(&alice.ticket(&client, HASH));
        let body = json!({ "auth_ticket": ticket, "share_info_type": declared });
        let answer = alice.send(&world, "POST", "/v2/shareinfo", &body).await;
        assert_eq!((answer.status, &answer.body["data"]["share_info_type"]), (201, &json!(kind)));
        assert_eq!(answer.body["data"]["receiver"], receiver.id());
    }
    // Who keeps a published ticket is its receiver, and its owner sees that.
    let answer = bob.posts(&world, &alice.ticket("", HASH)).await;
    assert_eq!((answer.status, &answer.body["data"]["client_id"]), (201, &json!(alice.id())));
    assert_eq!(bob.list(&world, "received", "public").await.len(), 1);
    assert_eq!(alice.list(&world, "shared", "public").await.len(), 2, "one she keeps herself");
    assert_eq!(alice.list(&world, "shared", "private").await.len(), 2);
}

#[actix_web::test]
async fn where_public_links_are_off_public_tickets_are_refused() {
    let world = World::with(|settings| settings.are_public_links_on = false);
    let (alice, bob) = pair(&world).await;
    for who in [&alice, &bob] {
        let answer = who.posts(&world, &alice.ticket("", HASH)).await;
        assert_eq!(error(&answer), (400, "public_links_off: Public links are switched off."));
    }
    assert_eq!(alice.posts(&world, &alice.ticket(&bob.id(), HASH)).await.status, 201, "a private one is no link");
}

#[actix_web::test]
async fn the_same_share_again_is_changed_and_not_doubled() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    assert_eq!(alice.posts(&world, &alice.ticket(&bob.id(), HASH)).await.status, 201);
    world.clock.advance(TimeDelta::seconds(61));
    let mut newer = alice.ticket(&bob.id(), HASH);
    newer["file_name"] = json!("new.pdf");
    let body = json!({ "auth_ticket": encode(&newer), "message": "again", "link": "l" });
    assert_eq!(alice.send(&world, "POST", "/v2/shareinfo", &body).await.status, 201);
    let rows = bob.list(&world, "received", "private").await;
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["message"], &rows[0]["auth_ticket"]), (&json!("again"), &json!(encode(&newer))));
    assert_eq!(
        (&rows[0]["created_at"], &rows[0]["updated_at"]),
        (&json!("2027-01-15T08:00:00"), &json!("2027-01-15T08:01:01"))
    );
    assert_eq!(world.counts().1, 1, "he is told once");
}

#[actix_web::test]
async fn lists_are_paged_and_filtered() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    for i in 0..5 {
        let ticket = encode(&alice.ticket(&bob.id(), &format!("hash{i}")));
        let body = json!({ "auth_ticket": ticket, "is_ai": if i == 4 { "true" } else { "false" } });
        assert_eq!(alice.send(&world, "POST", "/v2/shareinfo", &body).await.status, 201);
    }
    let hashes = async |who: &Wallet, side: &str, query: &str| {
        let answer = who.get(&world, &format!("/v2/shareinfo/{side}?shareInfoType=private{query}")).await;
        let rows = answer.body["data"].as_array().unwrap().clone();
        rows.iter().map(|row| row["lookup_hash"].as_str().unwrap().chars().last().unwrap()).collect::<String>()
    };
    for (side, query, expected) in [
        ("shared", "", "43210"),
        ("shared", "&limit=2", "43"),
        ("shared", "&limit=2&offset=3", "10"),
        ("shared", "&offset=9", ""),
        ("shared", "&limit=0", "43210"),
        ("shared", "&limit=99999", "43210"),
        ("shared", "&limit=9223372036854775807", "43210"),
        ("shared", "&offset=9223372036854775807", ""),
        ("shared", "&limit=&offset=", "43210"),
        ("shared", "&lookup_hash=hash3", "3"),
        ("shared", "&lookup_hash=other", ""),
        ("shared", "&exclude_ai=true", "3210"),
        ("shared", "&exclude_ai=TRUE", "43210"),
        ("shared", "&exclude_ai=1", "43210"),
        ("shared", "&exclude_ai=true&limit=1", "3"),
        ("received", "&exclude_ai=true", "43210"),
        ("received", "&limit=1&offset=1", "3"),
    ] {
        let who = if side == "shared" { &alice } else { &bob };
        assert_eq!(hashes(who, side, query).await, expected, "{side}{query}");
    }
}

#[actix_web::test]
async fn each_kind_of_app_sees_its_own() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    alice.posts(&world, &alice.ticket(&bob.id(), HASH)).await;
    for (app, count) in [("vult", 1), ("blimp", 0), ("bolt", 0), ("chimney", 0), ("chalk", 0)] {
        let list = "/v2/shareinfo/received?share_info_type=private";
        let answer = world.with_headers(&bob.headers_in(app), "GET", list, "").await;
        assert_eq!(answer.body["data"].as_array().unwrap().len(), count, "{app}");
        if count == 0 {
            let path = format!("/v2/shareinfo?lookup_hash={HASH}");
            let answer = world.with_headers(&alice.headers_in(app), "DELETE", &path, "").await;
            assert_eq!(answer.body["message"], "no shareinfo was deleted for these details", "{app}");
        }
    }
    assert_eq!(bob.list(&world, "received", "private").await.len(), 1);
}

#[actix_web::test]
async fn what_is_deleted_is_named_by_ticket_or_hash_or_both() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let eve = Wallet::new(&world, "eve", 0x40).await;
    let (done, nothing) = ("deleting shareinfo successful", "no shareinfo was deleted for these details");
    // A ticket whose base64 has a `+` in it.
    let plus = {
        let mut ticket = alice.ticket(&bob.id(), HASH);
        ticket["file_name"] = json!("\u{fbff}\u{fbff}\u{fbff}>>>???");
        ticket
    };
    assert!(encode(&plus).contains('+'));
    let all = [plus.clone(), alice.ticket(&eve.id(), HASH), alice.ticket("", HASH), alice.ticket(&bob.id(), "other")];
    let of = |ticket: &Value| encode(ticket);
    for (who, query, message, left) in [
        (&bob, format!("lookup_hash={HASH}"), nothing, 4),
        (&bob, format!("auth_ticket={}", escape(&of(&plus))), nothing, 4),
        (&alice, "lookup_hash=none".to_owned(), nothing, 4),
        (&alice, "auth_ticket=none".to_owned(), nothing, 4),
        (&alice, format!("lookup_hash=other&auth_ticket={}", escape(&of(&plus))), nothing, 4),
        (&alice, format!("auth_ticket={}&lookup_hash=", of(&plus)), done, 3),
        (&alice, format!("auth_ticket={}", escape(&of(&plus))), done, 3),
        (&alice, format!("lookup_hash={HASH}&auth_ticket={}", escape(&of(&plus))), done, 3),
        (&alice, format!("auth_ticket=&lookup_hash={HASH}"), done, 1),
        (&alice, "lookup_hash=other".to_owned(), done, 3),
    ] {
        for ticket in &all {
            assert_eq!(alice.posts(&world, ticket).await.status, 201);
        }
        let answer = who.delete(&world, &format!("/v2/shareinfo?{query}")).await;
        assert_eq!((answer.status, answer.body), (200, json!({ "message": message })), "{query}");
        let (private, public) =
            (alice.list(&world, "shared", "private").await, alice.list(&world, "shared", "public").await);
        assert_eq!(private.len() + public.len(), left, "{query}");
        alice.delete(&world, &format!("/v2/shareinfo?lookup_hash={HASH}")).await;
        alice.delete(&world, "/v2/shareinfo?lookup_hash=other").await;
    }
    for query in ["", "?", "?auth_ticket=", "?auth_ticket=&lookup_hash=", "?other=x"] {
        let answer = alice.delete(&world, &format!("/v2/shareinfo{query}")).await;
        let expected = json!({ "error": "invalid params: pass atleast one of lookuphash or authticket" });
        assert_eq!((answer.status, answer.body), (400, expected), "{query}");
    }
}

#[actix_web::test]
async fn published_shares_are_checked_listed_and_taken_back_from_everybody() {
    let world = World::new();
    let (alice, bob) = pair(&world).await;
    let eve = Wallet::new(&world, "eve", 0x40).await;
    let missing = "share_not_found: Public share not found";
    let path = |what: &str, name: &str| format!("/v2/shareinfo/public/{what}?{name}={HASH}");
    alice.posts(&world, &alice.ticket(&bob.id(), HASH)).await;
    assert_eq!(error(&alice.get(&world, &path("check", "lookup_hash")).await), (404, missing));
    assert_eq!(error(&alice.delete(&world, &path("revoke", "lookup_hash")).await), (400, missing));
    for who in [&bob, &eve] {
        assert_eq!(who.posts(&world, &alice.ticket("", HASH)).await.status, 201);
    }
    for name in ["lookup_hash", "file_path_hash"] {
        let answer = alice.get(&world, &path("check", name)).await;
        assert_eq!((answer.status, &answer.body["data"]), (200, &json!({ "exists": true })));
    }
    let answer = alice.get(&world, &path("recipients", "lookup_hash")).await;
    let row =
        |who: &Wallet| json!({ "client_id": who.id(), "user_name": who.name, "created_at": "2027-01-15T08:00:00" });
    assert_eq!(answer.body["data"], json!([row(&eve), row(&bob)]), "without tickets");
    let one = alice.get(&world, &(path("recipients", "lookup_hash") + "&limit=1&offset=1")).await;
    assert_eq!(one.body["data"], json!([row(&bob)]));
    assert_eq!(error(&bob.get(&world, &path("check", "lookup_hash")).await), (404, missing), "he published nothing");
    assert_eq!(bob.get(&world, &path("recipients", "lookup_hash")).await.body["data"], json!([]));
    assert_eq!(error(&bob.delete(&world, &path("revoke", "lookup_hash")).await), (400, missing));
    let by_path = alice.get(&world, &path("recipients", "file_path_hash")).await;
    assert_eq!(by_path.body["data"].as_array().unwrap().len(), 2);
    for (method, what) in [("GET", "check"), ("GET", "recipients"), ("DELETE", "revoke")] {
        for query in ["", "?lookup_hash=&file_path_hash="] {
            let path = format!("/v2/shareinfo/public/{what}{query}");
            let answer = world.with_headers(&alice.headers(), method, &path, "").await;
            assert_eq!(error(&answer), (400, "invalid params: lookup_hash is required"), "{path}");
        }
    }
    let answer = alice.delete(&world, &path("revoke", "file_path_hash")).await;
    assert_eq!((answer.status, &answer.body["data"]), (200, &json!(2)));
    assert_eq!(bob.list(&world, "received", "public").await.len(), 0);
    assert_eq!(bob.list(&world, "received", "private").await.len(), 1, "private shares stay");
}
