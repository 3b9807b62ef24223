//! Checks, batches and readings.

use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::World;

#[actix_web::test]
async fn a_check_answers_and_names_the_state() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let ask = |user: &str| json!({ "actor": { "user": user }, "permission": format!("fs:{file}:read") });
    let before = world.v1("POST", "/v1/check", ask("bob")).await;
    assert_eq!((before.status, &before.body["allowed"]), (200, &json!(false)));
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let after = world.v1("POST", "/v1/check", ask("bob")).await;
    assert_eq!(after.body["allowed"], true);
    assert!(after.body["revision"].as_i64() > before.body["revision"].as_i64());
    assert_eq!(world.v1("POST", "/v1/check", ask("bob")).await.body, after.body, "the second answer is from memory");
}

#[actix_web::test]
async fn the_unknown_is_denied_and_no_error() {
    let world = World::new();
    world.people();
    let unknown = uuid::Uuid::from_u128(5);
    for (user, permission) in [
        ("ghost", "fs:/ann:read".to_owned()),
        ("no name!", "fs:/ann:read".to_owned()),
        ("ann", format!("fs:{unknown}:read")),
        ("ann", "fs:/ann/none:read".to_owned()),
        ("ann", "app:none:access".to_owned()),
        ("ann", "site:none:access".to_owned()),
        ("ann", String::new()),
        ("ann", "fs::read".to_owned()),
        ("ann", "a:".repeat(5_000)),
        ("ann", r"x\".to_owned()),
        ("ann", "fs:/ann:fly".to_owned()),
        ("ann", "fs:/ann:none".to_owned()),
    ] {
        let answer =
            world.v1("POST", "/v1/check", json!({ "actor": { "user": user }, "permission": permission })).await;
        assert_eq!((answer.status, &answer.body["allowed"]), (200, &json!(false)), "{user} {permission}");
    }
}

#[actix_web::test]
async fn a_batch_equals_its_single_checks() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let people = [&ann, &bob, &eve];
    let asks = ["fs:/ann/a.txt:read", "fs:/ann/a.txt:write", "nonsense"];
    let pairs: Vec<_> = people.iter().flat_map(|p| asks.iter().map(move |a| (*p, *a))).collect();
    let checks: Vec<Value> =
        pairs.iter().map(|(p, a)| json!({ "actor": { "user": p.name }, "permission": a })).collect();
    let answer = world.v1("POST", "/v1/check/batch", json!({ "checks": checks })).await;
    for (i, (person, ask)) in pairs.iter().enumerate() {
        assert_eq!(answer.body["results"][i]["allowed"], world.may(person, ask), "{} {ask}", person.name);
    }
    for count in [0, 1_001] {
        let body = json!({ "checks": vec![checks[0].clone(); count] });
        assert_eq!(world.v1("POST", "/v1/check/batch", body).await.refusal(), (400, "field_invalid"));
    }
}

#[actix_web::test]
async fn a_token_stands_for_its_user_and_its_app() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann" })).await;
    world.dir("/ann/AppData/app-1");
    let uid = "app-1".parse().unwrap();
    let app_token = world.vouchsafe.issue_token("ann", ActsAs::App(uid), chrono::TimeDelta::days(1)).unwrap();
    let allowed = async |token: &str, permission: &str| {
        let body = json!({ "actor": { "token": token }, "permission": permission });
        world.v1("POST", "/v1/check", body).await.body["allowed"] == true
    };
    assert!(allowed(&ann.token, "fs:/ann/a.txt:write").await);
    assert!(!allowed(&bob.token, "fs:/ann/a.txt:read").await);
    assert!(!allowed(&app_token, "fs:/ann/a.txt:read").await, "an app has only what it was given");
    assert!(allowed(&app_token, "fs:/ann/AppData/app-1:write").await, "and its own data");
    assert!(!allowed("nobody's", "fs:/ann/a.txt:read").await);
    let person_through_app = json!({ "actor": { "user": "ann", "app": "app-1" }, "permission": "fs:/ann/a.txt:read" });
    assert_eq!(world.v1("POST", "/v1/check", person_through_app).await.body["allowed"], false);
}

#[actix_web::test]
async fn a_user_asks_only_about_himself() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for (user, status) in [("ann", 200), ("bob", 403)] {
        for route in ["/v1/check", "/v1/explain"] {
            let body = json!({ "actor": { "user": user }, "permission": "fs:/ann:read" });
            assert_eq!(world.call("POST", route, &ann.token, body).await.status, status, "{user} {route}");
        }
    }
}

#[actix_web::test]
async fn nobody_is_answered_from_an_older_state() {
    let world = World::new();
    world.people();
    let body = |least: i64| json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:read", "at_least": least });
    let now = world.v1("POST", "/v1/check", body(0)).await.body["revision"].as_i64().unwrap();
    assert_eq!(world.v1("POST", "/v1/check", body(now)).await.status, 200);
    assert_eq!(world.v1("POST", "/v1/check", body(now + 1)).await.refusal(), (409, "conflict"));
}

#[actix_web::test]
async fn a_reading_leads_back_to_the_owner() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/d/a.txt");
    ann.gives(&world, "/ann/d", "manage", "bob").await;
    bob.shares(&world, "/ann/d/a.txt", "eve").await;
    let body = json!({ "actor": { "user": "eve" }, "permission": "fs:/ann/d/a.txt:read" });
    let answer = world.v1("POST", "/v1/explain", body.clone()).await;
    assert_eq!(answer.body["allowed"], true);
    let reading = answer.body["reading"].as_array().unwrap();
    let kinds: Vec<&str> = reading.iter().map(|n| n["$"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["rewrite", "explode", "path", "time"]);
    assert_eq!(reading[1]["to"][0], format!("fs:{file}:read"));
    let path = &reading[2];
    assert_eq!((&path["holder_username"], &path["issuer_username"]), (&json!("eve"), &json!("bob")));
    let behind = &path["reading"][0];
    assert_eq!((&behind["issuer_username"], &behind["has_terminal"]), (&json!("ann"), &json!(true)));
    assert_eq!(behind["reading"][0]["by"], "is-owner");
    world.vouchsafe.suspend_user("bob", true).unwrap();
    let broken = world.v1("POST", "/v1/explain", body).await;
    assert_eq!(broken.body["allowed"], false);
}

#[actix_web::test]
async fn a_reading_tells_a_user_nothing_of_what_he_cannot_see() {
    let world = World::new();
    let (_, _, eve) = world.people();
    world.file("/ann/secret.txt");
    let mut answers = Vec::new();
    for path in ["/ann/secret.txt", "/ann/none.txt", "/nobody/none.txt"] {
        let body = json!({ "actor": { "user": "eve" }, "permission": format!("fs:{path}:read") });
        let mut answer = world.call("POST", "/v1/explain", &eve.token, body).await.body;
        answer["reading"].as_array_mut().unwrap().retain(|node| node["$"] != "time");
        answers.push(answer);
    }
    assert!(answers.iter().all(|a| *a == answers[0] && a["reading"] == json!([])), "{answers:?}");
}

#[actix_web::test]
async fn a_body_is_an_object() {
    let world = World::new();
    for body in [json!([{ "user": "ann" }, "fs:/ann:read", null]), json!("x"), json!(5)] {
        assert_eq!(world.v1("POST", "/v1/check", body).await.refusal(), (400, "field_invalid"));
    }
}
