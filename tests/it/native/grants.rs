//! `/v1/grants`: made, changed, listed, revoked with what hangs on them.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

fn wish(issuer: &str, holder: Value, permission: &str) -> Value {
    json!({ "issuer": issuer, "holder": holder, "permission": permission })
}

async fn give(world: &World, issuer: &str, to: &str, permission: &str) -> String {
    let answer = world.v1("POST", "/v1/grants", wish(issuer, json!({ "user": to }), permission)).await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn list(world: &World, token: &str, query: &str) -> Answer {
    world.call("GET", &format!("/v1/grants?{query}"), token, Value::Null).await
}

/// ann owns a file; bob manages it, and gave eve reading, who may give it on.
async fn chain(world: &World) -> (EntryId, [String; 2], [Person; 3]) {
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/d/a.txt");
    let full = format!("manage:manage:fs:{file}");
    let first = give(world, "ann", "bob", &full).await;
    let second = give(world, "bob", "eve", &format!("fs:{file}:read")).await;
    (file, [first, second], [ann, bob, eve])
}

#[actix_web::test]
async fn a_grant_is_shown_as_it_was_made() {
    let world = World::new();
    world.people();
    let file = world.file("/ann/a.txt");
    let mut body = wish("ann", json!({ "user": "bob" }), "fs:/ann/a.txt:read");
    body["expires_at"] = json!("2099-01-01T00:00:00Z");
    let made = world.v1("POST", "/v1/grants", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let expected = json!({
        "id": made.body["id"], "issuer": "ann", "holder": { "user": "bob" }, "entry": file,
        "permission": format!("fs:{file}:read"), "access": "read",
        "capabilities": ["see", "list", "read", "download"], "exact": false,
        "expires_at": "2099-01-01T00:00:00.000000Z", "created_at": "2027-01-15T08:00:00.000000Z",
        "origin": "v1", "live": true, "revision": made.body["revision"],
    });
    assert!(made.body["revision"].is_i64());
    assert_eq!(made.body, expected);
    let found = world.v1("GET", &format!("/v1/grants/{}", made.body["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!((found.status, found.body), (200, expected));
    let again = world.v1("POST", "/v1/grants", body).await;
    assert_eq!((again.status, &again.body["id"]), (200, &made.body["id"]), "the same again is there already");
}

#[actix_web::test]
async fn giving_anew_changes_the_row_also_downwards() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.file("/ann/a.txt");
    let first = give(&world, "ann", "bob", "manage:fs:/ann/a.txt").await;
    assert!(world.may(&bob, "manage:fs:/ann/a.txt"));
    assert_eq!(give(&world, "ann", "bob", "fs:/ann/a.txt:see").await, first, "one row per issuer, holder and entry");
    assert!(world.may(&bob, "fs:/ann/a.txt:see") && !world.may(&bob, "fs:/ann/a.txt:read"));
    assert_eq!(world.counts().0, 1);
}

#[actix_web::test]
async fn every_kind_of_holder_is_reached() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (file, group) = (world.file("/ann/a.txt"), uuid::Uuid::from_u128(9));
    let read = format!("fs:{file}:read");
    world.v1("PUT", &format!("/v1/groups/{group}"), json!({ "owner": "eve", "name": "g", "members": ["bob"] })).await;
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "eve" })).await;
    for (holder, reaches_bob, reaches_eve) in [
        (json!({ "group": group }), true, false),
        (json!({ "everyone": true }), true, true),
        (json!({ "app": "app-1" }), false, false),
        (json!({ "app": "app-1", "user": "ann" }), false, false),
    ] {
        let made = world.v1("POST", "/v1/grants", wish("ann", holder.clone(), &read)).await;
        assert_eq!((made.status, &made.body["holder"]), (201, &holder));
        assert_eq!((world.may(&bob, &read), world.may(&eve, &read)), (reaches_bob, reaches_eve), "{holder}");
        let through_app = json!({ "actor": { "user": "ann", "app": "app-1" }, "permission": read });
        let allowed = world.v1("POST", "/v1/check", through_app).await.body["allowed"] == true;
        assert_eq!(allowed, holder.get("app").is_some(), "{holder}");
        let path = format!("/v1/grants/{}", made.body["id"].as_str().unwrap());
        assert_eq!(world.v1("DELETE", &path, Value::Null).await.status, 200);
    }
    assert!(world.may(&ann, &read));
}

