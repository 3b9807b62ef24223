//! `/auth/grant-user-user` and `/auth/revoke-user-user`.

use super::desk::{Desk, NOBODY};
use serde_json::{Value, json};
use vouchsafe_tests::assert_golden;

const GRANT: &str = "/auth/grant-user-user";
const REVOKE: &str = "/auth/revoke-user-user";
const READ: &str = "fs:/ann/d/a.txt:read";
const WRITE: &str = "fs:/ann/d/a.txt:write";
const MANAGE: &str = "manage:fs:/ann/d/a.txt";

fn to(name: &str, permission: &str) -> Value {
    json!({ "target_username": name, "permission": permission })
}

#[actix_web::test]
async fn a_grant_counts_at_the_next_check_and_so_does_its_end() {
    let desk = Desk::new().await;
    assert!(!desk.holds(&desk.bob.token, READ).await, "asked before, so that a kept answer would show");
    assert_golden("dialects/puter/golden/done", &desk.post(GRANT, &desk.ann, to("bob", READ)).await);
    assert!(desk.holds(&desk.bob.token, READ).await && !desk.holds(&desk.bob.token, WRITE).await);
    assert!(desk.holds(&desk.bob.token, &format!("fs:{}:read", desk.file)).await);
    assert_golden("dialects/puter/golden/done", &desk.post(REVOKE, &desk.ann, to("bob", READ)).await);
    assert!(!desk.holds(&desk.bob.token, READ).await);
    assert_eq!(desk.world.counts(), (0, 0, 0), "unlike a share, a grant tells nobody");
}

#[actix_web::test]
async fn the_audit_has_the_reason_and_both_parties() {
    let desk = Desk::new().await;
    let named = |action: &str, reason: &str| (action.to_owned(), reason.to_owned(), "ann".to_owned(), "bob".to_owned());
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert_eq!(desk.last_audit(), named("grant", "granted via PermissionService"));
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert_eq!(desk.last_audit(), named("revoke", "revoked via PermissionService"));
    let because = |reason| json!({ "target_username": "bob", "permission": READ, "meta": { "reason": reason } });
    desk.done(GRANT, &desk.ann, because("for the review")).await;
    assert_eq!(desk.last_audit(), named("grant", "for the review"));
    desk.done(REVOKE, &desk.ann, because("the review is over")).await;
    assert_eq!(desk.last_audit(), named("revoke", "the review is over"));
}

