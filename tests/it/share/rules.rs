//! Grants made by shares, and what ends them.

use serde_json::{Value, json};
use vouchsafe_tests::World;

#[actix_web::test]
async fn a_share_gives_exactly_what_was_asked_and_from_then_on() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/d/a.txt");
    assert!(!world.may(&bob, "fs:/ann/d/a.txt:read"));
    ann.shares(&world, "/ann/d", "bob").await;
    assert!(world.may(&bob, "fs:/ann/d/a.txt:read") && !world.may(&bob, "fs:/ann/d/a.txt:write"));
    assert!(!world.may(&bob, "manage:fs:/ann/d/a.txt") && !world.may(&bob, "fs:/ann:see"));
    assert!(!world.may(&eve, "fs:/ann/d/a.txt:see"));
}

#[actix_web::test]
async fn sharing_again_raises_and_never_lowers() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    for access in ["read", "write", "read"] {
        ann.gives(&world, "/ann/a.txt", access, "bob").await;
    }
    assert!(world.may(&bob, "fs:/ann/a.txt:write"));
    assert_eq!(world.counts().0, 1);
}

#[actix_web::test]
async fn a_manager_shares_onwards_and_falls_with_his_own_grant() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/a.txt");
    ann.gives(&world, "/ann/a.txt", "read", "bob").await;
    assert_eq!(bob.shares(&world, "/ann/a.txt", "eve").await.line("paths", 0), "permission_denied");
    ann.gives(&world, "/ann/a.txt", "manage", "bob").await;
    assert!(world.may(&bob, "fs:/ann/a.txt:write") && world.may(&bob, "manage:fs:/ann/a.txt"));
    assert_eq!(bob.gives(&world, "/ann/a.txt", "manage", "eve").await.line("paths", 0), "permission_denied");
    bob.gives(&world, "/ann/a.txt", "write", "eve").await;
    assert!(world.may(&eve, "fs:/ann/a.txt:write"));
    world.vouchsafe.suspend_user("bob", true).unwrap();
    assert!(!world.may(&eve, "fs:/ann/a.txt:read"), "the link in the middle is gone");
    world.vouchsafe.suspend_user("bob", false).unwrap();
    assert!(world.may(&eve, "fs:/ann/a.txt:write"));
    world.vouchsafe.delete_user("bob").unwrap();
    assert!(!world.may(&eve, "fs:/ann/a.txt:read"));
}

#[actix_web::test]
async fn a_move_keeps_the_grants_on_an_entry_and_loses_those_of_its_old_place() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/old/a.txt");
    world.dir("/ann/new");
    ann.shares(&world, "/ann/old", "bob").await;
    ann.shares(&world, "/ann/old/a.txt", "eve").await;
    let read = format!("fs:{file}:read");
    assert!(world.may(&bob, &read) && world.may(&eve, &read));
    let moved = world.v1("POST", &format!("/v1/entries/{file}/move"), json!({ "path": "/ann/new/b.txt" })).await;
    assert_eq!((moved.status, &moved.body["path"]), (200, &json!("/ann/new/b.txt")));
    assert!(!world.may(&bob, &read) && world.may(&eve, &read));
    world.file("/ann/old/a.txt");
    assert!(!world.may(&eve, "fs:/ann/old/a.txt:read"), "a new file at the old path inherits nothing");
}

#[actix_web::test]
async fn moving_into_anothers_tree_retires_the_old_owners_grants() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    world.dir("/bob/in");
    ann.shares(&world, "/ann/a.txt", "eve").await;
    world.v1("POST", &format!("/v1/entries/{file}/move"), json!({ "path": "/bob/in/a.txt" })).await;
    let read = format!("fs:{file}:read");
    assert!(world.may(&bob, &read) && !world.may(&eve, &read) && !world.may(&ann, &read));
    assert_eq!(world.counts().0, 0);
}

#[actix_web::test]
async fn deleting_takes_the_subtree_and_its_grants() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let dir = world.dir("/ann/d");
    let file = world.file("/ann/d/a.txt");
    ann.shares(&world, "/ann/d/a.txt", "bob").await;
    assert_eq!(world.v1("DELETE", &format!("/v1/entries/{dir}"), Value::Null).await.status, 200);
    assert_eq!(world.counts().0, 0);
    assert_eq!(world.v1("GET", &format!("/v1/entries/{file}"), Value::Null).await.status, 404);
    world.file("/ann/d/a.txt");
    assert!(!world.may(&bob, "fs:/ann/d/a.txt:read"));
}

