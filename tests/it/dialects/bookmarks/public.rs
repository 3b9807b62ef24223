//! Public tokens: 1.2, 2.6 and scenario 9.

use super::desk::{Desk, basic, done, no};
use serde_json::{Value, json};

async fn token(desk: &Desk, folder: i64) -> String {
    let made = desk.item(&desk.ann, "POST", &format!("/folder/{folder}/publictoken"), Value::Null).await;
    made.as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_folder_has_one_token_which_is_made_shown_and_ended() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let path = format!("/folder/{folder}/publictoken");
    assert_eq!(desk.get(&desk.ann, &path).await, no(404, "Not found"));
    let first = token(&desk, folder).await;
    assert!(first.len() >= 22 && first.bytes().all(|c| c.is_ascii_alphanumeric()), "{first}");
    assert_eq!(token(&desk, folder).await, first);
    assert_eq!(desk.item(&desk.ann, "GET", &path, Value::Null).await, first);
    assert_eq!(desk.delete(&desk.ann, &path).await, done());
    assert_eq!(desk.delete(&desk.ann, &path).await, no(400, "Not found"));
    assert_eq!(desk.get(&desk.ann, &path).await, no(404, "Not found"));
    let second = token(&desk, folder).await;
    assert_ne!(second, first);
    desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    for method in ["GET", "POST"] {
        assert_eq!(desk.item(&desk.bob, method, &path, Value::Null).await, second, "the folder has one, whoever asks");
    }
    assert_eq!(desk.delete(&desk.bob, &path).await, done());
    assert_eq!(desk.get(&desk.ann, &path).await, no(404, "Not found"));
}

#[actix_web::test]
async fn who_may_not_share_has_nothing_to_do_with_tokens() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, true, false).await;
    let made = token(&desk, folder).await;
    for (who, folder) in [(&desk.bob, folder), (&desk.eve, folder), (&desk.ann, 999), (&desk.ann, -1)] {
        let path = format!("/folder/{folder}/publictoken");
        assert_eq!(desk.get(who, &path).await, no(404, "Not found"));
        assert_eq!(desk.call(who, "POST", &path, Value::Null).await, no(404, "Not found"));
        assert_eq!(desk.delete(who, &path).await, no(400, "Not found"));
    }
    assert_eq!(token(&desk, folder).await, made);
}

