//! Shares by ticket over the engine: what gives access, and how it ends.

use super::wallet::{Wallet, encode, error, hash_of};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::World;
use vouchsafe_types::EntryId;

pub(super) struct Desk {
    pub(super) world: World,
    pub(super) alice: Wallet,
    pub(super) bob: Wallet,
    pub(super) eve: Wallet,
    pub(super) file: EntryId,
    pub(super) hash: String,
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::within(World::new()).await
    }

    pub(super) async fn within(world: World) -> Self {
        let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
        let eve = Wallet::new(&world, "eve", 0x40).await;
        let file = world.file("/alice/docs/report.pdf");
        let hash = hash_of(&world, file).await;
        Self { world, alice, bob, eve, file, hash }
    }

    pub(super) fn reads(&self, who: &Wallet) -> bool {
        self.world.may(&who.person, &format!("fs:{}:read", self.file))
    }

    pub(super) fn writes(&self, who: &Wallet) -> bool {
        self.world.may(&who.person, &format!("fs:{}:write", self.file))
    }

    pub(super) fn ticket(&self, client: &str) -> Value {
        self.alice.ticket(client, &self.hash)
    }

    pub(super) async fn received(&self, who: &Wallet, kind: &str) -> usize {
        who.list(&self.world, "received", kind).await.len()
    }

    pub(super) async fn grants(&self) -> Vec<Value> {
        let answer = self.world.v1("GET", &format!("/v1/grants?entry={}", self.file), Value::Null).await;
        answer.body["items"].as_array().unwrap().clone()
    }

    pub(super) async fn take_back(&self) {
        let answer = self.alice.delete(&self.world, &format!("/v2/shareinfo?lookup_hash={}", self.hash)).await;
        assert_eq!(answer.body["message"], "deleting shareinfo successful");
    }
}