#[actix_web::test]
async fn an_app_brings_its_site_and_its_data() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let app = |shared: bool| json!({ "name": "editor", "owner": "ann", "protected": true, "metadata": { "shared_appdata": shared } });
    world.v1("PUT", "/v1/apps/app-1", app(true)).await;
    let share = json!({ "recipients": "bob", "shares": [{ "$": "app-share", "name": "editor" }] });
    let answer = world.call("POST", "/share", &ann.token, share.clone()).await;
    assert_eq!(answer.line("paths", 0), "subject_does_not_exist", "the directory must be there");
    world.dir("/ann/AppData/app-1");
    let own = uuid::Uuid::from_u128(1);
    let alien = uuid::Uuid::from_u128(2);
    for (id, name, owner) in [(own, "editor", "ann"), (alien, "other", "bob")] {
        let site = json!({ "name": name, "owner": owner, "associated_app_uid": "app-1", "protected": true });
        assert_eq!(world.v1("PUT", &format!("/v1/sites/{id}"), site).await.status, 201);
    }
    assert_eq!(world.call("POST", "/share", &ann.token, share).await.body["status"], "success");
    for permission in ["app:uid#app-1:access", "app:editor:access", "site:editor:access", "fs:/ann/AppData/app-1:write"]
    {
        assert!(world.may(&bob, permission), "{permission}");
    }
    let carol = world.person("carol");
    assert!(!world.may(&carol, "app:editor:access"));
    assert!(!world.may(&bob, "manage:app:editor:access"));
}

#[actix_web::test]
async fn an_app_is_shared_with_all_that_comes_with_it_or_not_at_all() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let metadata = json!({ "shared_appdata": true });
    let app = json!({ "name": "editor", "owner": "ann", "protected": true, "metadata": metadata });
    world.v1("PUT", "/v1/apps/app-1", app).await;
    let data = world.dir("/ann/AppData/app-1");
    let site = json!({ "name": "editor", "owner": "ann", "associated_app_uid": "app-1", "protected": true });
    world.v1("PUT", &format!("/v1/sites/{}", uuid::Uuid::from_u128(1)), site).await;
    let share = json!({ "recipients": "eve", "shares": [{ "$": "app-share", "uid": "app-1" }] });
    let given = async |permission: String| {
        let body = json!({ "target_username": "bob", "permission": permission });
        assert_eq!(world.call("POST", "/auth/grant-user-user", &ann.token, body).await.status, 200);
        world.call("POST", "/share", &bob.token, share.clone()).await
    };
    let unseen = given("manage:app:uid#app-1:access".to_owned()).await;
    assert_eq!(unseen.line("paths", 0), "subject_does_not_exist", "he sees neither its site nor its data");
    assert_eq!(given("site:editor:access".to_owned()).await.line("paths", 0), "permission_denied");
    assert_eq!(given("manage:site:editor:access".to_owned()).await.line("paths", 0), "subject_does_not_exist");
    let read = given(format!("fs:{data}:read")).await;
    assert_eq!(read.line("paths", 0), "permission_denied");
    let rows = world.v1("GET", "/v1/grants?issuer=bob", Value::Null).await;
    assert_eq!(rows.body["items"], json!([]), "nothing that wakes when he may");
    assert_eq!(given(format!("manage:fs:{data}")).await.body["status"], "success");
    assert!(world.may(&eve, "app:editor:access") && world.may(&eve, "fs:/ann/AppData/app-1:write"));
}

#[actix_web::test]
async fn a_group_is_asked_anew_at_every_check() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let group = format!("/v1/groups/{}", uuid::Uuid::from_u128(7));
    let body = |members: &[&str]| json!({ "owner": "ann", "name": "friends", "members": members });
    assert_eq!(world.v1("PUT", &group, body(&["bob"])).await.status, 201);
    assert_eq!(world.v1("PUT", &group, body(&["bob", "bob"])).await.body["members"], json!(["bob"]));
    assert_eq!(world.call("GET", &group, &bob.token, Value::Null).await.status, 200);
    assert_eq!(world.v1("PUT", &group, body(&[])).await.body["members"], json!([]));
    assert_eq!(world.call("GET", &group, &bob.token, Value::Null).await.status, 422);
}

#[actix_web::test]
async fn invites_are_capped_by_day() {
    let world = World::with(|settings| settings.invites_per_day = 2);
    let ann = world.person("ann");
    world.file("/ann/a.txt");
    let list = json!(["a@x.org", "b@x.org", "c@x.org"]);
    let body = json!({ "recipients": list, "shares": { "$": "fs-share", "path": "/ann/a.txt" } });
    let answer = world.call("POST", "/share", &ann.token, body).await;
    assert_eq!(answer.line("recipients", 2), "share_daily_limit_reached");
    assert_eq!(world.counts(), (0, 0, 2));
}