#[actix_web::test]
async fn a_token_reads_its_folder_and_what_is_in_it_and_does_nothing_else() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let inside = desk.folder(&desk.ann, "inside", folder).await;
    let deeper = desk.folder(&desk.ann, "deeper", inside).await;
    let beside = desk.folder(&desk.ann, "beside", -1).await;
    let share = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let token = token(&desk, folder).await;
    for (auth, query) in
        [(format!("Bearer {token}"), ""), (format!("bearer {token}"), ""), (String::new(), token.as_str())]
    {
        let path = |path: &str| if query.is_empty() { path.to_owned() } else { format!("{path}?token={query}") };
        let ask = async |method: &str, at: &str, body: Value| desk.ask(&auth, method, &path(at), body).await;
        let (status, answer) = ask("GET", "/folder", Value::Null).await;
        assert_eq!(status, 200);
        let item = |id, title: &str, parent: i64, children: Value| json!({ "id": id, "title": title, "userId": "ann", "userDisplayName": "ann", "parent_folder": parent, "children": children });
        let deep = item(deeper, "deeper", inside, json!([]));
        assert_eq!(answer["data"], json!([item(inside, "inside", -1, json!([deep]))]));
        let (_, answer) = ask("GET", &format!("/folder/{folder}"), Value::Null).await;
        assert_eq!(answer["item"]["parent_folder"], -1, "where it lies is nobody's business");
        assert_eq!(ask("GET", &format!("/folder/{deeper}"), Value::Null).await.0, 200);
        let (_, answer) = ask("GET", "/folder/-1/childorder", Value::Null).await;
        assert_eq!(answer["data"], json!([{ "type": "folder", "id": inside }]));
        assert_eq!(ask("GET", "/folder/-1/count", Value::Null).await.1["item"], 0);
        assert_eq!(ask("GET", &format!("/folder/{beside}"), Value::Null).await, no(400, "Could not find folder"));
        let both = json!({ "canWrite": true, "canShare": true });
        let of = |what: &str| format!("/folder/{folder}/{what}");
        for (method, at, body, expected) in [
            ("GET", of("shares"), Value::Null, no(404, "Could not find folder")),
            ("POST", of("shares"), json!({ "participant": "eve", "type": 0 }), no(400, "Could not find folder")),
            ("GET", format!("/share/{share}"), Value::Null, no(404, "Not found")),
            ("PUT", format!("/share/{share}"), both, no(400, "Not found")),
            ("DELETE", format!("/share/{share}"), Value::Null, done()),
            ("GET", "/share".to_owned(), Value::Null, no(403, "Unauthorized")),
            ("GET", "/folder/shared".to_owned(), Value::Null, no(403, "Unauthorized")),
            ("GET", of("publictoken"), Value::Null, no(404, "Not found")),
            ("POST", of("publictoken"), Value::Null, no(404, "Not found")),
            ("DELETE", of("publictoken"), Value::Null, no(400, "Not found")),
            (
                "POST",
                "/folder".to_owned(),
                json!({ "title": "x", "parent_folder": folder }),
                no(400, "Could not find parent folder"),
            ),
            ("PUT", format!("/folder/{inside}"), json!({ "title": "x" }), no(404, "Not found")),
            ("DELETE", format!("/folder/{inside}"), Value::Null, done()),
            ("POST", format!("/folder/{inside}/undelete"), Value::Null, done()),
            ("POST", format!("/folder/{beside}/undelete"), Value::Null, no(404, "Could not find folder")),
            ("POST", "/folder/999/undelete".to_owned(), Value::Null, no(404, "Could not find folder")),
        ] {
            assert_eq!(ask(method, &at, body).await, expected, "{method} {at}");
        }
    }
    assert!(desk.reads(&desk.bob, inside).await, "nothing was deleted");
}

#[actix_web::test]
async fn an_unknown_token_is_refused_as_a_bearer_and_has_nothing_in_the_query() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    assert_eq!(desk.ask("Bearer unknown", "GET", "/folder", Value::Null).await.0, 401);
    for (path, expected) in [
        ("/folder?token=unknown".to_owned(), no(404, "Not found")),
        (format!("/folder/{folder}?token=unknown"), no(400, "Could not find folder")),
        (format!("/folder/{folder}/shares?token=unknown"), no(404, "Could not find folder")),
        ("/share?token=unknown".to_owned(), no(403, "Unauthorized")),
        ("/folder/shared?token=unknown".to_owned(), no(403, "Unauthorized")),
        ("/folder?token=".to_owned(), no(401, "Please authenticate first")),
    ] {
        assert_eq!(desk.ask("", "GET", &path, Value::Null).await, expected, "{path}");
    }
}

#[actix_web::test]
async fn with_a_token_beside_it_the_person_counts() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let token = token(&desk, folder).await;
    let path = format!("/folder/{folder}?token={token}");
    assert_eq!(desk.get(&desk.eve, &path).await, no(400, "Could not find folder"));
    assert_eq!(desk.ask(&basic("eve", "wrong"), "GET", &path, Value::Null).await.0, 401);
    assert_eq!(desk.ask("", "GET", &path, Value::Null).await.0, 200);
    assert_eq!(desk.ask(&basic("eve", ""), "GET", &path, Value::Null).await.0, 200, "without a password she is nobody");
}