#[actix_web::test]
async fn every_row_of_the_grants_table() {
    let desk = Desk::new().await;
    let ann = &desk.ann;
    assert_golden(
        "dialects/puter/golden/grant_nothing_named",
        &desk.refused(GRANT, ann, json!({}), (400, "fields_missing")).await,
    );
    let one = desk.refused(GRANT, ann, json!({ "target_username": "bob" }), (400, "fields_missing")).await;
    assert_eq!(one.body["keys"], json!(["permission"]));
    let all = json!({ "target_username": 5, "permission": [], "extra": [], "meta": "x" });
    assert_golden(
        "dialects/puter/golden/grant_all_wrong",
        &desk.refused(GRANT, ann, all, (400, "fields_invalid")).await,
    );
    let one = json!({ "target_username": "bob", "permission": READ, "meta": { "reason": 5 } });
    let one = desk.refused(GRANT, ann, one, (400, "fields_invalid")).await;
    assert_eq!(one.body["errors"], json!([{ "key": "meta.reason", "expected": "string", "got": "number" }]));
    let unknown = desk.refused(GRANT, ann, to("ghost", READ), (422, "user_does_not_exist")).await;
    assert_eq!(unknown.body["username"], "ghost");
    desk.refused(GRANT, ann, to("ann", READ), (400, "cannot_share_with_self")).await;
    desk.refused(GRANT, &desk.bob, to("eve", READ), (404, "subject_does_not_exist")).await;
    desk.grant(ann, &desk.bob, READ).await;
    let denied = desk.refused(GRANT, &desk.bob, to("eve", READ), (403, "permission_denied")).await;
    assert_golden("dialects/puter/golden/grant_without_authority", &denied);
    desk.refused(GRANT, &desk.bob, to("ghost", READ), (403, "permission_denied")).await;
    let app = desk.app(ann, "app-1");
    assert_eq!(desk.world.call("POST", GRANT, &app, to("bob", WRITE)).await.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn every_row_of_the_revocations_table() {
    let desk = Desk::new().await;
    let ann = &desk.ann;
    assert_golden(
        "dialects/puter/golden/revoke_nothing_named",
        &desk.refused(REVOKE, ann, json!({}), (400, "field_missing")).await,
    );
    for (body, key) in [
        (json!({ "permission": READ }), "target_username"),
        (json!({ "target_username": 5, "permission": READ }), "target_username"),
        (json!({ "target_username": "", "permission": READ }), "target_username"),
        (json!({ "target_username": "bob" }), "permission"),
        (json!({ "target_username": "bob", "permission": {} }), "permission"),
    ] {
        assert_eq!(desk.refused(REVOKE, ann, body, (400, "field_missing")).await.body["key"], key);
    }
    let wrong = json!({ "target_username": "bob", "permission": READ, "meta": [] });
    assert_eq!(desk.refused(REVOKE, ann, wrong, (400, "field_invalid")).await.body["key"], "meta");
    desk.refused(REVOKE, ann, to("ghost", READ), (422, "user_does_not_exist")).await;
    desk.refused(REVOKE, &desk.bob, to("eve", READ), (404, "subject_does_not_exist")).await;
    desk.grant(ann, &desk.bob, READ).await;
    desk.grant(ann, &desk.eve, READ).await;
    desk.refused(REVOKE, &desk.bob, to("eve", READ), (403, "permission_denied")).await;
    desk.refused(REVOKE, &desk.bob, to("ghost", READ), (403, "permission_denied")).await;
    let app = desk.app(ann, "app-1");
    assert_eq!(desk.world.call("POST", REVOKE, &app, to("bob", READ)).await.refusal(), (403, "forbidden"));
    desk.revoke(ann, &desk.bob, READ).await;
    desk.revoke(ann, &desk.bob, READ).await;
    assert!(!desk.holds(&desk.bob.token, READ).await && desk.holds(&desk.eve.token, READ).await);
}

#[actix_web::test]
async fn the_owner_clears_what_anybody_gave_and_a_manager_only_what_he_gave() {
    let desk = Desk::new().await;
    let dan = desk.world.person("dan");
    desk.grant(&desk.ann, &desk.bob, MANAGE).await;
    desk.grant(&desk.ann, &desk.eve, READ).await;
    desk.grant(&desk.bob, &desk.eve, WRITE).await;
    desk.grant(&desk.ann, &dan, READ).await;
    desk.revoke(&desk.bob, &desk.eve, READ).await;
    assert!(desk.holds(&desk.eve.token, READ).await && !desk.holds(&desk.eve.token, WRITE).await);
    desk.revoke(&desk.bob, &dan, READ).await;
    assert!(desk.holds(&dan.token, READ).await, "it was not his to take");
    desk.grant(&desk.bob, &desk.eve, WRITE).await;
    desk.revoke(&desk.ann, &desk.eve, READ).await;
    assert!(!desk.holds(&desk.eve.token, READ).await, "the owner clears every issuer's grant");
    assert!(desk.holds(&dan.token, READ).await);
}

#[actix_web::test]
async fn what_hangs_on_a_revoked_grant_falls_with_it_unless_another_way_stands() {
    let desk = Desk::new().await;
    let dan = desk.world.person("dan");
    desk.grant(&desk.ann, &desk.bob, MANAGE).await;
    desk.grant(&desk.bob, &desk.eve, READ).await;
    desk.grant(&desk.bob, &dan, READ).await;
    desk.grant(&desk.ann, &dan, READ).await;
    desk.revoke(&desk.ann, &desk.bob, MANAGE).await;
    for (who, has) in [(&desk.bob, false), (&desk.eve, false), (&dan, true)] {
        assert_eq!(desk.holds(&who.token, READ).await, has, "{}", who.name);
    }
    assert_eq!(desk.world.counts().0, 1, "only what the owner gave dan is left");
    desk.grant(&desk.ann, &desk.bob, MANAGE).await;
    assert!(!desk.holds(&desk.eve.token, READ).await, "what fell does not come back by itself");
}

#[actix_web::test]
async fn a_manager_makes_no_managers_and_gives_no_more_than_he_has() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, MANAGE).await;
    for permission in [MANAGE, "manage:manage:fs:/ann/d/a.txt", "fs:/ann/d/a.txt", "fs:/ann/d/a.txt:delete"] {
        desk.refused(GRANT, &desk.bob, to("eve", permission), (403, "permission_denied")).await;
    }
    desk.grant(&desk.bob, &desk.eve, WRITE).await;
    desk.refused(GRANT, &desk.eve, to("bob", READ), (403, "permission_denied")).await;
}

