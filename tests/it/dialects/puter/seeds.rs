//! Every example of the two seed pages, with whole bodies and statuses.

use serde_json::json;
use vouchsafe_tests::{Answer, Person, World, assert_golden};

async fn dry(world: &World, who: &Person, recipients: serde_json::Value, shares: serde_json::Value) -> Answer {
    let body = json!({ "recipients": recipients, "shares": shares, "dry_run": true });
    world.call("POST", "/share", &who.token, body).await
}

#[actix_web::test]
async fn a_dry_run_that_would_succeed() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let answer = dry(&world, &ann, json!("bob"), json!({ "$": "fs-share", "path": "/ann/a.txt" })).await;
    assert_golden("dialects/puter/golden/dry_run_success", &answer);
    assert_eq!(world.counts(), (0, 0, 0));
}

#[actix_web::test]
async fn a_dry_run_with_a_missing_file() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let answer = dry(&world, &ann, json!("bob"), json!({ "$": "fs-share", "path": "/ann/a.txt" })).await;
    assert_golden("dialects/puter/golden/missing_file", &answer);
}

#[actix_web::test]
async fn a_dry_run_with_a_missing_user() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let shares = json!({ "$": "fs-share", "path": "/ann/a.txt" });
    let answer = dry(&world, &ann, json!(["non_existing_user"]), shares).await;
    assert_golden("dialects/puter/golden/missing_user", &answer);
}

#[actix_web::test]
async fn the_older_page_names_the_items_paths() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    let body = json!({ "recipients": ["bob"], "paths": ["/ann/a.txt"] });
    let answer = world.call("POST", "/share", &ann.token, body).await;
    assert_golden("dialects/puter/golden/paths_success", &answer);
    assert!(world.may(&bob, "fs:/ann/a.txt:read") && !world.may(&bob, "fs:/ann/a.txt:write"));
}

#[actix_web::test]
async fn the_newer_page_shares_apps_and_files_with_a_user_and_an_address() {
    let world = World::new();
    let ann = world.person("ann");
    let user = world.person("user_that_gets_shared_to");
    let uuid = world.file("/ann/b.txt");
    world.dir("/ann/some/directory");
    for (uid, name) in [("app-1", "some-app-name"), ("app-SOME-APP-UID", "other")] {
        let app = json!({ "name": name, "owner": "ann", "protected": true });
        assert_eq!(world.v1("PUT", &format!("/v1/apps/{uid}"), app).await.status, 201);
    }
    let body = json!({
        "recipients": ["user_that_gets_shared_to", "another@example.com"],
        "shares": [
            { "$": "app-share", "name": "some-app-name" },
            { "$": "app-share", "uid": "app-SOME-APP-UID" },
            { "$": "fs-share", "path": "/ann/some/directory" },
            { "$": "fs-share", "path": uuid }
        ]
    });
    let answer = world.call("POST", "/share", &ann.token, body).await;
    assert_golden("dialects/puter/golden/newer_example", &answer);
    for permission in ["app:some-app-name:access", "app:uid#app-SOME-APP-UID:access", "fs:/ann/some/directory:read"] {
        assert!(world.may(&user, permission), "{permission}");
    }
    assert!(world.may(&user, &format!("fs:{uuid}:read")));
    assert_eq!(world.counts(), (4, 1, 2), "four grants, one notification, one mail and one invite");
}

#[actix_web::test]
async fn the_example_of_item_by_username_answers_an_empty_object() {
    let world = World::new();
    let owner = world.person("my_username");
    let other = world.person("other_username");
    world.file("/my_username/Desktop/some-file.txt");
    let body = json!({ "path": "/my_username/Desktop/some-file.txt", "username": "other_username" });
    let answer = world.call("POST", "/share/item-by-username", &owner.token, body).await;
    assert_golden("dialects/puter/golden/item_by_username", &answer);
    assert!(world.may(&other, "fs:/my_username/Desktop/some-file.txt:write"), "write is the default");
}
