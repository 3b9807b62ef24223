//! `PUT /v1/grants/{id}`, and the tag that keeps two who edit at once apart.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};
use vouchsafe_types::Actor;

const READ: &str = "fs:/ann/a.txt:read";
const WRITE: &str = "fs:/ann/a.txt:write";
const MANAGE: &str = "manage:fs:/ann/a.txt";

async fn put(world: &World, tag: &str, grant: &Answer, token: &str, body: Value) -> Answer {
    world.with_header(("if-match", tag), "PUT", &path(grant), token, body).await
}

fn path(grant: &Answer) -> String {
    format!("/v1/grants/{}", grant.body["id"].as_str().unwrap())
}

async fn given(world: &World, issuer: &str, holder: &str, permission: &str) -> Answer {
    let body = json!({ "issuer": issuer, "holder": { "user": holder }, "permission": permission });
    let made = world.v1("POST", "/v1/grants", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made
}

#[actix_web::test]
async fn of_two_who_edit_what_both_have_seen_one_wins() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.file("/ann/a.txt");
    let made = given(&world, "ann", "bob", READ).await;
    let seen = world.v1("GET", &path(&made), Value::Null).await;
    assert!(seen.etag.starts_with('"') && seen.etag == made.etag, "{seen:?}");
    let edits = [WRITE, "fs:/ann/a.txt:see"].map(|permission| json!({ "permission": permission }));
    let [one, other] = edits.map(|body| put(&world, &seen.etag, &made, &world.key, body));
    let (one, other) = futures_util::future::join(one, other).await;
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    assert_eq!((won.status, lost.refusal()), (200, (412, "precondition_failed")));
    assert!(won.etag != seen.etag && won.body["id"] == made.body["id"]);
    let now = world.v1("GET", &path(&made), Value::Null).await;
    assert_eq!((&now.etag, &now.body["capabilities"]), (&won.etag, &won.body["capabilities"]));
    assert_eq!(world.may(&bob, WRITE), won.body["access"] == "write");
}

#[actix_web::test]
async fn a_tag_stays_while_the_grant_does_and_guards_its_end_as_well() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let made = given(&world, "ann", "bob", READ).await;
    world.vouchsafe.suspend_user("ann", true).unwrap();
    let dormant = world.v1("GET", &path(&made), Value::Null).await;
    assert_eq!((&dormant.body["live"], &dormant.etag), (&json!(false), &made.etag));
    world.vouchsafe.suspend_user("ann", false).unwrap();
    let edited = put(&world, "*", &made, &ann.token, json!({ "permission": WRITE })).await;
    assert_eq!((edited.status, &edited.body["access"]), (200, &json!("write")));
    for stale in [made.etag.as_str(), "\"x\"", &format!("W/{}", edited.etag)] {
        let ended = world.with_header(("if-match", stale), "DELETE", &path(&made), &ann.token, Value::Null).await;
        assert_eq!(ended.refusal(), (412, "precondition_failed"), "{stale}");
    }
    let both = format!("\"x\", {}", edited.etag);
    let ended = world.with_header(("if-match", &both), "DELETE", &path(&made), &ann.token, Value::Null).await;
    assert_eq!(ended.status, 200);
}