#[actix_web::test]
async fn the_operator_switches_making_and_use_off_together() {
    let mut desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let bearer = format!("Bearer {}", token(&desk, folder).await);
    let path = format!("/folder/{folder}");
    assert_eq!(desk.ask(&bearer, "GET", &path, Value::Null).await.0, 200);
    desk.world = desk.world.started_again(|settings| settings.are_public_links_on = false);
    assert_eq!(desk.ask(&bearer, "GET", &path, Value::Null).await.0, 401);
    let made = bearer.trim_start_matches("Bearer ");
    let queried = desk.ask("", "GET", &format!("{path}?token={made}"), Value::Null).await;
    assert_eq!(queried, no(400, "Could not find folder"));
    let (status, ..) = desk.world.probe("GET", &format!("/apps/bookmarks/public/{made}"), &[], "").await;
    assert_eq!(status, 404, "nor the page");
    let path = format!("/folder/{folder}/publictoken");
    assert_eq!(desk.get(&desk.ann, &path).await, no(404, "Not found"), "what opens nothing is no token");
    assert_eq!(desk.call(&desk.ann, "POST", &path, Value::Null).await, no(400, "Unsupported operation"));
    assert_eq!(desk.call(&desk.eve, "POST", &path, Value::Null).await, no(404, "Not found"));
    assert_eq!(desk.delete(&desk.ann, &path).await, done(), "it can be ended meanwhile");
    desk.world = desk.world.started_again(|settings| settings.are_public_links_on = true);
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await.0, 401);
}

#[actix_web::test]
async fn a_token_ends_with_its_folder_and_can_be_given_an_end() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let made = token(&desk, folder).await;
    let listed = desk.world.v1("GET", "/v1/grants?issuer=ann", Value::Null).await;
    let grant = &listed.body["items"][0];
    assert!(grant["holder"]["link"].is_string(), "{grant}");
    let id = grant["id"].as_str().unwrap();
    let end = json!({ "permission": grant["permission"], "expires_at": "2027-01-16T00:00:00Z" });
    assert_eq!(desk.world.v1("PUT", &format!("/v1/grants/{id}"), end).await.status, 200);
    let bearer = format!("Bearer {made}");
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await.0, 200);
    desk.world.clock.advance(chrono::TimeDelta::days(2));
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await.0, 401);
    let bearer = basic("ann", &desk.ann.token);
    assert_eq!(
        desk.ask(&bearer, "DELETE", &format!("/folder/{folder}"), Value::Null).await.0,
        401,
        "her session has ended"
    );
    let key = format!(
        "Bearer {}",
        desk.world.vouchsafe.issue_token("ann", vouchsafe_flows::ActsAs::Person, chrono::TimeDelta::days(9)).unwrap()
    );
    let (_, answer) = desk.ask(&key, "POST", &format!("/folder/{folder}/publictoken"), Value::Null).await;
    let second = answer["item"].as_str().unwrap().to_owned();
    assert_ne!(second, made, "the one that has ended is no token");
    desk.ask(&key, "DELETE", &format!("/folder/{folder}"), Value::Null).await;
    assert_eq!(desk.ask(&format!("Bearer {second}"), "GET", "/folder", Value::Null).await.0, 401);
}

#[actix_web::test]
async fn a_token_opens_a_page_in_a_browser_and_an_unknown_one_does_not() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "<b>Recipes</b>", -1).await;
    desk.folder(&desk.ann, "Soups & \"stews\"", folder).await;
    let token = token(&desk, folder).await;
    for prefix in ["/apps/bookmarks", "/index.php/apps/bookmarks"] {
        let (status, headers, body) = desk.world.probe("GET", &format!("{prefix}/public/{token}"), &[], "").await;
        let text = body.as_str().unwrap();
        assert_eq!(status, 200);
        assert!(text.contains("&lt;b&gt;Recipes&lt;/b&gt;") && !text.contains("<b>"), "{text}");
        assert!(text.contains("<li>Soups &amp; &quot;stews&quot;</li>") && text.contains("Shared by ann"), "{text}");
        assert!(headers.contains(&("referrer-policy".to_owned(), "no-referrer".to_owned())));
        let (status, _, _) = desk.world.probe("GET", &format!("{prefix}/public/unknown"), &[], "").await;
        assert_eq!(status, 404);
    }
}

