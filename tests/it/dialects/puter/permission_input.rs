//! What the routes about permissions and groups meet from clients that are broken, hostile or curious: a refusal in the
//! face's form, nothing written, and nothing learned.

use super::desk::{Desk, NOBODY};
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person, World};

const JSON: &str = "application/json";

/// Every route that takes a body, with one that would succeed.
fn routes(desk: &Desk, group: &str) -> Vec<(&'static str, Value)> {
    let read = format!("fs:{}:read", desk.file);
    let extras = json!({ "extra": { "a": 1 }, "meta": { "reason": "because" } });
    let with = |mut body: Value| {
        body["extra"] = extras["extra"].clone();
        body["meta"] = extras["meta"].clone();
        body
    };
    let user = with(json!({ "target_username": "bob", "permission": read }));
    let to_group = with(json!({ "group_uid": group, "permission": read }));
    let app = with(json!({ "app_uid": "app-1", "permission": read }));
    let members = json!({ "uid": group, "users": ["bob"] });
    let acl = json!({ "user": "bob", "resource": desk.file, "mode": "read", "options": { "only_if_higher": true } });
    vec![
        ("/auth/grant-user-user", user.clone()),
        ("/auth/revoke-user-user", user),
        ("/auth/grant-user-group", to_group.clone()),
        ("/auth/revoke-user-group", to_group),
        ("/auth/grant-user-app", app.clone()),
        ("/auth/revoke-user-app", app.clone()),
        ("/auth/grant-dev-app", app.clone()),
        ("/auth/revoke-dev-app", app),
        ("/auth/check-permissions", json!({ "permissions": [read] })),
        ("/auth/check-app-acl", json!({ "subject": desk.file, "app": "app-1", "mode": "read" })),
        ("/auth/create-access-token", json!({ "permissions": [read], "expiresIn": "1h" })),
        ("/auth/revoke-access-token", json!({ "tokenOrUuid": NOBODY })),
        ("/acl/stat-user-user", acl.clone()),
        ("/acl/set-user-user", acl),
        ("/group/create", json!({ "metadata": {}, "extra": {} })),
        ("/group/add-users", members.clone()),
        ("/group/remove-users", members),
    ]
}

fn is_refused(route: &str, what: &str, answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{route}, {what}: {} {}", answer.status, answer.body);
    assert!(answer.body["code"].is_string() && answer.body["message"].is_string(), "{route}, {what}: {}", answer.body);
    assert!(answer.body.get("$").is_none() && answer.body.get("status").is_none(), "{route}, {what}");
    assert!(answer.content_type.starts_with(JSON), "{route}, {what}: {}", answer.content_type);
}

#[actix_web::test]
async fn every_route_answers_a_good_request() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[]).await;
    for (route, body) in routes(&desk, &group) {
        let answer = desk.post(route, &desk.ann, body).await;
        assert_eq!((answer.status, answer.content_type.as_str()), (200, JSON), "{route}: {}", answer.body);
    }
}