#[actix_web::test]
async fn an_edit_replaces_all_terms_and_stands_in_the_audit_with_its_editor() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    given(&world, "ann", "bob", MANAGE).await;
    let made = given(&world, "bob", "eve", READ).await;
    let timed = json!({ "permission": WRITE, "expires_at": "2099-01-01T00:00:00Z" });
    let edited = put(&world, &made.etag, &made, &bob.token, timed).await;
    assert_eq!(edited.body["expires_at"], "2099-01-01T00:00:00.000000Z");
    let edited = put(&world, &edited.etag, &made, &ann.token, json!({ "permission": READ })).await;
    assert_eq!((&edited.body["issuer"], &edited.body["expires_at"]), (&json!("bob"), &Value::Null));
    let handed = put(&world, "*", &made, &ann.token, json!({ "permission": MANAGE })).await;
    assert_eq!(
        (&handed.body["issuer"], handed.body["revision"].is_i64()),
        (&json!("ann"), true),
        "bob may not give it"
    );
    assert!(world.may(&eve, MANAGE));
    let same = put(&world, "*", &made, &ann.token, json!({ "permission": format!("manage:fs:{file}") })).await;
    assert_eq!((same.status, &same.etag), (200, &handed.etag));
    let audit = world.v1("GET", "/v1/audit", Value::Null).await;
    let changes: Vec<&Value> =
        audit.body["items"].as_array().unwrap().iter().filter(|i| i["action"] == "change").collect();
    let editors: Vec<&Value> = changes.iter().map(|i| &i["actor"]["user"]).collect();
    assert_eq!(editors, ["bob", "ann", "ann"], "what changes nothing is not written down");
}

#[actix_web::test]
async fn what_is_shown_is_written_back_and_takes_nothing_away() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let words = ["see", "list", "read", "download", "comment", "fill", "review", "filter", "edit", "write", "delete"];
    let plain = words.into_iter().chain(["share"]).map(|word| format!("fs:{file}:{word}"));
    let shared =
        words.into_iter().flat_map(|word| ["manage", "manage:manage"].map(|m| format!("{m}:fs:{file}:{word}")));
    for permission in plain.chain(shared).chain([format!("fs:{file}"), format!("manage:fs:{file}")]) {
        let made = given(&world, "ann", "bob", &permission).await;
        let (shown, gives) = (made.body["permission"].as_str().unwrap(), &made.body["capabilities"]);
        // Two pairs of texts give the same, and one of them is shown.
        let has_another = permission.ends_with(":write") || permission.ends_with(":download");
        assert!(has_another || shown == permission, "{permission} is shown as {shown}");
        let same = put(&world, "*", &made, &ann.token, json!({ "permission": shown })).await;
        assert_eq!((same.status, &same.etag), (200, &made.etag), "{permission}");
        let ends = json!({ "permission": shown, "expires_at": "2099-01-01T00:00:00Z" });
        let edited = put(&world, "*", &made, &ann.token, ends).await;
        assert_eq!((edited.status, &edited.body["capabilities"]), (200, gives), "{permission}");
        assert!(world.may(&bob, &permission), "{permission}");
        assert_eq!(world.call("DELETE", &path(&made), &ann.token, Value::Null).await.status, 200);
    }
}

#[actix_web::test]
async fn what_no_text_says_is_kept_by_who_writes_back_the_text_that_comes_nearest() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    for word in ["comment", "fill"] {
        let body = json!({ "target_username": "bob", "permission": format!("fs:{file}:{word}") });
        assert_eq!(world.call("POST", "/auth/grant-user-user", &ann.token, body).await.status, 200);
    }
    let listed = world.v1("GET", &format!("/v1/grants?entry={file}"), Value::Null).await;
    let (id, shown) = (listed.body["items"][0]["id"].as_str().unwrap(), &listed.body["items"][0]["permission"]);
    let change = async |body: Value| world.call("PUT", &format!("/v1/grants/{id}"), &ann.token, body).await;
    for terms in [
        json!({ "permission": shown, "expires_at": "2099-01-01T00:00:00Z" }),
        json!({ "permission": shown, "exact": true }),
        json!({ "permission": shown }),
    ] {
        let edited = change(terms.clone()).await;
        assert_eq!((edited.status, &edited.body["permission"]), (200, shown), "{}", edited.body);
        assert_eq!(edited.body["exact"], terms["exact"].as_bool().unwrap_or(false));
        for word in ["comment", "fill"] {
            assert!(world.may(&bob, &format!("fs:{file}:{word}")), "{word} {terms}");
        }
    }
    assert_eq!(change(json!({ "permission": format!("fs:{file}:see") })).await.body["capabilities"], json!(["see"]));
}

