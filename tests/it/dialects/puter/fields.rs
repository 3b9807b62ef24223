//! `POST /share`: gates in order, every field rule, and what each element can be told.

use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person, World};

struct Desk {
    world: World,
    ann: Person,
}

impl Desk {
    fn new() -> Self {
        let world = World::new();
        let (ann, _, _) = world.people();
        world.file("/ann/a.txt");
        Self { world, ann }
    }

    async fn share(&self, body: Value) -> Answer {
        self.world.call("POST", "/share", &self.ann.token, body).await
    }

    /// A good request with one key changed.
    async fn with(&self, key: &str, value: Value) -> Answer {
        let mut body = json!({ "recipients": ["bob"], "shares": [{ "$": "fs-share", "path": "/ann/a.txt" }] });
        body[key] = value;
        self.share(body).await
    }
}

#[actix_web::test]
async fn the_gates_stand_in_their_order() {
    let world = World::new();
    let new = world.unproven("new");
    let nothing = world.raw("POST", "/share", "", "application/json", "{}").await;
    assert_eq!(nothing.refusal(), (401, "token_missing"));
    assert_eq!(world.call("POST", "/share", "wrong", json!({})).await.refusal(), (401, "token_auth_failed"));
    let unproven = world.call("POST", "/share", &new.token, json!({})).await;
    assert_eq!(unproven.refusal(), (422, "email_must_be_confirmed"));
    assert_eq!(unproven.body["message"], "Email must be confirmed to share something.");
    assert_eq!(unproven.body["action"], "share something");
    let app = json!({ "name": "x", "owner": "new" });
    world.v1("PUT", "/v1/apps/app-1", app).await;
    let uid = "app-1".parse().unwrap();
    let token = world.vouchsafe.issue_token("new", ActsAs::App(uid), chrono::TimeDelta::days(1)).unwrap();
    assert_eq!(world.call("POST", "/share", &token, json!({})).await.refusal(), (403, "forbidden"));
    world.vouchsafe.suspend_user("new", true).unwrap();
    assert_eq!(world.call("POST", "/share", &new.token, json!({})).await.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn the_thirty_first_share_in_a_minute_waits() {
    let world = World::with(|_| {});
    let (ann, _, _) = world.people();
    let (mut answered, mut answer) = (0, world.call("POST", "/share", &ann.token, json!({})).await);
    while answer.status == 400 {
        answered += 1;
        answer = world.call("POST", "/share", &ann.token, json!({})).await;
    }
    // On a slow machine one or another has come back meanwhile.
    assert!((30..60).contains(&answered), "{answered}");
    assert_eq!((answer.status, answer.body), (429, json!("Too many requests.")));
}

#[actix_web::test]
async fn every_field_rule_has_its_words() {
    let desk = Desk::new();
    let long = "x".repeat(10_241);
    let many: Value = (0..21).map(|i| (i.to_string(), json!(i))).collect::<serde_json::Map<_, _>>().into();
    let rows = [
        ("metadata", json!([1]), "metadata", "object", Some("array")),
        ("metadata", json!("x"), "metadata", "object", Some("string")),
        ("metadata", many, "metadata", "at most 20 keys", Some("21 keys")),
        ("metadata", json!({ "a": null }), "metadata.a", "string or number", Some("null")),
        ("metadata", json!({ "a": [] }), "metadata.a", "string or number", Some("array")),
        ("metadata", json!({ "message": 5 }), "metadata.message", "string", Some("number")),
        (
            "metadata",
            json!({ "message": long }),
            "metadata.message",
            "at most 10240 characters",
            Some("10241 characters"),
        ),
        ("metadata", json!({ "a": "y".repeat(256) }), "metadata.a", "at most 255 characters", Some("256 characters")),
        ("mode", json!("often"), "mode", "`strict`, `best-effort`, or undefined", None),
        ("mode", json!(5), "mode", "`strict`, `best-effort`, or undefined", None),
        ("recipients", Value::Null, "recipients", "array or string", Some("object")),
        ("recipients", json!(5), "recipients", "array or string", Some("number")),
        ("recipients", json!({}), "recipients", "array or string", Some("object")),
        ("recipients", json!([]), "recipients", "at least one", Some("none")),
        ("shares", json!([]), "shares", "at least one", Some("none")),
    ];
    for (field, value, key, expected, got) in rows {
        let answer = desk.with(field, value.clone()).await;
        assert_eq!(answer.refusal(), (400, "field_invalid"), "{field} {value}");
        assert_eq!(answer.body["key"], key);
        assert_eq!(answer.body["expected"], expected);
        assert_eq!(answer.body.get("got").and_then(Value::as_str), got, "{field} {value}");
        assert!(answer.body.get("$").is_none() && answer.body.get("status").is_none());
    }
    let missing = desk.share(json!({ "recipients": "bob" })).await;
    assert_eq!((missing.body["key"].as_str(), missing.body["got"].as_str()), (Some("shares"), Some("none")));
    let missing = desk.share(json!({ "shares": [] })).await;
    assert_eq!((missing.body["key"].as_str(), missing.body["got"].as_str()), (Some("recipients"), Some("undefined")));
    assert_eq!(desk.world.counts(), (0, 0, 0));
}

#[actix_web::test]
async fn fields_are_checked_in_their_order() {
    let desk = Desk::new();
    let all = json!({ "metadata": 1, "mode": "x", "recipients": 1, "shares": [] });
    for key in ["metadata", "mode", "recipients", "shares"] {
        let mut body = all.clone();
        for earlier in ["metadata", "mode", "recipients", "shares"].iter().take_while(|k| **k != key) {
            body[*earlier] = match *earlier {
                "recipients" => json!("bob"),
                _ => Value::Null,
            };
        }
        assert_eq!(desk.share(body).await.body["key"], key);
    }
}

#[actix_web::test]
async fn long_lists_are_refused_whole() {
    let desk = Desk::new();
    for key in ["recipients", "shares"] {
        let list: Vec<Value> = (0..10_000).map(|i| json!(format!("user_{i}"))).collect();
        let answer = desk.with(key, list.into()).await;
        assert_eq!(answer.refusal(), (400, "too_many_keys"));
        assert_eq!(answer.body["message"], format!("Field `{key}` cannot contain more than 100 elements."));
    }
}

#[actix_web::test]
async fn each_recipient_is_told_what_is_wrong_with_it() {
    let desk = Desk::new();
    let list =
        json!(["bob", 5, "no such thing", "ghost", "ann", "Ann@example.org", "new@example.org", "eve@EXAMPLE.org"]);
    let answer = desk.with("recipients", list).await;
    assert_eq!((answer.status, answer.body["status"].as_str()), (200, Some("mixed")));
    let codes: Vec<&str> = (0..8).map(|i| answer.line("recipients", i)).collect();
    let invalid = "invalid_username_or_email";
    let itself = "cannot_share_with_self";
    assert_eq!(codes, ["", invalid, invalid, "user_does_not_exist", itself, itself, "", ""]);
    assert_eq!(answer.body["recipients"][1]["value"], 5);
    assert_eq!(answer.body["recipients"][1]["message"], "The value (5) is not a valid username or email.");
}

#[actix_web::test]
async fn each_item_is_told_what_is_wrong_with_it() {
    let desk = Desk::new();
    let bob_file = desk.world.file("/bob/secret.txt");
    let rows = [
        (json!("x"), "format_error", "format error: should be object or array"),
        (json!([]), "format_error", "format error: tag-typed arrays should have 1-3 elements"),
        (json!({ "$": "$meta-body" }), "format_error", "format error: missing \"type\" property"),
        (json!({ "path": "/a" }), "format_error", "format error: type parameter is missing"),
        (
            json!({ "$": "x-share" }),
            "disallowed_thing",
            "Request contained a `x-share` in a place where `x-share` isn't accepted; accepted types are: `fs-share`, `app-share`.",
        ),
        (
            json!({ "$": "fs-share" }),
            "field_errors",
            "The value for `shares[5]` has the following errors: `path` is required",
        ),
        (
            json!({ "$": "fs-share", "access": "x" }),
            "field_errors",
            "The value for `shares[6]` has the following errors: `path` is required; `access` should be `read` or `write`",
        ),
        (
            json!({ "$": "fs-share", "path": "a/b" }),
            "field_invalid",
            "Field `path` is invalid. Expected unix-style path or uuid4.",
        ),
        (
            json!({ "$": "fs-share", "path": "/a\u{0}b" }),
            "field_invalid",
            "Field `path` is invalid. Expected unix-style path or uuid4.",
        ),
        (
            json!({ "$": "fs-share", "path": "./a" }),
            "unresolved_relative_path",
            "Unresolved relative path: `./a`. You may need to specify a full path starting with '/'.",
        ),
        (json!({ "$": "fs-share", "path": "/ann/none.txt" }), "subject_does_not_exist", "File or directory not found."),
        (
            json!({ "$": "fs-share", "path": "/bob/secret.txt" }),
            "subject_does_not_exist",
            "File or directory not found.",
        ),
        (json!({ "$": "fs-share", "path": bob_file }), "subject_does_not_exist", "File or directory not found."),
        (
            json!({ "$": "app-share" }),
            "field_errors",
            "The value for `shares[13]` has the following errors: `uid` or `name` is required",
        ),
        (json!({ "$": "app-share", "name": "none" }), "entity_not_found", "Entity not found: [object]"),
        (json!(["fs-share", { "path": "~/a.txt" }, { "version": "0.0.0" }]), "", ""),
        (
            json!({ "$": "$meta-body", "type": "file-share", "body": { "path": "/ann/x/../a.txt", "access": "manage" } }),
            "",
            "",
        ),
    ];
    let shares: Vec<Value> = rows.iter().map(|(share, ..)| share.clone()).collect();
    let answer = desk.with("shares", shares.into()).await;
    for (i, (share, code, message)) in rows.iter().enumerate() {
        assert_eq!(answer.line("paths", i), *code, "{share}");
        assert_eq!(answer.body["paths"][i]["message"].as_str().unwrap_or_default(), *message, "{share}");
    }
    assert_eq!(answer.body["paths"][14]["identifier"], json!({ "id": { "name": "none" } }));
    let keys: Vec<&String> = answer.body["paths"][10].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["$", "code", "message", "status"]);
}

#[actix_web::test]
async fn elements_of_paths_have_their_own_rules() {
    let desk = Desk::new();
    let paths = json!([5, {}, { "path": "/ann/a.txt", "access": "write" }, "/ann/a.txt"]);
    let answer = desk.share(json!({ "recipients": "bob", "paths": paths })).await;
    let codes: Vec<&str> = (0..4).map(|i| answer.line("paths", i)).collect();
    assert_eq!(codes, ["invalid_path", "field_errors", "", ""]);
    assert_eq!(answer.body["paths"][1]["key"], "paths[1]");
}

#[actix_web::test]
async fn strict_and_wrong_is_aborted_with_218_and_writes_nothing() {
    let desk = Desk::new();
    let body = |path: &str| {
        json!({ "recipients": ["bob", "new@example.org"], "mode": "strict",
                "shares": [{ "$": "fs-share", "path": "/ann/a.txt" }, { "$": "fs-share", "path": path }] })
    };
    let answer = desk.share(body("/ann/none")).await;
    assert_eq!((answer.status, answer.body["status"].as_str()), (218, Some("aborted")));
    assert_eq!(desk.world.counts(), (0, 0, 0));
    let answer = desk.share(body("/ann/a.txt")).await;
    assert_eq!((answer.status, answer.body["status"].as_str()), (200, Some("success")));
    assert_eq!(desk.world.counts(), (1, 1, 2));
}

#[actix_web::test]
async fn a_dry_run_says_so_only_when_it_was_asked_for() {
    let desk = Desk::new();
    for (value, is_dry) in
        [(json!(1), true), (json!("x"), true), (json!(0), false), (Value::Null, false), (json!(false), false)]
    {
        let answer = desk.with("dry_run", value).await;
        assert_eq!(answer.body.get("dry_run"), is_dry.then_some(&json!(true)));
    }
}
