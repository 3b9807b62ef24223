//! Users, groups, entries, apps and sites.

use serde_json::{Value, json};
use uuid::Uuid;
use vouchsafe_tests::World;

fn entry(n: u128) -> String {
    format!("/v1/entries/{}", Uuid::from_u128(n))
}

#[actix_web::test]
async fn an_account_comes_with_a_home_and_is_changed_by_the_same_call() {
    let world = World::new();
    let made = world.v1("PUT", "/v1/users/ann", json!({ "email": "Ann@x.org", "email_confirmed": true })).await;
    assert_eq!(
        (made.status, &made.body["email"], &made.body["email_confirmed"]),
        (201, &json!("Ann@x.org"), &json!(true))
    );
    let check = json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:write" });
    assert_eq!(world.v1("POST", "/v1/check", check).await.body["allowed"], true);
    let changed = world.v1("PUT", "/v1/users/ann", json!({ "display_name": "Ann" })).await;
    assert_eq!(
        (changed.status, &changed.body["uuid"], &changed.body["email"]),
        (200, &made.body["uuid"], &json!("Ann@x.org"))
    );
    let other = world.v1("PUT", "/v1/users/ann", json!({ "email": "new@x.org" })).await;
    assert_eq!(other.body["email_confirmed"], false, "a new address is not proven");
    assert_eq!(world.v1("DELETE", "/v1/users/ann", Value::Null).await.status, 200);
    assert_eq!(world.v1("GET", "/v1/users/ann", Value::Null).await.refusal(), (422, "user_does_not_exist"));
    let again = world.v1("PUT", "/v1/users/ann", json!({})).await;
    assert_ne!(again.body["uuid"], made.body["uuid"], "ids are never reused");
}

#[actix_web::test]
async fn entries_lie_in_homes_and_siblings_differ() {
    let world = World::new();
    world.people();
    let put = async |n: u128, path: &str, kind: &str| {
        world.v1("PUT", &entry(n), json!({ "path": path, "kind": kind, "size": 3 })).await
    };
    assert_eq!(put(1, "/ann/d", "dir").await.status, 201);
    let file = put(2, "/ann/d/a.txt", "file").await;
    assert_eq!((file.status, &file.body["owner"], &file.body["size"]), (201, &json!("ann"), &json!(3)));
    assert_eq!(file.body["allocation_id"].as_str().unwrap().len(), 32);
    assert_eq!(file.body["lookup_hash"].as_str().unwrap().len(), 64);
    assert_eq!(put(2, "/ann/d/a.txt", "file").await.status, 200);
    for (n, path, kind, refusal) in [
        (3, "/ann/d/a.txt", "file", (409, "item_with_same_name_exists")),
        (3, "/ann/none/a.txt", "file", (422, "dest_does_not_exist")),
        (3, "/ann/d/a.txt/b", "file", (422, "dest_is_not_a_directory")),
        (3, "/top", "dir", (422, "cannot_write_to_root")),
        (3, "/nobody/a", "file", (422, "dest_does_not_exist")),
        (2, "/ann/d/b.txt", "file", (409, "conflict")),
        (2, "/ann/d/a.txt", "dir", (409, "conflict")),
        (3, "/ann/../bob/a", "file", (400, "invalid_file_name")),
        (3, "/ann/a\u{0}b", "file", (400, "invalid_file_name")),
        (3, "/ann//b", "file", (400, "field_invalid")),
        (3, "ann/b", "file", (400, "field_invalid")),
    ] {
        assert_eq!(put(n, path, kind).await.refusal(), refusal, "{path}");
    }
    assert_eq!(put(4, "/ann/d/A.txt", "file").await.status, 201, "names are compared byte by byte");
    let long = format!("/ann/{}", "x".repeat(256));
    assert_eq!(put(5, &long, "file").await.status, 400);
    let deep = json!({ "path": "/bob/x/y/z.txt", "kind": "file", "create_parents": true });
    assert_eq!(world.v1("PUT", &entry(6), deep).await.status, 201);
    let alien = json!({ "path": "/bob/w.txt", "kind": "file", "owner": "ann" });
    assert_eq!(world.v1("PUT", &entry(7), alien).await.body["key"], "owner");
}

#[actix_web::test]
async fn a_move_refuses_what_makes_no_tree() {
    let world = World::new();
    world.people();
    let dir = world.dir("/ann/d/e");
    let outer = world.v1("GET", &format!("/v1/entries/{dir}"), Value::Null).await.body["parent"].clone();
    let outer = outer.as_str().unwrap().to_owned();
    let to =
        async |of: &str, path: &str| world.v1("POST", &format!("/v1/entries/{of}/move"), json!({ "path": path })).await;
    assert_eq!(to(&outer, "/ann/d/e/d").await.refusal(), (422, "cannot_move_item_into_itself"));
    assert_eq!(to(&outer, "/ann/d/d").await.refusal(), (422, "cannot_move_item_into_itself"));
    assert_eq!(to(&outer, "/d").await.refusal(), (422, "cannot_write_to_root"));
    assert_eq!(to(&outer, "/ann/none/d").await.refusal(), (422, "dest_does_not_exist"));
    let home = world.v1("GET", &format!("/v1/entries/{outer}"), Value::Null).await.body["parent"].clone();
    assert_eq!(to(home.as_str().unwrap(), "/bob/ann").await.refusal(), (403, "immutable"));
    assert_eq!(world.v1("DELETE", &format!("/v1/entries/{}", home.as_str().unwrap()), Value::Null).await.status, 403);
    assert_eq!(to(&dir.to_string(), "/ann/e").await.body["path"], "/ann/e");
}

