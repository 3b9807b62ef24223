//! Who could do what on an entry, asked later.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};
use vouchsafe_types::{DefaultGroup, EntryId};

async fn access(world: &World, token: &str, entry: EntryId, query: &str) -> Answer {
    world.call("GET", &format!("/v1/entries/{entry}/access?{query}"), token, Value::Null).await
}

async fn give(world: &World, issuer: &str, holder: Value, permission: String, exact: bool) -> String {
    let body = json!({ "issuer": issuer, "holder": holder, "permission": permission, "exact": exact });
    let made = world.v1("POST", "/v1/grants", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

fn now(world: &World) -> String {
    vouchsafe_types::Clock::now(world.clock.as_ref()).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The lines of a list; the ways of a line come in no particular order.
fn lines(told: &Answer) -> Value {
    let mut lines = told.body["items"].clone();
    for line in lines.as_array_mut().unwrap() {
        line["via"].as_array_mut().unwrap().sort_by_key(Value::to_string);
    }
    lines
}

/// What is told now, under the moment at which it is told; then an hour passes.
async fn told(world: &World, entry: EntryId) -> (String, Value) {
    let told = access(world, &world.key, entry, "limit=1000").await;
    assert_eq!(told.status, 200, "{}", told.body);
    let at = now(world);
    world.clock.advance(chrono::TimeDelta::hours(1));
    (at, lines(&told))
}

#[actix_web::test]
async fn what_is_told_of_the_past_is_what_was_told_then() {
    let world = World::new();
    world.people();
    world.person("dan");
    world.unproven("kim");
    let group = uuid::Uuid::from_u128(9);
    let members = async |members: Value| {
        let body = json!({ "owner": "ann", "name": "g", "members": members });
        world.v1("PUT", &format!("/v1/groups/{group}"), body).await
    };
    members(json!(["bob"])).await;
    let (dir, other, file) = (world.dir("/ann/d"), world.dir("/ann/e"), world.file("/ann/d/a.txt"));
    let mut then = vec![told(&world, file).await];
    let bobs = give(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{dir}"), false).await;
    then.push(told(&world, file).await);
    give(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:read"), false).await;
    then.push(told(&world, file).await);
    give(&world, "ann", json!({ "group": group }), format!("fs:{dir}:write"), false).await;
    then.push(told(&world, file).await);
    let of_all = give(&world, "ann", json!({ "everyone": true }), format!("fs:{file}:see"), false).await;
    give(&world, "ann", json!({ "user": "dan" }), format!("fs:{file}:none"), true).await;
    then.push(told(&world, file).await);
    give(&world, "ann", json!({ "group": DefaultGroup::User.id() }), format!("fs:{file}:read"), false).await;
    then.push(told(&world, file).await);
    members(json!(["eve", "dan"])).await;
    then.push(told(&world, file).await);
    for (who, is_suspended) in [("bob", true), ("bob", false), ("ann", true), ("ann", false)] {
        world.vouchsafe.suspend_user(who, is_suspended).unwrap();
        then.push(told(&world, file).await);
    }
    world.vouchsafe.confirm_user("kim").unwrap();
    then.push(told(&world, file).await);
    let read = json!({ "permission": format!("fs:{dir}:read"), "expires_at": "2027-01-15T22:30:00Z" });
    assert_eq!(world.v1("PUT", &format!("/v1/grants/{bobs}"), read).await.status, 200);
    then.push(told(&world, file).await);
    let to = json!({ "path": "/ann/e/b.txt" });
    assert_eq!(world.v1("POST", &format!("/v1/entries/{file}/move"), to).await.status, 200);
    then.push(told(&world, file).await);
    give(&world, "ann", json!({ "user": "bob" }), format!("fs:{other}:comment"), false).await;
    then.push(told(&world, file).await);
    for path in [format!("entries/{dir}"), format!("groups/{group}"), format!("grants/{of_all}")] {
        assert_eq!(world.v1("DELETE", &format!("/v1/{path}"), Value::Null).await.status, 200, "{path}");
        then.push(told(&world, file).await);
    }
    world.person("zoe");
    then.push(told(&world, file).await);
    world.clock.advance(chrono::TimeDelta::days(2));

    for (at, items) in &then {
        let told = access(&world, &world.key, file, &format!("limit=1000&at={at}")).await;
        assert_eq!(lines(&told), *items, "{at}");
    }
    let (at, whole) = then.iter().max_by_key(|(_, items)| items.as_array().unwrap().len()).unwrap();
    for limit in 1..4 {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = access(&world, &world.key, file, &format!("limit={limit}&at={at}{cursor}")).await;
            seen.extend(lines(&page).as_array().unwrap().clone());
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(seen), *whole, "in pages of {limit}");
    }
    assert_ne!(then[1].1, then[0].1);
    world.vouchsafe.delete_user("eve").unwrap();
    let (at, items) = &then[2];
    let kept = access(&world, &world.key, file, &format!("at={at}")).await;
    assert_eq!(kept.body["items"].as_array().unwrap().len(), items.as_array().unwrap().len(), "who has gone had it");
}

#[actix_web::test]
async fn the_past_is_told_to_whom_the_audit_is_told() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let before = now(&world);
    world.clock.advance(chrono::TimeDelta::hours(1));
    let file = world.file("/ann/a.txt");
    give(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), false).await;
    let at = now(&world);
    world.clock.advance(chrono::TimeDelta::hours(1));
    world.clock.advance(chrono::TimeDelta::hours(1));
    let to = json!({ "path": "/eve/b.txt" });
    let moved = world.file("/ann/b.txt");
    let anns = now(&world);
    world.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(world.v1("POST", &format!("/v1/entries/{moved}/move"), to).await.status, 200);
    let none = EntryId::mint();
    for (who, entry, at, refusal) in [
        (&world.key, file, at.as_str(), (200, "")),
        (&ann.token, file, &at, (200, "")),
        (&ann.token, file, "2027-01-15T09:00:00%2B01:00", (404, "subject_does_not_exist")),
        (&bob.token, file, &at, (403, "forbidden")),
        (&eve.token, file, &at, (404, "subject_does_not_exist")),
        (&eve.token, moved, &anns, (404, "subject_does_not_exist")),
        (&eve.token, moved, &now(&world), (200, "")),
        (&world.key, moved, &anns, (200, "")),
        (&world.key, none, &at, (404, "subject_does_not_exist")),
        (&world.key, file, &before, (404, "subject_does_not_exist")),
        (&world.key, file, "9999-01-01T00:00:00Z", (400, "field_invalid")),
        (&world.key, file, "0000-01-01T00:00:00Z", (404, "subject_does_not_exist")),
        (&ann.token, file, "yesterday", (400, "field_invalid")),
    ] {
        assert_eq!(access(&world, who, entry, &format!("at={at}")).await.refusal(), refusal, "{at}");
    }
}

#[actix_web::test]
async fn who_was_in_a_group_that_is_deleted_is_not_in_one_that_is_made_under_its_id() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let group = uuid::Uuid::from_u128(9);
    let path = format!("/v1/groups/{group}");
    let put = async |who: &str, owner: &str, members: Value| {
        let body = json!({ "owner": owner, "name": "g", "members": members });
        let made = world.call("PUT", &path, who, body).await;
        assert!(made.status < 300, "{}", made.body);
        world.clock.advance(chrono::TimeDelta::hours(1));
    };
    put(&ann.token, "ann", json!(["bob", "eve"])).await;
    let anns = world.file("/ann/a.txt");
    give(&world, "ann", json!({ "group": group }), format!("fs:{anns}:read"), false).await;
    let then = told(&world, anns).await;
    assert_eq!(world.call("DELETE", &path, &ann.token, Value::Null).await.status, 200);
    put(&bob.token, "bob", json!([])).await;
    let bobs = world.file("/bob/b.txt");
    give(&world, "bob", json!({ "group": group }), format!("fs:{bobs}:read"), false).await;
    let names = |told: &Answer| -> Vec<Value> {
        let subjects = told.body["items"].as_array().unwrap().iter().map(|line| line["subject"]["user"].clone());
        subjects.filter(Value::is_string).collect()
    };
    for who in [&bob.token, &world.key] {
        let told = access(&world, who, bobs, &format!("at={}", now(&world))).await;
        assert_eq!(names(&told), [json!("bob")], "{}", told.body);
    }
    put(&bob.token, "bob", json!(["eve"])).await;
    let told = access(&world, &bob.token, bobs, &format!("at={}", now(&world))).await;
    assert_eq!(names(&told), [json!("bob"), json!("eve")], "who came anew is in it");
    let kept = access(&world, &world.key, anns, &format!("at={}", then.0)).await;
    assert_eq!(lines(&kept), then.1, "and of the past it is told as it was");
    let left = world.v1("GET", "/v1/audit", Value::Null).await;
    let ends: Vec<&Value> = left.body["items"].as_array().unwrap().iter().filter(|i| i["action"] == "leave").collect();
    assert_eq!(ends.len(), 1, "one line for all");
    assert_eq!(
        (&ends[0]["permission"], &ends[0]["actor"]),
        (&json!(format!("group:{group}")), &json!({ "user": "ann" }))
    );
}
