//! A share made here is seen in the other faces, and the other way round; none of them widens it.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::EntryId;

#[actix_web::test]
async fn what_is_shared_here_shows_in_the_other_faces() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let cases = [
        (1, "full", "manage:manage:fs:U"),
        (2, "read", "fs:U:read"),
        (5, "review", "fs:U:review"),
        (6, "comment", "fs:U:comment"),
        (7, "fill", "fs:U:fill"),
        (8, "filter", "fs:U:filter"),
    ];
    for (value, access, permission) in cases {
        share(&world, &ann, file, &guid(&world, &bob), value).await;
        let listed = world.v1("GET", &format!("/v1/entries/{entry}/access"), json!({})).await.body;
        let of_bob =
            listed["items"].as_array().unwrap().iter().find(|item| item["subject"]["user"] == json!("bob")).unwrap();
        assert_eq!(of_bob["access"], json!(access));
        let puter = world.call("GET", "/auth/list-permissions", &bob.token, json!({})).await.body;
        let text = permission.replace('U', &entry.to_string());
        assert_eq!(puter["user_to_myself"][0]["permission"], json!(text), "{puter}");
    }
    share(&world, &ann, file, &guid(&world, &bob), 3).await;
    let listed = world.v1("GET", &format!("/v1/entries/{entry}/access"), json!({})).await.body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "a deny is no access");
    let puter = world.call("GET", "/auth/list-permissions", &bob.token, json!({})).await.body;
    assert_eq!(puter["user_to_myself"], json!([]));
}

#[actix_web::test]
async fn what_is_shared_elsewhere_shows_here_and_never_as_more() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    // Text of the permission; the value that is shown, or no record.
    let cases: [(&str, Option<i64>); 11] = [
        ("fs:U:see", None),
        ("fs:U:list", None),
        ("fs:U:read", Some(2)),
        ("fs:U:comment", None), // without download: every value would say more
        ("fs:U:review", Some(5)),
        ("fs:U:filter", None),
        ("fs:U:write", Some(1)),
        ("manage:fs:U", Some(1)),
        ("manage:fs:U:read", Some(2)),
        ("manage:manage:fs:U", Some(1)),
        ("fs:U:download", Some(2)),
    ];
    for (text, expected) in cases {
        let permission = text.replace('U', &entry.to_string());
        let body = json!({"issuer": "ann", "holder": {"user": "bob"}, "permission": permission});
        let made = world.v1("POST", "/v1/grants", body).await;
        assert!(made.status < 300, "{made:?}");
        let listed = list(&world, &ann, file).await;
        assert_eq!(listed.get("bob").copied(), expected, "{text}");
        // Whatever is shown can be removed here.
        share(&world, &ann, file, &guid(&world, &bob), 0).await;
        assert_eq!(world.counts().0, 0, "{text}");
    }
}

#[actix_web::test]
async fn a_deny_denies_in_every_face() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/d/plan.docx").await;
    ann.gives(&world, "/ann/d", "write", "bob").await;
    share(&world, &ann, file, &guid(&world, &bob), 3).await;
    assert!(!world.may(&bob, &format!("fs:{entry}:see")) && world.may(&bob, "fs:/ann/d:write"));
    let body = json!({"permissions": [format!("fs:{entry}:read")]});
    let checked = world.call("POST", "/auth/check-permissions", &bob.token, body).await;
    assert_eq!(checked.body["permissions"][format!("fs:{entry}:read")], json!(false));
    let explained = world
        .v1("POST", "/v1/explain", json!({"actor": {"user": "bob"}, "permission": format!("fs:{entry}:read")}))
        .await;
    assert_eq!(explained.body["allowed"], json!(false));
    assert_eq!(call(&world, &bob, "GET", &format!("file/{file}"), json!({})).await.status, 403);
    // Shared again in another face by its owner, it is lifted.
    ann.gives(&world, "/ann/d/plan.docx", "read", "bob").await;
    assert!(world.may(&bob, &format!("fs:{entry}:read")));
    assert_eq!(list(&world, &ann, file).await.get("bob").map(|access| *access > 0 && *access != 3), Some(true));
}

