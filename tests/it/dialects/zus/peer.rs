//! What the peer's own published tests assert, row by row (zus.md 6), as its clients send it.

use super::wallet::{Format, HASH, Wallet, encode, error};
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

/// Two owners and two who ask, with native shapes.
struct Peer {
    world: World,
    owner: Wallet,
    second: Wallet,
    client: Wallet,
    other: Wallet,
}

impl Peer {
    async fn new() -> Self {
        let world = World::with(|settings| {
            settings.are_limits_on = false;
            settings.zus.is_native = true;
        });
        let owner = Wallet::new(&world, "owner", 0).await;
        let second = Wallet::new(&world, "second", 0x20).await;
        let client = Wallet::new(&world, "client", 0x40).await;
        let other = Wallet::new(&world, "other", 0x60).await;
        Self { world, owner, second, client, other }
    }

    async fn share(&self, body: &Value) -> Answer {
        self.owner.send_as(&self.world, Format::Form, "POST", "/v2/shareinfo", body).await
    }

    async fn ask(&self, who: &Wallet, owner: &Wallet, hash: &str) -> Answer {
        // Such tickets carry only these, and may be for anybody.
        let ticket = json!({
            "client_id": who.id(), "owner_id": owner.id(), "file_name": "a.txt", "file_path_hash": hash,
        });
        let body =
            json!({ "auth_ticket": encode(&ticket), "message": "hi", "lookup_hash": hash, "owner_id": owner.id() });
        who.send(&self.world, "POST", "/v2/sharereq", &body).await
    }

    async fn update(&self, who: &Wallet, id: &Value, status: &str, ticket: Option<&Value>) -> Answer {
        let mut body = json!({ "id": id, "status": status, "link": "link" });
        if let Some(ticket) = ticket {
            body["auth_ticket"] = encode(ticket).into();
        }
        who.send_as(&self.world, Format::Form, "PUT", "/v2/sharereq", &body).await
    }

