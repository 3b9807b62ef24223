//! Groups.

use super::routes::ID;
use serde_json::{Value, json};
use vouchsafe_tests::World;
use vouchsafe_types::{Access, Clock, EntryId, Grant, GrantId, Holder, Resource};

fn path() -> String {
    format!("/v1/groups/{ID}")
}

#[actix_web::test]
async fn a_group_is_made_changed_and_deleted() {
    let world = World::new();
    world.people();
    let made =
        world.v1("PUT", &path(), json!({ "owner": "ann", "name": "team", "members": ["eve", "bob", "bob"] })).await;
    assert_eq!((made.status, &made.body["uid"], &made.body["owner"]), (201, &json!(ID), &json!("ann")));
    assert_eq!(made.body["members"], json!(["bob", "eve"]));
    let renamed = world.v1("PUT", &path(), json!({ "owner": "ann", "name": "crew" })).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("crew")));
    assert_eq!(renamed.body["members"], json!(["bob", "eve"]), "members that are not said stay");
    assert_eq!(world.v1("GET", &path(), Value::Null).await.body, renamed.body);
    let emptied = world.v1("PUT", &path(), json!({ "owner": "ann", "name": "crew", "members": [] })).await;
    assert_eq!((emptied.status, &emptied.body["members"]), (200, &json!([])));
    let gone = world.v1("DELETE", &path(), Value::Null).await;
    assert_eq!((gone.status, gone.body["revision"].is_i64()), (200, true));
    for method in ["GET", "DELETE"] {
        assert_eq!(world.v1(method, &path(), Value::Null).await.refusal(), (422, "entity_not_found"));
    }
}

#[actix_web::test]
async fn a_group_with_an_unknown_person_is_not_made_at_all() {
    let world = World::new();
    world.people();
    for body in
        [json!({ "owner": "ghost", "name": "g" }), json!({ "owner": "ann", "name": "g", "members": ["bob", "ghost"] })]
    {
        assert_eq!(world.v1("PUT", &path(), body).await.refusal(), (422, "user_does_not_exist"));
        assert_eq!(world.v1("GET", &path(), Value::Null).await.refusal(), (422, "entity_not_found"));
    }
    let crowd = json!({ "owner": "ann", "name": "g", "members": vec!["bob"; 10_000] });
    assert_eq!(world.v1("PUT", &path(), crowd).await.refusal(), (400, "too_many_keys"));
}

#[actix_web::test]
async fn a_user_keeps_his_own_groups_and_sees_those_he_is_in() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let body = |owner: &str| json!({ "owner": owner, "name": "g", "members": ["bob"] });
    assert_eq!(world.call("PUT", &path(), &ann.token, body("bob")).await.status, 403);
    assert_eq!(world.call("PUT", &path(), &ann.token, body("ann")).await.status, 201);
    assert_eq!(world.call("PUT", &path(), &bob.token, body("bob")).await.status, 403, "nobody takes it over");
    assert_eq!(world.call("GET", &path(), &bob.token, Value::Null).await.status, 200);
    let unseen = world.call("GET", &path(), &eve.token, Value::Null).await;
    assert_eq!(unseen.refusal(), (422, "entity_not_found"));
    assert_eq!(world.call("DELETE", &path(), &bob.token, Value::Null).await.status, 422);
    assert_eq!(world.call("DELETE", &path(), &ann.token, Value::Null).await.status, 200);
}

/// Writes a grant of ann's to the group: no route of these gives to groups yet.
fn db_grant(world: &World, on: EntryId) {
    let grant = Grant {
        id: GrantId::mint(),
        issuer: world.vouchsafe.user("ann").unwrap().id,
        holder: Holder::Group(ID.parse().unwrap()),
        resource: Resource::Entry(on),
        capabilities: Access::Read.capabilities(),
        exact: false,
        expires_at: None,
        created_at: world.clock.now(),
        origin: "test".into(),
    };
    world.store().write("test", |tx| tx.insert_grant(&grant, &Value::Null)).unwrap();
}

#[actix_web::test]
async fn what_a_group_was_given_ends_with_membership_and_with_the_group() {
    let world = World::new();
    let (_, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    world.v1("PUT", &path(), json!({ "owner": "ann", "name": "g", "members": ["bob"] })).await;
    assert!(!world.may(&bob, &read));
    db_grant(&world, file);
    assert!(world.may(&bob, &read) && !world.may(&eve, &read));
    let why = json!({ "actor": { "user": "bob" }, "permission": read });
    let node = world.v1("POST", "/v1/explain", why).await.body["reading"][1].clone();
    assert_eq!((&node["via"], &node["group_id"]), (&json!("user-group"), &json!(ID)));
    world.v1("PUT", &path(), json!({ "owner": "ann", "name": "g", "members": ["eve"] })).await;
    assert!(!world.may(&bob, &read) && world.may(&eve, &read));
    world.v1("DELETE", &path(), Value::Null).await;
    assert!(!world.may(&eve, &read));
    assert_eq!(world.counts().0, 0, "the grant went with the group");
}