#[actix_web::test]
async fn who_may_not_edit_is_refused_and_learns_nothing() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/a.txt");
    let hidden = world.file("/eve/hidden.txt");
    let made = given(&world, "ann", "bob", MANAGE).await;
    let before = world.counts();
    let to = |permission: &str| json!({ "permission": permission });
    for (who, body, refusal) in [
        (&eve, to(READ), (422, "entity_not_found")),
        (&bob, to("manage:manage:fs:/ann/a.txt"), (400, "cannot_share_with_self")),
        (&ann, to(&format!("fs:{hidden}:read")), (400, "field_invalid")),
        (&ann, to("fs:/eve/hidden.txt:read"), (400, "field_invalid")),
        (&ann, to("fs:/eve/nothing.txt:read"), (400, "field_invalid")),
        (&ann, to("fs::read"), (400, "field_invalid")),
        (&ann, to("fs:/ann/a.txt:none"), (400, "field_invalid")),
        (&ann, json!({}), (400, "field_missing")),
        (&ann, json!({ "permission": READ, "expires_at": "2001-01-01T00:00:00Z" }), (400, "field_invalid")),
        (&ann, json!({ "permission": READ, "expires_at": "tomorrow" }), (400, "field_invalid")),
        (&ann, json!({ "permission": READ, "exact": "yes" }), (400, "field_invalid")),
    ] {
        let answer = world.call("PUT", &path(&made), &who.token, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{} {body}: {}", who.name, answer.body);
    }
    let answer = put(&world, "nonsense", &made, &ann.token, to(READ)).await;
    assert_eq!(answer.refusal(), (412, "precondition_failed"), "what is no tag is equal to none");
    assert_eq!(put(&world, "\"stale\"", &made, &eve.token, to(READ)).await.refusal(), (422, "entity_not_found"));
    let unknown = "/v1/grants/00000000-0000-4000-8000-000000000000";
    assert_eq!(world.call("PUT", unknown, &ann.token, to(READ)).await.refusal(), (422, "entity_not_found"));
    assert_eq!(world.call("PUT", "/v1/grants/x", &ann.token, to(READ)).await.refusal(), (400, "field_invalid"));
    assert_eq!(world.counts(), before);
    assert_eq!(world.v1("GET", &path(&made), Value::Null).await.etag, made.etag);
    let lowered = world.call("PUT", &path(&made), &bob.token, to(READ)).await;
    assert_eq!((lowered.status, &lowered.body["issuer"]), (200, &json!("ann")), "one may lower one's own");
}

#[actix_web::test]
async fn who_is_blocked_makes_no_gift_of_a_row_that_gave_nothing() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.person("dan");
    world.file("/ann/a.txt");
    let bobs = Actor::User(world.vouchsafe.user("bob").unwrap().id);
    let block = |is_on| world.vouchsafe.block(&bobs, "ann", is_on).unwrap();
    let terms = |permission: &str, is_exact: bool| json!({ "permission": permission, "exact": is_exact });
    let no = (403, "recipient_not_accepting_shares");

    block(true);
    let mut body = terms("fs:/ann/a.txt:none", true);
    body["holder"] = json!({ "user": "bob" });
    let denied = world.call("POST", "/v1/grants", &ann.token, body).await;
    assert_eq!(denied.status, 201, "to shut him out is no gift");
    assert_eq!(put(&world, "*", &denied, &ann.token, terms(WRITE, false)).await.refusal(), no, "a deny");
    assert_eq!(world.call("DELETE", &path(&denied), &ann.token, Value::Null).await.status, 200);

    given(&world, "ann", "dan", "manage:manage:fs:/ann/a.txt").await;
    let asleep = given(&world, "dan", "bob", READ).await;
    world.vouchsafe.suspend_user("dan", true).unwrap();
    assert_eq!(put(&world, "*", &asleep, &ann.token, terms(WRITE, false)).await.refusal(), no, "another's that sleeps");
    world.vouchsafe.suspend_user("dan", false).unwrap();
    for (permission, is_exact) in [(WRITE, false), (READ, true), ("fs:/ann/a.txt:none", true)] {
        let edited = put(&world, "*", &asleep, &ann.token, terms(permission, is_exact)).await;
        assert_eq!(edited.status, 200, "what he has may be changed: {permission}");
    }
    assert_eq!(world.call("DELETE", &path(&asleep), &ann.token, Value::Null).await.status, 200);

    block(false);
    let mut timed = given(&world, "ann", "bob", READ).await;
    timed =
        put(&world, "*", &timed, &ann.token, json!({ "permission": READ, "expires_at": "2027-01-15T08:00:01Z" })).await;
    assert_eq!(timed.status, 200, "{}", timed.body);
    block(true);
    world.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(put(&world, "*", &timed, &ann.token, terms(READ, false)).await.refusal(), no, "one that has ended");

    block(false);
    // What lets him read nothing is a restriction, which he does not get rid of by leaving.
    put(&world, "*", &timed, &ann.token, terms("fs:/ann/a.txt:see", true)).await;
    let file = world.v1("GET", &path(&timed), Value::Null).await.body["permission"].as_str().unwrap()[3..39].to_owned();
    assert_eq!(world.call("POST", &format!("/v1/entries/{file}/leave"), &bob.token, Value::Null).await.status, 200);
    block(true);
    let mut body = terms(READ, true);
    body["holder"] = json!({ "user": "bob" });
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, body).await.refusal(), no, "what he left");
    assert_eq!(put(&world, "*", &timed, &ann.token, terms(WRITE, true)).await.refusal(), no, "what he left");
    assert!(!world.may(&bob, READ));
}

