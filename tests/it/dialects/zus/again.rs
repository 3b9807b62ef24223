//! Tickets that are used again, and shares that are made again.

use super::{
    grants::Desk,
    wallet::{Wallet, encode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_types::Clock;

impl Desk {
    /// Puts new terms on the only grant there is.
    async fn changes(&self, permission: &str, expires_at: Value) {
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

    /// A public ticket of hers, issued at that second.
    fn issued(&self, at: i64, ends_at: i64) -> Value {
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
            for ticket in [&ticket, &desk.issued(1_800_000_010, 0), &ticket] {
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
    desk.alice.delete(&desk.world, &format!("/v2/shareinfo/public/revoke?lookup_hash={}", desk.hash)).await;
    assert!(desk.reads(&desk.bob) && !desk.reads(&desk.eve));
}
