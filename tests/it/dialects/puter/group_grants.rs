//! `/auth/grant-user-group` and `/auth/revoke-user-group`, with groups of one's own and the default ones.

use super::desk::{Desk, NOBODY};
use serde_json::{Value, json};
use vouchsafe_tests::assert_golden;

const GRANT: &str = "/auth/grant-user-group";
const REVOKE: &str = "/auth/revoke-user-group";
const READ: &str = "fs:/ann/d/a.txt:read";

fn to(group: &str, permission: &str) -> Value {
    json!({ "group_uid": group, "permission": permission })
}

#[actix_web::test]
async fn a_group_grant_reaches_every_current_member() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.bob, &[&desk.bob]).await;
    assert_golden("dialects/puter/golden/done", &desk.post(GRANT, &desk.ann, to(&group, READ)).await);
    assert!(desk.holds(&desk.bob.token, READ).await && !desk.holds(&desk.eve.token, READ).await);
    desk.done("/group/add-users", &desk.bob, json!({ "uid": group, "users": ["eve"] })).await;
    assert!(desk.holds(&desk.eve.token, READ).await, "the granter need not own the group nor be in it");
    desk.done("/group/remove-users", &desk.bob, json!({ "uid": group, "users": ["bob"] })).await;
    assert!(!desk.holds(&desk.bob.token, READ).await && desk.holds(&desk.eve.token, READ).await);
    assert_golden("dialects/puter/golden/done", &desk.post(REVOKE, &desk.ann, to(&group, READ)).await);
    assert!(!desk.holds(&desk.eve.token, READ).await);
}

#[actix_web::test]
async fn the_audit_has_the_reason_and_the_group() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.bob]).await;
    for (route, action, default) in
        [(GRANT, "grant", "granted via PermissionService"), (REVOKE, "revoke", "revoked via PermissionService")]
    {
        for (meta, reason) in [(json!({ "reason": "why not" }), "why not"), (json!({}), default)] {
            desk.done(GRANT, &desk.ann, to(&group, READ)).await;
            if route == GRANT {
                desk.done(REVOKE, &desk.ann, to(&group, READ)).await;
            }
            desk.done(route, &desk.ann, json!({ "group_uid": group, "permission": READ, "meta": meta })).await;
            let last = desk.audit().pop().unwrap();
            assert_eq!((last.action.as_str(), last.reason.as_deref()), (action, Some(reason)));
            assert_eq!((last.holder, last.issuer.is_some()), (Some(json!({ "group": group })), true));
            desk.done(REVOKE, &desk.ann, to(&group, READ)).await;
        }
    }
}

#[actix_web::test]
async fn every_row_of_both_tables() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.bob]).await;
    let ann = &desk.ann;
    let missing = desk.refused(GRANT, ann, json!({}), (400, "fields_missing")).await;
    assert_eq!(missing.body["keys"], json!(["group_uid", "permission"]));
    let wrong = json!({ "group_uid": 5, "permission": true, "extra": "x", "meta": { "reason": [] } });
    let wrong = desk.refused(GRANT, ann, wrong, (400, "fields_invalid")).await;
    let keys: Vec<&str> = wrong.body["errors"].as_array().unwrap().iter().map(|e| e["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["group_uid", "permission", "extra", "meta.reason"]);
    for (body, key) in [
        (json!({}), "group_uid"),
        (json!({ "group_uid": [], "permission": READ }), "group_uid"),
        (json!({ "group_uid": group }), "permission"),
    ] {
        assert_eq!(desk.refused(REVOKE, ann, body, (400, "field_missing")).await.body["key"], key);
    }
    for route in [GRANT, REVOKE] {
        for unknown in [NOBODY, "no uid"] {
            let answer = desk.refused(route, ann, to(unknown, READ), (422, "entity_not_found")).await;
            assert_eq!(answer.body["identifier"], format!("group:{unknown}"));
        }
        desk.refused(route, &desk.eve, to(&group, READ), (404, "subject_does_not_exist")).await;
        let app = desk.app(ann, "app-1");
        assert_eq!(desk.world.call("POST", route, &app, to(&group, READ)).await.refusal(), (403, "forbidden"));
    }
    let unknown = desk.refused(GRANT, ann, to(NOBODY, READ), (422, "entity_not_found")).await;
    assert_golden("dialects/puter/golden/grant_to_unknown_group", &unknown);
    desk.grant(ann, &desk.eve, READ).await;
    for route in [GRANT, REVOKE] {
        desk.refused(route, &desk.eve, to(&group, READ), (403, "permission_denied")).await;
        desk.refused(route, &desk.eve, to(NOBODY, READ), (403, "permission_denied")).await;
    }
    let nothing = to(&group, "fs:/ann/d/a.txt:none");
    desk.refused(GRANT, ann, nothing, (400, "field_invalid")).await;
}

#[actix_web::test]
async fn each_takes_back_only_what_he_gave_the_group() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.eve]).await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.done(GRANT, &desk.bob, to(&group, READ)).await;
    desk.done(REVOKE, &desk.ann, to(&group, READ)).await;
    assert!(desk.holds(&desk.eve.token, READ).await, "the owner too takes back only his own");
    desk.done(GRANT, &desk.ann, to(&group, READ)).await;
    desk.done(REVOKE, &desk.bob, to(&group, READ)).await;
    assert!(desk.holds(&desk.eve.token, READ).await);
    desk.done(REVOKE, &desk.ann, to(&group, READ)).await;
    assert!(!desk.holds(&desk.eve.token, READ).await);
}

