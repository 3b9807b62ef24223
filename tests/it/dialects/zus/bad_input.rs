//! What the Züs face meets from clients that are broken or hostile.

use super::wallet::{FORMATS, HASH, Wallet, encode, error, escape};
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

const ROUTES: [(&str, &str); 14] = [
    ("POST", "/v2/shareinfo"),
    ("DELETE", "/v2/shareinfo?lookup_hash=x"),
    ("GET", "/v2/shareinfo/shared?share_info_type=private"),
    ("GET", "/v2/shareinfo/received?share_info_type=private"),
    ("GET", "/v2/shareinfo/public/check?lookup_hash=x"),
    ("GET", "/v2/shareinfo/public/recipients?lookup_hash=x"),
    ("DELETE", "/v2/shareinfo/public/revoke?lookup_hash=x"),
    ("POST", "/v2/sharereq"),
    ("PUT", "/v2/sharereq"),
    ("DELETE", "/v2/sharereq?id=1"),
    ("GET", "/v2/sharereq/received"),
    ("GET", "/v2/sharereq/requested"),
    ("GET", "/v2/sharereq/received?all=true"),
    ("GET", "/v2/sharereq/requested?all=true"),
];

fn assert_refused(what: &str, answer: &Answer) {
    assert_eq!((answer.status, answer.content_type.as_str()), (400, "application/json"), "{what}: {}", answer.body);
    assert!(answer.body["error"].is_string() || answer.body["error"]["msg"].is_string(), "{what}: {}", answer.body);
    assert!(answer.body.as_object().is_some_and(|body| body.len() == 1), "{what}");
}

#[actix_web::test]
async fn every_route_knows_its_caller_first() {
    let world = World::new();
    let alice = Wallet::new(&world, "alice", 0).await;
    let mut forged = alice.headers();
    forged[3].1 = "00".repeat(64);
    for (method, path) in ROUTES {
        for headers in [Vec::new(), forged.clone(), vec![("Authorization", "Basic YTpi".to_owned())]] {
            for body in ["", "{", "{}"] {
                let answer = world.with_headers(&headers, method, path, body).await;
                assert_refused(&format!("{method} {path}"), &answer);
                assert_eq!(answer.body["error"]["code"], "invalid_header");
            }
        }
        let bearer = [("Authorization", "Bearer nope".to_owned())];
        assert_eq!(world.with_headers(&bearer, method, path, "").await.status, 401, "{method} {path}");
        let mut ours = alice.headers();
        ours.push(("Content-Type", "application/json".to_owned()));
        let answer = world.with_headers(&ours, method, path, "{}").await;
        let is_fine = answer.status == 200 || answer.status == 400 || path.contains("public/check");
        assert!(is_fine && answer.body.is_object(), "{method} {path}: {} {}", answer.status, answer.body);
    }
}

#[actix_web::test]
async fn unknown_routes_and_methods_are_answered_in_the_form_of_the_face() {
    let world = World::new();
    for path in ["/v2", "/v2/", "/v2/nothing", "/v2/shareinfo/nothing", "/v2/shareinfo/shared/x"] {
        assert_eq!(error(&world.with_headers(&[], "GET", path, "").await), (404, "404: not found"), "{path}");
    }
    for (method, path) in ROUTES {
        let wrong = world.with_headers(&[], "PATCH", path, "").await;
        assert_eq!(error(&wrong), (405, "405: method not allowed"), "{method} {path}");
        let asked = world.with_headers(&[("Origin", "https://page.example".to_owned())], "OPTIONS", path, "").await;
        assert_eq!((asked.status, asked.body), (200, json!({})), "{path}");
    }
}

#[actix_web::test]
async fn our_own_trouble_is_an_internal_error_everywhere_and_names_nothing() {
    let world = World::new();
    let alice = Wallet::new(&world, "alice", 0).await;
    world.run("ALTER TABLE client_key RENAME TO gone");
    for (method, path) in ROUTES {
        let answer = world.with_headers(&alice.headers(), method, path, "{}").await;
        assert_eq!((answer.status, answer.content_type.as_str()), (500, "application/json"), "{method} {path}");
        assert_eq!(answer.body, json!({ "error": "500: internal error" }), "{method} {path}");
    }
}