#[actix_web::test]
async fn managing_a_directory_is_managing_what_lies_in_it() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d").await;
    assert!(desk.holds(&desk.bob.token, &format!("manage:fs:{}:read", desk.file)).await);
    desk.grant(&desk.bob, &desk.eve, WRITE).await;
    assert!(desk.holds(&desk.eve.token, WRITE).await && !desk.holds(&desk.eve.token, "fs:/ann/d:see").await);
}

#[actix_web::test]
async fn anybody_leaves_what_he_was_given() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, MANAGE).await;
    desk.grant(&desk.bob, &desk.eve, READ).await;
    desk.revoke(&desk.bob, &desk.bob, READ).await;
    assert!(!desk.holds(&desk.bob.token, READ).await && !desk.holds(&desk.eve.token, READ).await);
    assert_eq!(desk.world.counts().0, 0);
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert!(desk.holds(&desk.bob.token, READ).await, "he left rows and denied himself nothing");
}

#[actix_web::test]
async fn leaving_denies_what_would_come_through_a_group_or_from_above() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.bob, &desk.eve]).await;
    desk.done("/auth/grant-user-group", &desk.ann, json!({ "group_uid": group, "permission": READ })).await;
    desk.grant(&desk.ann, &desk.eve, "fs:/ann/d:read").await;
    for who in [&desk.bob, &desk.eve] {
        assert!(desk.holds(&who.token, READ).await);
        desk.revoke(who, who, READ).await;
        assert!(!desk.holds(&who.token, READ).await, "{}", who.name);
    }
    assert!(desk.holds(&desk.eve.token, "fs:/ann/d:read").await, "she left the file and not its directory");
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert!(desk.holds(&desk.bob.token, READ).await, "the owner gives again what was left");
}

#[actix_web::test]
async fn what_has_no_owner_but_its_name_is_given_and_left_too() {
    let desk = Desk::new().await;
    let me = desk.world.call("GET", "/whoami", &desk.ann.token, Value::Null).await;
    let email = format!("user:{}:email:read", me.body["uuid"].as_str().unwrap());
    assert!(desk.holds(&desk.ann.token, &email).await && !desk.holds(&desk.bob.token, &email).await);
    desk.refused(GRANT, &desk.bob, to("eve", &email), (403, "permission_denied")).await;
    desk.grant(&desk.ann, &desk.bob, &email).await;
    assert!(desk.holds(&desk.bob.token, &email).await);
    desk.revoke(&desk.bob, &desk.bob, &email).await;
    assert!(!desk.holds(&desk.bob.token, &email).await);
    assert_eq!(desk.world.counts().0, 0);
}

