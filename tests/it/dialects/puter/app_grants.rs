//! `/auth/grant-user-app`, `/auth/grant-dev-app` and their revocations; what apps may do then.

use super::desk::Desk;
use serde_json::{Value, json};
use vouchsafe_tests::assert_golden;

const GRANT: &str = "/auth/grant-user-app";
const REVOKE: &str = "/auth/revoke-user-app";
const GRANT_ALL: &str = "/auth/grant-dev-app";
const REVOKE_ALL: &str = "/auth/revoke-dev-app";
const READ: &str = "fs:/ann/d/a.txt:read";
const WRITE: &str = "fs:/ann/d/a.txt:write";

fn to(app: &str, permission: &str) -> Value {
    json!({ "app_uid": app, "permission": permission })
}

#[actix_web::test]
async fn an_app_has_what_its_user_gave_it_and_has_himself() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let (of_bob, of_eve) = (desk.app(&desk.bob, "app-1"), desk.app(&desk.eve, "app-1"));
    assert!(!desk.holds(&of_bob, READ).await);
    assert_golden("dialects/puter/golden/done", &desk.post(GRANT, &desk.bob, to("app-1", WRITE)).await);
    assert!(desk.holds(&of_bob, READ).await && !desk.holds(&of_bob, WRITE).await, "never more than its user");
    assert!(!desk.holds(&of_eve, READ).await, "for nobody else");
    desk.grant(&desk.ann, &desk.bob, WRITE).await;
    assert!(desk.holds(&of_bob, WRITE).await, "no authority was asked for: it counts while the user has it");
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert!(!desk.holds(&of_bob, READ).await, "and not longer");
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert!(desk.holds(&of_bob, READ).await);
    assert_golden("dialects/puter/golden/done", &desk.post(REVOKE, &desk.bob, to("app-1", READ)).await);
    assert!(!desk.holds(&of_bob, READ).await && desk.holds(&desk.bob.token, READ).await);
}

#[actix_web::test]
async fn a_grant_for_all_users_is_bounded_by_each() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let apps = [&desk.ann, &desk.bob, &desk.eve].map(|who| desk.app(who, "app-1"));
    assert_golden("dialects/puter/golden/done", &desk.post(GRANT_ALL, &desk.ann, to("app-1", WRITE)).await);
    for (app, reads, writes) in [(&apps[0], true, true), (&apps[1], true, false), (&apps[2], false, false)] {
        assert_eq!((desk.holds(app, READ).await, desk.holds(app, WRITE).await), (reads, writes));
    }
    let other = desk.app(&desk.bob, "app-2");
    assert!(!desk.holds(&other, READ).await, "another app");
    assert_golden("dialects/puter/golden/done", &desk.post(REVOKE_ALL, &desk.ann, to("app-1", READ)).await);
    assert!(!desk.holds(&apps[0], READ).await && !desk.holds(&apps[1], READ).await);
}

#[actix_web::test]
async fn a_grant_for_all_users_needs_authority_and_lives_on_it() {
    let desk = Desk::new().await;
    desk.refused(GRANT_ALL, &desk.bob, to("app-1", READ), (404, "subject_does_not_exist")).await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    for route in [GRANT_ALL, REVOKE_ALL] {
        desk.refused(route, &desk.bob, to("app-1", READ), (403, "permission_denied")).await;
    }
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.done(GRANT_ALL, &desk.bob, to("app-1", READ)).await;
    let app = desk.app(&desk.ann, "app-1");
    assert!(desk.holds(&app, READ).await);
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert!(!desk.holds(&app, READ).await);
    desk.done(GRANT_ALL, &desk.ann, to("app-1", READ)).await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.done(REVOKE_ALL, &desk.bob, to("app-1", READ)).await;
    assert!(desk.holds(&app, READ).await, "a manager takes back what he gave, which is nothing");
}

#[actix_web::test]
async fn an_app_is_named_by_uid_by_name_or_by_where_it_runs() {
    let desk = Desk::new().await;
    let app = desk.app(&desk.ann, "app-1");
    for named in [
        json!({ "app_uid": "app-1" }),
        json!({ "app_uid": "editor" }),
        json!({ "origin": "https://editor.example" }),
        json!({ "origin": "https://editor.example/" }),
        json!({ "app_uid": "app-1", "origin": "https://elsewhere.example" }),
    ] {
        for (grant, revoke) in [(GRANT, REVOKE), (GRANT_ALL, REVOKE_ALL)] {
            let mut body = named.clone();
            body["permission"] = json!(READ);
            desk.done(grant, &desk.ann, body.clone()).await;
            assert!(desk.holds(&app, READ).await, "{named}");
            desk.done(revoke, &desk.ann, body).await;
            assert!(!desk.holds(&app, READ).await, "{named}");
        }
    }
    for (named, identifier) in [
        (json!({ "app_uid": "app-9" }), "app:app-9"),
        (json!({ "app_uid": "app-9", "origin": "https://editor.example" }), "app:app-9"),
        (json!({ "origin": "https://elsewhere.example" }), "app:https://elsewhere.example"),
        (json!({ "origin": "https:" }), "app:https:"),
        (json!({ "origin": "https://editor.example/open" }), "app:https://editor.example/open"),
    ] {
        for route in [GRANT, REVOKE, GRANT_ALL, REVOKE_ALL] {
            let mut body = named.clone();
            body["permission"] = json!(READ);
            let answer = desk.refused(route, &desk.ann, body, (422, "entity_not_found")).await;
            assert_eq!(answer.body["identifier"], identifier);
        }
    }
}

