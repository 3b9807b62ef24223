//! Who takes back a private share leaves nothing of what it stood for, and takes nothing else.

use super::{grants::Desk, share_requests::ask, wallet::encode};
use serde_json::{Value, json};
use vouchsafe_tests::Visitor;

const END: &str = "2030-01-01T00:00:00Z";

impl Desk {
    /// Bob asks Alice for the file.
    async fn is_asked(&self) {
        assert_eq!(ask(&self.world, &self.bob, &self.alice, &self.hash).await.status, 201);
    }

    async fn status(&self) -> Value {
        self.bob.get(&self.world, "/v2/sharereq/requested").await.body["data"][0]["status"].clone()
    }

    /// Alice gives Bob this, by itself and until then.
    async fn gives(&self, access: &str, expires_at: Value) {
        let permission = format!("fs:{}:{access}", self.file);
        let body = json!({ "holder": { "user": "bob" }, "permission": permission, "expires_at": expires_at });
        let given = self.world.call("POST", "/v1/grants", &self.alice.person.token, body).await;
        assert!(given.status < 300, "{}", given.body);
    }

    /// Alice lets Bob edit for some time, on the page of the file.
    async fn shares_on_the_page(&self) {
        let mut page = Visitor::of(&self.world, &self.alice.person);
        let path = format!("/entry/{}", self.file);
        page.get(&path).await;
        let fields = [("recipients", "bob"), ("access", "write"), ("until", "2030-01-01")];
        page.post(&format!("{path}/share"), &fields).await;
        assert!(self.writes(&self.bob));
    }

    /// Alice posts a private ticket for Bob, with that end.
    async fn sends(&self, ends_at: i64) {
        let mut ticket = self.ticket(&self.bob.id());
        ticket["expiration"] = json!(ends_at);
        assert_eq!(self.alice.posts(&self.world, &ticket).await.status, 201);
    }

    async fn origins(&self) -> Vec<String> {
        let grants = self.grants().await;
        let mut origins: Vec<_> = grants.iter().map(|row| row["origin"].as_str().unwrap().to_owned()).collect();
        origins.sort_unstable();
        origins
    }

    /// Bob has nothing, and the lists of both say so.
    async fn has_nothing(&self, how: &str) {
        assert!(!self.reads(&self.bob) && !self.writes(&self.bob), "{how}");
        assert_eq!(self.origins().await, Vec::<String>::new(), "{how}");
        for kind in ["private", "public"] {
            assert_eq!(self.received(&self.bob, kind).await, 0, "{how}");
        }
    }
}

#[actix_web::test]
async fn what_somebody_took_and_was_then_given_goes_with_the_private_share() {
    for reposts in [false, true] {
        let desk = Desk::new().await;
        desk.bob.posts(&desk.world, &desk.ticket("")).await;
        desk.is_asked().await;
        desk.changes("read", json!(END)).await;
        assert_eq!(desk.status().await, "approved");
        desk.unpublish().await;
        assert!(desk.reads(&desk.bob), "it was given to him, too");
        if reposts {
            desk.sends(0).await;
            assert_eq!(desk.origins().await, ["taken", "zus"]);
        }
        desk.take_back().await;
        desk.has_nothing(&format!("{reposts}")).await;
        desk.bob.posts(&desk.world, &desk.ticket("")).await;
        assert!(!desk.reads(&desk.bob), "{reposts}: nor does the ticket let him in again");
    }
}

#[actix_web::test]
async fn what_somebody_took_stays_his_while_it_is_published() {
    let desk = Desk::new().await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    desk.is_asked().await;
    desk.changes("read", json!(END)).await;
    desk.sends(0).await;
    let private = desk.alice.list(&desk.world, "shared", "private").await.remove(0);
    assert_ne!(private["auth_ticket"], encode(&desk.ticket("")));
    let ticket = super::wallet::escape(private["auth_ticket"].as_str().unwrap());
    desk.alice.delete(&desk.world, &format!("/v2/shareinfo?auth_ticket={ticket}")).await;
    assert_eq!(desk.received(&desk.bob, "private").await, 0);
    assert_eq!(desk.alice.list(&desk.world, "shared", "public").await.len(), 1, "she is told of it");
    assert!(desk.reads(&desk.bob));
    desk.unpublish().await;
    desk.has_nothing("unpublished").await;
}

#[actix_web::test]
async fn an_invite_that_is_taken_up_answers_by_what_it_gives() {
    let desk = Desk::new().await;
    let unproven = vouchsafe_flows::UserChange { email_confirmed: Some(false), ..Default::default() };
    desk.world.vouchsafe.put_user(&"bob".parse().unwrap(), &unproven).unwrap();
    desk.alice.person.shares(&desk.world, "/alice/docs/report.pdf", "bob@example.org").await;
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    desk.is_asked().await;
    desk.world.vouchsafe.confirm_user("bob").unwrap();
    let now = vouchsafe_types::Clock::now(&*desk.world.clock);
    let invite = desk.world.store().read(|tx| tx.list_invites("bob@example.org", now)).unwrap().remove(0);
    let body = json!({ "uid": invite.id.to_string() });
    assert_eq!(desk.world.call("POST", "/sharelink/apply", &desk.bob.person.token, body).await.status, 200);
    assert_eq!((desk.status().await, desk.origins().await), (json!("approved"), vec!["puter".into(), "taken".into()]));
    desk.take_back().await;
    desk.has_nothing("by both").await;
}

