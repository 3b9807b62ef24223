//! What may be said in a grant, and how what was taken away is shown.

use serde_json::{Value, json};
use vouchsafe_tests::World;

#[actix_web::test]
async fn what_is_not_known_is_refused_and_not_passed_over() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let good = json!({ "holder": { "user": "bob" }, "permission": read });
    let made = world.call("POST", "/v1/grants", &ann.token, good.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let with = |key: &str| {
        let mut body = good.clone();
        body[key] = json!("2027-02-01T00:00:00Z");
        body
    };
    let change = |change: Value| ("POST", "/v1/what-if".to_owned(), json!({ "change": change }));
    let grant = format!("/v1/grants/{}", made.body["id"].as_str().unwrap());
    for (method, path, body) in [
        ("POST", "/v1/grants".to_owned(), with("expires")),
        ("POST", "/v1/grants".to_owned(), json!({ "holder": { "user": "eve", "until": 1 }, "permission": read })),
        ("PUT", grant, json!({ "permission": read, "expiry": "2027-02-01T00:00:00Z" })),
        change(json!({ "share": with("expires") })),
        change(json!({ "delete": { "entry": file, "mode": "restrict" } })),
        change(json!({ "delete": { "entry": file }, "dry": true })),
        ("POST", "/v1/what-if".to_owned(), json!({ "change": { "delete": { "entry": file } }, "at": 1 })),
    ] {
        let answer = world.call(method, &path, &ann.token, body.clone()).await;
        assert_eq!(answer.refusal(), (400, "field_invalid"), "{method} {path} {body}");
    }
    assert_eq!(world.counts().0, 1);
}

#[actix_web::test]
async fn what_was_expected_is_said_in_words_and_not_in_those_of_a_parser() {
    let world = World::new();
    for (method, path, body) in [
        ("GET", "/v1/grants/x", Value::Null),
        ("GET", "/v1/entries/x", Value::Null),
        ("GET", "/v1/grants?entry=x", Value::Null),
        ("POST", "/v1/what-if", json!({ "change": { "delete": { "entry": "x" } } })),
    ] {
        let answer = world.v1(method, path, body).await;
        assert_eq!((answer.refusal(), &answer.body["expected"]), ((400, "field_invalid"), &json!("a UUID")), "{path}");
    }
}

#[actix_web::test]
async fn three_times_manage_is_no_grant() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let give = async |who: &str, to: &str, permission: String| {
        world.call("POST", "/v1/grants", who, json!({ "holder": { "user": to }, "permission": permission })).await
    };
    let thrice = format!("manage:manage:manage:fs:{file}:read");
    assert_eq!(give(&ann.token, "bob", thrice).await.refusal(), (400, "field_invalid"));
    let twice = format!("manage:manage:fs:{file}:read");
    assert_eq!(give(&ann.token, "bob", twice.clone()).await.status, 201);
    assert_eq!(give(&bob.token, "eve", twice).await.status, 201, "who may let others give hands that on");
    let more = give(&bob.token, "eve", format!("fs:{file}:write")).await;
    assert_eq!(more.refusal(), (403, "permission_denied"));
}

#[actix_web::test]
async fn what_was_revoked_is_not_shown_as_live_and_what_stands_in_the_way_is() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let give = async |issuer: &str, to: &str, permission: String| {
        let body = json!({ "issuer": issuer, "holder": { "user": to }, "permission": permission });
        world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned()
    };
    let first = give("ann", "bob", format!("manage:fs:{file}")).await;
    let second = give("bob", "eve", format!("fs:{file}:read")).await;
    let path = format!("/v1/grants/{first}");
    let foretold = world
        .v1("POST", "/v1/what-if", json!({ "change": { "revoke": { "grant": first, "mode": "restrict" } } }))
        .await;
    let refused = world.v1("DELETE", &format!("{path}?mode=restrict"), Value::Null).await;
    for answer in [&foretold, &refused] {
        let dependant = &answer.body["dependants"][0];
        assert_eq!(answer.refusal(), (409, "conflict"));
        assert_eq!((&dependant["id"], &dependant["live"]), (&json!(second), &json!(true)), "{dependant}");
    }
    let gone = world.call("DELETE", &path, &bob.token, Value::Null).await;
    for (removed, id) in gone.body["removed"].as_array().unwrap().iter().zip([first, second]) {
        let shown = (&removed["id"], &removed["live"], &removed["why_not"]);
        assert_eq!(shown, (&json!(id), &json!(false), &json!("revoked")));
    }
}

#[actix_web::test]
async fn the_host_lets_an_owner_take_over_whose_account_is_suspended() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let give = async |issuer: &str, to: &str, permission: String| {
        let body = json!({ "issuer": issuer, "holder": { "user": to }, "permission": permission });
        world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned()
    };
    let first = give("ann", "bob", format!("manage:fs:{file}")).await;
    give("bob", "eve", format!("fs:{file}:read")).await;
    world.vouchsafe.suspend_user("ann", true).unwrap();
    let gone = world.v1("DELETE", &format!("/v1/grants/{first}?mode=promote"), Value::Null).await;
    assert_eq!(gone.body["removed"].as_array().unwrap().len(), 1, "{}", gone.body);
    assert!(!world.may(&eve, &format!("fs:{file}:read")), "not while its giver sleeps");
    world.vouchsafe.suspend_user("ann", false).unwrap();
    assert!(world.may(&eve, &format!("fs:{file}:read")));
}