#[actix_web::test]
async fn a_hidden_app_is_like_no_app() {
    let desk = Desk::new().await;
    for (route, permission) in [(GRANT, READ), (REVOKE, "*"), (GRANT_ALL, READ), (REVOKE_ALL, "*")] {
        for named in ["app-2", "hidden", "app-9", "nothing"] {
            let answer = desk.refused(route, &desk.bob, to(named, permission), (422, "entity_not_found")).await;
            let text = answer.body.to_string().replace(named, "it");
            assert_eq!(
                text,
                r#"{"code":"entity_not_found","identifier":"app:it","message":"Entity not found: `app:it`"}"#
            );
        }
    }
    desk.grant(&desk.ann, &desk.bob, "app:hidden:access").await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    desk.done(GRANT, &desk.bob, to("hidden", READ)).await;
}

#[actix_web::test]
async fn what_one_gave_an_app_one_takes_back_also_when_it_is_hidden_since() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    desk.done(GRANT, &desk.bob, to("editor", READ)).await;
    let hidden = json!({ "name": "editor", "owner": "ann", "protected": true });
    assert_eq!(desk.world.v1("PUT", "/v1/apps/app-1", hidden).await.status, 200);
    desk.refused(REVOKE, &desk.eve, to("editor", READ), (422, "entity_not_found")).await;
    desk.refused(GRANT, &desk.bob, to("editor", WRITE), (422, "entity_not_found")).await;
    desk.done(REVOKE, &desk.bob, to("editor", READ)).await;
    assert!(!desk.holds(&desk.app(&desk.bob, "app-1"), READ).await);
    desk.refused(REVOKE, &desk.bob, to("editor", READ), (422, "entity_not_found")).await;
}

#[actix_web::test]
async fn a_star_takes_everything_back_that_the_app_was_given_for_the_caller() {
    let desk = Desk::new().await;
    desk.world.file("/ann/b.txt");
    let app = desk.app(&desk.ann, "app-1");
    for permission in [READ, "fs:/ann/b.txt:write", "app:editor:access"] {
        desk.done(GRANT, &desk.ann, to("app-1", permission)).await;
    }
    desk.grant(&desk.ann, &desk.bob, READ).await;
    desk.done(GRANT, &desk.bob, to("app-1", READ)).await;
    desk.done(GRANT_ALL, &desk.ann, to("app-1", "fs:/ann/b.txt:read")).await;
    desk.done(REVOKE, &desk.ann, to("app-1", "*")).await;
    assert!(!desk.holds(&app, READ).await && !desk.holds(&app, "fs:/ann/b.txt:write").await);
    assert!(desk.holds(&app, "fs:/ann/b.txt:read").await, "what all users have is another matter");
    assert!(desk.holds(&desk.app(&desk.bob, "app-1"), READ).await, "and so is what others gave");
    assert_eq!(desk.last_audit().1, "revoked all via PermissionService");
    desk.done(REVOKE_ALL, &desk.ann, to("app-1", "*")).await;
    assert!(!desk.holds(&app, "fs:/ann/b.txt:read").await);
    desk.done(REVOKE, &desk.ann, json!({ "app_uid": "app-1", "permission": "*", "meta": { "reason": "tidy" } })).await;
    desk.refused(GRANT, &desk.ann, to("app-1", ""), (400, "fields_missing")).await;
}

