//! What each `/v1` route meets from clients that are broken or hostile.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

const ID: &str = "00000000-0000-4000-8000-000000000001";
const JSON: &str = "application/json";

/// Every route with a body: method, path, a good body.
fn routes() -> Vec<(&'static str, String, Value)> {
    let check = json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:read" });
    vec![
        (
            "PUT",
            "/v1/users/zoe".into(),
            json!({ "email": "zoe@x.org", "email_confirmed": true, "display_name": "Zoe" }),
        ),
        ("PUT", format!("/v1/groups/{ID}"), json!({ "owner": "ann", "name": "g", "members": [] })),
        (
            "PUT",
            format!("/v1/entries/{ID}"),
            json!({ "path": "/ann/x", "kind": "dir", "owner": "ann", "size": 0,
            "content_type": "a/b", "modified": "2026-01-01T00:00:00Z", "create_parents": false }),
        ),
        ("POST", format!("/v1/entries/{ID}/move"), json!({ "path": "/ann/y" })),
        (
            "PUT",
            "/v1/apps/app-9".into(),
            json!({ "name": "n", "owner": "ann", "protected": true, "metadata": {}, "index_url": "u" }),
        ),
        (
            "PUT",
            format!("/v1/sites/{ID}"),
            json!({ "name": "n", "owner": "ann", "associated_app_uid": "app-9", "root": ID, "protected": true }),
        ),
        ("POST", "/v1/check".into(), check.clone()),
        ("POST", "/v1/check/batch".into(), json!({ "checks": [check.clone()] })),
        ("POST", "/v1/explain".into(), check),
    ]
}

fn is_refused(what: &str, answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
    assert_eq!(answer.body["$"], "heyputer:api/APIError", "{what}: {}", answer.body);
    assert_eq!(answer.body["status"], answer.status, "{what}");
    assert!(answer.body["message"].is_string() && answer.body["code"].is_string(), "{what}");
}

#[actix_web::test]
async fn no_token_a_bad_one_and_wrong_methods() {
    let world = World::new();
    for (method, path, body) in routes() {
        let none = world.raw(method, &path, "", JSON, body.to_string()).await;
        assert_eq!(none.refusal(), (401, "token_missing"), "{path}");
        for token in ["nope", "vsk_nope"] {
            let bad = world.raw(method, &path, token, JSON, body.to_string()).await;
            assert_eq!(bad.refusal(), (401, "token_auth_failed"), "{path}");
        }
        let patch = world.raw("PATCH", &path, &world.key, JSON, body.to_string()).await;
        assert_eq!(patch.refusal(), (405, "method_not_allowed"), "{path}");
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read() {
    let world = World::new();
    world.people();
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024));
    for (method, path, _) in routes() {
        for (what, kind, body) in [
            ("another content type", "text/xml", b"<a/>".to_vec()),
            ("no JSON", JSON, b"{".to_vec()),
            ("100 levels", JSON, deep.clone().into_bytes()),
            ("2 MiB", JSON, large.clone().into_bytes()),
            ("no UTF-8", JSON, b"{\"name\":\"\xff\"}".to_vec()),
            ("an array", JSON, b"[]".to_vec()),
        ] {
            is_refused(&format!("{path}, {what}"), &world.raw(method, &path, &world.key, kind, body).await);
        }
    }
}

#[actix_web::test]
async fn fields_of_every_wrong_type_are_refused_and_write_nothing() {
    let world = World::new();
    world.people();
    let before = world.v1("POST", "/v1/check", routes()[6].2.clone()).await.body["revision"].clone();
    for (method, path, good) in routes() {
        for (field, value) in good.as_object().unwrap() {
            for wrong in [json!(5.5), json!([5]), json!({ "a": 1 }), json!("\u{0}")] {
                let same_type =
                    wrong.is_string() && value.is_string() && !matches!(field.as_str(), "name" | "path" | "owner")
                        || wrong.is_object() && value.is_object() && field == "metadata";
                if same_type {
                    continue;
                }
                let mut body = good.clone();
                body[field] = wrong.clone();
                is_refused(&format!("{path}, {field} = {wrong}"), &world.v1(method, &path, body).await);
            }
        }
    }
    for path in ["/v1/groups/x", "/v1/entries/x", "/v1/sites/x", "/v1/apps/a%20b", "/v1/users/a%20b"] {
        is_refused(path, &world.v1("PUT", path, json!({})).await);
    }
    let after = world.v1("POST", "/v1/check", routes()[6].2.clone()).await.body["revision"].clone();
    assert_eq!(before, after);
}

#[actix_web::test]
async fn one_refusal_names_every_faulty_field() {
    let world = World::new();
    let body = json!({ "path": 5, "kind": "link", "size": -1, "create_parents": "yes" });
    let answer = world.v1("PUT", &format!("/v1/entries/{ID}"), body).await;
    assert_eq!(answer.refusal(), (400, "fields_invalid"));
    let keys: Vec<&str> =
        answer.body["errors"].as_array().unwrap().iter().map(|e| e["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["path", "kind", "size", "create_parents"]);
    let answer = world.v1("PUT", &format!("/v1/entries/{ID}"), json!({})).await;
    assert_eq!((answer.refusal(), &answer.body["keys"]), ((400, "fields_missing"), &json!(["path", "kind"])));
}