#[actix_web::test]
async fn nobody_and_bodies_that_cannot_be_read() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[]).await;
    let before = (desk.world.counts(), desk.audit().len());
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024));
    for (route, good) in routes(&desk, &group) {
        let raw = async |token: &str, kind: &str, body: Vec<u8>| desk.world.raw("POST", route, token, kind, body).await;
        let good = good.to_string().into_bytes();
        assert_eq!(raw("", JSON, good.clone()).await.refusal(), (401, "token_missing"), "{route}");
        assert_eq!(raw("nope", JSON, good.clone()).await.refusal(), (401, "token_auth_failed"), "{route}");
        for method in ["GET", "PUT", "DELETE"] {
            let answer = desk.world.raw(method, route, &desk.ann.token, "", "").await;
            assert_eq!(answer.refusal(), (405, "method_not_allowed"), "{method} {route}");
        }
        for (what, kind, body) in [
            ("another content type", "text/xml", good.clone()),
            ("no content type", "", good.clone()),
            ("cut off", JSON, good[..good.len() - 1].to_vec()),
            ("100 levels", JSON, deep.clone().into_bytes()),
            ("2 MiB", JSON, large.clone().into_bytes()),
            ("no UTF-8", JSON, b"{\"a\":\"\xff\xfe\"}".to_vec()),
            ("an array", JSON, b"[]".to_vec()),
            ("a text", JSON, b"\"x\"".to_vec()),
            ("null", JSON, b"null".to_vec()),
        ] {
            is_refused(route, what, &raw(&desk.ann.token, kind, body).await);
        }
        let empty = desk.world.raw("POST", route, &desk.ann.token, "", "").await;
        assert_eq!(empty.status, if route == "/group/create" { 200 } else { 400 }, "{route} without a body");
    }
    for route in ["/auth/list-permissions", "/group/list", "/group/public-groups"] {
        assert_eq!(desk.world.raw("GET", route, "", "", "").await.refusal(), (401, "token_missing"), "{route}");
        assert_eq!(desk.world.raw("POST", route, "", JSON, "{}").await.refusal(), (405, "method_not_allowed"));
    }
    assert_eq!((desk.world.counts(), desk.audit().len()), before);
}

#[actix_web::test]
async fn every_field_with_every_wrong_type() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[]).await;
    let before = (desk.world.counts(), desk.audit().len());
    for (route, good) in routes(&desk, &group) {
        for field in good.as_object().unwrap().keys() {
            for value in [
                json!(5),
                json!(-1.5),
                json!(true),
                json!("\u{0}"),
                json!([[]]),
                json!([5]),
                json!({ "reason": 5, "only_if_higher": 5 }),
            ] {
                // What a route does not read may be anything.
                let is_unread = match route {
                    "/acl/stat-user-user" => matches!(field.as_str(), "mode" | "options"),
                    _ => route.starts_with("/auth/revoke-") && field == "extra",
                };
                let is_fine = match field.as_str() {
                    "extra" | "metadata" => value.is_object(),
                    "expiresIn" => value == json!(5),
                    "permissions" => value == json!(["\u{0}"]),
                    "tokenOrUuid" => value.is_string(),
                    _ => is_unread,
                };
                if is_unread || is_fine {
                    continue;
                }
                let mut body = good.clone();
                body[field] = value.clone();
                is_refused(route, &format!("{field} = {value}"), &desk.post(route, &desk.ann, body).await);
            }
            let mut body = good.clone();
            body.as_object_mut().unwrap().remove(field);
            let is_optional = matches!(field.as_str(), "extra" | "meta" | "options" | "metadata" | "expiresIn")
                || field == "mode" && route != "/acl/set-user-user";
            if !is_optional {
                is_refused(route, &format!("no {field}"), &desk.post(route, &desk.ann, body).await);
            }
        }
    }
    assert_eq!((desk.world.counts(), desk.audit().len()), before);
}

