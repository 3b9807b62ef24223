//! What a caller of `/v1` cannot find out.

use super::routes::ID;
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Person, World};

async fn ask(world: &World, token: &str, route: &str, actor: Value, permission: &str) -> (u16, Value) {
    let body = json!({ "actor": actor, "permission": permission });
    let answer = world.call("POST", route, token, body).await;
    (answer.status, answer.body)
}

fn app_of(world: &World, person: &Person, uid: &str) -> String {
    world.vouchsafe.issue_token(&person.name, ActsAs::App(uid.parse().unwrap()), TimeDelta::days(1)).unwrap()
}

#[actix_web::test]
async fn a_reading_does_not_tell_the_unseeable_from_the_missing() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    let file = world.file("/ann/secret.txt");
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "hidden", "owner": "ann", "protected": true })).await;
    let me = json!({ "user": "eve" });
    for (there, missing) in [
        ("fs:/ann/secret.txt:read".to_owned(), "fs:/ann/nothing.txt:read".to_owned()),
        (format!("fs:{file}:read"), format!("fs:{ID}:read")),
        ("app:hidden:access".to_owned(), "app:nothing:access".to_owned()),
    ] {
        for route in ["/v1/check", "/v1/explain"] {
            let found = ask(&world, &eve.token, route, me.clone(), &there).await;
            assert_eq!(found, ask(&world, &eve.token, route, me.clone(), &missing).await, "{route} {there}");
            assert_eq!((found.0, &found.1["allowed"]), (200, &json!(false)));
        }
    }
    let (_, told) = ask(&world, &ann.token, "/v1/explain", json!({ "user": "ann" }), "fs:/ann/secret.txt:read").await;
    assert_eq!((&told["allowed"], &told["reading"][0]["$"]), (&json!(true), &json!("rewrite")), "its owner may know");
}

#[actix_web::test]
async fn a_user_asks_about_himself_by_name_or_by_the_token_he_shows() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    for (actor, status) in [
        (json!({ "user": "ann" }), 200),
        (json!({ "user": "ann", "app": "app-1" }), 200),
        (json!({ "token": ann.token }), 200),
        (json!({ "user": "bob" }), 403),
        (json!({ "user": "ghost" }), 403),
        (json!({ "user": "no name!" }), 403),
        (json!({ "token": bob.token }), 403),
        (json!({ "token": "nobody's" }), 403),
        (json!({ "token": world.key }), 403),
    ] {
        for route in ["/v1/check", "/v1/explain"] {
            assert_eq!(
                ask(&world, &ann.token, route, actor.clone(), "fs:/ann:read").await.0,
                status,
                "{route} {actor}"
            );
        }
        let own = json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:read" });
        let batch = json!({ "checks": [own, { "actor": actor, "permission": "fs:/ann:read" }] });
        assert_eq!(world.call("POST", "/v1/check/batch", &ann.token, batch).await.status, status, "{actor}");
    }
    let (_, own) = ask(&world, &ann.token, "/v1/check", json!({ "token": ann.token }), "fs:/ann:write").await;
    assert_eq!(own["allowed"], true);
}

#[actix_web::test]
async fn an_app_asks_what_it_may_do_and_not_what_its_user_may() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/secret.txt");
    for uid in ["app-1", "app-2"] {
        world.v1("PUT", &format!("/v1/apps/{uid}"), json!({ "name": uid, "owner": "ann" })).await;
    }
    let token = app_of(&world, &ann, "app-1");
    let read = "fs:/ann/secret.txt:read";
    for (actor, expected) in [
        (json!({ "user": "ann", "app": "app-1" }), (200, json!(false))),
        (json!({ "token": token }), (200, json!(false))),
        (json!({ "user": "ann" }), (403, Value::Null)),
        (json!({ "user": "ann", "app": "app-2" }), (403, Value::Null)),
        (json!({ "token": ann.token }), (403, Value::Null)),
    ] {
        let (status, body) = ask(&world, &token, "/v1/check", actor.clone(), read).await;
        assert_eq!((status, body["allowed"].clone()), expected, "{actor}");
    }
    let account = world.call("GET", "/v1/users/ann", &token, Value::Null).await;
    assert_eq!((account.status, &account.body["email"]), (200, &Value::Null));
    assert_eq!(world.call("GET", "/v1/users/ann", &ann.token, Value::Null).await.body["email"], "ann@example.org");
}

#[actix_web::test]
async fn a_user_does_not_learn_who_has_an_account() {
    let world = World::new();
    let (_, _, eve) = world.people();
    for (method, path, body) in [
        ("PUT", format!("/v1/groups/{ID}"), json!({ "name": "g" })),
        ("PUT", "/v1/apps/app-1".to_owned(), json!({ "name": "g" })),
        ("PUT", format!("/v1/sites/{ID}"), json!({ "name": "g" })),
    ] {
        let mut answers = Vec::new();
        for owner in ["bob", "ghost"] {
            let mut body = body.clone();
            body["owner"] = json!(owner);
            let answer = world.call(method, &path, &eve.token, body).await;
            answers.push((answer.status, answer.body));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert_eq!(answers[0].0, 403, "{path}");
    }
    for method in ["GET", "DELETE"] {
        let of = async |name: &str| world.call(method, &format!("/v1/users/{name}"), &eve.token, Value::Null).await;
        assert_eq!((of("bob").await.status, of("bob").await.body), (403, of("ghost").await.body));
    }
}