#[actix_web::test]
async fn a_deny_silences_until_it_is_lifted() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.file("/ann/d/a.txt");
    give(&world, "ann", "bob", "fs:/ann/d:write").await;
    let mut deny = wish("ann", json!({ "user": "bob" }), "fs:/ann/d/a.txt:none");
    let plain = world.v1("POST", "/v1/grants", deny.clone()).await;
    assert_eq!(plain.refusal(), (400, "field_invalid"), "an ordinary grant of nothing means nothing");
    deny["exact"] = json!(true);
    let made = world.v1("POST", "/v1/grants", deny).await;
    assert_eq!((made.status, &made.body["access"], &made.body["live"]), (201, &json!("none"), &json!(true)));
    assert!(!world.may(&bob, "fs:/ann/d/a.txt:see") && world.may(&bob, "fs:/ann/d:write"));
    give(&world, "ann", "bob", "fs:/ann/d/a.txt:read").await;
    assert!(world.may(&bob, "fs:/ann/d/a.txt:read"));
}

#[actix_web::test]
async fn an_issuer_gives_what_he_has_and_may_hand_on() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    give(&world, "ann", "bob", &format!("manage:fs:{file}")).await;
    let nobody = uuid::Uuid::from_u128(3);
    for (issuer, holder, permission, refusal) in [
        ("bob", json!({ "user": "eve" }), format!("manage:fs:{file}"), (403, "permission_denied")),
        ("bob", json!({ "user": "eve" }), format!("fs:{file}:delete"), (403, "permission_denied")),
        ("eve", json!({ "user": "bob" }), format!("fs:{file}:read"), (404, "subject_does_not_exist")),
        ("ann", json!({ "user": "bob" }), format!("fs:{nobody}:read"), (404, "subject_does_not_exist")),
        ("ann", json!({ "user": "bob" }), "fs:/ann/none:read".into(), (404, "subject_does_not_exist")),
        ("ann", json!({ "user": "bob" }), "app:none:access".into(), (422, "entity_not_found")),
        ("ann", json!({ "user": "bob" }), "site:none:access".into(), (422, "entity_not_found")),
        ("ann", json!({ "user": "bob" }), "feature:x".into(), (403, "permission_denied")),
        ("ann", json!({ "user": "bob" }), "fs::read".into(), (400, "field_invalid")),
        ("ann", json!({ "user": "bob" }), "a:".repeat(10_000), (400, "field_invalid")),
        ("ann", json!({ "user": "bob" }), r"fs:x\".into(), (400, "field_invalid")),
        ("ann", json!({ "user": "bob" }), format!("x:{}", "y".repeat(300)), (400, "field_too_long")),
        ("ann", json!({ "user": "ann" }), format!("fs:{file}:read"), (400, "cannot_share_with_self")),
        ("ann", json!({ "user": "ghost" }), format!("fs:{file}:read"), (422, "user_does_not_exist")),
        ("ghost", json!({ "user": "bob" }), format!("fs:{file}:read"), (422, "user_does_not_exist")),
        ("ann", json!({ "group": nobody }), format!("fs:{file}:read"), (422, "entity_not_found")),
        ("ann", json!({ "app": "none" }), format!("fs:{file}:read"), (422, "entity_not_found")),
        ("ann", json!({ "everyone": false }), format!("fs:{file}:read"), (400, "field_invalid")),
        ("ann", json!({ "user": "bob", "group": nobody }), format!("fs:{file}:read"), (400, "field_invalid")),
        ("ann", json!({}), format!("fs:{file}:read"), (400, "field_invalid")),
    ] {
        let answer = world.v1("POST", "/v1/grants", wish(issuer, holder.clone(), &permission)).await;
        assert_eq!(answer.refusal(), refusal, "{issuer} {holder} {}", permission.chars().take(60).collect::<String>());
    }
    let mut ended = wish("ann", json!({ "user": "eve" }), &format!("fs:{file}:read"));
    ended["expires_at"] = json!("2001-01-01T00:00:00Z");
    assert_eq!(world.v1("POST", "/v1/grants", ended).await.refusal(), (400, "field_invalid"));
    let mut exact = wish("bob", json!({ "user": "eve" }), &format!("fs:{file}:read"));
    exact["exact"] = json!(true);
    assert_eq!(world.v1("POST", "/v1/grants", exact).await.refusal(), (403, "permission_denied"), "exact needs manage");
    assert_eq!(world.counts().0, 1);
    assert!(!world.may(&eve, &format!("fs:{file}:see")));
}

