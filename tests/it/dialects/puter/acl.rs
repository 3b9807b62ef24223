//! `/acl/stat-user-user`, `/acl/set-user-user` and `/auth/check-app-acl`.

use super::desk::{Desk, NOBODY};
use serde_json::{Value, json};
use vouchsafe_flows::{AclMode, ActsAs, SetAcl};
use vouchsafe_tests::assert_golden;
use vouchsafe_types::{Actor, share::EntryTarget};

const STAT: &str = "/acl/stat-user-user";
const SET: &str = "/acl/set-user-user";
const APP: &str = "/auth/check-app-acl";
const DIR: &str = "00000000-0000-4000-8000-00000000000d";
const FILE: &str = "00000000-0000-4000-8000-00000000000f";
const MODES: [&str; 5] = ["see", "list", "read", "write", "manage"];

/// `/ann/t/u/v.txt`, where `u` and `v.txt` have known ids.
async fn tree() -> Desk {
    let desk = Desk::new().await;
    desk.world.dir("/ann/t");
    for (id, path, kind) in [(DIR, "/ann/t/u", "dir"), (FILE, "/ann/t/u/v.txt", "file")] {
        let entry = json!({ "path": path, "kind": kind });
        assert_eq!(desk.world.v1("PUT", &format!("/v1/entries/{id}"), entry).await.status, 201);
    }
    desk
}

fn set(user: &str, resource: &str, mode: &str) -> Value {
    json!({ "user": user, "resource": resource, "mode": mode })
}

fn raise(user: &str, resource: &str, mode: &str) -> Value {
    json!({ "user": user, "resource": resource, "mode": mode, "options": { "only_if_higher": true } })
}

/// What ann gave bob on the file itself.
async fn given(desk: &Desk) -> Value {
    let answer = desk.post(STAT, &desk.ann, json!({ "user": "bob", "resource": FILE })).await;
    answer.body["permissions"]["/ann/t/u/v.txt"].clone()
}

fn text(mode: &str) -> String {
    if mode == "manage" { format!("manage:fs:{FILE}") } else { format!("fs:{FILE}:{mode}") }
}

#[actix_web::test]
async fn a_mode_replaces_the_one_before_by_path_and_by_uuid() {
    let desk = tree().await;
    for resource in ["/ann/t/u/v.txt", "~/t/u/../u/v.txt", FILE] {
        for mode in MODES.iter().chain(MODES.iter().rev()) {
            desk.done(SET, &desk.ann, set("bob", resource, mode)).await;
            assert_eq!(given(&desk).await, json!([text(mode)]), "{resource}");
            assert_eq!(desk.world.counts().0, 1, "one row per issuer, holder and entry");
            assert_eq!(
                desk.holds(&desk.bob.token, &format!("fs:{FILE}:write")).await,
                matches!(*mode, "write" | "manage")
            );
            assert_eq!(desk.holds(&desk.bob.token, &format!("manage:fs:{FILE}")).await, *mode == "manage");
        }
    }
    assert_golden("dialects/puter/golden/done", &desk.post(SET, &desk.ann, set("bob", FILE, "read")).await);
}

#[actix_web::test]
async fn only_if_higher_never_lowers_and_upgrades_to_manage_too() {
    let desk = tree().await;
    for (low, mode) in MODES.iter().enumerate() {
        desk.done(SET, &desk.ann, set("bob", FILE, mode)).await;
        for lower in MODES.iter().take(low) {
            let before = desk.audit().len();
            desk.done(SET, &desk.ann, raise("bob", FILE, lower)).await;
            assert_eq!(given(&desk).await, json!([text(mode)]), "{lower}");
            assert_eq!(desk.audit().len(), before, "nothing was written");
        }
        for higher in MODES.iter().skip(low + 1) {
            desk.done(SET, &desk.ann, set("bob", FILE, mode)).await;
            desk.done(SET, &desk.ann, raise("bob", FILE, higher)).await;
            assert_eq!(given(&desk).await, json!([text(higher)]), "from {mode}");
        }
    }
}

#[actix_web::test]
async fn the_same_mode_again_writes_nothing() {
    let desk = tree().await;
    for mode in MODES {
        desk.done(SET, &desk.ann, set("bob", FILE, mode)).await;
        let before = desk.audit().len();
        desk.done(SET, &desk.ann, set("bob", FILE, mode)).await;
        assert_eq!(desk.audit().len(), before, "{mode}");
    }
}