#[actix_web::test]
async fn several_permissions_go_together_or_not_at_all() {
    let desk = Desk::new().await;
    desk.world.file("/ann/b.txt");
    let (app, other) = (desk.app(&desk.ann, "app-1"), "fs:/ann/b.txt:read");
    let many = |list: Value| json!({ "app_uid": "app-1", "permissions": list });
    desk.done(GRANT, &desk.ann, many(json!([READ, other]))).await;
    assert!(desk.holds(&app, READ).await && desk.holds(&app, other).await);
    desk.refused(REVOKE, &desk.ann, many(json!([READ, "fs:/ann/none:read"])), (404, "subject_does_not_exist")).await;
    assert!(desk.holds(&app, READ).await, "nothing of it was taken");
    desk.done(REVOKE, &desk.ann, many(json!([READ, other]))).await;
    assert!(!desk.holds(&app, READ).await && !desk.holds(&app, other).await);
    desk.refused(GRANT, &desk.ann, many(json!([READ, "fs:/ann/none:read"])), (404, "subject_does_not_exist")).await;
    assert!(!desk.holds(&app, READ).await, "nothing of it was given");
    let both = json!({ "app_uid": "app-1", "permission": READ, "permissions": [other] });
    desk.done(GRANT, &desk.ann, both.clone()).await;
    assert!(desk.holds(&app, READ).await && desk.holds(&app, other).await);
    desk.done(REVOKE, &desk.ann, both).await;
    assert!(!desk.holds(&app, READ).await && !desk.holds(&app, other).await);
    for (route, plural) in [(GRANT, "fields_invalid"), (REVOKE, "field_invalid")] {
        for list in [json!([]), json!("x"), json!([READ, 5]), json!({})] {
            desk.refused(route, &desk.ann, many(list), (400, plural)).await;
        }
        let long = desk.refused(route, &desk.ann, many(json!(vec![READ; 101])), (400, "too_many_keys")).await;
        assert_eq!(long.body["key"], "permissions");
    }
    for (route, code) in [(GRANT_ALL, "fields_missing"), (REVOKE_ALL, "field_missing")] {
        desk.refused(route, &desk.ann, many(json!([READ])), (400, code)).await;
    }
}

#[actix_web::test]
async fn every_row_of_the_tables() {
    let desk = Desk::new().await;
    let ann = &desk.ann;
    for route in [GRANT, GRANT_ALL] {
        let missing = desk.refused(route, ann, json!({}), (400, "fields_missing")).await;
        assert_eq!(missing.body["keys"], json!(["app_uid", "permission"]));
        let wrong = json!({ "app_uid": 5, "permission": 5, "extra": 5, "meta": { "reason": {} } });
        let wrong = desk.refused(route, ann, wrong, (400, "fields_invalid")).await;
        assert_eq!(wrong.body["errors"].as_array().unwrap().len(), 4);
        let origin =
            desk.refused(route, ann, json!({ "origin": 5, "permission": READ }), (400, "fields_invalid")).await;
        assert_eq!(origin.body["errors"][0]["key"], "origin");
        desk.refused(route, ann, to("app-1", "fs:/ann/d/a.txt:none"), (400, "field_invalid")).await;
    }
    for route in [REVOKE, REVOKE_ALL] {
        for (body, key) in [
            (json!({}), "app_uid"),
            (json!({ "app_uid": [], "permission": READ }), "app_uid"),
            (json!({ "origin": true, "permission": READ }), "origin"),
            (json!({ "app_uid": "app-1" }), "permission"),
            (json!({ "app_uid": "app-1", "permission": 5 }), "permission"),
        ] {
            assert_eq!(desk.refused(route, ann, body, (400, "field_missing")).await.body["key"], key);
        }
    }
    let token = desk.app(ann, "app-1");
    for route in [GRANT, REVOKE, GRANT_ALL, REVOKE_ALL] {
        desk.refused(route, &desk.bob, to("app-1", READ), (404, "subject_does_not_exist")).await;
        assert_eq!(desk.world.call("POST", route, &token, to("app-1", READ)).await.refusal(), (403, "forbidden"));
    }
    let unknown = desk.refused(GRANT, ann, to("app-9", READ), (422, "entity_not_found")).await;
    assert_golden("dialects/puter/golden/grant_to_unknown_app", &unknown);
}

#[actix_web::test]
async fn the_audit_has_the_reason_and_the_app() {
    let desk = Desk::new().await;
    for (grant, revoke) in [(GRANT, REVOKE), (GRANT_ALL, REVOKE_ALL)] {
        let because = |reason| json!({ "app_uid": "app-1", "permission": READ, "meta": { "reason": reason } });
        for (route, body, action, reason) in [
            (grant, to("app-1", READ), "grant", "granted via PermissionService"),
            (revoke, to("app-1", READ), "revoke", "revoked via PermissionService"),
            (grant, because("in"), "grant", "in"),
            (revoke, because("out"), "revoke", "out"),
        ] {
            desk.done(route, &desk.ann, body).await;
            let last = desk.audit().pop().unwrap();
            assert_eq!((last.action.as_str(), last.reason.as_deref()), (action, Some(reason)));
            assert_eq!(last.holder.unwrap()["app"], "app-1");
            assert_eq!(last.holder_user.is_some(), grant == GRANT);
        }
    }
}

