//! Signing up, in and out, and proving an address.

use serde_json::{Value, json};
use vouchsafe_tests::World;

fn mails(world: &World) -> Vec<Value> {
    let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    world.store().read(|tx| tx.list_due_messages(now, 100)).unwrap().into_iter().map(|m| m.payload).collect()
}

#[actix_web::test]
async fn a_person_signs_up_proves_the_address_and_receives_what_waited_for_it() {
    let world = World::new();
    let ann = world.person("ann");
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "Zoe@Example.org").await;
    let wanted = json!({ "username": "zoe", "email": "zoe@example.org", "password": "correct horse" });
    let up = world.raw("POST", "/signup", "", "application/json", wanted.to_string()).await;
    assert_eq!(up.status, 200, "{:?}", up.body);
    let token = up.body["token"].as_str().unwrap().to_owned();
    let me = world.call("GET", "/whoami", &token, Value::Null).await;
    assert_eq!((&me.body["username"], &me.body["email_confirmed"]), (&json!("zoe"), &json!(false)));
    let zoe = vouchsafe_tests::Person { name: "zoe".into(), token: token.clone() };
    assert!(!world.may(&zoe, "fs:/ann/a.txt:read"), "an unproven address receives nothing");
    let code = mails(&world).iter().find_map(|m| m["code"].as_str().map(str::to_owned)).unwrap();
    let wrong = world.call("POST", "/confirm-email", &token, json!({ "code": "x" })).await;
    assert_eq!(wrong.refusal(), (400, "invalid_token"));
    let right = world.call("POST", "/confirm-email", &token, json!({ "code": code })).await;
    assert_eq!((right.status, &right.body["email_confirmed"]), (200, &json!(true)));
    assert!(world.may(&zoe, "fs:/ann/a.txt:read"));
    let again = world.call("POST", "/confirm-email", &token, json!({ "code": code })).await;
    assert_eq!(again.refusal(), (400, "invalid_token"));
}

#[actix_web::test]
async fn the_mailed_link_works_without_a_session_and_only_once() {
    let world = World::new();
    let new = world.unproven("new");
    assert_eq!(world.call("POST", "/send-confirm-email", &new.token, json!({})).await.status, 200);
    let link = mails(&world)[0]["link"].as_str().unwrap().to_owned();
    let path = link.strip_prefix("http://vouchsafe.test").unwrap();
    assert_eq!(world.raw("GET", path, "", "", "").await.status, 200);
    assert_eq!(world.raw("GET", path, "", "", "").await.refusal(), (400, "invalid_token"));
    assert_eq!(world.raw("GET", "/confirm-email", "", "", "").await.refusal(), (400, "field_missing"));
}

#[actix_web::test]
async fn five_wrong_codes_end_the_proof() {
    let world = World::new();
    let new = world.unproven("new");
    world.call("POST", "/send-confirm-email", &new.token, json!({})).await;
    let code = mails(&world)[0]["code"].clone();
    for _ in 0..5 {
        world.call("POST", "/confirm-email", &new.token, json!({ "code": "000000x" })).await;
    }
    assert_eq!(world.call("POST", "/confirm-email", &new.token, json!({ "code": code })).await.status, 400);
}

#[actix_web::test]
async fn names_and_proven_addresses_are_taken_once() {
    let world = World::new();
    world.person("bob");
    for (username, email, refusal) in [
        ("bob", "other@example.org", (409, "username_already_in_use")),
        ("bobby", "BOB@example.org", (409, "email_already_in_use")),
        ("bobby", "nowhere", (400, "email_not_allowed")),
        ("not a name", "x@example.org", (400, "field_invalid")),
    ] {
        let wanted = json!({ "username": username, "email": email, "password": "correct horse" });
        let answer = world.raw("POST", "/signup", "", "application/json", wanted.to_string()).await;
        assert_eq!(answer.refusal(), refusal, "{username} {email}");
    }
    let short = json!({ "username": "zed", "email": "zed@example.org", "password": "short" });
    assert_eq!(world.raw("POST", "/signup", "", "application/json", short.to_string()).await.body["key"], "password");
}

#[actix_web::test]
async fn signing_in_tells_nothing_and_signing_out_ends_the_token() {
    let world = World::new();
    let wanted = json!({ "username": "zoe", "email": "zoe@example.org", "password": "correct horse" });
    world.raw("POST", "/signup", "", "application/json", wanted.to_string()).await;
    for (name, password) in [("zoe", "wrong horse"), ("nobody", "correct horse"), ("zoe@example.org", "correct horse")]
    {
        let body = json!({ "username": name, "password": password }).to_string();
        let answer = world.raw("POST", "/login", "", "application/json", body).await;
        assert_eq!(answer.refusal(), (401, "credentials_invalid"), "{name}");
    }
    let body = json!({ "username": "zoe", "password": "correct horse" }).to_string();
    let token =
        world.raw("POST", "/login", "", "application/json", body).await.body["token"].as_str().unwrap().to_owned();
    assert_eq!(world.call("GET", "/whoami", &token, Value::Null).await.status, 200);
    assert_eq!(world.call("POST", "/logout", &token, json!({})).await.status, 200);
    assert_eq!(world.call("GET", "/whoami", &token, Value::Null).await.refusal(), (401, "token_auth_failed"));
}

#[actix_web::test]
async fn closed_means_closed() {
    let world = World::with(|settings| settings.is_signup_open = false);
    let wanted = json!({ "username": "zoe", "email": "zoe@example.org", "password": "correct horse" });
    let answer = world.raw("POST", "/signup", "", "application/json", wanted.to_string()).await;
    assert_eq!(answer.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_token_is_found_in_every_place_it_may_stand() {
    let world = World::new();
    let ann = world.person("ann");
    let body = json!({ "auth_token": ann.token }).to_string();
    let in_body = world.raw("POST", "/send-confirm-email", "", "text/plain;actually=json", body).await;
    assert_eq!(in_body.status, 200);
    let in_query = world.raw("GET", &format!("/whoami?auth_token={}", ann.token), "", "", "").await;
    assert_eq!(in_query.status, 200);
    world.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(world.call("GET", "/whoami", &ann.token, Value::Null).await.refusal(), (401, "token_auth_failed"));
}