#[actix_web::test]
async fn of_many_who_set_it_at_once_one_row_is_left() {
    let desk = tree().await;
    let ann = Actor::User(desk.world.vouchsafe.user("ann").unwrap().id);
    let set = |mode: AclMode| {
        let target = EntryTarget::Uuid(FILE.parse().unwrap());
        let set = SetAcl { user: "bob".into(), target, mode, only_if_higher: false };
        desk.world.vouchsafe.set_acl(&ann, &set).unwrap();
    };
    std::thread::scope(|scope| {
        for mode in [AclMode::See, AclMode::List, AclMode::Read, AclMode::Write, AclMode::Manage].repeat(3) {
            scope.spawn(move || set(mode));
        }
    });
    assert_eq!((desk.world.counts().0, given(&desk).await.as_array().unwrap().len()), (1, 1));
}

#[actix_web::test]
async fn a_downgrade_from_manage_silences_what_was_given_on() {
    let desk = tree().await;
    let read = format!("fs:{FILE}:read");
    desk.done(SET, &desk.ann, set("bob", FILE, "manage")).await;
    desk.done(SET, &desk.bob, set("eve", FILE, "read")).await;
    assert!(desk.holds(&desk.eve.token, &read).await);
    desk.done(SET, &desk.ann, set("bob", FILE, "write")).await;
    assert!(!desk.holds(&desk.eve.token, &read).await && desk.holds(&desk.bob.token, &read).await);
    desk.refused(SET, &desk.bob, set("eve", FILE, "read"), (403, "permission_denied")).await;
}

#[actix_web::test]
async fn what_others_gave_stays_as_it_is() {
    let desk = tree().await;
    desk.done(SET, &desk.ann, set("bob", FILE, "manage")).await;
    desk.done(SET, &desk.bob, set("eve", FILE, "write")).await;
    desk.done(SET, &desk.ann, set("eve", FILE, "see")).await;
    assert!(desk.holds(&desk.eve.token, &format!("fs:{FILE}:write")).await, "bob's gift stands beside ann's");
    desk.done(SET, &desk.ann, set("eve", DIR, "read")).await;
    desk.done(SET, &desk.ann, set("eve", FILE, "list")).await;
    assert!(desk.holds(&desk.eve.token, &format!("fs:{DIR}:read")).await, "only the very entry is meant");
}

#[actix_web::test]
async fn the_audit_tells_of_every_change_of_mode() {
    let desk = tree().await;
    let reason = "granted via PermissionService".to_owned();
    for (mode, action) in [("manage", "grant"), ("read", "change"), ("write", "change")] {
        desk.done(SET, &desk.ann, set("bob", FILE, mode)).await;
        assert_eq!(desk.last_audit(), (action.to_owned(), reason.clone(), "ann".to_owned(), "bob".to_owned()));
        assert_eq!(desk.audit().pop().unwrap().permission, Some(text(mode)));
    }
}

#[actix_web::test]
async fn stat_tells_what_the_caller_gave_there_and_above() {
    let desk = tree().await;
    let ask = |resource: &str| json!({ "user": "bob", "resource": resource });
    assert_golden("dialects/puter/golden/stat_user_user_nothing", &desk.post(STAT, &desk.ann, ask(FILE)).await);
    desk.done(SET, &desk.ann, set("bob", DIR, "read")).await;
    desk.done(SET, &desk.ann, set("bob", FILE, "manage")).await;
    for resource in [FILE, "/ann/t/u/v.txt"] {
        assert_golden("dialects/puter/golden/stat_user_user", &desk.post(STAT, &desk.ann, ask(resource)).await);
    }
    let above = desk.post(STAT, &desk.ann, ask("/ann/t/u")).await;
    assert_eq!(above.body, json!({ "permissions": { "/ann/t/u": [format!("fs:{DIR}:read")] } }), "nothing of below");
    let own = json!({ "user": "ann", "resource": FILE });
    assert_eq!(desk.post(STAT, &desk.bob, own).await.body, json!({ "permissions": {} }), "nor of what others gave");
}