/// Routes that read one permission.
fn with_permission(group: &str) -> [(&'static str, Value); 8] {
    let user = json!({ "target_username": "bob" });
    let to_group = json!({ "group_uid": group });
    let app = json!({ "app_uid": "app-1" });
    [
        ("/auth/grant-user-user", user.clone()),
        ("/auth/revoke-user-user", user),
        ("/auth/grant-user-group", to_group.clone()),
        ("/auth/revoke-user-group", to_group),
        ("/auth/grant-user-app", app.clone()),
        ("/auth/revoke-user-app", app.clone()),
        ("/auth/grant-dev-app", app.clone()),
        ("/auth/revoke-dev-app", app),
    ]
}

#[actix_web::test]
async fn texts_that_are_no_permission() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[]).await;
    let texts = [
        ("a::b".to_owned(), "field_invalid"),
        (":".to_owned(), "field_invalid"),
        ("fs:/ann/d/a.txt:".to_owned(), "field_invalid"),
        ("fs:/ann\\".to_owned(), "field_invalid"),
        ("a:".repeat(10_000) + "b", "field_invalid"),
        ("x".repeat(5_000), "field_invalid"),
        ("x".repeat(256), "field_too_long"),
        (format!("{}fs:{}", "manage:".repeat(3), desk.file), "field_invalid"),
        (format!("{}fs:{}", "manage:".repeat(40), desk.file), "field_invalid"),
        ("a\u{1}b".to_owned(), "field_invalid"),
        ("a\\\u{1}b".to_owned(), "field_invalid"),
        ("a\u{7f}b".to_owned(), "field_invalid"),
        ("a\nb".to_owned(), "field_invalid"),
    ];
    for (route, whom) in with_permission(&group) {
        for (text, code) in &texts {
            let mut body = whom.clone();
            body["permission"] = json!(text);
            let answer = desk.refused(route, &desk.ann, body, (400, code)).await;
            assert_eq!(answer.body["key"], "permission");
        }
        let mut unknown = whom.clone();
        unknown["permission"] = json!("nonsense:x:y");
        if route.ends_with("user-app") {
            // Nothing is asked about authority: it matters only while the user holds it.
            desk.done(route, &desk.ann, unknown).await;
        } else {
            desk.refused(route, &desk.ann, unknown, (403, "permission_denied")).await;
        }
    }
    let longest = json!({ "app_uid": "app-1", "permission": "x".repeat(255) });
    desk.done("/auth/grant-user-app", &desk.ann, longest).await;
}

#[actix_web::test]
async fn what_is_kept_has_bounds() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[]).await;
    let read = format!("fs:{}:read", desk.file);
    for (route, whom) in with_permission(&group) {
        let is_grant = route.contains("/grant-");
        let code = if is_grant { "fields_invalid" } else { "field_invalid" };
        for reason in ["x".repeat(256), "a\u{0}b".to_owned(), "a\nb".to_owned()] {
            let mut body = whom.clone();
            body["permission"] = json!(read);
            body["meta"] = json!({ "reason": reason });
            desk.refused(route, &desk.ann, body, (400, code)).await;
        }
        for extra in [json!({ "a": "x".repeat(10_240) }), json!({ "a": [{ "b": "\u{0}" }] }), json!({ "\u{0}": 1 })] {
            let mut body = whom.clone();
            body["permission"] = json!(read);
            body["extra"] = extra;
            if is_grant {
                let answer = desk.refused(route, &desk.ann, body, (400, code)).await;
                assert_eq!(answer.body["errors"][0]["key"], "extra");
            }
        }
    }
    let most = json!({ "target_username": "bob", "permission": read, "meta": { "reason": "é".repeat(255) },
                       "extra": { "a": "x".repeat(10_000) } });
    desk.done("/auth/grant-user-user", &desk.ann, most).await;
}

#[actix_web::test]
async fn the_unseeable_is_answered_exactly_like_the_missing() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.eve, &[]).await;
    let before = (desk.world.counts(), desk.audit().len());
    for (there, missing) in [
        ("/ann/d/a.txt".to_owned(), "/ann/d/none.txt".to_owned()),
        ("/ann/d".to_owned(), "/none/d".to_owned()),
        (desk.file.to_string(), NOBODY.to_owned()),
    ] {
        let mut asked = Vec::new();
        for permission in ["fs:{}:read", "fs:{}:none", "manage:fs:{}"] {
            asked.extend(with_permission(&group).map(|(route, mut body)| {
                body["permission"] = json!(permission);
                (route, body)
            }));
            let list = json!([[permission]]);
            asked.push(("/auth/create-access-token", json!({ "permissions": list })));
        }
        // So many that an entry's own id would make the text too long, while a path that leads nowhere has none.
        let long = "manage:".repeat(34) + "fs:{}";
        let by_long = json!({ "target_username": "bob", "permission": long });
        asked.push(("/auth/grant-user-user", by_long.clone()));
        asked.push(("/auth/revoke-user-user", by_long));
        asked.push(("/auth/grant-user-app", json!({ "app_uid": "app-1", "permission": long })));
        for user in ["bob", "eve", "ann", "ghost"] {
            let named = json!({ "target_username": user, "permission": "fs:{}:read" });
            asked.push(("/auth/grant-user-user", named.clone()));
            asked.push(("/auth/revoke-user-user", named));
            let acl = json!({ "user": user, "resource": "{}", "mode": "read" });
            asked.push(("/acl/stat-user-user", acl.clone()));
            asked.push(("/acl/set-user-user", acl));
        }
        for app in ["app-1", "app-2", "nothing"] {
            asked.push(("/auth/check-app-acl", json!({ "subject": "{}", "app": app })));
        }
        for (route, body) in asked {
            let about = |entry: &str| serde_json::from_str(&body.to_string().replace("{}", entry)).unwrap();
            let found = desk.post(route, &desk.eve, about(&there)).await;
            let lost = desk.post(route, &desk.eve, about(&missing)).await;
            assert_eq!((found.status, &found.body), (lost.status, &lost.body), "{route} {body}");
            assert!(matches!(found.status, 400 | 404), "{route} {body}: {}", found.body);
        }
    }
    assert_eq!((desk.world.counts(), desk.audit().len()), before);
}

