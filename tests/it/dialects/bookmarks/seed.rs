//! The official page: its five endpoints, under every address, and the envelope.

use super::desk::{Desk, PREFIX, basic, done};
use serde_json::{Value, json};

#[actix_web::test]
async fn a_client_written_from_the_official_page_works_under_every_address() {
    let desk = Desk::new();
    let auth = basic("ann", &desk.ann.token);
    let headers =
        [("authorization", auth.as_str()), ("content-type", "application/json"), ("accept", "application/json")];
    for (n, prefix) in ["", "/index.php/apps/bookmarks", "/apps/bookmarks"].into_iter().enumerate() {
        let folder = desk.folder(&desk.ann, &format!("Recipes {n}"), -1).await;
        let call = async |method: &str, path: String, body: Value| {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let (status, headers, body) =
                desk.world.probe(method, &format!("{prefix}{PREFIX}{path}"), &headers, &body).await;
            let kind = headers.iter().find(|(name, _)| name == "content-type").map(|(_, kind)| kind.as_str());
            assert_eq!((status, kind), (200, Some("application/json; charset=utf-8")), "{body}");
            body
        };
        let made = call("POST", format!("/folder/{folder}/shares"), json!({ "participant": "bob", "type": 0 })).await;
        let share = made["item"].clone();
        let id = share["id"].as_i64().unwrap();
        let expected = json!({
            "id": id, "folderId": folder, "owner": "ann", "participant": "bob", "type": 0, "canWrite": false,
            "canShare": false, "createdAt": 1_800_000_000, "participantDisplayName": "bob",
        });
        assert_eq!(made, json!({ "status": "success", "item": expected }));
        let listed = call("GET", format!("/folder/{folder}/shares"), Value::Null).await;
        assert_eq!(listed, json!({ "status": "success", "data": [share] }));
        assert_eq!(call("GET", format!("/share/{id}"), Value::Null).await, made);
        let edited = call("PUT", format!("/share/{id}"), json!({ "canWrite": true, "canShare": false })).await;
        assert_eq!((&edited["item"]["canWrite"], &edited["item"]["id"]), (&json!(true), &json!(id)));
        assert_eq!(call("DELETE", format!("/share/{id}"), Value::Null).await, done().1);
        let listed = call("GET", format!("/folder/{folder}/shares"), Value::Null).await;
        assert_eq!(listed, json!({ "status": "success", "data": [] }));
    }
}

#[actix_web::test]
async fn unknown_routes_methods_and_large_bodies_are_refused_in_this_faces_form() {
    let desk = Desk::new();
    let auth = basic("ann", &desk.ann.token);
    let large = "x".repeat(1_100_000);
    for (method, path, body, expected) in
        [("GET", "/nowhere", "", 404), ("PATCH", "/folder", "", 405), ("POST", "/folder", large.as_str(), 413)]
    {
        let headers = [("authorization", auth.as_str()), ("content-type", "application/json")];
        let (status, headers, answer) = desk.world.probe(method, &format!("{PREFIX}{path}"), &headers, body).await;
        assert_eq!((status, &answer["status"]), (expected, &json!("error")), "{method} {path}");
        let kind = ("content-type".to_owned(), "application/json; charset=utf-8".to_owned());
        assert!(headers.contains(&kind), "{method} {path}: {headers:?}");
        assert!(answer["data"][0].is_string(), "{answer}");
    }
}

#[actix_web::test]
async fn a_preflight_is_answered_without_signing_in_and_other_answers_say_nothing_about_origins() {
    let desk = Desk::new();
    for prefix in ["", "/index.php/apps/bookmarks", "/apps/bookmarks"] {
        for path in ["/folder/5/shares", "/any/thing"] {
            let origin = [("origin", "https://page.example")];
            let (status, headers, _) =
                desk.world.probe("OPTIONS", &format!("{prefix}{PREFIX}{path}"), &origin, "").await;
            let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
            assert_eq!(status, 200);
            assert_eq!(header("access-control-allow-origin"), Some("https://page.example"));
            assert_eq!(header("access-control-allow-methods"), Some("PUT, POST, GET, DELETE, PATCH"));
            assert_eq!(header("access-control-allow-headers"), Some("Authorization, Content-Type, Accept"));
            assert_eq!(header("access-control-max-age"), Some("1728000"));
            assert_eq!(header("access-control-allow-credentials"), Some("false"));
        }
    }
    let auth = basic("ann", &desk.ann.token);
    let headers = [("authorization", auth.as_str()), ("origin", "https://page.example")];
    let (status, headers, _) = desk.world.probe("GET", &format!("{PREFIX}/folder"), &headers, "").await;
    assert_eq!(status, 200);
    assert!(!headers.iter().any(|(name, _)| name.starts_with("access-control")));
    assert!(headers.contains(&("cache-control".to_owned(), "no-cache, must-revalidate".to_owned())));
}