#[actix_web::test]
async fn in_another_ones_tree_stat_shows_no_path() {
    let desk = tree().await;
    desk.done(SET, &desk.ann, set("bob", DIR, "manage")).await;
    desk.done(SET, &desk.bob, set("eve", DIR, "read")).await;
    desk.done(SET, &desk.bob, set("eve", FILE, "write")).await;
    let ask = json!({ "user": "eve", "resource": FILE });
    assert_golden("dialects/puter/golden/stat_user_user_foreign", &desk.post(STAT, &desk.bob, ask.clone()).await);
    desk.done(SET, &desk.ann, set("bob", FILE, "manage")).await;
    desk.done(
        "/auth/revoke-user-user",
        &desk.ann,
        json!({ "target_username": "bob", "permission": format!("fs:{DIR}:read") }),
    )
    .await;
    let answer = desk.post(STAT, &desk.bob, ask).await.body.to_string();
    assert!(answer.contains("v.txt") && !answer.contains(DIR), "what he sees no more is not named: {answer}");
}

#[actix_web::test]
async fn every_refusal_of_stat_and_set() {
    let desk = tree().await;
    desk.done(SET, &desk.ann, set("eve", FILE, "read")).await;
    for route in [STAT, SET] {
        for resource in ["/ann/none", NOBODY, "/nobody/x"] {
            desk.refused(route, &desk.ann, set("bob", resource, "read"), (404, "subject_does_not_exist")).await;
        }
        for (field, value, refusal) in [
            ("user", Value::Null, (400, "field_missing")),
            ("user", json!(""), (400, "field_missing")),
            ("user", json!(5), (400, "field_invalid")),
            ("resource", Value::Null, (400, "field_missing")),
            ("resource", json!({}), (400, "field_invalid")),
            ("resource", json!("a/b"), (400, "field_invalid")),
            ("resource", json!("/ann/\u{0}"), (400, "field_invalid")),
            ("resource", json!("x".repeat(5_000)), (400, "field_invalid")),
        ] {
            let mut body = set("bob", FILE, "read");
            body[field] = value;
            assert_eq!(desk.refused(route, &desk.ann, body, refusal).await.body["key"], field);
        }
        desk.refused(route, &desk.ann, set("bob", "./x", "read"), (400, "unresolved_relative_path")).await;
        desk.refused(route, &desk.ann, set("ghost", FILE, "read"), (422, "user_does_not_exist")).await;
        desk.refused(route, &desk.bob, set("ghost", FILE, "read"), (404, "subject_does_not_exist")).await;
        let both = desk.refused(route, &desk.ann, json!({ "mode": "read" }), (400, "fields_missing")).await;
        assert_eq!(both.body["keys"], json!(["user", "resource"]));
        let app = desk.app(&desk.ann, "app-1");
        let forbidden = desk.world.call("POST", route, &app, set("bob", FILE, "read")).await;
        assert_golden("dialects/puter/golden/acl_not_a_person", &forbidden);
    }
    desk.refused(SET, &desk.eve, set("bob", FILE, "read"), (403, "permission_denied")).await;
    let asked_by_a_reader = desk.post(STAT, &desk.eve, json!({ "user": "ghost", "resource": FILE })).await;
    assert_eq!(asked_by_a_reader.body, json!({ "permissions": {} }), "as of anybody to whom she gave nothing");
    desk.refused(SET, &desk.ann, set("bob", "/", "read"), (403, "permission_denied")).await;
    let root = desk.post(STAT, &desk.ann, json!({ "user": "bob", "resource": "/" })).await;
    assert_eq!(root.body, json!({ "permissions": {} }), "everybody sees the root, and nobody gives anything there");
    desk.refused(SET, &desk.ann, set("ann", FILE, "read"), (400, "cannot_share_with_self")).await;
    for (field, value, refusal, key) in [
        ("mode", Value::Null, (400, "field_missing"), "mode"),
        ("mode", json!(5), (400, "field_invalid"), "mode"),
        ("mode", json!("own"), (400, "field_invalid"), "mode"),
        ("mode", json!("READ"), (400, "field_invalid"), "mode"),
        ("options", json!([]), (400, "field_invalid"), "options"),
        ("options", json!("x"), (400, "field_invalid"), "options"),
        ("options", json!({ "only_if_higher": "yes" }), (400, "field_invalid"), "options.only_if_higher"),
    ] {
        let mut body = set("bob", FILE, "read");
        body[field] = value;
        assert_eq!(desk.refused(SET, &desk.ann, body, refusal).await.body["key"], key);
    }
}