#[actix_web::test]
async fn a_group_grant_works_only_while_its_giver_has_the_permission() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.bob, &[&desk.eve]).await;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    desk.done(GRANT, &desk.bob, to(&group, READ)).await;
    assert!(desk.holds(&desk.eve.token, READ).await);
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    assert!(!desk.holds(&desk.eve.token, READ).await);
    assert_eq!(desk.world.counts().0, 0);
}

#[actix_web::test]
async fn two_who_have_all_through_each_others_groups_have_nothing_without_an_owner() {
    let desk = Desk::new().await;
    let (bobs, eves) = (desk.group(&desk.bob, &[&desk.bob]).await, desk.group(&desk.eve, &[&desk.eve]).await);
    let full = "fs:/ann/d/a.txt";
    desk.grant(&desk.ann, &desk.bob, full).await;
    desk.done(GRANT, &desk.bob, to(&eves, full)).await;
    desk.done(GRANT, &desk.eve, to(&bobs, full)).await;
    desk.revoke(&desk.ann, &desk.bob, full).await;
    assert!(!desk.holds(&desk.bob.token, READ).await && !desk.holds(&desk.eve.token, READ).await);
    assert_eq!(desk.world.counts().0, 0, "both rows hung on the owner's");
}

#[actix_web::test]
async fn the_default_groups_are_everybody_with_a_proven_address_and_everybody_without() {
    let desk = Desk::new().await;
    let new = desk.world.unproven("new");
    let public = desk.world.call("GET", "/group/public-groups", &desk.ann.token, Value::Null).await;
    assert_golden("dialects/puter/golden/public_groups", &public);
    let (user, temp) = (public.body["user"].as_str().unwrap(), public.body["temp"].as_str().unwrap());
    desk.world.file("/ann/d/b.txt");
    let other = "fs:/ann/d/b.txt:read";
    desk.done(GRANT, &desk.ann, to(user, READ)).await;
    desk.done(GRANT, &desk.ann, to(temp, other)).await;
    for (who, of_users, of_others) in [(&desk.bob, true, false), (&desk.eve, true, false), (&new, false, true)] {
        let held = (desk.holds(&who.token, READ).await, desk.holds(&who.token, other).await);
        assert_eq!(held, (of_users, of_others), "{}", who.name);
    }
    let later = desk.world.person("later");
    assert!(desk.holds(&later.token, READ).await, "an account that comes after the grant");
    desk.world.vouchsafe.confirm_user("new").unwrap();
    let held = (desk.holds(&new.token, READ).await, desk.holds(&new.token, other).await);
    assert_eq!(held, (true, false), "at once when the address is confirmed");
    desk.done(REVOKE, &desk.ann, to(user, READ)).await;
    assert!(!desk.holds(&desk.bob.token, READ).await && !desk.holds(&new.token, READ).await);
}
