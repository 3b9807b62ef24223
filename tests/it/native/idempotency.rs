//! `Idempotency-Key`: done once, answered alike.

use chrono::{DateTime, TimeDelta};
use serde_json::{Map, Value, json};
use vouchsafe_store::{Known, RequestKey, StoreError, StoredAnswer, testing::TestDatabase};
use vouchsafe_tests::{Answer, World};

async fn post(world: &World, path: &str, token: &str, key: &str, body: &Value) -> Answer {
    world.with_header(("idempotency-key", key), "POST", path, token, body.clone()).await
}

fn wish(permission: &str) -> Value {
    json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": permission })
}

#[actix_web::test]
async fn the_same_request_again_gets_the_answer_that_was_given() {
    let world = World::new();
    world.people();
    world.file("/ann/a.txt");
    let body = wish("fs:/ann/a.txt:read");
    let first = post(&world, "/v1/grants", &world.key, "k1", &body).await;
    assert_eq!((first.status, first.is_replayed), (201, false));
    world.v1("DELETE", &format!("/v1/grants/{}", first.body["id"].as_str().unwrap()), Value::Null).await;
    let again = post(&world, "/v1/grants", &world.key, "k1", &body).await;
    assert_eq!(
        (again.status, again.is_replayed, &again.body),
        (201, true, &first.body),
        "201 as it was, and no new grant"
    );
    assert!(!first.etag.is_empty() && again.etag == first.etag, "{} {}", first.etag, again.etag);
    assert_eq!(world.counts().0, 0);
    let fresh = post(&world, "/v1/grants", &world.key, "k2", &body).await;
    assert_eq!((fresh.status, fresh.is_replayed), (201, false));
    world.clock.advance(TimeDelta::hours(25));
    assert!(!post(&world, "/v1/grants", &world.key, "k1", &body).await.is_replayed, "kept for a day");
}

#[actix_web::test]
async fn a_share_under_a_key_mails_once() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let share = json!({ "recipients": ["bob", "new@x.org"], "shares": { "$": "fs-share", "path": "/ann/a.txt" } });
    for _ in 0..3 {
        let answer = post(&world, "/share", &ann.token, "s1", &share).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!("success")));
    }
    assert_eq!(world.counts(), (1, 1, 2));
    let in_body = json!({ "auth_token": ann.token, "recipients": "bob", "shares": share["shares"] });
    for replayed in [false, true] {
        assert_eq!(post(&world, "/share", "", "s2", &in_body).await.is_replayed, replayed);
    }
}

#[actix_web::test]
async fn another_request_under_the_key_is_refused_and_does_nothing() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    world.file("/ann/a.txt");
    post(&world, "/v1/grants", &world.key, "k", &wish("fs:/ann/a.txt:read")).await;
    let other = post(&world, "/v1/grants", &world.key, "k", &wish("fs:/ann/a.txt:write")).await;
    assert_eq!(other.refusal(), (422, "idempotency_conflict"));
    let elsewhere = post(&world, "/v1/grants?x=1", &world.key, "k", &wish("fs:/ann/a.txt:read")).await;
    assert_eq!(elsewhere.refusal(), (422, "idempotency_conflict"));
    let seed = json!({ "recipients": "bob", "shares": { "$": "fs-share", "path": "/ann/a.txt" } });
    post(&world, "/share", &ann.token, "k", &seed).await;
    let refused = post(&world, "/share", &ann.token, "k", &json!({})).await;
    assert_eq!(
        (refused.refusal(), &refused.body["$"]),
        ((422, "idempotency_conflict"), &Value::Null),
        "in this face's form"
    );
    let eves = post(&world, "/share", &eve.token, "k", &seed).await;
    assert!(!eves.is_replayed && eves.line("paths", 0) == "subject_does_not_exist", "everybody has keys of his own");
}

#[actix_web::test]
async fn refusals_are_kept_too_and_keys_have_a_form() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let body = wish("fs:/ann/none.txt:read");
    for replayed in [false, true] {
        let answer = post(&world, "/v1/grants", &world.key, "k", &body).await;
        assert_eq!((answer.refusal(), answer.is_replayed), ((404, "subject_does_not_exist"), replayed));
    }
    for key in ["", " ", "a b", &"x".repeat(256), "ü"] {
        let answer = post(&world, "/v1/grants", &world.key, key, &body).await;
        assert_eq!(answer.refusal(), (400, "field_invalid"), "{key:?}");
    }
    world.vouchsafe.suspend_user("ann", true).unwrap();
    let share = json!({ "recipients": "bob", "shares": { "$": "fs-share", "path": "/ann" } });
    assert_eq!(post(&world, "/share", &ann.token, "k", &share).await.status, 403);
    world.vouchsafe.suspend_user("ann", false).unwrap();
    assert!(!post(&world, "/share", &ann.token, "k", &share).await.is_replayed, "who was not let in left nothing");
    world.vouchsafe.log_out(&ann.token).unwrap();
    assert_eq!(post(&world, "/share", &ann.token, "k", &share).await.refusal(), (401, "token_auth_failed"));
}