#[actix_web::test]
async fn a_user_gives_in_his_own_name_only() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let own = json!({ "holder": { "user": "bob" }, "permission": read });
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, own.clone()).await.body["issuer"], "ann");
    let as_ann = wish("ann", json!({ "user": "eve" }), &read);
    assert_eq!(world.call("POST", "/v1/grants", &bob.token, as_ann).await.refusal(), (403, "forbidden"));
    let ghostly = wish("ghost", json!({ "user": "eve" }), &read);
    assert_eq!(world.call("POST", "/v1/grants", &bob.token, ghostly).await.refusal(), (403, "forbidden"));
    assert_eq!(world.v1("POST", "/v1/grants", own).await.refusal(), (400, "field_missing"), "a host names the issuer");
    assert!(!world.may(&eve, &read));
}

#[actix_web::test]
async fn revoking_takes_what_hangs_on_it_and_says_so() {
    let world = World::new();
    let (file, [first, second], [_, bob, eve]) = chain(&world).await;
    let read = format!("fs:{file}:read");
    assert!(world.may(&eve, &read));
    let gone = world.v1("DELETE", &format!("/v1/grants/{first}"), Value::Null).await;
    assert_eq!(gone.status, 200);
    let ids: Vec<&str> = gone.body["removed"].as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [first.as_str(), second.as_str()]);
    assert_eq!(gone.body["removed"][1]["issuer"], "bob");
    assert!(!world.may(&bob, &read) && !world.may(&eve, &read));
    let check = json!({ "actor": { "user": "eve" }, "permission": read, "at_least": gone.body["revision"] });
    let check = world.v1("POST", "/v1/check", check).await;
    assert_eq!((check.status, &check.body["revision"]), (200, &gone.body["revision"]));
    let again = world.v1("DELETE", &format!("/v1/grants/{first}"), Value::Null).await;
    assert_eq!(again.refusal(), (422, "entity_not_found"));
    give(&world, "ann", "bob", &format!("manage:manage:fs:{file}")).await;
    assert!(!world.may(&eve, &read), "what fell does not come back");
}

#[actix_web::test]
async fn restrict_refuses_and_lists_what_hangs_on_it() {
    let world = World::new();
    let (file, [first, second], [_, _, eve]) = chain(&world).await;
    let refused = world.v1("DELETE", &format!("/v1/grants/{first}?mode=restrict"), Value::Null).await;
    assert_eq!(refused.refusal(), (409, "conflict"));
    assert_eq!(refused.body["dependants"][0]["id"], json!(second));
    assert!(world.may(&eve, &format!("fs:{file}:read")));
    let leaf = world.v1("DELETE", &format!("/v1/grants/{second}?mode=restrict"), Value::Null).await;
    assert_eq!((leaf.status, leaf.body["removed"].as_array().unwrap().len()), (200, 1));
}

