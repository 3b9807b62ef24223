//! `/auth/check-permissions` and `/auth/list-permissions`.

use super::desk::{Desk, NOBODY};
use serde_json::{Map, Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person, assert_golden};

const CHECK: &str = "/auth/check-permissions";
const READ: &str = "fs:/ann/d/a.txt:read";
const FIXED: &str = "00000000-0000-4000-8000-00000000000a";

async fn list(desk: &Desk, who: &Person) -> Answer {
    desk.world.call("GET", "/auth/list-permissions", &who.token, Value::Null).await
}

#[actix_web::test]
async fn each_permission_is_held_or_not() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let asked = json!({ "permissions": [
        READ, "fs:/ann/d/a.txt:see", "fs:/ann/d/a.txt:write", "manage:fs:/ann/d/a.txt", "fs:/bob:write",
        "fs:/nobody/x:read", "app:nothing:access", "site:nothing:access", "nonsense:x", "fs::read", "", "a\\",
    ] });
    assert_golden("dialects/puter/golden/check_permissions", &desk.post(CHECK, &desk.bob, asked).await);
    let none = desk.post(CHECK, &desk.bob, json!({ "permissions": [] })).await;
    assert_eq!((none.status, none.body), (200, json!({ "permissions": {} })));
    let twice = desk.post(CHECK, &desk.bob, json!({ "permissions": [READ, READ] })).await;
    assert_eq!(twice.body, json!({ "permissions": { READ: true } }));
}

#[actix_web::test]
async fn what_is_no_list_of_texts_is_refused() {
    let desk = Desk::new().await;
    for (body, key, got) in [
        (json!({}), "permissions", "undefined"),
        (json!({ "permissions": null }), "permissions", "null"),
        (json!({ "permissions": READ }), "permissions", "string"),
        (json!({ "permissions": { READ: true } }), "permissions", "object"),
        (json!({ "permissions": [READ, 5] }), "permissions[1]", "number"),
        (json!({ "permissions": [[READ]] }), "permissions[0]", "array"),
    ] {
        let answer = desk.refused(CHECK, &desk.ann, body, (400, "field_invalid")).await;
        assert_eq!((&answer.body["key"], &answer.body["got"]), (&json!(key), &json!(got)));
    }
    let long = desk.refused(CHECK, &desk.ann, json!({ "permissions": vec!["x"; 1_001] }), (400, "too_many_keys")).await;
    assert_eq!(long.body["message"], "Field `permissions` cannot contain more than 1000 elements.");
    assert_eq!(desk.post(CHECK, &desk.ann, json!({ "permissions": vec!["x"; 1_000] })).await.status, 200);
}

#[actix_web::test]
async fn hostile_texts_are_held_by_nobody() {
    let desk = Desk::new().await;
    let texts = [
        "a:".repeat(10_000),
        "manage:".repeat(40) + READ,
        "x".repeat(100_000),
        "fs:/ann/d/a.txt:read\u{0}".to_owned(),
        "fs:/ann/d\\\u{0}/a.txt:read".to_owned(),
        "\u{1b}[2J:read".to_owned(),
        "fs:/ann/../ann/d/a.txt:read".to_owned(),
        "fs:/ann/d/a.txt:READ".to_owned(),
        "FS:/ann/d/a.txt:read".to_owned(),
        "fs:/ann/d/a.txt:none".to_owned(),
        "' OR 1=1 --".to_owned(),
    ];
    let answer = desk.post(CHECK, &desk.bob, json!({ "permissions": texts })).await;
    let expected: Map<String, Value> = texts.into_iter().map(|text| (text, json!(false))).collect();
    assert_eq!((answer.status, answer.body), (200, json!({ "permissions": expected })));
}