#[actix_web::test]
async fn a_site_that_one_cannot_see_is_like_no_site() {
    let desk = Desk::new().await;
    let site = json!({ "name": "blog", "owner": "ann", "protected": true });
    desk.world.v1("PUT", "/v1/sites/00000000-0000-4000-8000-00000000517e", site).await;
    for permission in ["app:hidden:access", "app:uid#app-2:access", "site:blog:access"] {
        for (route, whom) in with_permission(NOBODY) {
            if whom.get("group_uid").is_some() {
                continue;
            }
            let mut body = whom.clone();
            body["permission"] = json!(permission);
            let found = desk.refused(route, &desk.eve, body, (422, "entity_not_found")).await;
            let name = permission.split(':').nth(1).unwrap();
            let mut body = whom;
            body["permission"] = json!(permission.replace(name, if name.contains('#') { "uid#app-9" } else { "none" }));
            let lost = desk.refused(route, &desk.eve, body, (422, "entity_not_found")).await;
            let shown = |answer: &Answer, name: &str| answer.body.to_string().replace(name, "it");
            let name = name.trim_start_matches("uid#");
            let none = if name == "app-2" { "app-9" } else { "none" };
            assert_eq!(shown(&found, name), shown(&lost, none), "{route}");
        }
    }
}

#[actix_web::test]
async fn who_changes_too_much_waits() {
    let world = World::with(|_| {});
    let (ann, bob, _) = world.people();
    let token = world.vouchsafe.issue_token("ann", ActsAs::AccessToken, chrono::TimeDelta::days(1)).unwrap();
    for _ in 0..150 {
        let answer = world.call("POST", "/auth/grant-user-user", &token, json!({})).await;
        assert_eq!(answer.refusal(), (403, "forbidden"), "what acts for her spends nothing of hers");
    }
    let post = async |who: &Person, route: &str| world.call("POST", route, &who.token, json!({})).await;
    let mut answer = post(&ann, "/auth/grant-user-user").await;
    assert_eq!(answer.status, 400);
    for _ in 0..400 {
        if answer.status == 429 {
            break;
        }
        answer = post(&ann, "/auth/grant-user-user").await;
    }
    assert_eq!((answer.status, answer.body), (429, json!("Too many requests.")));
    for route in [
        "/auth/revoke-user-user",
        "/auth/grant-user-app",
        "/acl/set-user-user",
        "/group/add-users",
        "/auth/create-access-token",
    ] {
        let spent = post(&ann, route).await;
        assert!(matches!(spent.status, 400 | 429), "{route}: one budget for all of them");
    }
    assert_eq!(post(&bob, "/auth/grant-user-user").await.status, 400, "others have their own");
    assert_eq!(post(&ann, "/auth/check-permissions").await.status, 400, "and asking is free");
}