#[actix_web::test]
async fn an_app_is_allowed_what_it_was_given_and_its_user_has() {
    let desk = tree().await;
    let ask = |subject: &str, mode: Value| json!({ "subject": subject, "app": "app-1", "mode": mode });
    assert_golden("dialects/puter/golden/check_app_acl_no", &desk.post(APP, &desk.ann, ask(FILE, json!("read"))).await);
    let given = json!({ "app_uid": "app-1", "permission": format!("fs:{FILE}:read") });
    desk.done("/auth/grant-user-app", &desk.ann, given).await;
    assert_golden(
        "dialects/puter/golden/check_app_acl_yes",
        &desk.post(APP, &desk.ann, ask(FILE, json!("read"))).await,
    );
    for (mode, allowed) in [
        (json!("see"), true),
        (json!("list"), true),
        (json!("read"), true),
        (json!("write"), false),
        (Value::Null, false),
    ] {
        for name in ["subject", "path", "uid"] {
            for resource in [FILE, "/ann/t/u/v.txt"] {
                let body = json!({ name: resource, "app": "editor", "mode": mode });
                assert_eq!(desk.post(APP, &desk.ann, body).await.body, json!({ "allowed": allowed }), "{mode}");
            }
        }
    }
    let data = desk.world.file("/ann/AppData/app-1/state.json").to_string();
    assert_eq!(desk.post(APP, &desk.ann, ask(&data, Value::Null)).await.body["allowed"], true, "its own data");
}

#[actix_web::test]
async fn every_refusal_of_check_app_acl() {
    let desk = tree().await;
    let ask = |subject: &str, app: &str| json!({ "subject": subject, "app": app });
    let unknown = desk.refused(APP, &desk.ann, ask(FILE, "nothing"), (422, "app_does_not_exist")).await;
    assert_golden("dialects/puter/golden/check_app_acl_unknown", &unknown);
    desk.refused(APP, &desk.ann, ask("/ann/none", "nothing"), (404, "subject_does_not_exist")).await;
    desk.refused(APP, &desk.bob, ask(FILE, "nothing"), (404, "subject_does_not_exist")).await;
    let bobs = desk.world.file("/bob/b.txt").to_string();
    desk.refused(APP, &desk.bob, ask(&bobs, "hidden"), (422, "app_does_not_exist")).await;
    desk.refused(APP, &desk.bob, ask(&bobs, "app-2"), (422, "app_does_not_exist")).await;
    for (field, value, refusal) in [
        ("subject", Value::Null, (400, "field_missing")),
        ("subject", json!([]), (400, "field_invalid")),
        ("subject", json!("nowhere"), (400, "field_invalid")),
        ("app", Value::Null, (400, "field_missing")),
        ("app", json!(5), (400, "field_invalid")),
        ("mode", json!(5), (400, "field_invalid")),
        ("mode", json!("manage"), (400, "field_invalid")),
    ] {
        let mut body = ask(FILE, "app-1");
        body[field] = value;
        assert_eq!(desk.refused(APP, &desk.ann, body, refusal).await.body["key"], field);
    }
}

#[actix_web::test]
async fn an_app_asks_about_itself_and_a_token_not_at_all() {
    let desk = tree().await;
    let given = json!({ "app_uid": "app-1", "permission": format!("fs:{FILE}:read") });
    desk.done("/auth/grant-user-app", &desk.ann, given).await;
    let app = desk.app(&desk.ann, "app-1");
    let ask = |app: &str| json!({ "subject": FILE, "app": app, "mode": "read" });
    assert_eq!(desk.world.call("POST", APP, &app, ask("app-1")).await.body, json!({ "allowed": true }));
    desk.world.v1("PUT", "/v1/apps/app-3", json!({ "name": "other", "owner": "ann" })).await;
    assert_eq!(desk.world.call("POST", APP, &app, ask("app-3")).await.refusal(), (403, "forbidden"));
    let token = desk.token(&desk.ann, ActsAs::AccessToken);
    assert_eq!(desk.world.call("POST", APP, &token, ask("app-1")).await.refusal(), (403, "forbidden"));
}