#[actix_web::test]
async fn a_deny_stays_when_the_share_of_its_issuer_ends_in_any_face() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let team = group(&world, "team", &[&eve]).await;
    for face in ["onlyoffice", "native", "puter", "leaving", "bookmarks"] {
        let is_folder = face == "bookmarks";
        let (entry, file) = match is_folder {
            true => dir(&world, &format!("/ann/{face}")).await,
            false => file(&world, &format!("/ann/{face}/plan.docx")).await,
        };
        let share = async |who: &Person, whom: &Person, access: i64| match is_folder {
            true => share_folder(&world, who, file, &guid(&world, whom), access).await,
            false => share(&world, who, file, &guid(&world, whom), access).await,
        };
        let read = format!("fs:{entry}:read");
        let to_team = json!({"issuer": "ann", "holder": {"group": team}, "permission": read});
        assert_eq!(world.v1("POST", "/v1/grants", to_team).await.status, 201);
        share(&ann, &bob, 1).await;
        share(&bob, &dan, 2).await;
        assert!(world.may(&eve, &read) && world.may(&dan, &read), "{face}");
        share(&bob, &eve, 3).await;
        assert!(!world.may(&eve, &read), "{face}");

        end_share(&world, face, (entry, file), &ann, &bob).await;
        assert!(!world.may(&bob, &read) && !world.may(&dan, &read), "{face}: what he gave falls");
        assert!(!world.may(&eve, &read), "{face}: whom he denied it stays out");
        let left = world.v1("GET", &format!("/v1/grants?entry={entry}&holder=eve"), json!({})).await;
        let deny = &left.body["items"][0];
        assert_eq!((&deny["issuer"], &deny["live"]), (&json!("bob"), &json!(true)), "{face}");
        // Who has authority lifts it.
        let lifted = format!("/v1/grants/{}", deny["id"].as_str().unwrap());
        assert_eq!(world.call("DELETE", &lifted, &ann.token, json!(null)).await.status, 200);
        assert!(world.may(&eve, &read), "{face}");
    }
}

/// Ends what ann gave to bob, in the words of a face.
async fn end_share(world: &World, face: &str, (entry, file): (EntryId, i64), ann: &Person, bob: &Person) {
    let answer = match face {
        "onlyoffice" => share(world, ann, file, &guid(world, bob), 0).await,
        "native" => {
            let found = world.v1("GET", &format!("/v1/grants?entry={entry}&holder=bob"), json!({})).await;
            let path = format!("/v1/grants/{}", found.body["items"][0]["id"].as_str().unwrap());
            world.call("DELETE", &path, &ann.token, json!(null)).await
        }
        "puter" => {
            let body = json!({"target_username": "bob", "permission": format!("fs:{entry}:read")});
            world.call("POST", "/auth/revoke-user-user", &ann.token, body).await
        }
        "bookmarks" => {
            let list = format!("/public/rest/v2/folder/{file}/shares");
            let shares = world.call("GET", &list, &ann.token, json!(null)).await.body["data"].clone();
            let is_bobs = |share: &&Value| share["participant"] == json!("bob");
            let id = shares.as_array().unwrap().iter().find(is_bobs).unwrap()["id"].clone();
            world.call("DELETE", &format!("/public/rest/v2/share/{id}"), &ann.token, json!(null)).await
        }
        _ => world.call("POST", &format!("/v1/entries/{entry}/leave"), &bob.token, json!(null)).await,
    };
    assert_eq!(answer.status, 200, "{face}: {}", answer.body);
}

#[actix_web::test]
async fn apps_tokens_and_other_holders_are_left_out() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    world.v1("PUT", "/v1/apps/app-1", json!({"name": "editor", "owner": "ann"})).await;
    let body = json!({"issuer": "ann", "holder": {"app": "app-1"}, "permission": format!("fs:{entry}:read")});
    assert!(world.v1("POST", "/v1/grants", body).await.status < 300);
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1)]));
    let _: Value = json!(null);
}