#[actix_web::test]
async fn owners_share_their_apps_and_sites_by_name_and_by_id() {
    let desk = Desk::new().await;
    let site = "00000000-0000-4000-8000-00000000517e";
    let blog = json!({ "name": "blog", "owner": "ann", "protected": true });
    desk.world.v1("PUT", &format!("/v1/sites/{site}"), blog).await;
    for (given, same) in [
        ("app:hidden:access".to_owned(), "app:uid#app-2:access".to_owned()),
        (format!("site:uid#{site}:access"), "site:blog:access".to_owned()),
    ] {
        desk.grant(&desk.ann, &desk.bob, &given).await;
        assert!(desk.holds(&desk.bob.token, &given).await && desk.holds(&desk.bob.token, &same).await, "{given}");
        desk.refused(GRANT, &desk.bob, to("eve", &given), (403, "permission_denied")).await;
        desk.revoke(&desk.ann, &desk.bob, &same).await;
        assert!(!desk.holds(&desk.bob.token, &given).await, "{given}");
    }
    for (permission, identifier) in [
        ("app:nothing:access", "app:nothing"),
        ("site:nothing:access", "site:nothing"),
        ("app:uid#app-9:access", "app:app-9"),
    ] {
        let answer = desk.refused(GRANT, &desk.ann, to("bob", permission), (422, "entity_not_found")).await;
        assert_eq!(answer.body["identifier"], identifier);
        assert!(!desk.holds(&desk.ann.token, permission).await);
    }
}

#[actix_web::test]
async fn an_apps_data_is_given_by_its_alias_which_nobody_holds() {
    let desk = Desk::new().await;
    let alias = "app-root-dir:app-1:write";
    desk.refused(GRANT, &desk.ann, to("bob", alias), (404, "subject_does_not_exist")).await;
    let data = desk.world.dir("/ann/AppData/app-1");
    desk.grant(&desk.ann, &desk.bob, alias).await;
    assert!(desk.holds(&desk.bob.token, &format!("fs:{data}:write")).await);
    assert!(!desk.holds(&desk.bob.token, alias).await && !desk.holds(&desk.ann.token, alias).await);
    for user in ["ann", "bob"] {
        let check = json!({ "actor": { "user": user }, "permission": alias });
        assert_eq!(desk.world.v1("POST", "/v1/check", check).await.body["allowed"], false, "{user}");
    }
}

#[actix_web::test]
async fn a_permission_that_gives_nothing_is_not_granted() {
    let desk = Desk::new().await;
    for permission in ["fs:/ann/d/a.txt:none", "manage:fs:/ann/d/a.txt:none", "app:editor:none"] {
        let answer = desk.refused(GRANT, &desk.ann, to("bob", permission), (400, "field_invalid")).await;
        assert_eq!(answer.body["key"], "permission");
    }
}

#[actix_web::test]
async fn a_raised_grant_keeps_one_row_and_what_is_kept_with_it() {
    let desk = Desk::new().await;
    let with =
        |permission: &str, extra: Value| json!({ "target_username": "bob", "permission": permission, "extra": extra });
    desk.done(GRANT, &desk.ann, with(READ, json!({ "n": 1 }))).await;
    desk.grant(&desk.ann, &desk.bob, WRITE).await;
    let listed = |answer: vouchsafe_tests::Answer| answer.body["myself_to_user"].clone();
    let list = || desk.world.call("GET", "/auth/list-permissions", &desk.ann.token, Value::Null);
    let row =
        |extra: Value| json!([{ "user": "bob", "permission": format!("fs:{}:write", desk.file), "extra": extra }]);
    assert_eq!(listed(list().await), row(json!({ "n": 1 })));
    desk.done(GRANT, &desk.ann, with(READ, json!({ "n": 2 }))).await;
    assert_eq!(listed(list().await), row(json!({ "n": 2 })), "granting less lowers nothing");
    desk.done(GRANT, &desk.ann, with(READ, json!({}))).await;
    assert_eq!(listed(list().await), row(json!({})));
}

#[actix_web::test]
async fn an_entry_that_is_gone_is_like_one_that_never_was() {
    let desk = Desk::new().await;
    let by_id = format!("fs:{}:read", desk.file);
    desk.grant(&desk.ann, &desk.bob, &by_id).await;
    desk.world.v1("DELETE", &format!("/v1/entries/{}", desk.file), Value::Null).await;
    assert!(!desk.holds(&desk.bob.token, &by_id).await);
    for permission in [by_id, format!("fs:{NOBODY}:read"), READ.to_owned()] {
        for route in [GRANT, REVOKE] {
            desk.refused(route, &desk.ann, to("bob", &permission), (404, "subject_does_not_exist")).await;
        }
    }
}