#[actix_web::test]
async fn the_owner_takes_back_what_a_manager_gave_an_app_that_is_hidden_from_him() {
    let desk = Desk::new().await;
    let app = json!({ "name": "bobs", "owner": "bob", "protected": true });
    desk.world.v1("PUT", "/v1/apps/app-3", app).await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.done(GRANT_ALL, &desk.bob, to("app-3", READ)).await;
    let of_bob = desk.app(&desk.bob, "app-3");
    assert!(desk.holds(&of_bob, READ).await);
    for permission in ["*", "fs:/ann/d:read", "fs:/ann/none:read"] {
        desk.refused(REVOKE_ALL, &desk.ann, to("app-3", permission), (422, "entity_not_found")).await;
    }
    desk.refused(REVOKE_ALL, &desk.eve, to("app-3", READ), (422, "entity_not_found")).await;
    desk.done(REVOKE_ALL, &desk.ann, to("bobs", READ)).await;
    assert!(!desk.holds(&of_bob, READ).await);
    desk.refused(REVOKE_ALL, &desk.ann, to("bobs", READ), (422, "entity_not_found")).await;
}

#[actix_web::test]
async fn no_app_passes_for_another_by_its_uid_its_name_or_where_it_runs() {
    let desk = Desk::new().await;
    let put = |uid: &str, name: &str, url: Option<&str>| {
        let body = json!({ "name": name, "owner": "eve", "index_url": url });
        let (world, path, token) = (&desk.world, format!("/v1/apps/{uid}"), desk.eve.token.clone());
        async move { world.call("PUT", &path, &token, body).await.refusal() == (409, "conflict") }
    };
    assert!(put("editor", "x", None).await, "the name of another as a uid");
    assert!(put("app-9", "app-1", None).await, "the uid of another as a name");
    assert!(put("app-9", "editor", None).await, "the name of another");
    assert!(!put("own", "own", None).await, "its own uid as its name");
    assert!(!put("app-9", "nine", None).await);
    assert!(put("app-9", "own", None).await && put("app-9", "app-2", None).await);
    let at = |uid: &str, token: &str, url: Option<&str>| {
        let owner = if uid == "app-1" { "ann" } else { "eve" };
        let body = json!({ "name": format!("name of {uid}"), "owner": owner, "index_url": url });
        let (world, path, token) = (&desk.world, format!("/v1/apps/{uid}"), token.to_owned());
        async move { world.call("PUT", &path, &token, body).await.status }
    };
    for url in ["https://editor.example/open", "https://editor.example", "https://new.example"] {
        assert_eq!(at("app-9", &desk.eve.token, Some(url)).await, 403, "{url}");
    }
    assert_eq!(at("app-9", &desk.world.key, Some("https://nine.example")).await, 200);
    assert_eq!(at("app-9", &desk.eve.token, Some("https://nine.example")).await, 200, "what the host said");
    assert_eq!(at("app-9", &desk.eve.token, Some("https://nine.example/x")).await, 403);
    assert_eq!(at("app-1", &desk.ann.token, None).await, 200, "one may take it back");
    assert_eq!(at("app-1", &desk.ann.token, Some("https://editor.example/open")).await, 403);
    let odd = json!({ "name": "uid#app-1", "owner": "eve" });
    assert_eq!(desk.world.v1("PUT", "/v1/apps/app-8", odd).await.refusal(), (400, "field_invalid"));
}

#[actix_web::test]
async fn an_app_or_site_that_is_not_protected_is_there_for_everybody() {
    let desk = Desk::new().await;
    let site = "00000000-0000-4000-8000-00000000517e";
    desk.world.v1("PUT", &format!("/v1/sites/{site}"), json!({ "name": "blog", "owner": "ann" })).await;
    for permission in ["app:editor:access", "app:uid#app-1:access", "site:blog:access"] {
        let user = json!({ "target_username": "eve", "permission": permission });
        for route in ["/auth/grant-user-user", "/auth/revoke-user-user"] {
            let answer = desk.refused(route, &desk.bob, user.clone(), (403, "permission_denied")).await;
            assert_eq!(answer.body["permission"], permission);
        }
        desk.refused(GRANT_ALL, &desk.bob, to("app-1", permission), (403, "permission_denied")).await;
        desk.done(GRANT, &desk.bob, to("app-1", permission)).await;
        desk.done(REVOKE, &desk.bob, to("app-1", permission)).await;
    }
    for permission in ["app:hidden:access", "app:nothing:access"] {
        let user = json!({ "target_username": "eve", "permission": permission });
        desk.refused("/auth/grant-user-user", &desk.bob, user, (422, "entity_not_found")).await;
    }
    let share = |uid: &str| json!({ "recipients": "eve", "shares": { "$": "app-share", "uid": uid } });
    for (uid, code) in [("app-1", "permission_denied"), ("app-2", "entity_not_found"), ("app-9", "entity_not_found")] {
        assert_eq!(desk.post("/share", &desk.bob, share(uid)).await.line("paths", 0), code, "{uid}");
    }
}