#[actix_web::test]
async fn a_further_answer_does_not_outlive_the_share_nor_the_share_the_answer() {
    let desk = Desk::new().await;
    desk.sends(0).await;
    desk.is_asked().await;
    desk.shares_on_the_page().await;
    assert_eq!((desk.status().await, desk.grants().await.len()), (json!("approved"), 2));
    desk.take_back().await;
    desk.has_nothing("shared, then answered").await;
    // The other way round.
    desk.is_asked().await;
    desk.gives("write", json!(END)).await;
    desk.sends(0).await;
    assert!(desk.writes(&desk.bob) && desk.grants().await.len() == 2);
    desk.take_back().await;
    desk.has_nothing("answered, then shared").await;
}

#[actix_web::test]
async fn what_was_made_more_of_does_not_outlive_a_newer_ticket() {
    let desk = Desk::new().await;
    desk.sends(1_893_456_000).await;
    desk.changes("write", json!(END)).await;
    desk.sends(0).await;
    assert_eq!((desk.writes(&desk.bob), desk.origins().await.len()), (true, 2));
    desk.take_back().await;
    desk.has_nothing("raised").await;
    // What became one since is one.
    desk.sends(1_893_456_000).await;
    desk.changes("write", json!(END)).await;
    desk.sends(0).await;
    desk.gives("write", Value::Null).await;
    assert_eq!((desk.writes(&desk.bob), desk.origins().await.len()), (true, 1));
    desk.take_back().await;
    desk.has_nothing("made one").await;
}

#[actix_web::test]
async fn who_takes_back_a_further_answer_leaves_the_share_that_it_came_to() {
    let desk = Desk::new().await;
    desk.sends(0).await;
    desk.is_asked().await;
    desk.shares_on_the_page().await;
    let rows = desk.grants().await;
    let further = rows.iter().find(|row| row["origin"] != "zus").unwrap()["id"].as_str().unwrap();
    assert_eq!(desk.world.v1("DELETE", &format!("/v1/grants/{further}"), Value::Null).await.status, 200);
    assert!(desk.reads(&desk.bob) && !desk.writes(&desk.bob));
    assert_eq!((desk.received(&desk.bob, "private").await, desk.origins().await), (1, vec!["zus".to_owned()]));
    let leave = format!("/v1/entries/{}/leave", desk.file);
    desk.shares_on_the_page().await;
    assert_eq!(desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await.status, 200);
    desk.has_nothing("left").await;
}

#[actix_web::test]
async fn what_was_given_in_another_face_and_never_shared_here_stays() {
    let desk = Desk::new().await;
    for _ in 0..2 {
        desk.gives("write", json!(END)).await;
        desk.sends(0).await;
        desk.take_back().await;
        assert!(desk.writes(&desk.bob));
        assert_eq!((desk.grants().await.len(), desk.received(&desk.bob, "private").await), (1, 0));
    }
}

#[actix_web::test]
async fn an_answer_stays_with_the_private_share_that_stood_for_it_before_when_the_public_ticket_is_taken_back() {
    let desk = Desk::new().await;
    assert_eq!(desk.bob.posts(&desk.world, &desk.ticket("")).await.status, 201);
    desk.is_asked().await;
    desk.changes("read", json!(END)).await;
    assert_eq!(desk.status().await, "approved");
    desk.sends(1_800_000_003).await;
    desk.world.clock.advance(chrono::TimeDelta::seconds(10));
    assert!(desk.reads(&desk.bob));
    desk.unpublish().await;
    assert!(desk.reads(&desk.bob), "until 2030, as it was answered");
}

#[actix_web::test]
async fn what_its_owner_cannot_give_by_a_ticket_that_ends_is_neither_given_nor_said_to_be() {
    let desk = Desk::new().await;
    let held = json!({ "holder": { "user": "bob" }, "permission": format!("fs:{}:see", desk.file), "exact": true });
    assert_eq!(desk.world.call("POST", "/v1/grants", &desk.alice.person.token, held).await.status, 201);
    desk.is_asked().await;
    let before = desk.world.counts();
    let mut ticket = desk.ticket(&desk.bob.id());
    ticket["expiration"] = json!(1_900_000_000);
    let answer = json!({ "id": 1, "status": "approved", "auth_ticket": encode(&ticket) });
    let answered = desk.alice.send(&desk.world, "PUT", "/v2/sharereq", &answer).await;
    let posted = desk.alice.posts(&desk.world, &ticket).await;
    assert_eq!((answered.status, posted.status), (400, 400), "{answered:?} {posted:?}");
    assert!(!desk.reads(&desk.bob) && desk.status().await == "pending");
    assert_eq!((desk.world.counts(), desk.received(&desk.bob, "private").await), (before, 0));
    ticket["expiration"] = json!(0);
    let answer = json!({ "id": 1, "status": "approved", "auth_ticket": encode(&ticket) });
    assert_eq!(desk.alice.send(&desk.world, "PUT", "/v2/sharereq", &answer).await.status, 200);
    assert!(desk.reads(&desk.bob));
}
