//! What is wrong with the fields of a body is said at once, field by field, and nothing is written.

use super::routes::{ID, assert_refused, state, with_bodies};
use serde_json::{Value, json};
use vouchsafe_tests::World;

/// JSON pointers to everything in a body.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, value)| (format!("{at}/{i}"), value)).collect(),
        _ => Vec::new(),
    };
    inner.into_iter().flat_map(|(at, value)| [vec![at.clone()], pointers(value, &at)].concat()).collect()
}

/// `/checks/0/actor` as `checks[0].actor`.
fn key(pointer: &str) -> String {
    pointer.split('/').skip(1).fold(String::new(), |key, part| match part.parse::<usize>() {
        Ok(index) => format!("{key}[{index}]"),
        Err(_) if key.is_empty() => part.to_owned(),
        Err(_) => format!("{key}.{part}"),
    })
}

#[actix_web::test]
async fn each_field_of_a_wrong_type_or_with_a_nul_is_refused() {
    let world = World::new();
    world.people();
    let before = state(&world).await;
    for route in with_bodies() {
        for pointer in pointers(&route.good, "") {
            for wrong in [json!(5.5), json!([5]), json!({ "a": 1 }), json!("a\u{0}b"), json!(-1)] {
                if pointer == "/metadata" && wrong.is_object() {
                    continue;
                }
                let mut body = route.good.clone();
                *body.pointer_mut(&pointer).unwrap() = wrong.clone();
                let what = format!("{} {}: {pointer} = {wrong}", route.method, route.path);
                let answer = world.v1(route.method, &route.path, body).await;
                assert_refused(&what, &answer);
                if !wrong.is_string() {
                    assert_eq!(answer.status, 400, "{what}: {}", answer.body);
                    assert!(answer.body.to_string().contains(&key(&pointer)), "{what}: {}", answer.body);
                }
            }
        }
    }
    assert_eq!(state(&world).await, before);
}

#[actix_web::test]
async fn each_missing_field_is_named() {
    let world = World::new();
    world.people();
    let before = state(&world).await;
    for route in with_bodies() {
        for pointer in route.required {
            let (parent, last) = pointer.rsplit_once('/').unwrap();
            let mut absent = route.good.clone();
            absent.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(last).unwrap();
            let mut null = route.good.clone();
            *null.pointer_mut(pointer).unwrap() = Value::Null;
            for body in [absent, null] {
                let answer = world.v1(route.method, &route.path, body).await;
                assert_eq!(answer.refusal(), (400, "field_missing"), "{} {pointer}", route.path);
                assert_eq!(answer.body["key"], key(pointer), "{}", route.path);
            }
        }
    }
    assert_eq!(state(&world).await, before);
}

