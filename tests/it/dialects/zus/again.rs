//! Tickets that are used again, and shares that are made again.

use super::{
    grants::Desk,
    wallet::{Wallet, encode, key, sha3},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_types::Clock;

impl Desk {
    /// Puts new terms on the only grant there is.
    pub(super) async fn changes(&self, permission: &str, expires_at: Value) {
        let id = self.grants().await[0]["id"].as_str().unwrap().to_owned();
        let terms = json!({ "permission": format!("fs:{}:{permission}", self.file), "expires_at": expires_at });
        let answer = self.world.call("PUT", &format!("/v1/grants/{id}"), &self.alice.person.token, terms).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Posts a ticket in a kind of app.
    pub(super) async fn posts_in(&self, app: &str, who: &Wallet, ticket: &Value) {
        let mut headers = who.headers_in(app);
        headers.push(("Content-Type", "application/json".into()));
        let body = json!({ "auth_ticket": encode(ticket) }).to_string();
        let answer = self.world.with_headers(&headers, "POST", "/v2/shareinfo", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    pub(super) async fn unpublish(&self) {
        let path = format!("/v2/shareinfo/public/revoke?lookup_hash={}", self.hash);
        assert_eq!(self.alice.delete(&self.world, &path).await.status, 200);
    }

    /// A public ticket of hers, issued at that second.
    pub(super) fn issued(&self, at: i64, ends_at: i64) -> Value {
        let mut ticket = self.ticket("");
        ticket["timestamp"] = json!(at);
        ticket["expiration"] = json!(ends_at);
        self.alice.signed(ticket)
    }
}

#[actix_web::test]
async fn a_kept_ticket_undoes_nothing_that_its_owner_did_since() {
    const END: i64 = 1_800_000_100;
    let all = ["again", "rewritten", "in another app", "put away and taken up", "left and taken up"];
    for (deed, ways) in [("ended", &all[..]), ("lowered", &all[2..]), ("revoked", &all[..1]), ("denied", &all[3..4])] {
        for way in ways.iter().copied() {
            let desk = Desk::new().await;
            let kept = desk.ticket("");
            desk.bob.posts(&desk.world, &kept).await;
            desk.world.clock.advance(TimeDelta::seconds(20));
            match deed {
                "ended" => desk.changes("read", json!("2027-01-15T08:01:40Z")).await,
                "lowered" => desk.changes("see", Value::Null).await,
                "denied" => desk.denies(&desk.bob, desk.file).await,
                _ => {
                    let id = desk.grants().await[0]["id"].as_str().unwrap().to_owned();
                    desk.world.call("DELETE", &format!("/v1/grants/{id}"), &desk.alice.person.token, Value::Null).await;
                }
            }
            desk.world.clock.advance(TimeDelta::seconds(20));
            let mut ticket = kept.clone();
            let mut forged = desk.issued(1_790_000_000, 0);
            forged["signature"] = json!("00");
            match way {
                "rewritten" => ticket["note"] = json!("x"),
                "put away and taken up" => {
                    desk.bob.delete(&desk.world, &format!("/v2/shareinfo?lookup_hash={}", desk.hash)).await;
                }
                "left and taken up" => {
                    let leave = format!("/v1/entries/{}/leave", desk.file);
                    desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await;
                }
                _ => {}
            }
            let app = if way == "in another app" { "bolt" } else { "vult" };
            for ticket in [&ticket, &forged, &desk.issued(1_800_000_010, 0), &forged, &ticket] {
                desk.posts_in(app, &desk.bob, ticket).await;
                let is_ending = desk.grants().await.iter().all(|grant| grant["expires_at"] != Value::Null);
                assert!(!desk.reads(&desk.bob) || (deed == "ended" && is_ending), "{deed} {way}");
            }
            desk.eve.posts(&desk.world, &kept).await;
            assert!(desk.reads(&desk.eve), "{deed} {way}: he alone was meant");
            desk.world.clock.advance(TimeDelta::seconds(60));
            assert_eq!(desk.world.clock.now().timestamp(), END);
            assert!(!desk.reads(&desk.bob), "{deed} {way}");
            desk.posts_in(app, &desk.bob, &desk.issued(END, 0)).await;
            assert_eq!(desk.reads(&desk.bob), deed != "denied", "{deed} {way}: she has issued it anew");
        }
    }
}

#[actix_web::test]
async fn of_two_tickets_the_newer_one_counts_in_every_kind_of_app() {
    let desk = Desk::new().await;
    let end = async || desk.grants().await[0]["expires_at"].clone();
    let soon = json!("2027-01-15T08:01:40.000000Z");
    desk.posts_in("vult", &desk.bob, &desk.issued(1_700_000_000, 1_800_000_100)).await;
    assert_eq!(end().await, soon);
    for app in ["vult", "bolt", "vult"] {
        for older in [1_600_000_000, 1_700_000_000] {
            desk.posts_in(app, &desk.bob, &desk.issued(older, 0)).await;
            assert_eq!(end().await, soon, "{app} {older}");
        }
    }
    desk.changes("read", Value::Null).await;
    desk.posts_in("vult", &desk.bob, &desk.issued(1_700_000_000, 1_800_000_100)).await;
    assert_eq!(end().await, Value::Null, "nor does he lose what she added");
    desk.posts_in("blimp", &desk.bob, &desk.issued(1_700_000_001, 1_800_000_100)).await;
    assert_eq!((end().await, desk.grants().await.len()), (soon, 1));
    assert!(desk.reads(&desk.bob));
}

#[actix_web::test]
async fn a_share_that_became_too_little_is_not_listed_and_may_be_asked_for_again() {
    for is_denied in [false, true] {
        let desk = Desk::new().await;
        desk.approves(&desk.asks().await, &desk.ticket("")).await;
        assert_eq!(desk.received(&desk.bob, "private").await, 1);
        match is_denied {
            true => desk.denies(&desk.bob, desk.file).await,
            false => desk.changes("see", Value::Null).await,
        }
        assert_eq!(desk.received(&desk.bob, "private").await, 0, "{is_denied}");
        assert_eq!(desk.alice.list(&desk.world, "shared", "private").await.len(), 0, "{is_denied}");
        desk.approves(&desk.asks().await, &desk.ticket("")).await;
        assert!(desk.reads(&desk.bob), "{is_denied}");
        assert_eq!(desk.received(&desk.bob, "private").await, 1, "{is_denied}");
    }
}

#[actix_web::test]
async fn who_shares_the_same_again_and_again_tells_it_once_a_day() {
    let desk = Desk::new().await;
    for told in [1, 3] {
        for app in ["vult", "bolt", "vult"] {
            desk.posts_in(app, &desk.alice, &desk.ticket(&desk.bob.id())).await;
            let path = format!("/v2/shareinfo?lookup_hash={}", desk.hash);
            assert_eq!(desk.world.with_headers(&desk.alice.headers_in(app), "DELETE", &path, "").await.status, 200);
            assert_eq!(desk.world.counts(), (0, told, told));
        }
        desk.alice.posts(&desk.world, &desk.ticket(&desk.eve.id())).await;
        desk.take_back().await;
        assert_eq!(desk.world.counts(), (0, told + 1, told + 1), "somebody else");
        desk.world.clock.advance(TimeDelta::hours(16));
    }
}

#[actix_web::test]
async fn what_was_put_away_is_not_taken_up_after_its_grant_was_revoked() {
    let desk = Desk::new().await;
    desk.row(json!({ "user": "bob" }), &format!("fs:{}:read", desk.file), false).await;
    let ticket = desk.ticket("");
    desk.bob.posts(&desk.world, &ticket).await;
    desk.bob.delete(&desk.world, &format!("/v2/shareinfo?lookup_hash={}", desk.hash)).await;
    desk.world.clock.advance(TimeDelta::seconds(20));
    for grant in desk.grants().await {
        let path = format!("/v1/grants/{}", grant["id"].as_str().unwrap());
        desk.world.call("DELETE", &path, &desk.alice.person.token, Value::Null).await;
    }
    assert!(!desk.reads(&desk.bob));
    desk.bob.posts(&desk.world, &ticket).await;
    assert!(!desk.reads(&desk.bob), "she took it back");
}

#[actix_web::test]
async fn to_unpublish_takes_nothing_that_was_shared_privately() {
    let desk = Desk::new().await;
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    for reader in [&desk.bob, &desk.eve] {
        desk.world.clock.advance(TimeDelta::seconds(1));
        reader.posts(&desk.world, &desk.issued(desk.world.clock.now().timestamp(), 0)).await;
    }
    assert!(desk.reads(&desk.bob) && desk.reads(&desk.eve));
    desk.unpublish().await;
    assert!(desk.reads(&desk.bob) && !desk.reads(&desk.eve));
}

#[actix_web::test]
async fn to_unpublish_takes_nothing_that_was_given_in_another_face_and_leaves_nothing_that_was_not() {
    for is_before in [true, false] {
        for (permission, ends) in [("write", None), ("read", None), ("read", Some("2027-01-15T08:01:40Z"))] {
            let what = format!("{permission} {ends:?} {is_before}");
            let desk = Desk::new().await;
            let give = async || {
                let on = format!("fs:{}:{permission}", desk.file);
                let body = json!({ "target_username": "bob", "permission": on });
                match ends {
                    None => desk.world.call("POST", "/auth/grant-user-user", &desk.alice.person.token, body).await,
                    Some(ends) => {
                        let body = json!({ "holder": { "user": "bob" }, "permission": on, "expires_at": ends });
                        desk.world.call("POST", "/v1/grants", &desk.alice.person.token, body).await
                    }
                }
            };
            if is_before {
                give().await;
            }
            desk.bob.posts(&desk.world, &desk.ticket("")).await;
            if !is_before {
                give().await;
            }
            assert!(desk.reads(&desk.bob), "{what}");
            desk.unpublish().await;
            assert_eq!(desk.received(&desk.bob, "public").await, 0, "{what}");
            assert_eq!((desk.reads(&desk.bob), desk.writes(&desk.bob)), (true, permission == "write"), "{what}");
            desk.world.clock.advance(TimeDelta::seconds(100));
            assert_eq!(desk.reads(&desk.bob), ends.is_none(), "{what}: it ends as it was given");
        }
    }
}

#[actix_web::test]
async fn a_share_that_has_ended_keeps_nobody_from_a_ticket_that_others_use() {
    for is_private in [true, false] {
        let desk = Desk::new().await;
        let published = desk.ticket("");
        let mut ending = desk.issued(1_780_000_000, 1_800_000_050);
        if is_private {
            ending["client_id"] = json!(desk.bob.id());
        }
        let sharer = if is_private { &desk.alice } else { &desk.bob };
        assert_eq!(sharer.posts(&desk.world, &ending).await.status, 201);
        desk.bob.posts(&desk.world, &published).await;
        assert_eq!(desk.grants().await[0]["expires_at"], "2027-01-15T08:00:50.000000Z", "the newer one counts");
        desk.world.clock.advance(TimeDelta::seconds(50));
        assert!(!desk.reads(&desk.bob));
        desk.bob.posts(&desk.world, &published).await;
        assert!(desk.reads(&desk.bob), "{is_private}");
        let kept = desk.bob.list(&desk.world, "received", "public").await;
        assert_eq!((kept.len(), &kept[0]["auth_ticket"]), (1, &json!(encode(&published))), "{is_private}");
        desk.unpublish().await;
        assert!(!desk.reads(&desk.bob), "{is_private}: nothing else gave it");
    }
}

#[actix_web::test]
async fn what_was_made_more_and_taken_off_again_overrules_no_ticket() {
    let desk = Desk::new().await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    for permission in ["write", "read"] {
        desk.world.clock.advance(TimeDelta::seconds(1));
        desk.changes(permission, Value::Null).await;
    }
    desk.bob.delete(&desk.world, &format!("/v2/shareinfo?lookup_hash={}", desk.hash)).await;
    assert!(!desk.reads(&desk.bob));
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    assert!(desk.reads(&desk.bob));
}

#[actix_web::test]
async fn who_takes_up_a_ticket_again_takes_back_that_he_left() {
    let desk = Desk::new().await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    let row = format!("/v1/grants/{}", desk.grants().await[0]["id"].as_str().unwrap());
    let read = format!("fs:{}:read", desk.file);
    let exact = json!({ "permission": read, "exact": true });
    assert_eq!(desk.world.call("PUT", &row, &desk.alice.person.token, exact).await.status, 200);
    desk.row(json!({ "everyone": true }), &read, false).await;
    let leave = format!("/v1/entries/{}/leave", desk.file);
    for is_taken_back in [false, true] {
        assert_eq!(desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await.status, 200);
        assert!(!desk.reads(&desk.bob));
        if is_taken_back {
            desk.unpublish().await;
        }
        assert_eq!(desk.bob.posts(&desk.world, &desk.ticket("")).await.status, 201);
        assert_eq!(desk.reads(&desk.bob), !is_taken_back);
    }
}

#[actix_web::test]
async fn who_takes_what_was_published_answers_no_request_of_his_own() {
    let desk = Desk::new().await;
    desk.asks().await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    assert!(desk.reads(&desk.bob));
    let asked = desk.bob.get(&desk.world, "/v2/sharereq/requested").await;
    assert_eq!(asked.body["data"][0]["status"], "pending");
    desk.unpublish().await;
    assert!(!desk.reads(&desk.bob), "nothing was shared with him privately");
}

#[actix_web::test]
async fn a_ticket_from_a_clock_ahead_outlasts_nothing_that_was_done_since_it_was_shown() {
    // How far ahead, who shows it and how, and what is done about it then.
    let cases = [
        (2, "published", "taken back"),
        (8, "published", "taken back"),
        (8, "published", "replaced"),
        (2, "kept", "taken back"),
        (2, "kept", "revoked"),
        (8, "kept", "denied"),
        (8, "published", "denied"),
        (2, "first shown after", "denied"),
        (2, "asked with", "taken back"),
        (2, "published", "nothing"),
        (8, "published", "nothing"),
    ];
    for (ahead, shown, deed) in cases {
        let desk = Desk::new().await;
        let group = "00000000-0000-4000-8000-000000000009";
        let members = json!({ "owner": "alice", "name": "g", "members": ["bob"] });
        assert_eq!(desk.world.v1("PUT", &format!("/v1/groups/{group}"), members).await.status, 201);
        let now = desk.world.clock.now().timestamp();
        let ticket = desk.issued(now + ahead, 0);
        match shown {
            "published" => assert_eq!(desk.alice.posts(&desk.world, &ticket).await.status, 201),
            "kept" => assert_eq!(desk.bob.posts(&desk.world, &ticket).await.status, 201),
            "asked with" => {
                let body = json!({ "auth_ticket": encode(&ticket) });
                assert_eq!(desk.bob.send(&desk.world, "POST", "/v2/sharereq", &body).await.status, 201);
                desk.alice.posts(&desk.world, &desk.ticket("")).await;
            }
            _ => {}
        }
        let keeps = ahead == 2 && shown == "kept";
        assert_eq!(desk.reads(&desk.bob), keeps, "{ahead} {shown} {deed}");
        desk.world.clock.advance(TimeDelta::seconds(1));
        match deed {
            "taken back" => desk.take_back().await,
            "replaced" => {
                desk.alice.posts(&desk.world, &desk.issued(now, 0)).await;
                desk.unpublish().await;
            }
            "revoked" => {
                let row = format!("/v1/grants/{}", desk.grants().await[0]["id"].as_str().unwrap());
                assert_eq!(desk.world.v1("DELETE", &row, Value::Null).await.status, 200);
            }
            "denied" => drop(desk.row(json!({ "group": group }), &format!("fs:{}:none", desk.file), true).await),
            _ => {}
        }
        let mut rewritten = ticket.clone();
        rewritten["note"] = json!("x");
        for wait in [0, 1, 10] {
            desk.world.clock.advance(TimeDelta::seconds(wait));
            let is_time = ahead == 2 || wait == 10;
            for ticket in [&ticket, &rewritten] {
                desk.bob.posts(&desk.world, ticket).await;
                let is_let_in = deed == "nothing" && is_time;
                assert_eq!(desk.reads(&desk.bob), is_let_in, "{ahead} {shown} {deed} {wait}");
            }
        }
        desk.eve.posts(&desk.world, &rewritten).await;
        let is_meant = ["taken back", "replaced"].contains(&deed);
        assert_eq!(desk.reads(&desk.eve), !is_meant, "{ahead} {shown} {deed}");
        desk.bob.posts(&desk.world, &desk.issued(now + 12, 0)).await;
        assert!(desk.reads(&desk.bob), "{ahead} {shown} {deed}: she has issued it anew");
    }
}

#[actix_web::test]
async fn what_was_published_by_another_of_ones_client_ids_is_taken_back_like_the_rest() {
    let desk = Desk::new().await;
    let keys = json!({ "client_keys": [desk.alice.public_key(), hex::encode(key(0x60).verifying_key().as_bytes())] });
    assert_eq!(desk.world.v1("PUT", "/v1/users/alice", keys).await.status, 200);
    let mut ticket = desk.ticket("");
    ticket["owner_id"] = json!(hex::encode(sha3(key(0x60).verifying_key().as_bytes())));
    assert_eq!(desk.alice.posts(&desk.world, &ticket).await.status, 201);
    desk.take_back().await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    assert!(!desk.reads(&desk.bob));
}

#[actix_web::test]
async fn what_was_published_anywhere_is_taken_back_before_anybody_kept_it() {
    for (way, path) in [("in another app", "/public/revoke"), ("in another app", ""), ("by another key", "")] {
        let desk = Desk::new().await;
        let keys =
            json!({ "client_keys": [desk.alice.public_key(), hex::encode(key(0x60).verifying_key().as_bytes())] });
        assert_eq!(desk.world.v1("PUT", "/v1/users/alice", keys).await.status, 200);
        let ticket = desk.ticket("");
        match way {
            "in another app" => desk.posts_in("blimp", &desk.alice, &ticket).await,
            _ => assert_eq!(desk.alice.with_key(0x60).posts(&desk.world, &ticket).await.status, 201),
        }
        let path = format!("/v2/shareinfo{path}?lookup_hash={}", desk.hash);
        let answer = desk.alice.delete(&desk.world, &path).await;
        assert_eq!(answer.status, 200, "{way} {path}");
        for who in [&desk.bob, &desk.eve] {
            who.posts(&desk.world, &ticket).await;
            assert!(!desk.reads(who), "{way} {path}");
        }
    }
}
