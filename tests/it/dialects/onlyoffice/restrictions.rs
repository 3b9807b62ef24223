//! `advancedSettings`: what the owner of a file keeps back.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World};

async fn put(world: &World, who: &Person, file: i64, with: &str, access: i64, settings: Value) -> Answer {
    let body = json!({"share": [{"ShareTo": with, "Access": access}], "advancedSettings": settings});
    call(world, who, "PUT", &format!("file/{file}/share"), body).await
}

#[actix_web::test]
async fn readers_and_commenters_do_not_download_in_any_face() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    let download = format!("fs:{entry}:download");
    for (access, may) in [(2, false), (6, false), (5, true), (7, true), (8, true), (1, true)] {
        let answer = put(&world, &ann, file, &id, access, json!({"denyDownload": true})).await;
        assert_eq!(shown(&answer).get("bob"), Some(&access), "the row is shown as it is");
        assert_eq!(world.may(&bob, &download), may, "{access}");
        assert!(world.may(&bob, &format!("fs:{entry}:read")));
        let checked =
            world.call("POST", "/auth/check-permissions", &bob.token, json!({"permissions": [download]})).await;
        assert_eq!(checked.body["permissions"][&download], json!(may));
        let card = call(&world, &bob, "GET", &format!("file/{file}"), json!({})).await.body["response"].clone();
        assert_eq!((&card["access"], &card["denyDownload"]), (&json!(access), &json!(true)));
        assert_eq!(card["denySharing"], Value::Null, "said only when it is so");
    }
    assert!(world.may(&ann, &download));
    let listed = world.v1("GET", &format!("/v1/entries/{entry}/access"), json!({})).await.body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn with_sharing_denied_only_the_owner_shares() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    put(&world, &ann, file, &guid(&world, &bob), 1, json!({"DenySharing": "TRUE"})).await;
    assert!(world.may(&bob, &format!("fs:{entry}:write")) && !world.may(&bob, &format!("fs:{entry}:share")));
    for method in ["GET", "PUT"] {
        let body = json!({"share": [{"ShareTo": guid(&world, &eve), "Access": 2}]});
        assert_eq!(refusal(&call(&world, &bob, method, &format!("file/{file}/share"), body).await), no_permission());
    }
    let refused = bob.gives(&world, "/ann/plan.docx", "read", "eve").await;
    assert_ne!(refused.body["status"], json!("success"), "{refused:?}");
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1), ("bob", 1)]));
    assert_eq!(share(&world, &ann, file, &guid(&world, &eve), 2).await.status, 200);
    // A flag that is not named is cleared; settings without any flag are no settings.
    put(&world, &ann, file, &guid(&world, &eve), 2, json!({})).await;
    assert!(!world.may(&bob, &format!("fs:{entry}:share")));
    put(&world, &ann, file, &guid(&world, &eve), 2, json!({"denyDownload": false})).await;
    assert!(world.may(&bob, &format!("fs:{entry}:share")));
    assert_eq!(share(&world, &bob, file, &guid(&world, &eve), 5).await.status, 200);
}

#[actix_web::test]
async fn what_others_gave_sleeps_while_sharing_is_denied_and_a_deny_does_not() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    share(&world, &bob, file, &guid(&world, &eve), 2).await;
    share(&world, &ann, file, EVERYONE, 2).await;
    share(&world, &bob, file, &guid(&world, &dan), 3).await;
    let may = |who: &Person| world.may(who, &format!("fs:{entry}:read"));
    assert!(may(&eve) && !may(&dan));
    put(&world, &ann, file, EVERYONE, 0, json!({"denySharing": true})).await;
    assert!(!may(&eve) && !may(&dan));
    put(&world, &ann, file, EVERYONE, 0, json!({"denySharing": false})).await;
    assert!(may(&eve) && !may(&dan));
}

#[actix_web::test]
async fn only_the_owner_sets_them_and_only_for_files_that_a_viewer_opens() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, plan) = file(&world, "/ann/plan.docx").await;
    let (program, exe) = file(&world, "/ann/tool.exe").await;
    let (inside, _) = file(&world, "/ann/d/a.docx").await;
    let folder = number(&world, entry_of(&world, "/ann/d").await).await;
    share(&world, &ann, plan, &guid(&world, &bob), 1).await;
    let settings = json!({"denyDownload": true, "denySharing": true});
    put(&world, &bob, plan, &guid(&world, &eve), 2, settings.clone()).await;
    put(&world, &ann, exe, &guid(&world, &eve), 2, settings.clone()).await;
    let body = json!({"share": [{"ShareTo": guid(&world, &eve), "Access": 2}], "advancedSettings": settings});
    call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await;
    for file in [entry, program, inside] {
        assert!(world.may(&eve, &format!("fs:{file}:download")));
    }
}

async fn entry_of(world: &World, path: &str) -> vouchsafe_types::EntryId {
    let actor = vouchsafe_types::Actor::Service { name: "tests".into() };
    world.vouchsafe.entry_at(&actor, &vouchsafe_types::EntryPath::strict(path).unwrap()).unwrap().unwrap().entry.uuid
}