    async fn ids(&self, who: &Wallet, path: &str) -> Vec<i64> {
        let answer = who.get(&self.world, &format!("/v2/sharereq/{path}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }
}

#[actix_web::test]
async fn rows_1_to_13_share_infos() {
    let peer = Peer::new().await;
    let (world, owner) = (&peer.world, &peer.owner);
    let to_self = owner.ticket(&owner.id(), HASH);
    let ticket = encode(&to_self);
    let posted = peer.share(&json!({ "auth_ticket": ticket, "message": "sample" })).await;
    assert_eq!((posted.status, &posted.body["message"]), (201, &json!("shareinfo added successfully")), "row 1");
    let refused = peer.share(&json!({ "auth_ticket": "invalid_ticket" })).await;
    assert!(refused.status == 400 && refused.body.is_object(), "row 2");
    let refused = peer.share(&json!({ "auth_ticket": "abc" })).await;
    let exact = json!({ "error": "illegal base64 data at input byte 0" });
    assert_eq!((refused.status, refused.body), (400, exact), "row 3");
    let shared = owner.list(world, "shared", "private").await;
    assert_eq!((shared.len(), &shared[0]["receiver_client_id"]), (1, &json!(owner.id())), "row 4");
    let received = owner.list(world, "received", "private").await;
    assert_eq!((received.len(), &received[0]["client_id"]), (1, &json!(owner.id())), "row 5");
    let answer = owner.get(world, "/v2/shareinfo/received?share_info_type=private").await;
    assert_eq!(answer.body["message"], "Data is present for the given details", "row 6");
    assert_eq!(answer.body["data"][0]["message"], "sample", "row 6");
    let path = format!("/v2/shareinfo?auth_ticket={ticket}&lookup_hash=");
    let deleted = owner.delete(world, &path).await;
    assert_eq!((deleted.status, &deleted.body["message"]), (200, &json!("deleting shareinfo successful")), "row 7");
    let empty = owner.delete(world, "/v2/shareinfo?auth_ticket=&lookup_hash=").await;
    let exact = json!({ "error": "invalid params: pass atleast one of lookuphash or authticket" });
    assert_eq!((empty.status, empty.body), (400, exact), "row 8");
    let nothing = owner.delete(world, &path).await;
    assert!(nothing.status == 200 && nothing.body.is_object(), "row 9");
    assert_eq!(peer.share(&json!({ "auth_ticket": ticket })).await.status, 201, "row 10");
    assert_eq!(owner.list(world, "shared", "private").await.len(), 1, "row 10");
    assert_eq!(owner.delete(world, &path).await.status, 200, "row 10");
    assert_eq!(owner.list(world, "shared", "private").await.len(), 0, "row 10");
    let declared = json!({ "auth_ticket": ticket, "share_info_type": "public" });
    assert_eq!(peer.share(&declared).await.status, 201, "rows 11 and 13");
    assert_eq!(owner.list(world, "shared", "private").await.len(), 1, "row 11: the declared type is ignored");
    let mut directory = owner.ticket(&owner.id(), "dir");
    directory["reference_type"] = json!("d");
    directory.as_object_mut().unwrap().remove("actual_file_hash");
    assert_eq!(peer.share(&json!({ "auth_ticket": encode(&directory) })).await.status, 201, "row 12");
    assert_eq!(owner.list(world, "shared", "private").await.len(), 2, "row 12");
}

#[actix_web::test]
async fn rows_14_to_18_old_tickets_wrong_signatures_and_empty_lists() {
    let peer = Peer::new().await;
    let (world, owner) = (&peer.world, &peer.owner);
    peer.share(&json!({ "auth_ticket": encode(&owner.ticket("", HASH)) })).await;
    let path = |what: &str| format!("/v2/shareinfo/public/{what}?lookup_hash={HASH}");
    assert_eq!(owner.get(world, &path("check")).await.status, 200, "row 14");
    assert_eq!(owner.delete(world, &path("revoke")).await.status, 200, "row 14");
    assert_eq!(owner.get(world, &path("check")).await.status, 404, "row 14");
    for who in [owner, &peer.second, &peer.client] {
        let old = json!({
            "client_id": "", "owner_id": who.id(), "file_path_hash": "old", "expiration": 0,
            "timestamp": 1_650_000_000, "signature": "one for all of them",
        });
        assert_eq!(who.posts(world, &old).await.status, 201, "row 15");
    }
    let mut wrong = owner.headers();
    wrong[3].1 = peer.second.headers()[3].1.clone();
    let refused = world.with_headers(&wrong, "GET", "/v2/sharereq/received", "").await;
    let exact = json!({ "error": { "code": "invalid_header", "msg": "Invalid signature." } });
    assert_eq!((refused.status, refused.body), (400, exact), "row 16");
    let strict = World::with(|settings| settings.zus.is_csrf_required = true);
    let someone = Wallet::new(&strict, "owner", 0).await;
    for token in [None, Some("test_csrf_token")] {
        let mut headers = someone.headers();
        headers.extend(token.map(|token| ("X-CSRF-TOKEN", token.to_owned())));
        let refused = strict.with_headers(&headers, "GET", "/v2/sharereq/received", "").await;
        assert_eq!((refused.status, refused.body.is_object()), (400, true), "row 17");
    }
    for side in ["received", "requested"] {
        assert_eq!(peer.ids(owner, side).await, [0_i64; 0], "row 18");
    }
}

#[actix_web::test]
async fn rows_19_to_24_requests_and_their_lists() {
    let peer = Peer::new().await;
    let (owner, client) = (&peer.owner, &peer.client);
    let first = peer.ask(client, owner, "h1").await;
    assert_eq!((first.status, first.body["data"].is_i64()), (201, true), "row 19");
    let again = peer.ask(client, owner, "h1").await;
    assert!(again.status == 400 && error(&again).1.contains("request_already_created"), "row 20");
    for (who, of, hash) in [(client, owner, "h2"), (&peer.other, owner, "h1"), (client, &peer.second, "h1")] {
        assert_eq!(peer.ask(who, of, hash).await.status, 201, "row 21");
    }
    assert_eq!(peer.ids(owner, "received?all=true").await, [3, 2, 1], "row 22");
    assert_eq!(peer.ids(owner, &format!("received?all=true&client_id={}", client.id())).await, [2, 1], "row 23");
    assert_eq!(peer.ids(owner, "received?all=true&lookup_hash=h1").await, [3, 1], "row 23");
    assert_eq!(peer.ids(client, "requested?all=true").await, [4, 2, 1], "row 24");
    assert_eq!(peer.ids(client, "requested?all=true&lookup_hash=h2").await, [2], "row 24");
    let by_owner = format!("requested?all=true&owner_id={}", peer.second.id());
    assert_eq!(peer.ids(client, &by_owner).await, [4], "row 24");
    assert_eq!(peer.ids(client, "requested?limit=9&offset=9").await, [4], "only the newest without `all`");
}

#[actix_web::test]
async fn rows_25_to_36_answers() {
    let peer = Peer::new().await;
    let (world, owner, client) = (&peer.world, &peer.owner, &peer.client);
    let id = async |who: &Wallet, hash: &str| peer.ask(who, owner, hash).await.body["data"].clone();
    let received = async |hash: &str| {
        let path = format!("/v2/shareinfo/received?share_info_type=private&lookup_hash={hash}");
        client.get(world, &path).await.body["data"].as_array().unwrap().clone()
    };
    let (first, second, third) = (id(client, "h1").await, id(client, "h2").await, id(client, "h3").await);
    let approved = peer.update(owner, &first, "1", None).await;
    assert_eq!((approved.status, &approved.body["data"]["status"]), (201, &json!(1)), "row 25");
    assert_eq!(received("h1").await.len(), 1, "row 25");
    let newer = owner.ticket(&client.id(), "h2");
    assert_eq!(peer.update(owner, &second, "1", Some(&newer)).await.body["data"]["status"], 1, "row 26");
    let row = received("h2").await;
    assert_eq!((&row[0]["receiver_client_id"], &row[0]["auth_ticket"]), (&json!(client.id()), &json!(encode(&newer))));
    let third_wallet = owner.ticket(&peer.other.id(), "h3");
    assert_eq!(peer.update(owner, &third, "1", Some(&third_wallet)).await.status, 201, "row 27");
    let declined = peer.update(owner, &first, "2", None).await;
    assert!(declined.status == 400 && error(&declined).1.contains("status is in final state"), "row 28");
    let fourth = id(client, "h4").await;
    let stranger = peer.update(&peer.second, &fourth, "1", None).await;
    assert!(stranger.status == 400 && error(&stranger).1.contains("unauthorized:"), "row 29");
    let zero = peer.update(&peer.second, &fourth, "0", None).await;
    assert!(zero.status == 400 && error(&zero).1.contains("invalid status"), "row 30");
    assert_eq!(peer.update(owner, &fourth, "2", None).await.body["data"]["status"], 2, "row 31");
    let again = peer.ask(client, owner, "h1").await;
    assert!(again.status == 400 && error(&again).1.contains("request_already_approved"), "row 32");
    let fifth = peer.ask(client, owner, "h4").await;
    assert!(fifth.status == 201 && fifth.body["data"].is_i64(), "row 33");
    let with_status = peer.ids(owner, &format!("received?status=1&client_id={}", client.id())).await;
    assert_eq!(with_status, [third.as_i64().unwrap()], "row 34: the newest approved one");
    let newest = owner.get(world, &format!("/v2/sharereq/received?client_id={}", client.id())).await;
    assert_eq!(newest.body["data"].as_array().unwrap().len(), 1, "row 35");
    assert_eq!((&newest.body["data"][0]["id"], &newest.body["data"][0]["status"]), (&fifth.body["data"], &json!(0)));
    let deleted = client.delete(world, &format!("/v2/sharereq?id={}", fifth.body["data"])).await;
    assert_eq!((deleted.status, &deleted.body["data"]), (200, &json!(1)), "row 36");
}
