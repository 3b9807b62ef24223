//! `/auth/create-access-token` and `/auth/revoke-access-token`; what access tokens, and pages of sites, may do.

use super::desk::{Desk, NOBODY};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person};

const CREATE: &str = "/auth/create-access-token";
const REVOKE: &str = "/auth/revoke-access-token";
const READ: &str = "fs:/ann/d/a.txt:read";
const WRITE: &str = "fs:/ann/d/a.txt:write";

/// A token of somebody's, and its id.
async fn made(desk: &Desk, who: &Person, body: Value) -> (String, String) {
    let answer = desk.post(CREATE, who, body).await;
    let text = |key: &str| answer.body[key].as_str().unwrap().to_owned();
    assert_eq!((answer.status, answer.body.as_object().unwrap().len()), (200, 2), "{}", answer.body);
    (text("token"), text("uid"))
}

async fn whoami(desk: &Desk, token: &str) -> Answer {
    desk.world.call("GET", "/whoami", token, Value::Null).await
}

#[actix_web::test]
async fn a_token_has_what_it_was_given_and_its_maker_has() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let (token, _) = made(&desk, &desk.bob, json!({ "permissions": [WRITE] })).await;
    assert!(desk.holds(&token, READ).await && !desk.holds(&token, WRITE).await, "never more than its maker");
    assert!(!desk.holds(&token, "fs:/bob:read").await, "never more than it was given");
    desk.grant(&desk.ann, &desk.bob, WRITE).await;
    assert!(desk.holds(&token, WRITE).await);
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert!(!desk.holds(&token, READ).await, "what the maker loses, the token loses");
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert!(desk.holds(&token, READ).await && !desk.holds(&token, WRITE).await);
    desk.world.vouchsafe.suspend_user("bob", true).unwrap();
    assert_eq!(whoami(&desk, &token).await.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_permission_may_stand_in_three_forms() {
    let desk = Desk::new().await;
    desk.world.file("/ann/b.txt");
    desk.world.file("/ann/c.txt");
    let list = json!([
        READ,
        ["fs:/ann/b.txt:read"],
        ["fs:/ann/b.txt:write", { "n": 1 }],
        { "permission": "fs:/ann/c.txt:read" },
        { "permission": "fs:/ann/c.txt:see", "extra": {} },
        { "permission": "app:editor:access", "extra": null }
    ]);
    let (token, _) = made(&desk, &desk.ann, json!({ "permissions": list })).await;
    for permission in [READ, "fs:/ann/b.txt:write", "fs:/ann/c.txt:read", "app:editor:access"] {
        assert!(desk.holds(&token, permission).await, "{permission}");
    }
    assert!(!desk.holds(&token, WRITE).await && !desk.holds(&token, "fs:/ann/c.txt:write").await);
}

#[actix_web::test]
async fn a_token_lasts_as_long_as_it_says() {
    let desk = Desk::new().await;
    for (length, expected) in [
        (json!(90), TimeDelta::seconds(90)),
        (json!("15m"), TimeDelta::minutes(15)),
        (json!("12h"), TimeDelta::hours(12)),
        (json!("30d"), TimeDelta::days(30)),
        (Value::Null, TimeDelta::days(30)),
    ] {
        let ann = Person { token: desk.token(&desk.ann, ActsAs::Person), ..desk.ann.clone() };
        let (token, _) = made(&desk, &ann, json!({ "permissions": [READ], "expiresIn": length })).await;
        desk.world.clock.advance(expected - TimeDelta::seconds(1));
        assert_eq!(whoami(&desk, &token).await.status, 200, "{length}");
        desk.world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(whoami(&desk, &token).await.refusal(), (401, "token_auth_failed"), "{length}");
    }
}

#[actix_web::test]
async fn a_token_is_ended_by_itself_or_by_its_id_with_all_it_had() {
    let desk = Desk::new().await;
    for name in ["tokenOrUuid", "token", "uid"] {
        for by_id in [false, true] {
            let (token, uid) = made(&desk, &desk.ann, json!({ "permissions": [READ, "app:editor:access"] })).await;
            assert_eq!(desk.world.counts().0, 2);
            let named = if by_id { uid } else { token.clone() };
            desk.done(REVOKE, &desk.ann, json!({ name: named })).await;
            assert_eq!(whoami(&desk, &token).await.refusal(), (401, "token_auth_failed"));
            assert_eq!(desk.world.counts().0, 0);
            desk.done(REVOKE, &desk.ann, json!({ name: named })).await;
        }
    }
    assert_eq!(desk.audit().last().unwrap().reason.as_deref(), Some("access token revoked"));
}

#[actix_web::test]
async fn signing_out_with_a_token_ends_it() {
    let desk = Desk::new().await;
    let (token, _) = made(&desk, &desk.ann, json!({ "permissions": [READ] })).await;
    assert_eq!(desk.world.call("POST", "/logout", &token, json!({})).await.status, 200);
    assert_eq!(whoami(&desk, &token).await.refusal(), (401, "token_auth_failed"));
    assert_eq!(desk.world.counts().0, 0);
    assert_eq!(whoami(&desk, &desk.ann.token).await.status, 200, "and nothing else");
}

#[actix_web::test]
async fn nobody_ends_what_is_not_an_access_token_of_his() {
    let desk = Desk::new().await;
    let (token, uid) = made(&desk, &desk.ann, json!({ "permissions": [READ] })).await;
    let app = desk.app(&desk.ann, "app-1");
    for (who, named) in [
        (&desk.bob, &token),
        (&desk.bob, &uid),
        (&desk.bob, &desk.ann.token),
        (&desk.ann, &desk.ann.token),
        (&desk.ann, &app),
        (&desk.ann, &"unknown".to_owned()),
        (&desk.ann, &NOBODY.to_owned()),
    ] {
        desk.done(REVOKE, who, json!({ "tokenOrUuid": named })).await;
    }
    desk.refused(REVOKE, &desk.ann, json!({ "tokenOrUuid": "x\u{0}" }), (400, "field_invalid")).await;
    for alive in [&token, &app, &desk.ann.token] {
        assert_eq!(whoami(&desk, alive).await.status, 200);
    }
}

#[actix_web::test]
async fn every_refusal_of_a_token() {
    let desk = Desk::new().await;
    let ann = &desk.ann;
    let many = |list: Value| json!({ "permissions": list });
    for (body, refusal, key) in [
        (json!({}), (400, "field_missing"), "permissions"),
        (many(Value::Null), (400, "field_missing"), "permissions"),
        (many(json!(READ)), (400, "field_invalid"), "permissions"),
        (many(json!({})), (400, "field_invalid"), "permissions"),
        (many(json!([])), (400, "field_invalid"), "permissions"),
        (many(json!([READ, 5])), (400, "field_invalid"), "permissions[1]"),
        (many(json!([[]])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([[READ, {}, {}]])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([[READ, "x"]])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([[5]])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([{}])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([{ "permission": READ, "extra": [] }])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([{ "permission": READ, "extra": { "a": "\u{0}" } }])), (400, "field_invalid"), "permissions[0]"),
        (many(json!([""])), (400, "field_invalid"), "permission"),
        (many(json!(["fs:/ann/d/a.txt:none"])), (400, "field_invalid"), "permission"),
        (many(json!(["x".repeat(300)])), (400, "field_too_long"), "permission"),
        (many(json!(vec![READ; 101])), (400, "too_many_keys"), "permissions"),
    ] {
        assert_eq!(desk.refused(CREATE, ann, body, refusal).await.body["key"], key);
    }
    let two = desk.refused(CREATE, ann, many(json!([5, READ, {}])), (400, "fields_invalid")).await;
    assert_eq!(two.body["errors"].as_array().unwrap().len(), 2);
    for length in [
        json!(0),
        json!(-5),
        json!(1.5),
        json!("soon"),
        json!("0s"),
        json!(""),
        json!("15"),
        json!([]),
        json!(true),
        json!(1e30),
    ] {
        let body = json!({ "permissions": [READ], "expiresIn": length });
        assert_eq!(desk.refused(CREATE, ann, body, (400, "field_invalid")).await.body["key"], "expiresIn");
    }
    desk.refused(CREATE, ann, many(json!([READ, "fs:/ann/none:read"])), (404, "subject_does_not_exist")).await;
    desk.refused(CREATE, ann, many(json!(["app:nothing:access"])), (422, "entity_not_found")).await;
    assert_eq!(desk.refused(REVOKE, ann, json!({}), (400, "field_missing")).await.body["key"], "tokenOrUuid");
    desk.refused(REVOKE, ann, json!({ "token": "" }), (400, "field_missing")).await;
    desk.refused(REVOKE, ann, json!({ "uid": 5 }), (400, "field_invalid")).await;
}

/// What only a person himself may do, as requests that would succeed.
fn personal(desk: &Desk) -> Vec<(&'static str, Value)> {
    let bob = json!({ "target_username": "bob", "permission": READ });
    let app = json!({ "app_uid": "app-1", "permission": READ });
    let group = json!({ "group_uid": "6f1d27c8-5a3e-4b80-9d14-0c6be2f7a801", "permission": READ });
    let members = json!({ "uid": NOBODY, "users": [] });
    vec![
        ("/share", json!({ "recipients": "bob", "shares": { "$": "fs-share", "path": desk.file } })),
        ("/share/item-by-username", json!({ "username": "bob", "path": desk.file })),
        ("/sharelink/apply", json!({ "uid": NOBODY })),
        ("/sharelink/request", json!({ "uid": NOBODY })),
        ("/auth/grant-user-user", bob.clone()),
        ("/auth/revoke-user-user", bob),
        ("/auth/grant-user-group", group.clone()),
        ("/auth/revoke-user-group", group),
        ("/auth/grant-user-app", app.clone()),
        ("/auth/revoke-user-app", app.clone()),
        ("/auth/grant-dev-app", app.clone()),
        ("/auth/revoke-dev-app", app),
        (CREATE, json!({ "permissions": [READ] })),
        (REVOKE, json!({ "uid": NOBODY })),
        ("/group/create", json!({})),
        ("/group/add-users", members.clone()),
        ("/group/remove-users", members),
    ]
}

#[actix_web::test]
async fn apps_tokens_and_sites_hand_nothing_on() {
    let desk = Desk::new().await;
    let site = "00000000-0000-4000-8000-00000000517e";
    desk.world.v1("PUT", &format!("/v1/sites/{site}"), json!({ "name": "blog", "owner": "ann" })).await;
    let whole = format!("fs:{}", desk.file);
    desk.done("/auth/grant-user-app", &desk.ann, json!({ "app_uid": "app-1", "permission": whole })).await;
    let (token, _) = made(&desk, &desk.ann, json!({ "permissions": [whole] })).await;
    assert!(desk.holds(&token, "manage:fs:/ann/d/a.txt").await, "it holds everything, and yet");
    let before = (desk.world.counts(), desk.audit().len());
    for acting in [token, desk.app(&desk.ann, "app-1"), desk.token(&desk.ann, ActsAs::Site(site.parse().unwrap()))] {
        for (route, body) in personal(&desk) {
            let answer = desk.world.call("POST", route, &acting, body).await;
            assert_eq!(answer.refusal(), (403, "forbidden"), "{route}");
        }
        for route in ["/auth/list-permissions", "/group/list"] {
            assert_eq!(desk.world.call("GET", route, &acting, Value::Null).await.refusal(), (403, "forbidden"));
        }
    }
    assert_eq!((desk.world.counts(), desk.audit().len()), before);
}

#[actix_web::test]
async fn a_page_of_a_site_reads_what_the_site_serves_and_nothing_else() {
    let desk = Desk::new().await;
    let root = desk.world.dir("/ann/www");
    desk.world.file("/ann/www/deep/index.html");
    let site = "00000000-0000-4000-8000-00000000517e";
    let put = |root: Value| json!({ "name": "blog", "owner": "ann", "root": root });
    assert_eq!(desk.world.v1("PUT", &format!("/v1/sites/{site}"), put(json!(root))).await.status, 201);
    let page = desk.token(&desk.ann, ActsAs::Site(site.parse().unwrap()));
    for (permission, allowed) in [
        ("fs:/ann/www:list", true),
        ("fs:/ann/www/deep/index.html:see", true),
        ("fs:/ann/www/deep/index.html:read", true),
        ("fs:/ann/www/deep/index.html:write", false),
        ("fs:/ann/www/deep/index.html:download", false),
        ("manage:fs:/ann/www/deep/index.html:read", false),
        ("fs:/ann/www", false),
        (READ, false),
        ("fs:/ann:see", false),
        ("fs:/ann/wwwx:see", false),
        ("fs:/bob:see", false),
        ("app:editor:access", false),
    ] {
        assert_eq!(desk.holds(&page, permission).await, allowed, "{permission}");
    }
    assert_eq!(desk.world.v1("PUT", &format!("/v1/sites/{site}"), put(Value::Null)).await.status, 200);
    assert!(!desk.holds(&page, "fs:/ann/www:list").await, "it serves nothing any more");
}
