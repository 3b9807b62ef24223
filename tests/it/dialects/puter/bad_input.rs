//! What each route meets from clients that are broken or hostile: always a 4xx in the face's form, and nothing written.

use serde_json::json;
use vouchsafe_tests::{Answer, World};

/// Routes that need a token, and those that do not.
const GUARDED: [&str; 7] = [
    "/share",
    "/share/item-by-username",
    "/logout",
    "/send-confirm-email",
    "/drivers/call",
    "/notif/mark-ack",
    "/notif/mark-read",
];
const OPEN: [&str; 3] = ["/signup", "/login", "/confirm-email"];
const JSON: &str = "application/json";

fn is_refused(route: &str, what: &str, answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{route}, {what}: {} {}", answer.status, answer.body);
    assert!(answer.body["code"].is_string() && answer.body["message"].is_string(), "{route}, {what}: {}", answer.body);
    assert!(answer.content_type.starts_with(JSON), "{route}, {what}: {}", answer.content_type);
}

#[actix_web::test]
async fn no_token_and_a_bad_one() {
    let world = World::new();
    for route in GUARDED {
        assert_eq!(world.raw("POST", route, "", JSON, "{}").await.refusal(), (401, "token_missing"), "{route}");
        assert_eq!(world.raw("POST", route, "nope", JSON, "{}").await.refusal(), (401, "token_auth_failed"), "{route}");
    }
    assert_eq!(world.raw("GET", "/whoami", "", "", "").await.refusal(), (401, "token_missing"));
}

#[actix_web::test]
async fn wrong_methods_and_unknown_routes() {
    let world = World::new();
    for route in GUARDED.iter().chain(&OPEN) {
        assert_eq!(world.raw("DELETE", route, "", "", "").await.refusal(), (405, "method_not_allowed"), "{route}");
    }
    assert_eq!(world.raw("POST", "/nowhere", "", JSON, "{}").await.refusal(), (404, "not_found"));
}

#[actix_web::test]
async fn bodies_that_cannot_be_read() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let before = world.counts();
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024));
    for route in
        ["/share", "/share/item-by-username", "/drivers/call", "/notif/mark-ack", "/signup", "/login", "/confirm-email"]
    {
        for (what, kind, body) in [
            ("another content type", "text/xml", b"<a/>".to_vec()),
            ("no content type", "", b"{}".to_vec()),
            ("no JSON", JSON, b"{\"a\":".to_vec()),
            ("100 levels", JSON, deep.clone().into_bytes()),
            ("2 MiB", JSON, large.clone().into_bytes()),
            ("no UTF-8", JSON, b"{\"a\":\"\xff\xfe\"}".to_vec()),
            ("an array", JSON, b"[]".to_vec()),
            ("a text", JSON, b"\"x\"".to_vec()),
        ] {
            is_refused(route, what, &world.raw("POST", route, &ann.token, kind, body).await);
        }
    }
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn fields_of_every_wrong_type() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let before = world.counts();
    let fields = [
        ("/share", "recipients"),
        ("/share", "metadata"),
        ("/share", "mode"),
        ("/share/item-by-username", "username"),
        ("/share/item-by-username", "path"),
        ("/share/item-by-username", "access_level"),
        ("/signup", "username"),
        ("/signup", "email"),
        ("/signup", "password"),
        ("/login", "username"),
        ("/login", "password"),
        ("/notif/mark-ack", "uid"),
        ("/notif/mark-read", "uid"),
        ("/drivers/call", "interface"),
        ("/drivers/call", "method"),
        ("/drivers/call", "args"),
    ];
    for (route, field) in fields {
        for value in [json!(5), json!(true), json!({ "a": 1 }), json!([[]]), json!("a\u{0}b")] {
            let text_is_fine = value.is_string() && matches!(field, "password" | "uid" | "username");
            let object_is_fine = field == "metadata" && value.is_object() || field == "args" && value.is_object();
            let list_is_fine = matches!(field, "recipients" | "shares")
                && (value.is_array() || value.is_string() || value.is_object());
            if text_is_fine || object_is_fine || list_is_fine {
                continue;
            }
            let mut body = match route {
                "/share" => json!({ "recipients": "bob", "shares": [{ "$": "fs-share", "path": "/ann/none" }] }),
                "/share/item-by-username" => json!({ "username": "bob", "path": "/ann/none" }),
                "/drivers/call" => json!({ "interface": "puter-notifications", "method": "select" }),
                "/notif/mark-ack" | "/notif/mark-read" => json!({}),
                _ => json!({ "username": "zoe", "email": "zoe@example.org", "password": "correct horse" }),
            };
            body[field] = value.clone();
            let what = format!("{field} = {value}");
            is_refused(route, &what, &world.raw("POST", route, &ann.token, JSON, body.to_string()).await);
        }
    }
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn a_name_with_a_control_character_reaches_nobody() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let body = json!({ "recipients": ["bo\u{0}b"], "shares": [{ "$": "fs-share", "path": "/ann/a.txt" }] });
    let answer = world.call("POST", "/share", &ann.token, body).await;
    assert_eq!(answer.line("recipients", 0), "invalid_username_or_email");
}