#[actix_web::test]
async fn promote_makes_who_revokes_the_issuer() {
    let world = World::new();
    let (file, [first, second], [ann, bob, eve]) = chain(&world).await;
    let gone = world.call("DELETE", &format!("/v1/grants/{first}?mode=promote"), &ann.token, Value::Null).await;
    assert_eq!((gone.status, gone.body["removed"].as_array().unwrap().len()), (200, 1), "{}", gone.body);
    let kept = world.v1("GET", &format!("/v1/grants/{second}"), Value::Null).await;
    assert_eq!((&kept.body["issuer"], &kept.body["live"]), (&json!("ann"), &json!(true)));
    let read = format!("fs:{file}:read");
    assert!(world.may(&eve, &read) && !world.may(&bob, &read));
}

#[actix_web::test]
async fn who_may_revoke_what() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (dan, zed) = (world.person("dan"), world.person("zed"));
    let file = world.file("/ann/a.txt");
    give(&world, "ann", "dan", &format!("manage:fs:{file}")).await;
    give(&world, "ann", "eve", &format!("manage:manage:fs:{file}")).await;
    for (who, from, refusal) in [
        (&zed, "ann", (422, "entity_not_found")),
        (&dan, "ann", (403, "forbidden")),
        (&eve, "dan", (403, "forbidden")),
        (&bob, "ann", (200, "")),
        (&ann, "dan", (200, "")),
        (&dan, "dan", (200, "")),
    ] {
        let id = give(&world, from, "bob", &format!("fs:{file}:read")).await;
        let path = format!("/v1/grants/{id}");
        let answer = world.call("DELETE", &path, &who.token, Value::Null).await;
        assert_eq!(answer.refusal(), refusal, "{} of what {from} gave", who.name);
        world.v1("DELETE", &path, Value::Null).await;
    }
}

#[actix_web::test]
async fn a_list_says_what_works_and_why_the_rest_does_not() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.person("dan");
    let file = world.file("/ann/a.txt");
    let (read, full) = (format!("fs:{file}:read"), format!("manage:fs:{file}"));
    give(&world, "ann", "bob", &full).await;
    give(&world, "bob", "eve", &read).await;
    let mut timed = wish("ann", json!({ "user": "eve" }), &read);
    timed["expires_at"] = json!("2027-01-15T09:00:00Z");
    world.v1("POST", "/v1/grants", timed).await;
    let mut deny = wish("ann", json!({ "user": "dan" }), &format!("fs:{file}:none"));
    give(&world, "bob", "dan", &read).await;
    deny["exact"] = json!(true);
    world.v1("POST", "/v1/grants", deny).await;
    world.clock.advance(chrono::TimeDelta::hours(2));
    let why = async || {
        let items = list(&world, &world.key, &format!("entry={file}")).await.body["items"].clone();
        let of = |g: &Value| {
            format!(
                "{}→{} {}",
                g["issuer"].as_str().unwrap(),
                g["holder"]["user"].as_str().unwrap(),
                g["why_not"].as_str().unwrap_or("live")
            )
        };
        items.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(why().await, ["ann→bob live", "bob→eve live", "ann→eve expired", "bob→dan silenced", "ann→dan live"]);
    world.vouchsafe.suspend_user("bob", true).unwrap();
    let asleep = ["ann→bob suspended", "bob→eve suspended", "ann→eve expired", "bob→dan suspended", "ann→dan live"];
    assert_eq!(why().await, asleep);
    world.vouchsafe.suspend_user("bob", false).unwrap();
    give(&world, "ann", "bob", &read).await;
    let lowered =
        ["ann→bob live", "bob→eve issuer_lost_authority", "ann→eve expired", "bob→dan silenced", "ann→dan live"];
    assert_eq!(why().await, lowered, "lowering rewrites nobody else's row");
    let own = list(&world, &ann.token, "issuer=ann").await;
    assert_eq!(own.body["items"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn lists_are_filtered_and_come_in_pages() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let files: Vec<_> = (0..5).map(|i| world.file(&format!("/ann/{i}.txt"))).collect();
    for file in &files {
        give(&world, "ann", "bob", &format!("fs:{file}:read")).await;
        give(&world, "ann", "eve", &format!("fs:{file}:see")).await;
    }
    for (query, count) in [
        (String::new(), 10),
        ("user=bob".into(), 5),
        ("user=ann".into(), 10),
        ("holder=eve".into(), 5),
        ("issuer=bob".into(), 0),
        (format!("entry={}", files[0]), 2),
        (format!("entry={}&holder=bob&issuer=ann", files[0]), 1),
        (format!("entry={}", uuid::Uuid::from_u128(1)), 0),
        ("holder=everyone".into(), 0),
    ] {
        assert_eq!(list(&world, &world.key, &query).await.body["items"].as_array().unwrap().len(), count, "{query}");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&world, &world.key, &format!("{query}&limit=3{cursor}")).await;
            assert_eq!(page.status, 200, "{}", page.body);
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= 3);
            seen.extend(items.iter().map(|g| g["id"].as_str().unwrap().to_owned()));
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let unique: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), unique.len()), (count, count), "{query}");
    }
    for (query, refusal) in [
        ("limit=0", (400, "field_invalid")),
        ("limit=1001", (400, "field_invalid")),
        ("limit=x", (400, "field_invalid")),
        ("cursor=x", (400, "field_invalid")),
        ("holder=group:x", (400, "field_invalid")),
        ("holder=x:y", (400, "field_invalid")),
        ("entry=x", (400, "field_invalid")),
        ("isuer=ann", (400, "field_invalid")),
        ("issuer=ann&issuer=bob", (400, "field_invalid")),
        ("issuer=ghost", (422, "user_does_not_exist")),
        ("holder=group:00000000-0000-4000-8000-000000000001", (422, "entity_not_found")),
    ] {
        assert_eq!(list(&world, &world.key, query).await.refusal(), refusal, "{query}");
    }
    for (who, query, status) in [
        (&bob, "holder=bob".to_owned(), 200),
        (&bob, "user=bob".into(), 200),
        (&bob, "user=eve".into(), 403),
        (&bob, "user=ghost".into(), 403),
        (&bob, String::new(), 403),
        (&bob, format!("entry={}", files[0]), 403),
        (&eve, format!("entry={}", uuid::Uuid::from_u128(1)), 403),
        (&ann, format!("entry={}", files[0]), 200),
    ] {
        assert_eq!(list(&world, &who.token, &query).await.status, status, "{} {query}", who.name);
    }
}