#[actix_web::test]
async fn a_question_is_answered_anew_whatever_its_key() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let ask = json!({ "actor": { "user": "bob" }, "permission": "fs:/ann/a.txt:read" });
    assert_eq!(post(&world, "/v1/check", &world.key, "k", &ask).await.body["allowed"], false);
    ann.shares(&world, "/ann/a.txt", "bob").await;
    assert_eq!(post(&world, "/v1/check", &world.key, "k", &ask).await.body["allowed"], true);
}

#[actix_web::test]
async fn of_those_who_come_at_once_one_is_done() {
    let world = World::new();
    world.people();
    world.file("/ann/a.txt");
    let body = wish("fs:/ann/a.txt:read");
    let all = (0..8).map(|_| post(&world, "/v1/grants", &world.key, "k", &body));
    let answers = futures_util::future::join_all(all).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    assert_eq!(answers.iter().filter(|answer| !answer.is_replayed).count(), 1);
    let audit = world.v1("GET", "/v1/audit", Value::Null).await;
    assert_eq!(audit.body["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn of_two_bodies_that_come_at_once_under_one_key_the_other_one_is_refused() {
    let world = World::new();
    world.people();
    world.file("/ann/a.txt");
    for (key, file, status) in [("k1", "a.txt", 201), ("k2", "none.txt", 404)] {
        let (read, write) = (wish(&format!("fs:/ann/{file}:read")), wish(&format!("fs:/ann/{file}:write")));
        let (one, other) =
            (post(&world, "/v1/grants", &world.key, key, &read), post(&world, "/v1/grants", &world.key, key, &write));
        let (one, other) = futures_util::future::join(one, other).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        let mut expected = [status, 422];
        expected.sort_unstable();
        assert_eq!(statuses, expected, "{} {}", one.body, other.body);
    }
}

#[test]
fn an_answer_is_kept_once_and_for_its_own_request_only() {
    let db = TestDatabase::new();
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let request = |hash| RequestKey { scope: [1; 32], key: "k".into(), request_hash: [hash; 32] };
    let answer = |status| StoredAnswer { status, content_type: "x/y".into(), etag: None, body: vec![1] };
    let kept: Result<(), StoreError> = db.store.write("test", |tx| {
        assert!(tx.claim_request(&request(1), now)?);
        assert_eq!(tx.keep_answer(&request(2), &answer(400), now)?, Known::Other);
        assert_eq!(tx.keep_answer(&request(1), &answer(201), now)?, Known::Unanswered);
        assert_eq!(tx.keep_answer(&request(1), &answer(400), now)?, Known::Answered(answer(201)));
        assert_eq!(tx.find_request_key(&request(1), now)?, Known::Answered(answer(201)));
        let later = now + TimeDelta::hours(25);
        assert_eq!(tx.keep_answer(&request(2), &answer(400), later)?, Known::New);
        assert_eq!(tx.find_request_key(&request(2), later)?, Known::Answered(answer(400)));
        Ok(())
    });
    kept.unwrap();
}

#[actix_web::test]
async fn a_person_fills_no_disk_with_answers_that_are_kept() {
    let world = World::with(|_| {});
    let (ann, _, _) = world.people();
    let unknown: Map<String, Value> =
        (0..60).map(|n| (format!("unknown{n}{}", "x".repeat(10_000)), json!(n))).collect();
    let unknown = Value::Object(unknown);
    for _ in 0..2 {
        let refused = post(&world, "/v1/grants", &ann.token, "large", &unknown).await;
        assert_eq!((refused.status, refused.is_replayed), (400, false), "too large to be kept");
    }
    let mut refused = 0;
    let last = loop {
        let answer = post(&world, "/v1/grants", &ann.token, &format!("k{refused}"), &json!({})).await;
        if answer.status != 400 {
            break answer;
        }
        refused += 1;
        assert!(refused < 1_000, "as many as she likes");
    };
    assert!(last.status == 429 && !last.retry_after.is_empty(), "{}", last.body);
    assert_eq!(post(&world, "/v1/grants", &world.key, "host", &unknown).await.status, 400);
    assert!(post(&world, "/v1/grants", &world.key, "host", &unknown).await.is_replayed, "the host is believed");
}

#[actix_web::test]
async fn refusals_that_were_kept_for_a_day_are_swept_away() {
    let world = World::new();
    post(&world, "/v1/grants", &world.key, "k", &json!({})).await;
    assert_eq!(world.vouchsafe.sweep().unwrap(), 0);
    world.clock.advance(TimeDelta::hours(25));
    assert_eq!(world.vouchsafe.sweep().unwrap(), 1);
    assert_eq!(world.vouchsafe.sweep().unwrap(), 0);
}