#[actix_web::test]
async fn one_refusal_names_every_faulty_field() {
    let world = World::new();
    let uuid = format!("/v1/entries/{ID}");
    let question = json!({ "actor": { "user": 1, "app": " " }, "permission": [], "at_least": "x" });
    let batch = json!({ "checks": [question, 7, { "actor": {} }], "at_least": -1 });
    for (method, path, body, expected) in [
        (
            "PUT",
            uuid.as_str(),
            json!({ "path": 5, "kind": "link", "size": -1, "create_parents": "yes" }),
            vec!["path", "kind", "size", "create_parents"],
        ),
        ("PUT", &uuid, json!({ "path": "x", "kind": "file", "modified": "now" }), vec!["modified", "path"]),
        (
            "PUT",
            "/v1/users/zoe",
            json!({ "email": "x", "display_name": "", "uuid": "x", "email_confirmed": 1 }),
            vec!["email", "uuid", "email_confirmed", "display_name"],
        ),
        (
            "PUT",
            &format!("/v1/groups/{ID}"),
            json!({ "name": "\u{7}", "members": [5, "ann", null] }),
            vec!["name", "members[0]", "members[2]", "owner"],
        ),
        (
            "PUT",
            "/v1/apps/app-9",
            json!({ "name": "x".repeat(256), "owner": "ann", "protected": 1, "metadata": { "a": ["\u{0}"] }, "index_url": "" }),
            vec!["metadata", "name", "protected", "index_url"],
        ),
        (
            "PUT",
            &format!("/v1/sites/{ID}"),
            json!({ "name": [], "owner": "ann", "associated_app_uid": " ", "root": "x" }),
            vec!["name", "associated_app_uid", "root"],
        ),
        ("POST", "/v1/check", question.clone(), vec!["actor.user", "actor.app", "permission", "at_least"]),
        ("POST", "/v1/explain", question.clone(), vec!["actor.user", "actor.app", "permission", "at_least"]),
        (
            "POST",
            "/v1/check/batch",
            batch,
            vec![
                "checks[0].actor.user",
                "checks[0].actor.app",
                "checks[0].permission",
                "checks[0].at_least",
                "checks[1]",
                "checks[2].actor",
                "at_least",
                "checks[2].permission",
            ],
        ),
    ] {
        let answer = world.v1(method, path, body).await;
        assert_eq!(answer.refusal(), (400, "fields_invalid"), "{path}: {}", answer.body);
        let errors = answer.body["errors"].as_array().unwrap();
        let keys: Vec<&str> = errors.iter().map(|error| error["key"].as_str().unwrap()).collect();
        assert_eq!(keys, expected, "{path}");
    }
    let empty = world.v1("PUT", &uuid, json!({})).await;
    assert_eq!((empty.refusal(), &empty.body["keys"]), ((400, "fields_missing"), &json!(["path", "kind"])));
}

#[actix_web::test]
async fn an_actor_is_a_user_or_a_token_and_nothing_else() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for actor in [
        json!({}),
        json!({ "app": "app-1" }),
        json!({ "user": "ann", "token": ann.token }),
        json!({ "token": ann.token, "app": "app-1" }),
        json!({ "user": null, "token": null }),
    ] {
        for route in ["/v1/check", "/v1/explain"] {
            let answer = world.v1("POST", route, json!({ "actor": actor, "permission": "fs:/ann:read" })).await;
            assert_eq!((answer.refusal(), &answer.body["key"]), ((400, "field_invalid"), &json!("actor")), "{actor}");
        }
    }
}

#[actix_web::test]
async fn fields_that_nobody_knows_are_passed_over() {
    let world = World::new();
    world.people();
    let body = json!({ "actor": { "user": "ann", "x": 1 }, "permission": "fs:/ann:read", "y": [] });
    assert_eq!(world.v1("POST", "/v1/check", body).await.body["allowed"], true);
    assert_eq!(world.v1("PUT", "/v1/users/zoe", json!({ "shoe_size": 43 })).await.status, 201);
}

#[actix_web::test]
async fn a_body_full_of_faults_gets_an_answer_of_its_own_size() {
    let world = World::new();
    let body = json!({ "owner": "ann", "name": "g", "members": vec![5; 300_000] });
    let sent = body.to_string().len();
    let answer = world.v1("PUT", &format!("/v1/groups/{ID}"), body).await;
    assert_eq!(answer.refusal(), (400, "fields_invalid"));
    assert!(answer.body.to_string().len() < sent, "{sent} bytes were sent");
}

#[actix_web::test]
async fn times_are_rfc_3339() {
    let world = World::new();
    world.people();
    let put = async |at: &str| {
        let body = json!({ "path": "/ann/t", "kind": "file", "modified": at });
        world.v1("PUT", &format!("/v1/entries/{ID}"), body).await
    };
    assert_eq!(put("2026-01-01T02:00:00.5+02:00").await.body["modified"], "2026-01-01T00:00:00.500000Z");
    for odd in ["", "today", "2026-01-01", "2026-13-01T00:00:00Z", "+262142-01-01T00:00:00Z", "1800000000"] {
        assert_eq!((put(odd).await).refusal(), (400, "field_invalid"), "{odd}");
    }
}