#[actix_web::test]
async fn who_sees_what_he_may_not_move_is_forbidden_and_not_told_that_it_is_missing() {
    let world = World::new();
    let (_, bob, eve) = world.people();
    let file = world.file("/ann/d/a.txt");
    let given = |access: &str| json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": access });
    for access in [format!("fs:{file}:read"), format!("fs:{file}:write"), format!("manage:fs:{file}")] {
        assert!(world.v1("POST", "/v1/grants", given(&access)).await.status < 300);
        let to = json!({ "path": "/bob/a.txt" });
        let moved = world.call("POST", &format!("/v1/entries/{file}/move"), &bob.token, to.clone()).await;
        assert_eq!(moved.refusal(), (403, "forbidden"), "{access}, and not the directory that it lies in");
        let what_if = json!({ "change": { "move": { "entry": file, "path": "/bob/a.txt" } } });
        let asked = world.call("POST", "/v1/what-if", &bob.token, what_if).await;
        assert_eq!(asked.refusal(), (403, "forbidden"));
        let unseen = world.call("POST", &format!("/v1/entries/{file}/move"), &eve.token, to).await;
        assert_eq!(unseen.refusal(), (404, "subject_does_not_exist"));
    }
}

#[actix_web::test]
async fn a_user_sees_what_is_his_and_what_he_was_given() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/Private/a.txt");
    ann.shares(&world, "/ann/Private/a.txt", "bob").await;
    let path = format!("/v1/entries/{file}");
    assert_eq!(world.call("GET", &path, &ann.token, Value::Null).await.body["path"], "/ann/Private/a.txt");
    let seen = world.call("GET", &path, &bob.token, Value::Null).await;
    assert_eq!((seen.status, &seen.body["path"]), (200, &json!(format!("/ann/{file}/a.txt"))));
    let unseen = world.call("GET", &path, &eve.token, Value::Null).await;
    let missing = world.call("GET", &entry(99), &eve.token, Value::Null).await;
    assert_eq!((unseen.status, unseen.body), (missing.status, missing.body));
    assert_eq!(world.call("DELETE", &path, &bob.token, Value::Null).await.status, 403);
    assert_eq!(world.call("DELETE", &path, &eve.token, Value::Null).await.status, 404);
    let own = json!({ "path": "/bob/mine.txt", "kind": "file" });
    assert_eq!(world.call("PUT", &entry(50), &bob.token, own).await.status, 201);
    let others = json!({ "path": "/ann/yours.txt", "kind": "file" });
    assert_eq!(world.call("PUT", &entry(51), &bob.token, others).await.status, 422);
}

#[actix_web::test]
async fn the_host_administers_and_users_do_not() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for (method, path, body) in [
        ("PUT", "/v1/users/zed", json!({})),
        ("GET", "/v1/users/bob", Value::Null),
        ("DELETE", "/v1/users/ann", Value::Null),
        ("PUT", "/v1/apps/app-1", json!({ "name": "x", "owner": "bob" })),
    ] {
        assert_eq!(world.call(method, path, &ann.token, body).await.status, 403, "{method} {path}");
    }
    assert_eq!(world.call("GET", "/v1/users/ann", &ann.token, Value::Null).await.status, 200);
}

#[actix_web::test]
async fn apps_and_sites_go_with_their_grants() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let site = format!("/v1/sites/{}", Uuid::from_u128(9));
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let taken = world.v1("PUT", "/v1/apps/app-2", json!({ "name": "editor", "owner": "ann" })).await;
    assert_eq!(taken.refusal(), (409, "conflict"));
    let body = json!({ "name": "blog", "owner": "ann", "associated_app_uid": "app-1", "protected": true });
    assert_eq!(world.v1("PUT", &site, body).await.status, 201);
    let share = json!({ "recipients": "bob", "shares": { "$": "app-share", "uid": "app-1" } });
    world.call("POST", "/share", &ann.token, share).await;
    assert_eq!(world.call("GET", "/v1/apps/app-1", &bob.token, Value::Null).await.status, 200);
    assert_eq!(world.counts().0, 2);
    assert_eq!(world.v1("DELETE", "/v1/apps/app-1", Value::Null).await.status, 200);
    assert!(!world.may(&bob, "app:uid#app-1:access"));
    assert_eq!(world.v1("DELETE", &site, Value::Null).await.status, 200);
    assert_eq!(world.counts().0, 0);
    assert_eq!(world.v1("GET", &site, Value::Null).await.refusal(), (422, "entity_not_found"));
}
