//! What tickets do not open: what was signed otherwise, taken back, denied, or is not wanted.

use super::{
    grants::Desk,
    wallet::{Wallet, encode, error, escape, hash_of},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::World;
use vouchsafe_types::{Actor, Clock};

impl Desk {
    fn actor(&self, who: &Wallet) -> Actor {
        Actor::User(self.world.vouchsafe.user(&who.name).unwrap().id)
    }

    pub(super) async fn denies(&self, who: &Wallet, entry: impl std::fmt::Display) {
        let deny = json!({ "holder": { "user": who.name }, "permission": format!("fs:{entry}:none"), "exact": true });
        let answer = self.world.call("POST", "/v1/grants", &self.alice.person.token, deny).await;
        assert!(answer.status < 300, "{}", answer.body);
    }

    pub(super) async fn asks(&self) -> Value {
        let body = json!({ "auth_ticket": encode(&self.ticket("")) });
        let answer = self.bob.send(&self.world, "POST", "/v2/sharereq", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["data"].clone()
    }

    pub(super) async fn approves(&self, id: &Value, ticket: &Value) {
        let body = json!({ "id": id, "status": "approved", "auth_ticket": encode(ticket) });
        assert_eq!(self.alice.send(&self.world, "PUT", "/v2/sharereq", &body).await.status, 200);
    }
}

#[actix_web::test]
async fn a_signature_is_not_good_for_other_values_that_read_the_same() {
    let desk = Desk::new().await;
    let mut good = desk.ticket("");
    good["file_name"] = json!("n:f::0:1749038400:b");
    good["expiration"] = json!(1_800_000_100);
    let good = desk.alice.signed(good);
    let mut cut = good.clone();
    cut["file_name"] = json!("n");
    cut["expiration"] = json!(0);
    cut["actual_file_hash"] = json!("b:f::1800000100:1749038400:b");
    assert_eq!(desk.alice.signed(cut.clone())["signature"], good["signature"]);
    assert_eq!(desk.eve.posts(&desk.world, &cut).await.status, 201);
    assert!(!desk.reads(&desk.eve));
    for key in ["allocation_id", "re_encryption_key", "actual_file_hash"] {
        let mut ticket = desk.ticket("");
        ticket[key] = json!("a:b");
        assert_eq!(desk.eve.posts(&desk.world, &desk.alice.signed(ticket)).await.status, 201);
        assert!(!desk.reads(&desk.eve), "{key}");
    }
    desk.bob.posts(&desk.world, &good).await;
    assert!(desk.reads(&desk.bob), "only the name may hold the character");
}

#[actix_web::test]
async fn who_was_denied_does_not_let_himself_in_by_a_ticket_but_the_owner_may() {
    for is_above in [false, true] {
        for has_kept in [false, true] {
            let desk = Desk::new().await;
            if has_kept {
                desk.bob.posts(&desk.world, &desk.ticket("")).await;
            }
            if is_above {
                let body = json!({ "target_username": "bob", "permission": format!("fs:{}:read", desk.file) });
                desk.world.call("POST", "/auth/revoke-user-user", &desk.alice.person.token, body).await;
                desk.denies(&desk.bob, "/alice/docs").await;
            } else {
                desk.denies(&desk.bob, desk.file).await;
            }
            assert_eq!(desk.bob.posts(&desk.world, &desk.ticket("")).await.status, 201);
            assert!(!desk.reads(&desk.bob), "{is_above} {has_kept}");
            desk.eve.posts(&desk.world, &desk.ticket("")).await;
            assert!(desk.reads(&desk.eve), "others keep it");
            desk.take_back().await;
            let stands = desk.world.v1("GET", "/v1/grants?holder=bob", Value::Null).await;
            assert!(stands.body.to_string().contains(":none"), "taking back lifts no deny: {}", stands.body);
            desk.approves(&desk.asks().await, &desk.ticket("")).await;
            assert!(desk.reads(&desk.bob) || is_above, "the owner lets him in");
        }
    }
}

#[actix_web::test]
async fn what_its_owner_takes_back_ends_in_every_kind_of_app_and_however_it_was_written() {
    for (how, is_published) in
        [("auth_ticket", true), ("auth_ticket", false), ("lookup_hash", true), ("lookup_hash", false), ("revoke", true)]
    {
        let desk = Desk::new().await;
        let published = desk.ticket("");
        let mut rewritten = published.clone();
        rewritten["note"] = json!("x");
        if is_published {
            assert_eq!(desk.alice.posts(&desk.world, &published).await.status, 201);
        }
        for app in ["vult", "bolt"] {
            desk.posts_in(app, &desk.bob, &rewritten).await;
        }
        desk.alice.posts(&desk.world, &desk.ticket(&desk.eve.id())).await;
        let by_text = format!("/v2/shareinfo?auth_ticket={}", escape(&encode(&published)));
        desk.alice.delete(&desk.world, &format!("{by_text}&lookup_hash=other")).await;
        desk.eve.delete(&desk.world, &by_text).await;
        assert!(desk.reads(&desk.bob), "all that is named must fit, and it is hers");
        let path = match how {
            "auth_ticket" => by_text,
            "lookup_hash" => format!("/v2/shareinfo?lookup_hash={}", desk.hash),
            _ => format!("/v2/shareinfo/public/revoke?lookup_hash={}", desk.hash),
        };
        let answer = desk.alice.delete(&desk.world, &path).await;
        assert!(answer.status == 200 && !answer.body["message"].to_string().contains("no shareinfo"), "{how}");
        assert!(!desk.reads(&desk.bob), "{how}");
        assert_eq!(desk.reads(&desk.eve), how != "lookup_hash", "{how}: what was given by name is another share");
        desk.bob.posts(&desk.world, &rewritten).await;
        assert!(!desk.reads(&desk.bob), "{how}");
    }
}

#[actix_web::test]
async fn who_is_blocked_gives_and_tells_nothing_and_what_one_has_may_still_change() {
    let desk = Desk::new().await;
    let (alice, bob) = (desk.actor(&desk.alice), desk.actor(&desk.bob));
    desk.world.vouchsafe.block(&bob, "alice", true).unwrap();
    let before = desk.world.counts();
    assert_eq!(desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await.status, 201);
    assert!(!desk.reads(&desk.bob));
    assert_eq!(desk.world.counts(), before, "recorded, and nobody told");
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    assert!(desk.reads(&desk.bob), "what he takes for himself is his");
    let mut ending = desk.ticket(&desk.bob.id());
    ending["expiration"] = json!(1_800_000_100);
    desk.world.vouchsafe.block(&bob, "alice", false).unwrap();
    desk.take_back().await;
    desk.alice.posts(&desk.world, &ending).await;
    desk.world.vouchsafe.block(&bob, "alice", true).unwrap();
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    assert_eq!(desk.grants().await[0]["expires_at"], Value::Null, "what he has may be changed");
    desk.world.vouchsafe.block_all(&alice, true).unwrap();
    let before = desk.world.counts();
    desk.asks().await;
    assert_eq!(desk.world.counts(), before, "asked as ever, and she is not told");
    assert_eq!(desk.alice.get(&desk.world, "/v2/sharereq/received").await.body["data"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn after_an_approval_has_ended_one_may_ask_again() {
    let mut desk = Desk::new().await;
    for is_known in [true, false] {
        if !is_known {
            desk.hash = "unknown here".into();
        }
        let end = desk.world.clock.now().timestamp() + 50;
        let mut ending = desk.ticket("");
        ending["expiration"] = json!(end);
        desk.approves(&desk.asks().await, &ending).await;
        let body = json!({ "auth_ticket": encode(&desk.ticket("")) });
        let refused = desk.bob.send(&desk.world, "POST", "/v2/sharereq", &body).await;
        assert!(error(&refused).1.starts_with("request_already_approved"), "{is_known}");
        desk.world.clock.advance(TimeDelta::seconds(50));
        assert!(!is_known || !desk.reads(&desk.bob));
        desk.approves(&desk.asks().await, &desk.ticket("")).await;
        assert!(!is_known || desk.reads(&desk.bob));
    }
}

#[actix_web::test]
async fn one_person_causes_only_so_many_mails_to_another_in_a_day() {
    let desk = Desk::within(World::with(|_| ())).await;
    for i in 0..22 {
        let ticket = desk.alice.ticket(&desk.bob.id(), &format!("hash{i}"));
        assert_eq!(desk.alice.posts(&desk.world, &ticket).await.status, 201);
    }
    assert_eq!(desk.world.counts(), (0, 22, 20));
    desk.world.file("/alice/a.txt");
    desk.alice.person.shares(&desk.world, "/alice/a.txt", "bob").await;
    assert_eq!(desk.world.counts(), (1, 23, 20), "nor by another face");
    desk.world.clock.advance(TimeDelta::hours(25));
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    assert_eq!(desk.world.counts(), (2, 24, 21));
}

#[actix_web::test]
async fn of_what_comes_at_once_one_counts() {
    let desk = Desk::new().await;
    let ticket = desk.ticket(&desk.bob.id());
    let posts = (0..8).map(|_| desk.alice.posts(&desk.world, &ticket));
    assert!(futures_util::future::join_all(posts).await.iter().all(|answer| answer.status == 201));
    assert_eq!((desk.grants().await.len(), desk.received(&desk.bob, "private").await), (1, 1));
    let body = json!({ "auth_ticket": encode(&desk.alice.ticket("", "other")) });
    let asks = (0..8).map(|_| desk.bob.send(&desk.world, "POST", "/v2/sharereq", &body));
    let asked = futures_util::future::join_all(asks).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 201).count(), 1);
    let refused = asked.iter().filter(|answer| error(answer).1.starts_with("request_already_created"));
    assert_eq!(refused.count(), 7);
    let answer = json!({ "id": "1", "status": "declined" });
    let puts = (0..8).map(|_| desk.alice.send(&desk.world, "PUT", "/v2/sharereq", &answer));
    let put = futures_util::future::join_all(puts).await;
    assert_eq!(put.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[actix_web::test]
async fn no_page_is_longer_than_a_thousand() {
    let desk = Desk::new().await;
    desk.alice.posts(&desk.world, &desk.alice.ticket(&desk.alice.id(), "h")).await;
    let user = desk.world.vouchsafe.user("alice").unwrap().id;
    let written: Result<(), vouchsafe_store::StoreError> = desk.world.store().write("many", |tx| {
        let filter = vouchsafe_store::ShareInfoFilter {
            sender: Some(vouchsafe_store::Party { user, client_id: None }),
            ..Default::default()
        };
        let one = tx.list_share_infos(&filter, 0, 1)?.remove(0);
        for i in 0..1000 {
            tx.save_share_info(&vouchsafe_store::ShareInfo { lookup_hash: format!("h{i}"), ..one.clone() })?;
        }
        Ok(())
    });
    written.unwrap();
    for (query, count) in [("", 100), ("&limit=1001", 1000), ("&limit=1000&offset=1000", 1)] {
        let path = format!("/v2/shareinfo/shared?share_info_type=private{query}");
        let answer = desk.alice.get(&desk.world, &path).await;
        assert_eq!(answer.body["data"].as_array().unwrap().len(), count, "{query}");
    }
}

impl Desk {
    /// A public ticket that is signed now, a second after what came before.
    fn ticket_of_now(&self) -> Value {
        self.world.clock.advance(TimeDelta::seconds(1));
        let mut ticket = self.ticket("");
        ticket["timestamp"] = json!(self.world.clock.now().timestamp());
        self.world.clock.advance(TimeDelta::seconds(1));
        self.alice.signed(ticket)
    }

    /// A row of alice's. Gives its path in `/v1`.
    pub(super) async fn row(&self, holder: Value, permission: &str, is_exact: bool) -> String {
        let body = json!({ "holder": holder, "permission": permission, "exact": is_exact });
        let answer = self.world.call("POST", "/v1/grants", &self.alice.person.token, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        format!("/v1/grants/{}", answer.body["id"].as_str().unwrap())
    }
}

#[actix_web::test]
async fn a_row_that_is_made_a_deny_shuts_out_from_then_on() {
    for how in ["edited", "set again", "set in another face"] {
        let mut desk = Desk::new().await;
        let dir = desk.world.dir("/alice/d");
        desk.file = desk.world.file("/alice/d/a.pdf");
        desk.hash = hash_of(&desk.world, desk.file).await;
        let row = desk.row(json!({ "user": "bob" }), "fs:/alice/d:read", false).await;
        let ticket = desk.ticket_of_now();
        let token = &desk.alice.person.token;
        match how {
            "edited" => {
                let deny = json!({ "permission": "fs:/alice/d:none", "exact": true });
                assert_eq!(desk.world.call("PUT", &row, token, deny).await.status, 200);
            }
            "set again" => desk.denies(&desk.bob, dir).await,
            _ => {
                let number = desk.world.v1("GET", &format!("/v1/entries/{dir}"), Value::Null).await.body["id"].clone();
                let deny =
                    json!({ "share": [{ "ShareTo": desk.world.vouchsafe.user("bob").unwrap().id, "Access": 3 }] });
                let path = format!("/api/2.0/files/folder/{number}/share");
                assert_eq!(desk.world.call("PUT", &path, token, deny).await.status, 200);
            }
        }
        assert_eq!(desk.world.v1("GET", &row, Value::Null).await.body["access"], "none", "{how}: it is the same row");
        assert_eq!(desk.bob.posts(&desk.world, &ticket).await.status, 201);
        assert!(!desk.reads(&desk.bob), "{how}");
        desk.bob.posts(&desk.world, &desk.ticket_of_now()).await;
        assert!(desk.reads(&desk.bob), "{how}: who signs another one knows of the deny");
    }
}

#[actix_web::test]
async fn who_is_shut_out_with_others_does_not_let_himself_in_by_an_older_ticket() {
    let team = json!({ "group": "00000000-0000-4000-8000-000000000009" });
    for (holder, on) in [(&team, "/report.pdf"), (&team, ""), (&json!({ "everyone": true }), "/report.pdf")] {
        for is_older in [false, true] {
            let desk = Desk::new().await;
            let group = format!("/v1/groups/{}", team["group"].as_str().unwrap());
            let members = json!({ "owner": "alice", "name": "g", "members": ["bob"] });
            assert_eq!(desk.world.v1("PUT", &group, members).await.status, 201);
            let deny = format!("fs:/alice/docs{on}:none");
            if is_older {
                desk.row(holder.clone(), &deny, true).await;
            }
            let ticket = desk.ticket_of_now();
            if !is_older {
                desk.row(holder.clone(), &deny, true).await;
            }
            for who in [&desk.bob, &desk.eve] {
                assert_eq!(who.posts(&desk.world, &ticket).await.status, 201);
                let is_meant = holder != &team || who.name == "bob";
                assert_eq!(desk.reads(who), is_older || !is_meant, "{holder} {on} {is_older} {}", who.name);
            }
            if !is_older {
                desk.approves(&desk.asks().await, &ticket).await;
                assert!(desk.reads(&desk.bob), "the owner lets him in");
            }
        }
    }
}

#[actix_web::test]
async fn leaving_is_no_way_out_of_what_one_was_narrowed_to() {
    let desk = Desk::new().await;
    let row = desk.row(json!({ "user": "bob" }), &format!("fs:{}:see", desk.file), true).await;
    let leave = format!("/v1/entries/{}/leave", desk.file);
    assert_eq!(desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await.status, 200);
    assert!(!desk.world.may(&desk.bob.person, &format!("fs:{}:see", desk.file)), "he is out");
    let again = desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await;
    assert_eq!(again.refusal(), (404, "subject_does_not_exist"));
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    assert!(!desk.reads(&desk.bob));
    assert_eq!(desk.world.v1("GET", &row, Value::Null).await.body["why_not"], "silenced");
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    assert!(desk.reads(&desk.bob), "who narrowed it gives more");
    assert_eq!(desk.grants().await.len(), 1);
}