#[actix_web::test]
async fn a_preflight_allows_every_header_that_callers_send() {
    let world = World::new();
    let (_, headers, _) = world.probe("OPTIONS", "/v2/shareinfo", &[("origin", "https://page.example")], "").await;
    let header = |name: &str| {
        let found = headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.to_lowercase());
        found.unwrap_or_default()
    };
    for method in ["get", "post", "put", "delete"] {
        assert!(header("access-control-allow-methods").contains(method), "{method}");
    }
    for name in
        "X-App-Client-ID X-App-Client-Key X-App-User-ID X-App-Phone-Number X-App-Client-Signature X-App-Timestamp \
                 X-App-Type X-App-ID-Token X-CSRF-TOKEN Authorization Content-Type"
            .split_whitespace()
    {
        let allowed = header("access-control-allow-headers");
        assert!(allowed.contains(&name.to_lowercase()), "{name}: {allowed}");
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read_change_nothing() {
    let world = World::new();
    let alice = Wallet::new(&world, "alice", 0).await;
    let before = world.counts();
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let parts = "--e\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(101) + "--e--\r\n";
    let unreadable: Vec<(&str, Vec<u8>)> = vec![
        ("application/json", b"{".to_vec()),
        ("application/json", b"[]".to_vec()),
        ("application/json", b"null".to_vec()),
        ("application/json", b"{\"id\":\"\xff\"}".to_vec()),
        ("application/json", deep.into_bytes()),
        ("application/json", b"{\"id\":[1],\"auth_ticket\":{},\"owner_id\":[]}".to_vec()),
        ("application/x-www-form-urlencoded", b"id=\xff".to_vec()),
        ("multipart/form-data", b"x".to_vec()),
        ("multipart/form-data; boundary=e", b"x".to_vec()),
        ("multipart/form-data; boundary=e", b"--e\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1".to_vec()),
        ("multipart/form-data; boundary=e", parts.into_bytes()),
        ("text/plain", b"id=1".to_vec()),
        ("", b"id=1".to_vec()),
        ("application/json", vec![b' '; 2 * 1024 * 1024]),
    ];
    for (method, path) in ROUTES.into_iter().filter(|(method, _)| matches!(*method, "POST" | "PUT")) {
        for (kind, body) in &unreadable {
            let mut headers = alice.headers();
            headers.push(("Content-Type", (*kind).to_owned()));
            let answer = world.with_headers(&headers, method, path, body.clone()).await;
            let text = String::from_utf8_lossy(body);
            assert_refused(&format!("{method} {path} {kind} {text:.60}"), &answer);
        }
    }
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn values_that_are_too_long_or_no_values_change_nothing() {
    let world = World::new();
    let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
    let before = world.counts();
    let ticket = encode(&alice.ticket(&bob.id(), HASH));
    let long = |count: usize| "a".repeat(count);
    let too_long = "invalid params: value too long";
    let nul = "invalid params: value holds a NUL character";
    for (path, body, expected) in [
        ("/v2/shareinfo", json!({ "auth_ticket": long(1024 * 1024) }), too_long),
        ("/v2/shareinfo", json!({ "auth_ticket": long(16 * 1024 + 1) }), too_long),
        ("/v2/shareinfo", json!({ "auth_ticket": ticket, "message": long(4097) }), too_long),
        ("/v2/shareinfo", json!({ "auth_ticket": ticket, "link": long(2049) }), too_long),
        ("/v2/shareinfo", json!({ "auth_ticket": ticket, "message": "a\u{0}b" }), nul),
        (
            "/v2/shareinfo",
            json!({ "auth_ticket": ticket, "share_info_type": "secret" }),
            "invalid params: share_info_type must be public or private",
        ),
        ("/v2/sharereq", json!({ "auth_ticket": long(1024 * 1024) }), too_long),
        ("/v2/sharereq", json!({ "owner_id": long(129), "lookup_hash": "x" }), too_long),
        ("/v2/sharereq", json!({ "owner_id": bob.id(), "lookup_hash": long(129) }), too_long),
        ("/v2/sharereq", json!({ "owner_id": "\u{e9}".repeat(129), "lookup_hash": "x" }), too_long),
        ("/v2/sharereq", json!({ "owner_id": "\u{e9}".repeat(128), "lookup_hash": "x" }), "404: owner not found"),
        ("/v2/sharereq", json!({ "owner_id": bob.id(), "lookup_hash": "\u{0}" }), nul),
        ("/v2/sharereq", json!({ "owner_id": bob.id(), "lookup_hash": "x", "message": long(4097) }), too_long),
        ("/v2/sharereq", json!({ "owner_id": "\u{1f980}", "lookup_hash": "x" }), "404: owner not found"),
    ] {
        for format in FORMATS {
            let answer = alice.send_as(&world, format, "POST", path, &body).await;
            let text = body.to_string();
            assert_eq!(error(&answer), (400, expected), "{format:?} {path} {text:.80}");
        }
    }
    for name in ["auth_ticket", "link"] {
        let body = json!({ "id": "1", "status": "approved", name: long(1024 * 1024) });
        for format in FORMATS {
            assert_eq!(error(&alice.send_as(&world, format, "PUT", "/v2/sharereq", &body).await), (400, too_long));
        }
    }
    for query in [
        "/v2/shareinfo?auth_ticket=".to_owned() + &long(16 * 1024 + 1),
        "/v2/shareinfo?lookup_hash=".to_owned() + &long(129),
        "/v2/shareinfo?lookup_hash=a%00b".to_owned(),
        "/v2/sharereq?id=%00".to_owned(),
    ] {
        assert_refused(&format!("{query:.60}"), &alice.delete(&world, &query).await);
    }
    for query in [
        "share_info_type=private&limit=-1",
        "share_info_type=private&limit=x",
        "share_info_type=private&limit=1.5",
        "share_info_type=private&limit=%2B1",
        "share_info_type=private&offset=-1",
        "share_info_type=private&offset=99999999999999999999",
        "share_info_type=private&lookup_hash=%00",
        "share_info_type=secret",
        "shareInfoType=secret&share_info_type=private",
        "share_info_type=",
        "",
    ] {
        for side in ["shared", "received"] {
            assert_refused(query, &alice.get(&world, &format!("/v2/shareinfo/{side}?{query}")).await);
        }
    }
    for query in ["status=3", "status=open", "status=-1", "limit=-1&all=true", "offset=x&all=true", "client_id=%00"] {
        assert_refused(query, &alice.get(&world, &format!("/v2/sharereq/received?{query}")).await);
    }
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn ids_of_any_length_are_unknown_or_refused() {
    let world = World::new();
    let alice = Wallet::new(&world, "alice", 0).await;
    let bob = Wallet::new(&world, "bob", 0x20).await;
    let asked = json!({ "owner_id": alice.id(), "lookup_hash": HASH });
    assert_eq!(bob.send(&world, "POST", "/v2/sharereq", &asked).await.body["data"], "1");
    let ids = [
        json!(7),
        json!("+1"),
        json!("7"),
        json!(9_999_999_999_999_999_999_u64),
        json!(1.5),
        json!("x"),
        json!(-1),
        json!(true),
    ];
    for id in ids.into_iter().chain(["9".repeat(19), "9".repeat(400), "' OR 1=1 --".into()].map(Value::from)) {
        let body = json!({ "id": id, "status": "approved" });
        for format in FORMATS {
            let answer = alice.send_as(&world, format, "PUT", "/v2/sharereq", &body).await;
            assert_eq!(error(&answer), (400, "404: share request not found"), "{id}");
        }
        let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let answer = alice.delete(&world, &format!("/v2/sharereq?id={}", escape(&text))).await;
        let nothing = json!({ "message": "no share request was deleted for these details", "data": 0 });
        assert_eq!((answer.status, answer.body), (200, nothing), "{id}");
    }
    let required = "invalid_body: Invalid body parameter. [{ID  required }]";
    for id in [Value::Null, json!("")] {
        let answer = alice.send(&world, "PUT", "/v2/sharereq", &json!({ "id": id, "status": "1" })).await;
        assert_eq!(error(&answer), (400, required));
    }
    assert_eq!(error(&alice.delete(&world, "/v2/sharereq?id=").await), (400, required));
    let neither = alice.send(&world, "PUT", "/v2/sharereq", &json!({ "status": "0" })).await;
    assert_eq!(error(&neither), (400, required), "what is asked for comes first");
    for status in [Value::Null, json!(0), json!("pending"), json!("yes"), json!(3), json!("APPROVED")] {
        let answer = alice.send(&world, "PUT", "/v2/sharereq", &json!({ "id": 7, "status": status })).await;
        assert_eq!(error(&answer), (400, "invalid status: status must be approved or declined"), "{status}");
    }
}