#[actix_web::test]
async fn who_is_blocked_lowers_what_sleeps_with_its_holder_and_makes_no_more_of_it() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let bobs = Actor::User(world.vouchsafe.user("bob").unwrap().id);
    let no = (403, "recipient_not_accepting_shares");
    let (soon, late) = (json!("2099-01-01T00:00:00Z"), json!("2099-01-02T00:00:00Z"));
    let terms = |permission: &str, ends: &Value| json!({ "permission": permission, "expires_at": ends });
    let set = async |permission: &str, ends: &Value| {
        let mut body = terms(permission, ends);
        body["holder"] = json!({ "user": "bob" });
        world.call("POST", "/v1/grants", &ann.token, body).await
    };
    let made = set(WRITE, &soon).await;
    world.vouchsafe.block(&bobs, "ann", true).unwrap();
    world.vouchsafe.suspend_user("bob", true).unwrap();
    for (permission, ends) in [(MANAGE, &soon), (WRITE, &late), (READ, &Value::Null)] {
        let edited = put(&world, "*", &made, &ann.token, terms(permission, ends)).await;
        assert_eq!(edited.refusal(), no, "{permission} until {ends}");
    }
    let edited = put(&world, "*", &made, &ann.token, terms(READ, &soon)).await;
    assert_eq!((edited.status, &edited.body["access"]), (200, &json!("read")), "{}", edited.body);
    let lowered = set("fs:/ann/a.txt:see", &soon).await;
    assert_eq!((lowered.status, &lowered.body["id"]), (200, &made.body["id"]), "{}", lowered.body);

    // What he has left is not given to him again, however little it is.
    world.vouchsafe.suspend_user("bob", false).unwrap();
    world.vouchsafe.block(&bobs, "ann", false).unwrap();
    let everyone = json!({ "holder": { "everyone": true }, "permission": READ });
    assert_eq!(world.call("POST", "/v1/grants", &ann.token, everyone).await.status, 201);
    put(&world, "*", &made, &ann.token, json!({ "permission": READ, "exact": true })).await;
    assert_eq!(world.call("POST", &format!("/v1/entries/{file}/leave"), &bob.token, Value::Null).await.status, 200);
    world.vouchsafe.block(&bobs, "ann", true).unwrap();
    for is_suspended in [false, true] {
        world.vouchsafe.suspend_user("bob", is_suspended).unwrap();
        let again = set("fs:/ann/a.txt:see", &Value::Null).await;
        assert_eq!(again.refusal(), no, "{}", again.body);
    }
}
