//! What each `/v1` route meets from clients that are broken or hostile.

use super::routes::{assert_refused, state, things, with_bodies};
use serde_json::{Value, json};
use vouchsafe_tests::World;

const JSON: &str = "application/json";

#[actix_web::test]
async fn no_token_and_bad_ones() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let before = state(&world).await;
    let mut all: Vec<_> = with_bodies().into_iter().map(|r| (r.method, r.path, r.good.to_string())).collect();
    all.extend(things().into_iter().flat_map(|p| ["GET", "DELETE"].map(|m| (m, p.clone(), String::new()))));
    for (method, path, body) in all {
        let none = world.raw(method, &path, "", JSON, body.clone()).await;
        assert_eq!(none.refusal(), (401, "token_missing"), "{method} {path}");
        let no_key = format!("vsk_{}", ann.token);
        for token in ["nope", "vsk_", "vsk_nope", &no_key] {
            let bad = world.raw(method, &path, token, JSON, body.clone()).await;
            assert_eq!(bad.refusal(), (401, "token_auth_failed"), "{method} {path} {token}");
        }
    }
    assert_eq!(state(&world).await, before);
}

#[actix_web::test]
async fn wrong_methods() {
    let world = World::new();
    for route in with_bodies() {
        for method in ["PATCH", if route.method == "PUT" { "POST" } else { "PUT" }] {
            let answer = world.raw(method, &route.path, &world.key, JSON, route.good.to_string()).await;
            assert_eq!(answer.refusal(), (405, "method_not_allowed"), "{method} {}", route.path);
        }
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read() {
    let world = World::new();
    world.people();
    let before = state(&world).await;
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let deep = format!("{{\"x\":{}}}", nested(100));
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024));
    for route in with_bodies() {
        let good = route.good.to_string();
        for (what, kind, body, refusal) in [
            ("XML", "text/xml", b"<a/>".to_vec(), (415, "unsupported_media_type")),
            ("JSON as text", "text/plain", good.clone().into_bytes(), (415, "unsupported_media_type")),
            ("JSON as nothing", "", good.clone().into_bytes(), (415, "unsupported_media_type")),
            ("no JSON", JSON, b"{".to_vec(), (400, "invalid_json")),
            ("more than JSON", JSON, format!("{good} x").into_bytes(), (400, "invalid_json")),
            ("100 levels", JSON, deep.clone().into_bytes(), (400, "invalid_json")),
            ("100,000 levels", JSON, nested(100_000).into_bytes(), (400, "invalid_json")),
            ("2 MiB", JSON, large.clone().into_bytes(), (413, "payload_too_large")),
            ("no UTF-8", JSON, b"{\"name\":\"\xff\"}".to_vec(), (400, "invalid_json")),
            ("a bare NUL", JSON, b"{\"name\":\"\0\"}".to_vec(), (400, "invalid_json")),
            ("an array", JSON, format!("[{good}]").into_bytes(), (400, "field_invalid")),
            ("a text", JSON, b"\"x\"".to_vec(), (400, "field_invalid")),
            ("null", JSON, b"null".to_vec(), (400, "field_invalid")),
        ] {
            let what = format!("{} {}: {what}", route.method, route.path);
            let answer = world.raw(route.method, &route.path, &world.key, kind, body).await;
            assert_refused(&what, &answer);
            assert_eq!(answer.refusal(), refusal, "{what}");
        }
    }
    assert_eq!(state(&world).await, before);
}

#[actix_web::test]
async fn ids_that_are_none() {
    let world = World::new();
    world.people();
    let before = state(&world).await;
    for (path, body) in [
        ("/v1/groups/x", json!({ "owner": "ann", "name": "g" })),
        ("/v1/entries/x", json!({ "path": "/ann/x", "kind": "dir" })),
        ("/v1/sites/x", json!({ "name": "n", "owner": "ann" })),
        ("/v1/apps/a%20b", json!({ "name": "n", "owner": "ann" })),
        ("/v1/apps/a%00b", json!({ "name": "n", "owner": "ann" })),
        ("/v1/users/a%20b", json!({})),
        ("/v1/users/a%00b", json!({})),
        ("/v1/users/%ff", json!({})),
    ] {
        for (method, body) in [("PUT", body), ("GET", Value::Null), ("DELETE", Value::Null)] {
            assert_refused(&format!("{method} {path}"), &world.v1(method, path, body).await);
        }
    }
    let long = format!("/v1/apps/{}", "x".repeat(129));
    assert_eq!(world.v1("PUT", &long, json!({ "name": "n", "owner": "ann" })).await.refusal(), (400, "field_invalid"));
    assert_eq!(state(&world).await, before);
}
