//! `/group/…`: groups of people.

use super::desk::{Desk, NOBODY};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, assert_golden};

const CREATE: &str = "/group/create";
const ADD: &str = "/group/add-users";
const REMOVE: &str = "/group/remove-users";
const USERS: &str = "6f1d27c8-5a3e-4b80-9d14-0c6be2f7a801";

async fn list(desk: &Desk, who: &Person) -> Answer {
    desk.world.call("GET", "/group/list", &who.token, Value::Null).await
}

/// The members of the only group that somebody owns.
async fn members(desk: &Desk, who: &Person) -> Value {
    list(desk, who).await.body["owned_groups"][0]["members"].clone()
}

fn named(uid: &str, users: Value) -> Value {
    json!({ "uid": uid, "users": users })
}

#[actix_web::test]
async fn a_group_keeps_its_metadata_and_nothing_of_extra() {
    let desk = Desk::new().await;
    let metadata = json!({ "title": "Friends", "color": "#fff", "nested": { "a": [1, null] } });
    let made = desk.post(CREATE, &desk.ann, json!({ "metadata": metadata, "extra": { "secret": 1 } })).await;
    let uid = made.body["uid"].as_str().unwrap();
    assert_eq!((made.status, made.body.as_object().unwrap().len()), (200, 1));
    desk.done(ADD, &desk.ann, named(uid, json!(["eve", "bob"]))).await;
    let shown = |answer: Answer| {
        let text = answer.body.to_string().replace(uid, NOBODY);
        Answer { body: serde_json::from_str(&text).unwrap(), ..answer }
    };
    let owners = shown(list(&desk, &desk.ann).await);
    assert!(!owners.body.to_string().contains("secret"));
    assert_golden("dialects/puter/golden/group_list_owner", &owners);
    assert_golden("dialects/puter/golden/group_list_member", &shown(list(&desk, &desk.bob).await));
}

#[actix_web::test]
async fn a_group_needs_nothing_to_begin_with() {
    let desk = Desk::new().await;
    assert_eq!(desk.post(CREATE, &desk.ann, json!({})).await.status, 200);
    assert_eq!(desk.post(CREATE, &desk.ann, json!({ "metadata": null, "extra": null })).await.status, 200);
    let answer = list(&desk, &desk.ann).await;
    for group in answer.body["owned_groups"].as_array().unwrap() {
        assert_eq!((&group["metadata"], &group["members"]), (&json!({}), &json!([])));
    }
    for (field, value, got) in [
        ("extra", json!("x"), Some("string")),
        ("extra", json!([]), Some("array")),
        ("metadata", json!(5), Some("number")),
        ("metadata", json!([]), Some("array")),
        ("metadata", json!({ "a": "x".repeat(10_240) }), None),
        ("metadata", json!({ "a": { "b\u{0}": 1 } }), None),
        ("extra", json!({ "a": ["\u{0}"] }), None),
    ] {
        let answer = desk.refused(CREATE, &desk.ann, json!({ field: value }), (400, "field_invalid")).await;
        assert_eq!((&answer.body["key"], answer.body["got"].as_str()), (&json!(field), got));
        assert_eq!(answer.body["expected"] == "object", got.is_some());
    }
    let both = desk.refused(CREATE, &desk.ann, json!({ "metadata": 1, "extra": 1 }), (400, "field_invalid")).await;
    assert_eq!(both.body["key"], "extra", "one at a time");
}

#[actix_web::test]
async fn adding_twice_is_one_membership_and_unknown_names_are_passed_over() {
    let desk = Desk::new().await;
    let uid = desk.group(&desk.ann, &[]).await;
    for users in [json!(["bob", "bob", "ghost"]), json!(["bob"]), json!([]), json!(["no name!", "", "a\u{0}b"])] {
        desk.done(ADD, &desk.ann, named(&uid, users)).await;
        assert_eq!(members(&desk, &desk.ann).await, json!(["bob"]));
    }
    assert_eq!(list(&desk, &desk.bob).await.body["in_groups"].as_array().unwrap().len(), 1);
    for users in [json!([]), json!(["ghost", "eve"])] {
        desk.done(REMOVE, &desk.ann, named(&uid, users)).await;
        assert_eq!(members(&desk, &desk.ann).await, json!(["bob"]));
    }
    desk.done(REMOVE, &desk.ann, named(&uid, json!(["bob", "bob"]))).await;
    assert_eq!(members(&desk, &desk.ann).await, json!([]));
    assert_eq!(list(&desk, &desk.bob).await.body["in_groups"], json!([]));
}