#[actix_web::test]
async fn a_token_that_sleeps_when_another_is_made_does_not_wake_beside_it() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let path = format!("/folder/{folder}/publictoken");
    let bobs = desk.item(&desk.bob, "POST", &path, Value::Null).await;
    desk.world.vouchsafe.suspend_user("bob", true).unwrap();
    let anns = token(&desk, folder).await;
    assert_ne!(bobs, anns);
    desk.world.vouchsafe.suspend_user("bob", false).unwrap();
    for (token, status) in [(bobs.as_str().unwrap(), 401), (anns.as_str(), 200)] {
        assert_eq!(desk.ask(&format!("Bearer {token}"), "GET", "/folder", Value::Null).await.0, status);
    }
    assert_eq!(desk.item(&desk.bob, "GET", &path, Value::Null).await, anns, "a folder has one");
}

#[actix_web::test]
async fn what_its_owner_put_into_a_folder_is_not_in_what_the_token_shows() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let own = desk.folder(&desk.ann, "own", folder).await;
    let carols = desk.folder(&desk.carol, "carol's", -1).await;
    desk.share(&desk.carol, carols, &desk.ann, true, true).await;
    let body = json!({ "parent_folder": folder });
    desk.item(&desk.ann, "PUT", &format!("/folder/{carols}"), body).await;
    let made = token(&desk, folder).await;
    let ids = |list: &Value| list.as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    let path = format!("/folder?root={folder}");
    assert_eq!(ids(&json!(desk.list(&desk.ann, &path).await)), [json!(own), json!(carols)]);
    let bearer = format!("Bearer {made}");
    for path in ["/folder".to_owned(), path, "/folder/-1/children".to_owned()] {
        let (_, answer) = desk.ask(&bearer, "GET", &path, Value::Null).await;
        assert_eq!(ids(&answer["data"]), [json!(own)], "{path}");
    }
    let (_, _, page) = desk.world.probe("GET", &format!("/apps/bookmarks/public/{made}"), &[], "").await;
    assert!(!page.as_str().unwrap().contains("carol"), "{page}");
    assert_eq!(desk.ask(&bearer, "GET", &format!("/folder/{carols}"), Value::Null).await.0, 400);
}

#[actix_web::test]
async fn what_others_share_of_ones_own_top_one_sees_and_ends_there() {
    let desk = Desk::new();
    let dir = desk.world.dir("/ann/x");
    let dir = desk.world.v1("GET", &format!("/v1/entries/{dir}"), Value::Null).await;
    let uuid = dir.body["parent"].as_str().unwrap().to_owned();
    let home = desk.world.v1("GET", &format!("/v1/entries/{uuid}"), Value::Null).await.body["id"].as_i64().unwrap();
    let body = json!({ "holder": { "user": "bob" }, "permission": format!("manage:fs:{uuid}") });
    assert!(desk.world.call("POST", "/v1/grants", &desk.ann.token, body).await.status < 300);
    let path = format!("/folder/{home}/publictoken");
    let made = desk.item(&desk.bob, "POST", &path, Value::Null).await;
    let carols = desk.share(&desk.bob, home, &desk.carol, false, false).await;
    assert_eq!(desk.call(&desk.ann, "POST", &path, Value::Null).await, no(404, "Not found"), "none is made there");
    assert_eq!(desk.item(&desk.ann, "GET", &path, Value::Null).await, made);
    assert_eq!(desk.delete(&desk.ann, &path).await, done());
    assert_eq!(desk.get(&desk.bob, &path).await, no(404, "Not found"));
    assert_eq!(desk.delete(&desk.ann, &path).await, no(400, "Not found"));
    let shares = desk.list(&desk.ann, &format!("/folder/{home}/shares")).await;
    assert_eq!((shares.len(), &shares[1]["id"]), (2, &json!(carols)));
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{carols}")).await, done());
    assert!(!desk.reads(&desk.carol, home).await);
}