#[actix_web::test]
async fn nothing_new_is_given_by_name_to_who_does_not_take_it() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (file, group) = (world.file("/ann/a.txt"), uuid::Uuid::from_u128(9));
    let read = format!("fs:{file}:read");
    world.v1("PUT", &format!("/v1/groups/{group}"), json!({ "owner": "ann", "name": "g", "members": ["bob"] })).await;
    let actor = vouchsafe_types::Actor::User(world.vouchsafe.user("bob").unwrap().id);
    world.vouchsafe.block(&actor, "ann", true).unwrap();
    let native = json!({ "holder": { "user": "bob" }, "permission": read });
    let given = [
        ("/v1/grants", native.clone()),
        ("/auth/grant-user-user", json!({ "target_username": "bob", "permission": read })),
        ("/acl/set-user-user", json!({ "user": "bob", "resource": "/ann/a.txt", "mode": "read" })),
    ];
    for (path, body) in &given {
        let answer = world.call("POST", path, &ann.token, body.clone()).await;
        assert_eq!(answer.refusal(), (403, "recipient_not_accepting_shares"), "{path}");
        assert!(!world.may(&bob, &read));
    }
    let to_group = json!({ "holder": { "group": group }, "permission": read });
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, to_group).await.status, 201, "groups are not concerned");
    let deny = json!({ "holder": { "user": "bob" }, "permission": format!("fs:{file}:none"), "exact": true });
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, deny).await.status, 201, "a deny is no gift");
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, native.clone()).await.status, 403, "lifting it is one");
    world.vouchsafe.block(&actor, "ann", false).unwrap();
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, native).await.status, 200);
    world.vouchsafe.block_all(&actor, true).unwrap();
    for (path, body) in given {
        let answer = world.call("POST", path, &ann.token, body).await;
        assert_eq!(answer.status, 200, "{path}: what he has stays as it is: {}", answer.body);
    }
}
