//! A client that knows only the published page: its paths, its parameters and the shapes of its answers.

use super::wallet::{FORMATS, HASH, Wallet, encode};
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

const PRESENT: &str = "Data is present for the given details";

/// The answer has every member of the page's example, of the same type, and says the same words.
fn assert_as_shown(status: u16, answer: &Answer, example: &Value) {
    assert_eq!((answer.status, answer.content_type.as_str()), (status, "application/json"), "{}", answer.body);
    assert_eq!(answer.body["message"], example["message"]);
    let Some(data) = example.get("data") else { return };
    let shown = |found: &Value, example: &Value| {
        for (name, value) in example.as_object().unwrap() {
            assert_eq!(found[name].is_number(), value.is_number(), "{name}: {found}");
            assert_eq!(found[name].is_string(), value.is_string(), "{name}: {found}");
        }
    };
    match data.as_array() {
        None => shown(&answer.body["data"], data),
        Some(rows) => {
            let found = answer.body["data"].as_array().unwrap();
            assert_eq!(found.len(), rows.len(), "{}", answer.body);
            found.iter().zip(rows).for_each(|(found, row)| shown(found, row));
        }
    }
}

fn shown_request(status: &str) -> Value {
    let row = json!({
        "id": "reqid1", "owner_id": "ownerid", "client_id": "clientid", "lookup_hash": "lookuphash", "status": status,
        "message": "Please share this file", "created_at": "2025-06-04T12:00:00",
    });
    json!({ "message": PRESENT, "data": [row] })
}

#[actix_web::test]
async fn a_client_that_shares_by_the_published_page_alone_works_in_every_format() {
    for format in FORMATS {
        let world = World::new();
        let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
        let ticket = encode(&alice.ticket(&bob.id(), HASH));
        let body = json!({
            "auth_ticket": ticket, "message": "Here is your file", "share_info_type": "private",
            "link": "https://share.link",
        });
        let data = json!({
            "auth_ticket": "base64ticket...", "message": "Here is your file", "share_info_type": "private",
            "client_id": "sender_client_id", "receiver": "receiver_client_id", "lookup_hash": "lookuphash123",
            "sender_name": "Alice", "link": "https://share.link", "receiver_name": "Bob",
        });
        let added = json!({ "message": "shareinfo added successfully", "data": data });
        assert_as_shown(201, &alice.send_as(&world, format, "POST", "/v2/shareinfo", &body).await, &added);
        let sent = json!([{
            "id": 1, "auth_ticket": "", "message": "", "share_info_type": "", "receiver_client_id": "", "link": "",
            "receiver_name": "", "lookup_hash": "", "created_at": "", "updated_at": "",
        }]);
        let received = json!([{
            "auth_ticket": "", "message": "", "share_info_type": "", "client_id": "", "receiver_client_id": "",
            "lookup_hash": "", "sender_name": "", "created_at": "", "updated_at": "",
        }]);
        let query = format!("shareInfoType=private&limit=10&offset=0&lookup_hash={HASH}");
        let answer = alice.get(&world, &format!("/v2/shareinfo/shared?{query}&exclude_ai=true")).await;
        assert_as_shown(200, &answer, &json!({ "message": PRESENT, "data": sent }));
        let answer = bob.get(&world, &format!("/v2/shareinfo/received?{query}")).await;
        assert_as_shown(200, &answer, &json!({ "message": PRESENT, "data": received }));
        for message in ["deleting shareinfo successful", "no shareinfo was deleted for these details"] {
            let path = format!("/v2/shareinfo?auth_ticket={ticket}&lookup_hash={HASH}");
            assert_as_shown(200, &alice.delete(&world, &path).await, &json!({ "message": message }));
        }
    }
}

#[actix_web::test]
async fn a_client_that_asks_by_the_published_page_alone_works_in_every_format() {
    for format in FORMATS {
        let world = World::new();
        let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
        let ticket = encode(&alice.ticket(&bob.id(), HASH));
        let body = json!({
            "owner_id": alice.id(), "auth_ticket": ticket, "lookup_hash": HASH, "message": "Please share this file",
        });
        let created = json!({ "message": "New Share Request is created" });
        assert_as_shown(201, &bob.send_as(&world, format, "POST", "/v2/sharereq", &body).await, &created);
        let query = format!("client_id={}&lookup_hash={HASH}&status=pending&all=true&offset=0&limit=10", bob.id());
        let asked = alice.get(&world, &format!("/v2/sharereq/received?{query}")).await;
        assert_as_shown(200, &asked, &shown_request("pending"));
        let id = asked.body["data"][0]["id"].clone();
        let body = json!({ "id": id, "status": "approved", "link": "https://share.link", "auth_ticket": ticket });
        let updated = json!({ "message": "share request updated successfully" });
        assert_as_shown(200, &alice.send_as(&world, format, "PUT", "/v2/sharereq", &body).await, &updated);
        let query = format!("owner_id={}&lookup_hash={HASH}&status=approved&all=true&offset=0&limit=10", alice.id());
        let answer = bob.get(&world, &format!("/v2/sharereq/requested?{query}")).await;
        assert_as_shown(200, &answer, &shown_request("approved"));
        assert_eq!(answer.body["data"][0]["status"], "approved");
        let shared = bob.list(&world, "received", "private").await;
        assert_eq!((shared.len(), &shared[0]["auth_ticket"]), (1, &json!(ticket)), "it also writes what is shared");
        let answer = bob.delete(&world, &format!("/v2/sharereq?id={}", id.as_str().unwrap())).await;
        assert_as_shown(200, &answer, &json!({ "message": "share request deleted successfully" }));
    }
}