#[actix_web::test]
async fn who_comes_and_goes_stands_in_the_audit_once() {
    let desk = Desk::new().await;
    let uid = desk.group(&desk.ann, &[&desk.bob]).await;
    desk.done(ADD, &desk.ann, named(&uid, json!(["bob"]))).await;
    desk.done(REMOVE, &desk.ann, named(&uid, json!(["bob", "eve"]))).await;
    let lines: Vec<_> = desk.audit().into_iter().map(|line| (line.action, line.permission.unwrap())).collect();
    let of = format!("group:{uid}");
    assert_eq!(lines, [("join".to_owned(), of.clone()), ("leave".to_owned(), of)]);
}

#[actix_web::test]
async fn only_its_owner_changes_a_group() {
    let desk = Desk::new().await;
    let uid = desk.group(&desk.ann, &[&desk.bob]).await;
    for route in [ADD, REMOVE] {
        for who in [&desk.bob, &desk.eve] {
            desk.refused(route, who, named(&uid, json!(["eve", "bob"])), (403, "forbidden")).await;
        }
        for (unknown, who) in [(NOBODY, &desk.ann), ("no uid", &desk.bob)] {
            let answer = desk.refused(route, who, named(unknown, json!(["bob"])), (422, "entity_not_found")).await;
            assert_eq!(answer.body["identifier"], unknown);
        }
        desk.refused(route, &desk.ann, named(USERS, json!(["bob"])), (403, "forbidden")).await;
    }
    assert_eq!(members(&desk, &desk.ann).await, json!(["bob"]));
}

#[actix_web::test]
async fn every_faulty_field_of_an_edit() {
    let desk = Desk::new().await;
    let uid = desk.group(&desk.ann, &[]).await;
    for route in [ADD, REMOVE] {
        for (body, refusal, key, expected) in [
            (json!({ "users": [] }), (400, "field_missing"), "uid", Value::Null),
            (json!({ "uid": "", "users": [] }), (400, "field_missing"), "uid", Value::Null),
            (json!({ "uid": 5, "users": [] }), (400, "field_invalid"), "uid", json!("string")),
            (json!({ "uid": uid }), (400, "field_invalid"), "users", json!("array")),
            (named(&uid, Value::Null), (400, "field_invalid"), "users", json!("array")),
            (named(&uid, json!("bob")), (400, "field_invalid"), "users", json!("array")),
            (named(&uid, json!({ "0": "bob" })), (400, "field_invalid"), "users", json!("array")),
            (named(&uid, json!(["bob", 5])), (400, "field_invalid"), "users[1]", json!("string")),
            (named(&uid, json!([null, 5])), (400, "field_invalid"), "users[0]", json!("string")),
            (named(&uid, json!(vec!["bob"; 1_001])), (400, "too_many_keys"), "users", Value::Null),
        ] {
            let answer = desk.refused(route, &desk.ann, body, refusal).await;
            assert_eq!((&answer.body["key"], &answer.body["expected"]), (&json!(key), &expected));
        }
    }
    assert_eq!(members(&desk, &desk.ann).await, json!([]));
}

#[actix_web::test]
async fn members_are_told_to_the_owner_only_and_never_of_the_default_groups() {
    let desk = Desk::new().await;
    desk.group(&desk.ann, &[&desk.bob, &desk.eve]).await;
    for (who, owned, joined) in [(&desk.ann, 1, 0), (&desk.bob, 0, 1), (&desk.eve, 0, 1)] {
        let answer = list(&desk, who).await;
        assert_eq!(answer.body["owned_groups"].as_array().unwrap().len(), owned);
        assert_eq!(answer.body["in_groups"].as_array().unwrap().len(), joined);
        assert_eq!(answer.body["public_groups"].as_array().unwrap().len(), 2);
        for key in ["in_groups", "public_groups"] {
            for group in answer.body[key].as_array().unwrap() {
                let keys: Vec<&String> = group.as_object().unwrap().keys().collect();
                assert_eq!(keys, ["metadata", "uid"], "{key}");
            }
        }
        let others = answer.body.to_string().contains("eve");
        assert_eq!(others, owned == 1, "{}", who.name);
    }
}

#[actix_web::test]
async fn more_than_twenty_groups_in_an_hour_are_too_many() {
    let desk = Desk::limited().await;
    for _ in 0..=20 {
        assert_eq!(desk.post(CREATE, &desk.ann, json!({})).await.status, 200);
    }
    let answer = desk.refused(CREATE, &desk.ann, json!({}), (429, "too_many_requests")).await;
    assert_golden("dialects/puter/golden/group_too_many", &answer);
    assert_eq!(desk.post(CREATE, &desk.bob, json!({})).await.status, 200, "others go on");
    desk.world.clock.advance(TimeDelta::hours(1));
    assert_eq!(desk.post(CREATE, &desk.ann, json!({})).await.status, 200);
}