#[actix_web::test]
async fn a_private_share_by_its_owner_is_a_grant_that_every_face_sees() {
    let desk = Desk::new().await;
    assert!(!desk.reads(&desk.bob));
    assert_eq!(desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await.status, 201);
    assert!(desk.reads(&desk.bob) && !desk.writes(&desk.bob) && !desk.reads(&desk.eve));
    let grants = desk.grants().await;
    assert_eq!(grants.len(), 1);
    assert_eq!(
        ["issuer", "access", "origin", "expires_at"].map(|key| &grants[0][key]),
        [&json!("alice"), &json!("read"), &json!("zus"), &Value::Null]
    );
    let asked = json!({ "user": "bob", "resource": "/alice/docs/report.pdf" });
    let stat = desk.world.call("POST", "/acl/stat-user-user", &desk.alice.person.token, asked).await;
    assert!(stat.body.to_string().contains("read"), "{}", stat.body);
    desk.take_back().await;
    assert!(!desk.reads(&desk.bob) && desk.grants().await.is_empty());
    assert_eq!(desk.received(&desk.bob, "private").await, 0);
    let audit = desk.world.v1("GET", &format!("/v1/audit?entry={}", desk.file), Value::Null).await;
    let actions: Vec<&str> =
        audit.body["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["grant", "revoke"]);
}

#[actix_web::test]
async fn the_ticket_of_a_directory_covers_every_path_below_it() {
    let desk = Desk::new().await;
    let dir = desk.world.dir("/alice/photos/2026");
    let below = desk.world.file("/alice/photos/2026/may/sea.jpg");
    let beside = desk.world.file("/alice/photos/2026b/sea.jpg");
    let mut ticket = desk.alice.ticket(&desk.bob.id(), &hash_of(&desk.world, dir).await);
    ticket["reference_type"] = json!("d");
    ticket["actual_file_hash"] = Value::Null;
    assert_eq!(desk.alice.posts(&desk.world, &ticket).await.status, 201);
    let reads = |entry| desk.world.may(&desk.bob.person, &format!("fs:{entry}:read"));
    assert!(reads(below) && !reads(beside) && !reads(desk.file));
}

#[actix_web::test]
async fn a_forged_ticket_is_a_record_that_gives_nothing() {
    let desk = Desk::new().await;
    let good = desk.ticket("");
    let with = |key: &str, value: Value| {
        let mut ticket = good.clone();
        ticket[key] = value;
        ticket
    };
    let of_other = desk.alice.ticket("", "other");
    let mut future = good.clone();
    future["timestamp"] = json!(1_900_000_000);
    let forged = [
        ("no signature", with("signature", Value::Null)),
        ("another's signature", desk.eve.signed(good.clone())),
        ("the signature of another ticket", with("signature", of_other["signature"].clone())),
        ("a longer time", with("expiration", json!(4_000_000_000_i64))),
        ("another name", with("file_name", json!("x"))),
        ("a private ticket made public", {
            let mut ticket = desk.ticket(&desk.bob.id());
            ticket["client_id"] = json!("");
            ticket
        }),
        ("truncated", with("signature", json!(good["signature"].as_str().unwrap()[2..].to_owned()))),
        ("issued in the future", desk.alice.signed(future)),
    ];
    for (what, ticket) in forged {
        assert_eq!(desk.eve.posts(&desk.world, &ticket).await.status, 201, "{what}");
        assert!(!desk.reads(&desk.eve) && desk.grants().await.is_empty(), "{what}");
        assert_eq!(desk.received(&desk.eve, "public").await, 1, "{what}");
    }
    // A ticket that names herself as the owner of what is not hers.
    for client in [String::new(), desk.bob.id(), desk.eve.id()] {
        assert_eq!(desk.eve.posts(&desk.world, &desk.eve.ticket(&client, &desk.hash)).await.status, 201);
    }
    // One that names its owner and another receiver.
    let private = desk.eve.signed(desk.ticket(&desk.eve.id()));
    assert_eq!(error(&desk.eve.posts(&desk.world, &private).await).0, 400);
    // A request does not become more by what it came with.
    let body = json!({ "auth_ticket": encode(&desk.ticket(&desk.eve.id())) });
    assert_eq!(desk.eve.send(&desk.world, "POST", "/v2/sharereq", &body).await.status, 201);
    assert!(!desk.reads(&desk.eve) && !desk.reads(&desk.bob) && desk.grants().await.is_empty());
}

#[actix_web::test]
async fn a_published_ticket_that_its_owner_signed_lets_who_keeps_it_read() {
    let desk = Desk::new().await;
    assert_eq!(desk.bob.posts(&desk.world, &desk.ticket("")).await.status, 201);
    assert!(desk.reads(&desk.bob) && !desk.reads(&desk.eve));
    assert_eq!(desk.grants().await[0]["issuer"], "alice");
    // What is not signed takes no place of what is.
    let mut forged = desk.ticket("");
    forged["file_name"] = json!("x");
    let answer = desk.bob.posts(&desk.world, &forged).await;
    let kept = json!(encode(&desk.ticket("")));
    assert_eq!((answer.status, &answer.body["data"]["auth_ticket"]), (201, &kept));
    assert_eq!(desk.bob.list(&desk.world, "received", "public").await[0]["auth_ticket"], kept);
    assert!(desk.reads(&desk.bob) && desk.grants().await.len() == 1);
    // Put away, it gives nothing, and may be kept again.
    desk.bob.delete(&desk.world, &format!("/v2/shareinfo?lookup_hash={}", desk.hash)).await;
    assert!(!desk.reads(&desk.bob) && desk.grants().await.is_empty());
    assert_eq!(desk.bob.posts(&desk.world, &desk.ticket("")).await.status, 201);
    assert!(desk.reads(&desk.bob));
}

#[actix_web::test]
async fn a_ticket_that_was_taken_back_cannot_be_used_again() {
    let desk = Desk::new().await;
    let published = desk.ticket("");
    desk.bob.posts(&desk.world, &published).await;
    assert!(desk.reads(&desk.bob));
    desk.take_back().await;
    for who in [&desk.bob, &desk.eve] {
        assert_eq!(who.posts(&desk.world, &published).await.status, 201, "kept as a record");
        assert!(!desk.reads(who));
    }
    desk.take_back().await;
    desk.world.clock.advance(TimeDelta::seconds(10));
    let mut newer = published.clone();
    newer["timestamp"] = json!(1_800_000_005);
    let newer = desk.alice.signed(newer);
    desk.bob.posts(&desk.world, &newer).await;
    assert!(desk.reads(&desk.bob), "she has published it anew");
    // Revoked from one in another face, it stays revoked for him, and good for others.
    let id = desk.grants().await[0]["id"].as_str().unwrap().to_owned();
    desk.world.call("DELETE", &format!("/v1/grants/{id}"), &desk.alice.person.token, Value::Null).await;
    for (who, reads) in [(&desk.bob, false), (&desk.eve, true)] {
        assert_eq!(who.posts(&desk.world, &newer).await.status, 201);
        assert_eq!(desk.reads(who), reads, "{}", who.name);
    }
}

#[actix_web::test]
async fn what_anybody_can_forge_takes_nothing_back_and_who_leaves_may_come_again() {
    let desk = Desk::new().await;
    let published = desk.ticket("");
    let mut forged = published.clone();
    forged["signature"] = json!("00");
    desk.eve.posts(&desk.world, &forged).await;
    desk.take_back().await;
    assert_eq!(desk.bob.posts(&desk.world, &published).await.status, 201);
    assert!(desk.reads(&desk.bob), "she has only deleted what eve forged");
    let leave = format!("/v1/entries/{}/leave", desk.file);
    assert_eq!(desk.world.call("POST", &leave, &desk.bob.person.token, json!({})).await.status, 200);
    assert!(!desk.reads(&desk.bob));
    desk.bob.posts(&desk.world, &published).await;
    assert!(desk.reads(&desk.bob), "he left by himself");
    assert_eq!(desk.received(&desk.bob, "public").await, 1);
}

#[actix_web::test]
async fn revoking_anywhere_empties_the_lists() {
    let desk = Desk::new().await;
    let (file, token) = (desk.file, desk.alice.person.token.clone());
    let share = async || {
        assert_eq!(desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await.status, 201);
        assert!(desk.reads(&desk.bob));
        assert_eq!(desk.received(&desk.bob, "private").await, 1);
    };
    let gone = async |how: &str| {
        assert!(!desk.reads(&desk.bob), "{how}");
        assert_eq!(desk.received(&desk.bob, "private").await, 0, "{how}");
        assert_eq!(desk.alice.list(&desk.world, "shared", "private").await.len(), 0, "{how}");
    };
    share().await;
    let body = json!({ "target_username": "bob", "permission": format!("fs:{file}:read") });
    desk.world.call("POST", "/auth/revoke-user-user", &token, body).await;
    gone("Puter").await;
    share().await;
    let id = desk.grants().await[0]["id"].as_str().unwrap().to_owned();
    desk.world.call("DELETE", &format!("/v1/grants/{id}"), &token, Value::Null).await;
    gone("/v1").await;
    share().await;
    let left = desk.world.call("POST", &format!("/v1/entries/{file}/leave"), &desk.bob.person.token, json!({})).await;
    assert_eq!(left.status, 200, "{}", left.body);
    gone("by leaving").await;
    share().await;
    desk.world.vouchsafe.suspend_user("alice", true).unwrap();
    assert!(!desk.reads(&desk.bob));
    assert_eq!(desk.received(&desk.bob, "private").await, 0, "dormant: left out");
    desk.world.vouchsafe.suspend_user("alice", false).unwrap();
    assert_eq!(desk.received(&desk.bob, "private").await, 1);
    desk.world.v1("DELETE", &format!("/v1/entries/{file}"), Value::Null).await;
    gone("with the file").await;
    let other = desk.world.file("/alice/other.txt");
    let ticket = desk.alice.ticket(&desk.bob.id(), &hash_of(&desk.world, other).await);
    desk.alice.posts(&desk.world, &ticket).await;
    desk.world.vouchsafe.delete_user("alice").unwrap();
    assert_eq!(desk.received(&desk.bob, "private").await, 0);
}

#[actix_web::test]
async fn the_end_of_a_ticket_is_the_end_of_its_grant() {
    let desk = Desk::new().await;
    let until = |end: i64| {
        let mut ticket = desk.ticket(&desk.bob.id());
        ticket["expiration"] = json!(end);
        ticket
    };
    let end = async || desk.grants().await[0]["expires_at"].clone();
    desk.alice.posts(&desk.world, &until(1_800_000_100)).await;
    assert_eq!(end().await, "2027-01-15T08:01:40.000000Z");
    desk.alice.posts(&desk.world, &until(0)).await;
    assert_eq!(end().await, Value::Null);
    desk.alice.posts(&desk.world, &until(1_800_000_050)).await;
    assert_eq!(end().await, "2027-01-15T08:00:50.000000Z", "a new ticket may shorten it");
    assert_eq!(desk.grants().await.len(), 1);
    desk.world.clock.advance(TimeDelta::seconds(50));
    assert!(!desk.reads(&desk.bob));
    assert_eq!(desk.received(&desk.bob, "private").await, 1, "expired tickets stay listed");
    desk.alice.posts(&desk.world, &until(0)).await;
    assert!(desk.reads(&desk.bob));
}

#[actix_web::test]
async fn a_share_by_ticket_lowers_nothing_and_what_is_more_is_not_lowered_by_it() {
    let desk = Desk::new().await;
    desk.alice.person.gives(&desk.world, "/alice/docs/report.pdf", "write", "bob").await;
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    assert!(desk.writes(&desk.bob));
    assert_eq!(desk.grants().await.len(), 1);
    // Public tickets that he keeps and puts away do not cost him what he was given otherwise.
    desk.bob.posts(&desk.world, &desk.ticket("")).await;
    desk.bob.delete(&desk.world, &format!("/v2/shareinfo?lookup_hash={}", desk.hash)).await;
    assert!(desk.writes(&desk.bob));
    assert_eq!(desk.received(&desk.bob, "private").await, 1);
    // Raised in another face, the share by ticket stays one.
    desk.alice.posts(&desk.world, &desk.ticket(&desk.eve.id())).await;
    desk.alice.person.gives(&desk.world, "/alice/docs/report.pdf", "write", "eve").await;
    assert!(desk.writes(&desk.eve));
    assert_eq!(desk.received(&desk.eve, "private").await, 1);
    desk.take_back().await;
    assert!(!desk.reads(&desk.bob) && !desk.reads(&desk.eve), "the owner takes back what the share stands for");
}

#[actix_web::test]
async fn who_may_share_shares_by_ticket_and_it_ends_with_his_authority() {
    let desk = Desk::new().await;
    desk.alice.person.gives(&desk.world, "/alice/docs/report.pdf", "manage", "bob").await;
    assert_eq!(desk.bob.posts(&desk.world, &desk.bob.ticket(&desk.eve.id(), &desk.hash)).await.status, 201);
    assert!(desk.reads(&desk.eve));
    let body = json!({ "user": "bob", "resource": "/alice/docs/report.pdf", "mode": "read" });
    desk.world.call("POST", "/acl/set-user-user", &desk.alice.person.token, body).await;
    assert!(!desk.reads(&desk.eve));
    assert_eq!(desk.received(&desk.eve, "private").await, 0);
}

#[actix_web::test]
async fn a_hash_stays_the_same_when_the_file_moves() {
    let desk = Desk::new().await;
    desk.alice.posts(&desk.world, &desk.ticket(&desk.bob.id())).await;
    let to = json!({ "path": "/alice/moved.pdf" });
    desk.world.v1("POST", &format!("/v1/entries/{}/move", desk.file), to).await;
    assert_eq!(hash_of(&desk.world, desk.file).await, desk.hash);
    assert!(desk.reads(&desk.bob));
    let to = json!({ "path": "/bob/taken.pdf" });
    desk.world.v1("POST", &format!("/v1/entries/{}/move", desk.file), to).await;
    assert_eq!(desk.received(&desk.bob, "private").await, 0, "it is his own now");
    assert_eq!(desk.alice.posts(&desk.world, &desk.ticket(&desk.eve.id())).await.status, 201);
    assert!(!desk.reads(&desk.eve), "and hers no more");
}

#[actix_web::test]
async fn an_approval_is_a_grant_and_a_grant_is_an_approval() {
    let desk = Desk::new().await;
    let ask = async |who: &Wallet| {
        let body = json!({ "owner_id": desk.alice.id(), "lookup_hash": desk.hash });
        let answer = who.send(&desk.world, "POST", "/v2/sharereq", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["data"].clone()
    };
    let id = ask(&desk.bob).await;
    let ticket = encode(&desk.ticket(""));
    let body = json!({ "id": id, "status": "approved", "auth_ticket": ticket });
    assert_eq!(desk.alice.send(&desk.world, "PUT", "/v2/sharereq", &body).await.status, 200);
    assert!(desk.reads(&desk.bob) && !desk.reads(&desk.eve));
    // In another face.
    ask(&desk.eve).await;
    assert_eq!(desk.alice.person.shares(&desk.world, "/alice/docs/report.pdf", "eve").await.status, 200);
    let requests = desk.eve.get(&desk.world, "/v2/sharereq/requested").await;
    assert_eq!(requests.body["data"][0]["status"], "approved");
    let shared = desk.eve.list(&desk.world, "received", "private").await;
    assert_eq!((shared.len(), &shared[0]["lookup_hash"]), (1, &json!(desk.hash)));
    let again = json!({ "owner_id": desk.alice.id(), "lookup_hash": desk.hash });
    let refused = desk.eve.send(&desk.world, "POST", "/v2/sharereq", &again).await;
    assert!(error(&refused).1.starts_with("request_already_approved"));
    // Revoked, one may ask again.
    let body = json!({ "target_username": "eve", "permission": format!("fs:{}:read", desk.file) });
    desk.world.call("POST", "/auth/revoke-user-user", &desk.alice.person.token, body).await;
    assert_eq!(desk.received(&desk.eve, "private").await, 0);
    ask(&desk.eve).await;
}

#[actix_web::test]
async fn a_request_for_a_share_link_can_be_approved_here() {
    let desk = Desk::new().await;
    desk.alice.person.shares(&desk.world, "/alice/docs/report.pdf", "zoe@example.org").await;
    let now = chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap();
    let mails = desk.world.store().read(|tx| tx.list_due_messages(now, 10)).unwrap();
    let link = mails[0].payload["link"].as_str().unwrap();
    let token = link.split_once("share_token=").unwrap().1;
    let checked = desk.world.call("POST", "/sharelink/check", "", json!({ "token": token })).await;
    let body = json!({ "uid": checked.body["uid"] });
    for _ in 0..2 {
        let asked = desk.world.call("POST", "/sharelink/request", &desk.bob.person.token, body.clone()).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
    }
    let requests = desk.alice.get(&desk.world, "/v2/sharereq/received").await.body["data"].clone();
    assert_eq!(requests.as_array().unwrap().len(), 1);
    assert_eq!(
        ["client_id", "lookup_hash", "status"].map(|key| &requests[0][key]),
        [&json!(desk.bob.id()), &json!(desk.hash), &json!("pending")]
    );
    let body = json!({ "id": requests[0]["id"], "status": "approved", "auth_ticket": encode(&desk.ticket("")) });
    assert_eq!(desk.alice.send(&desk.world, "PUT", "/v2/sharereq", &body).await.status, 200);
    assert!(desk.reads(&desk.bob));
}

#[actix_web::test]
async fn tokens_share_as_signatures_do_under_the_ids_of_entries() {
    let desk = Desk::new().await;
    let (carol, dan) = (desk.world.person("carol"), desk.world.person("dan"));
    let file = desk.world.file("/carol/a.txt");
    let entry = desk.world.v1("GET", &format!("/v1/entries/{file}"), Value::Null).await.body;
    let plain = |name: &str| desk.world.vouchsafe.user(name).unwrap().id.as_uuid().simple().to_string();
    assert_eq!(entry["allocation_id"], plain("carol"));
    let ticket =
        json!({ "owner_id": plain("carol"), "client_id": plain("dan"), "file_path_hash": entry["lookup_hash"] });
    let body = json!({ "auth_ticket": encode(&ticket) });
    let answer = desk.world.call("POST", "/v2/shareinfo", &carol.token, body.clone()).await;
    assert_eq!((answer.status, &answer.body["data"]["receiver_name"]), (201, &json!("dan")), "{}", answer.body);
    assert!(desk.world.may(&dan, &format!("fs:{file}:read")));
    let list = "/v2/shareinfo/received?shareInfoType=private";
    let received = desk.world.call("GET", list, &dan.token, Value::Null).await;
    assert_eq!(received.body["data"][0]["client_id"], plain("carol"));
    // A key that he gets later hides nothing of it from his token.
    desk.world.v1("PUT", "/v1/users/dan", json!({ "client_keys": ["ab".repeat(64)] })).await;
    let received = desk.world.call("GET", list, &dan.token, Value::Null).await;
    assert_eq!(received.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(error(&desk.world.call("POST", "/v2/shareinfo", &dan.token, body).await).0, 400);
    // A ticket in the name of somebody without a key is nobody's but his.
    let public = json!({ "owner_id": plain("carol"), "file_path_hash": entry["lookup_hash"], "signature": "00" });
    let body = json!({ "auth_ticket": encode(&public) });
    assert_eq!(desk.world.call("POST", "/v2/shareinfo", &desk.eve.person.token, body).await.status, 201);
    assert!(!desk.world.may(&desk.eve.person, &format!("fs:{file}:read")));
}
