//! Every error row, and input that means nothing.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::World;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const FORMAT: i64 = -2_146_233_033;
const ARGUMENT: i64 = -2_147_024_809;
const OTHER: i64 = -2_146_233_088;

#[actix_web::test]
async fn faulty_bodies_are_refused_each_in_its_words_and_change_nothing() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    let good = json!({"ShareTo": id, "Access": 2});
    let with = |bad: Value| (JSON, json!({"share": [good, bad]}).to_string());
    let shares = |more: &str| (JSON, format!(r#"{{"share":[{good}],{more}}}"#));
    let guid = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).";
    let boolean = "String was not recognized as a valid Boolean.";
    let unknown = |value: &str| format!("Requested value '{value}' was not found.");
    let many: Vec<Value> = (0..10_000).map(|_| json!({"ShareTo": id})).collect();
    type Case<'a> = ((&'a str, String), u16, Option<String>, i64);
    let cases: Vec<Case<'_>> = vec![
        (with(json!({"ShareTo": "bob", "Access": 2})), 400, Some(guid.to_owned()), FORMAT),
        (with(json!({"ShareTo": 7, "Access": 2})), 400, Some(guid.to_owned()), FORMAT),
        (with(json!({"ShareTo": "", "Access": 2})), 400, Some(guid.to_owned()), FORMAT),
        (with(json!({"ShareTo": id, "Access": "Admin"})), 400, Some(unknown("Admin")), ARGUMENT),
        (with(json!({"ShareTo": id, "Access": "Read,Comment"})), 400, Some(unknown("Read,Comment")), ARGUMENT),
        (with(json!({"ShareTo": id, "Access": 9})), 400, Some(unknown("9")), ARGUMENT),
        (with(json!({"ShareTo": id, "Access": -1})), 400, Some(unknown("-1")), ARGUMENT),
        (with(json!({"ShareTo": id, "Access": ""})), 400, Some(unknown("")), ARGUMENT),
        (with(json!({"ShareTo": id, "Access": null})), 400, Some(unknown("null")), ARGUMENT),
        (with(json!({"ShareTo": id, "shareTo": id, "Access": 2})), 400, None, OTHER),
        (with(json!({"ShareTo": id, "Access": 2, "access": 2})), 400, None, OTHER),
        (with(json!("bob")), 400, None, OTHER),
        ((JSON, r#"{"share":5}"#.to_owned()), 400, None, OTHER),
        ((JSON, json!({"share": [{}, {"ShareTo": id, "Access": 2}]}).to_string()), 400, None, OTHER),
        ((JSON, r#"{"share":[],"Share":[]}"#.to_owned()), 400, None, OTHER),
        ((JSON, json!({"share": many}).to_string()), 400, None, OTHER),
        (shares(r#""notify":1"#), 400, Some(boolean.to_owned()), FORMAT),
        (shares(r#""notify":"yes""#), 400, Some(boolean.to_owned()), FORMAT),
        (shares(r#""advancedSettings":{"denyDownload":"1"}"#), 400, Some(boolean.to_owned()), FORMAT),
        (shares(r#""advancedSettings":{"denySharing":true,"DenySharing":true}"#), 400, None, OTHER),
        (shares(r#""advancedSettings":[]"#), 400, None, OTHER),
        (shares(r#""notify":true,"sharingMessage":{}"#), 400, None, OTHER),
        (shares(r#""notify":true,"sharingMessage":"a\u0000b""#), 400, None, OTHER),
        ((FORM, format!("share[ShareTo]={id}&share[Access]=2&notify=true&sharingMessage=a%00b")), 400, None, OTHER),
        ((JSON, "{".to_owned()), 400, None, OTHER),
        ((JSON, "[{}]".to_owned()), 400, None, OTHER),
        ((JSON, "null".to_owned()), 400, None, OTHER),
        ((JSON, "[".repeat(100)), 400, None, OTHER),
        ((FORM, format!("share[1][ShareTo]={id}&share[1][Access]=2")), 400, None, OTHER),
        ((FORM, format!("share[0][ShareTo]={id}&share[2][ShareTo]={id}")), 400, None, OTHER),
        ((FORM, format!("share[][ShareTo]={id}&share[][ShareTo]={id}")), 400, None, OTHER),
        (("multipart/form-data; boundary=x", "none".to_owned()), 400, None, OTHER),
        (("text/plain", good.to_string()), 400, None, OTHER),
        (("", good.to_string()), 400, None, OTHER),
        (("text/xml", "<share/>".to_owned()), 415, None, OTHER),
        (("application/xml", "<share/>".to_owned()), 415, None, OTHER),
        ((JSON, format!(r#"{{"x":"{}"}}"#, "x".repeat(1024 * 1024))), 413, None, OTHER),
    ];
    let path = format!("/api/2.0/files/file/{file}/share");
    for ((kind, body), status, message, hresult) in cases {
        let answer = world.raw("PUT", &path, &ann.token, kind, body.clone()).await;
        let (got, text, code) = refusal(&answer);
        let what = body.chars().take(200).collect::<String>();
        assert_eq!((got, code), (status, hresult), "{what}");
        assert!(message.is_none_or(|message| message == text), "{what}: {text}");
    }
    assert_eq!(world.counts(), (0, 0, 0));
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1)]));
}

#[actix_web::test]
async fn without_a_token_the_answer_is_plain_text_and_only_who_sent_one_is_asked_for_another() {
    let world = World::new();
    let (_, file) = {
        world.person("ann");
        file(&world, "/ann/plan.docx").await
    };
    let path = format!("/api/2.0/files/file/{file}/share");
    for (method, body) in [("GET", ""), ("PUT", "{"), ("PUT", "{}")] {
        let answer = world.raw(method, &path, "", JSON, body).await;
        assert_eq!((answer.status, answer.body.clone()), (401, json!("Unauthorized")));
        assert!(answer.content_type.starts_with("text/plain"), "{answer:?}");
    }
    let challenge = |headers: &[(String, String)]| {
        headers.iter().find(|(name, _)| name == "www-authenticate").map(|(_, value)| value.clone())
    };
    // The last one is a name with a NUL in it.
    for header in ["wrong", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "Basic !", "Basic YQBiOng="] {
        let (status, headers, body) = world.probe("GET", &path, &[("authorization", header)], "").await;
        assert_eq!((status, body), (401, json!("Unauthorized")), "{header}");
        assert_eq!(challenge(&headers).as_deref(), Some("Basic Realm=\"vouchsafe.test\""), "{header}");
    }
    let (status, headers, _) = world.probe("GET", &path, &[], "").await;
    assert_eq!((status, challenge(&headers)), (401, None));
}

#[actix_web::test]
async fn what_one_may_not_see_answers_like_what_is_not_there() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    let admin = world.person("admin");
    let change = vouchsafe_flows::UserChange { is_admin: Some(true), ..Default::default() };
    world.vouchsafe.put_user(&"admin".parse().unwrap(), &change).unwrap();
    let asks = |id: &str| {
        [
            ("GET", format!("file/{id}/share")),
            ("PUT", format!("file/{id}/share")),
            ("GET", format!("folder/{id}/share")),
            ("GET", format!("file/{id}")),
            ("GET", format!("folder/{id}")),
        ]
    };
    let body = || json!({"share": [{"ShareTo": guid(&world, &eve), "Access": 1}]});
    let ids = [
        file.to_string(),
        "999999".into(),
        "sbox-12-x".into(),
        "-1".into(),
        entry.to_string(),
        "0".into(),
        "%20".into(),
    ];
    for who in [&eve, &admin] {
        for id in &ids {
            for (method, path) in asks(id) {
                let answer = call(&world, who, method, &path, body()).await;
                assert_eq!(refusal(&answer), no_permission(), "{} {method} {path}", who.name);
            }
        }
    }
    // Who reads it may not list its shares.
    for method in ["GET", "PUT"] {
        let answer = call(&world, &bob, method, &format!("file/{file}/share"), body()).await;
        assert_eq!(refusal(&answer), no_permission());
    }
    assert!(!world.may(&eve, "fs:/ann/plan.docx:see"));
}

#[actix_web::test]
async fn a_folder_where_a_file_is_meant_is_told_to_who_sees_it() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, folder) = dir(&world, "/ann/d").await;
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let expected = (403, "Value cannot be null.\r\nParameter name: Bad request.".to_owned(), -2_147_467_261);
    for path in [format!("file/{folder}/share"), format!("folder/{file}/share"), format!("folder/{file}")] {
        assert_eq!(refusal(&call(&world, &ann, "GET", &path, json!({})).await), expected, "{path}");
    }
}

#[actix_web::test]
async fn apps_and_access_tokens_do_not_share_here() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let body = json!({"permissions": ["fs:/ann/plan.docx:write"]});
    let made = world.call("POST", "/auth/create-access-token", &ann.token, body).await;
    let token = made.body["token"].as_str().unwrap();
    for (method, path) in [
        ("GET", format!("file/{file}/share")),
        ("PUT", format!("file/{file}/share")),
        ("GET", "@my".to_owned()),
        ("GET", "@share".to_owned()),
        ("DELETE", "share".to_owned()),
    ] {
        let answer = world.call(method, &format!("/api/2.0/files/{path}"), token, json!({})).await;
        assert_eq!(refusal(&answer), no_permission(), "{method} {path}");
    }
}

#[actix_web::test]
async fn other_methods_and_routes_answer_in_the_envelope() {
    let world = World::new();
    let ann = world.person("ann");
    assert_eq!(refusal(&call(&world, &ann, "GET", "nothing/here", json!({})).await).0, 404);
    assert_eq!(refusal(&call(&world, &ann, "PATCH", "file/1/share", json!({})).await).0, 405);
    assert_eq!(refusal(&call(&world, &ann, "GET", "@common", json!({})).await), no_permission());
}