#[actix_web::test]
async fn every_actor_asks_about_himself() {
    let desk = Desk::new().await;
    desk.done("/auth/grant-user-app", &desk.ann, json!({ "app_uid": "app-1", "permission": READ })).await;
    let app = desk.app(&desk.ann, "app-1");
    let token = desk.token(&desk.ann, ActsAs::AccessToken);
    for (who, read, write) in [(&desk.ann.token, true, true), (&app, true, false), (&token, false, false)] {
        let held = (desk.holds(who, READ).await, desk.holds(who, "fs:/ann/d/a.txt:write").await);
        assert_eq!(held, (read, write));
    }
    desk.world.vouchsafe.suspend_user("ann", true).unwrap();
    let asked = json!({ "permissions": [READ] });
    assert_eq!(desk.world.call("POST", CHECK, &app, asked).await.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn the_list_tells_what_was_given_and_received() {
    let desk = Desk::new().await;
    let entry = json!({ "path": "/ann/x.txt", "kind": "file" });
    desk.world.v1("PUT", &format!("/v1/entries/{FIXED}"), entry).await;
    let (read, write) = (format!("fs:{FIXED}:read"), format!("fs:{FIXED}:write"));
    assert_golden("dialects/puter/golden/list_permissions_empty", &list(&desk, &desk.bob).await);
    let with_extra = json!({ "target_username": "bob", "permission": "fs:/ann/x.txt:read", "extra": { "note": "hi" } });
    desk.done("/auth/grant-user-user", &desk.ann, with_extra).await;
    desk.done("/auth/grant-user-app", &desk.ann, json!({ "app_uid": "editor", "permission": write })).await;
    desk.done("/auth/grant-dev-app", &desk.ann, json!({ "app_uid": "editor", "permission": read })).await;
    let group = desk.group(&desk.ann, &[&desk.bob]).await;
    desk.done("/auth/grant-user-group", &desk.ann, json!({ "group_uid": group, "permission": read })).await;
    assert_golden("dialects/puter/golden/list_permissions_given", &list(&desk, &desk.ann).await);
    assert_golden("dialects/puter/golden/list_permissions_received", &list(&desk, &desk.bob).await);
    assert_eq!(list(&desk, &desk.eve).await.body["user_to_myself"], json!([]));
}

#[actix_web::test]
async fn what_gives_nothing_now_is_left_out() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.grant(&desk.bob, &desk.eve, READ).await;
    assert_eq!(list(&desk, &desk.eve).await.body["user_to_myself"].as_array().unwrap().len(), 1);
    let lower = json!({ "user": "bob", "resource": "/ann/d/a.txt", "mode": "read" });
    desk.done("/acl/set-user-user", &desk.ann, lower).await;
    assert_eq!(desk.world.counts().0, 2, "the row is there and gives nothing");
    assert_eq!(list(&desk, &desk.eve).await.body["user_to_myself"], json!([]));
    assert_eq!(list(&desk, &desk.bob).await.body["myself_to_user"], json!([]));
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    assert_eq!(list(&desk, &desk.eve).await.body["user_to_myself"].as_array().unwrap().len(), 1);
    let deny = json!({ "issuer": "ann", "holder": { "user": "eve" }, "permission": format!("fs:{}:none", desk.file), "exact": true });
    assert_eq!(desk.world.v1("POST", "/v1/grants", deny).await.status, 201);
    assert_eq!(list(&desk, &desk.eve).await.body["user_to_myself"], json!([]), "a deny is nothing one was given");
    desk.world.vouchsafe.suspend_user("bob", true).unwrap();
    assert_eq!(list(&desk, &desk.ann).await.body["myself_to_user"], json!([]), "nobody uses it now");
}

#[actix_web::test]
async fn what_gives_less_than_it_says_is_listed_as_what_it_gives() {
    let desk = Desk::new().await;
    let said = |listed: Answer, key: &str| listed.body[key][0]["permission"].as_str().unwrap().to_owned();
    let on_file = |what: &str| what.replace('F', &desk.file.to_string());
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.grant(&desk.bob, &desk.eve, "fs:/ann/d/a.txt:write").await;
    desk.done("/auth/grant-user-app", &desk.bob, json!({ "app_uid": "app-1", "permission": "fs:/ann/d/a.txt:write" }))
        .await;
    let rows = desk.world.v1("GET", "/v1/grants?holder=bob", Value::Null).await;
    let id = rows.body["items"][0]["id"].as_str().unwrap();
    let lower = json!({ "permission": on_file("manage:fs:F:read") });
    assert_eq!(desk.world.v1("PUT", &format!("/v1/grants/{id}"), lower).await.status, 200);
    assert_eq!(said(list(&desk, &desk.eve).await, "user_to_myself"), on_file("fs:F:read"));
    assert!(!desk.holds(&desk.eve.token, "fs:/ann/d/a.txt:write").await);
    assert_eq!(said(list(&desk, &desk.bob).await, "myself_to_user"), on_file("fs:F:read"));
    assert_eq!(said(list(&desk, &desk.bob).await, "myself_to_app"), on_file("fs:F:read"));

    // What the owner keeps back nobody has, whatever he was given.
    assert_eq!(said(list(&desk, &desk.bob).await, "user_to_myself"), on_file("manage:fs:F:read"));
    let number = desk.world.v1("GET", &on_file("/v1/entries/F"), Value::Null).await.body["id"].clone();
    let named = json!({ "path": "/ann/d/a.docx" });
    assert_eq!(desk.world.v1("POST", &on_file("/v1/entries/F/move"), named).await.status, 200);
    let nobody = json!([{ "ShareTo": "c5cc67d1-c3e8-43c0-a3ad-3928ae3e5b5e", "Access": 0 }]);
    let both = json!({ "share": nobody, "advancedSettings": { "denyDownload": true, "denySharing": true } });
    let path = format!("/api/2.0/files/file/{number}/share");
    let kept_back = desk.world.call("PUT", &path, &desk.ann.token, both).await;
    assert_eq!(kept_back.status, 200, "{}", kept_back.body);
    assert!(!desk.holds(&desk.bob.token, &on_file("manage:fs:F:read")).await);
    assert_eq!(said(list(&desk, &desk.bob).await, "user_to_myself"), on_file("fs:F:read"));
    assert!(desk.holds(&desk.bob.token, &on_file("fs:F:read")).await);
}

#[actix_web::test]
async fn only_the_person_himself_lists_what_he_gave() {
    let desk = Desk::new().await;
    for acts_as in [ActsAs::App("app-1".parse().unwrap()), ActsAs::AccessToken] {
        let token = desk.token(&desk.ann, acts_as);
        let answer = desk.world.call("GET", "/auth/list-permissions", &token, Value::Null).await;
        assert_eq!(answer.refusal(), (403, "forbidden"));
    }
    let nobody = desk.world.raw("GET", "/auth/list-permissions", "", "", "").await;
    assert_eq!(nobody.refusal(), (401, "token_missing"));
    let by_query = format!("/auth/list-permissions?auth_token={}", desk.ann.token);
    assert_eq!(desk.world.raw("GET", &by_query, "", "", "").await.status, 200);
}

#[actix_web::test]
async fn a_permission_about_nothing_that_is_there_is_not_held() {
    let desk = Desk::new().await;
    for permission in [format!("fs:{NOBODY}:see"), "fs:/ann/none:see".to_owned(), format!("site:uid#{NOBODY}:access")] {
        assert!(!desk.holds(&desk.ann.token, &permission).await, "{permission}");
    }
}