#[actix_web::test]
async fn a_colon_and_a_backslash_in_a_name_are_escaped() {
    let desk = Desk::new().await;
    let odd = desk.world.file(r"/ann/a:b\c.txt");
    let escaped = r"fs:/ann/a\Cb\\c.txt:read";
    // Unescaped it is a name of more components, which nobody owns.
    desk.refused(GRANT, &desk.ann, to("bob", r"fs:/ann/a:b\c.txt:read"), (403, "permission_denied")).await;
    desk.grant(&desk.ann, &desk.bob, escaped).await;
    assert!(desk.holds(&desk.bob.token, escaped).await && desk.holds(&desk.bob.token, &format!("fs:{odd}:read")).await);
    desk.revoke(&desk.ann, &desk.bob, escaped).await;
    assert!(!desk.holds(&desk.bob.token, escaped).await);
}

#[actix_web::test]
async fn a_name_answers_for_what_begins_with_it() {
    let desk = Desk::new().await;
    let me = desk.world.call("GET", "/whoami", &desk.ann.token, Value::Null).await;
    let own = format!("user:{}", me.body["uuid"].as_str().unwrap());
    desk.grant(&desk.ann, &desk.bob, &format!("{own}:email")).await;
    for (permission, held) in [
        (format!("{own}:email"), true),
        (format!("{own}:email:read"), true),
        (own.clone(), false),
        (format!("{own}:emails"), false),
        (format!("{own}:phone:read"), false),
    ] {
        assert_eq!(desk.holds(&desk.bob.token, &permission).await, held, "{permission}");
    }
}

#[actix_web::test]
async fn a_revoke_takes_the_persons_rows_whatever_they_say_and_not_what_he_wrote_by_leaving() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.bob, &desk.eve]).await;
    desk.done("/auth/grant-user-group", &desk.ann, json!({ "group_uid": group, "permission": READ })).await;
    let deny =
        json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": "fs:/ann/d/a.txt:none", "exact": true });
    assert_eq!(desk.world.v1("POST", "/v1/grants", deny).await.status, 201);
    desk.revoke(&desk.eve, &desk.eve, READ).await;
    for who in [&desk.bob, &desk.eve] {
        assert!(!desk.holds(&who.token, READ).await);
        desk.revoke(&desk.ann, who, READ).await;
    }
    assert!(desk.holds(&desk.bob.token, READ).await, "a deny is a row of his as well");
    assert!(!desk.holds(&desk.eve.token, READ).await, "she left, and stays away");
    let before = desk.audit().len();
    desk.revoke(&desk.eve, &desk.eve, READ).await;
    assert_eq!((desk.audit().len(), desk.holds(&desk.eve.token, READ).await), (before, false), "leaving twice");
}

#[actix_web::test]
async fn what_is_kept_with_a_grant_stands_in_the_audit() {
    let desk = Desk::new().await;
    let with =
        |permission: &str, extra: Value| json!({ "target_username": "bob", "permission": permission, "extra": extra });
    let last = || {
        let line = desk.audit().pop().unwrap();
        let extra = |state: &Option<Value>| state.as_ref().map_or(Value::Null, |state| state["extra"].clone());
        (line.action, extra(&line.before), extra(&line.after))
    };
    let (one, two) = (json!({ "n": 1 }), json!({ "n": 2 }));
    desk.done(GRANT, &desk.ann, with(READ, one.clone())).await;
    assert_eq!(last(), ("grant".into(), Value::Null, one.clone()));
    desk.done(GRANT, &desk.ann, with(READ, two.clone())).await;
    assert_eq!(last(), ("change".into(), one, two.clone()), "only what is kept was changed");
    let before = desk.audit().len();
    desk.done(GRANT, &desk.ann, with(READ, two.clone())).await;
    assert_eq!(desk.audit().len(), before, "the same again is no change");
    desk.grant(&desk.ann, &desk.bob, WRITE).await;
    assert_eq!(last(), ("change".into(), two.clone(), two.clone()));
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert_eq!(last(), ("revoke".into(), two, Value::Null));
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert_eq!(last(), ("grant".into(), Value::Null, Value::Null), "nothing is nothing to tell");
}
