//! External links: the default one, and others with a password and an end.

use super::desk::*;
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};

#[actix_web::test]
async fn a_link_that_is_off_shows_as_3_and_has_another_address_when_it_is_on_again() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    assert_eq!(link(&shares(&world, &ann, file).await, DEFAULT_LINK).unwrap().1, 3);
    let on = share(&world, &ann, file, DEFAULT_LINK, 2).await;
    let (url, access) = link(&on, DEFAULT_LINK).unwrap();
    assert_eq!(access, 2);
    assert!(
        url.starts_with(&format!("http://vouchsafe.test/Products/Files/DocEditor.aspx?fileid={file}&doc=")),
        "{url}"
    );
    assert_eq!(on.body["response"][0]["sharedTo"]["id"], json!(DEFAULT_LINK), "it stands first");
    assert!(key(&url).len() >= 22, "128 bits");
    assert_eq!(opens(&world, file, &key(&url)).await, 2);
    // Another access leaves the address, and the same one leaves everything.
    for access in [6, 6] {
        assert_eq!(link(&share(&world, &ann, file, DEFAULT_LINK, access).await, DEFAULT_LINK), Some((url.clone(), 6)));
    }
    assert_eq!(opens(&world, file, &key(&url)).await, 6);
    for off in [3, 0] {
        assert_eq!(link(&share(&world, &ann, file, DEFAULT_LINK, off).await, DEFAULT_LINK).unwrap().1, 3);
        assert_eq!(opens(&world, file, &key(&url)).await, 403, "it dies at once");
    }
    let (again, _) = link(&share(&world, &ann, file, DEFAULT_LINK, 2).await, DEFAULT_LINK).unwrap();
    assert_ne!(again, url);
    assert_eq!((opens(&world, file, &key(&url)).await, opens(&world, file, &key(&again)).await), (403, 2));
}

#[actix_web::test]
async fn the_shared_link_call_gives_the_address_also_of_a_link_that_is_off() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let (_, tool) = file(&world, "/ann/tool.exe").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    let answer = switch(&world, &ann, plan, "ReadWrite").await;
    let url = answer.body["response"].as_str().unwrap().to_owned();
    assert_eq!((answer.status, answer.body["count"].as_u64()), (200, Some(url.chars().count() as u64)));
    assert_eq!(opens(&world, plan, &key(&url)).await, 1);
    assert_eq!(switch(&world, &ann, plan, 1).await.body["response"], json!(url));
    assert_eq!(switch(&world, &ann, plan, 4).await.body["response"], json!(url));
    let off = switch(&world, &ann, plan, 0).await.body["response"].as_str().unwrap().to_owned();
    assert!(off.ends_with("&doc="), "{off}");
    let download = switch(&world, &ann, tool, 2).await.body["response"].as_str().unwrap().to_owned();
    assert!(download.contains("filehandler.ashx?action=download&fileid="));
    share(&world, &ann, plan, &guid(&world, &bob), 2).await;
    for who in [&bob, &eve] {
        assert_eq!(refusal(&switch(&world, who, plan, 2).await), no_permission());
    }
    assert_eq!(refusal(&switch(&world, &ann, 999_999, 2).await), no_permission());
    assert_eq!(refusal(&switch(&world, &ann, plan, 9).await).0, 400);
    assert_eq!(refusal(&call(&world, &ann, "PUT", &format!("{plan}/sharedlink"), json!({})).await).0, 400);
    let (status, message, hresult) = refusal(&switch(&world, &ann, folder, 2).await);
    assert_eq!((status, message.as_str(), hresult), (403, "The required file was not found", -2_146_233_079));
}

#[actix_web::test]
async fn a_folder_has_no_default_link() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, folder) = dir(&world, "/ann/d").await;
    let body = json!({"share": [{"ShareTo": DEFAULT_LINK, "Access": 2}]});
    let answer = call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await;
    assert_eq!(refusal(&answer), (403, "Bad request.".to_owned(), -2_146_233_078));
    let listed = call(&world, &ann, "GET", &format!("folder/{folder}/share"), json!({})).await;
    assert_eq!(link(&listed, DEFAULT_LINK), None);
}

#[actix_web::test]
async fn a_link_gives_nobody_a_right_to_share_and_dies_with_its_makers_authority() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    let made = share(&world, &bob, file, DEFAULT_LINK, 1).await;
    let (url, _) = link(&made, DEFAULT_LINK).unwrap();
    let grants = world.v1("GET", &format!("/v1/grants?entry={entry}"), json!({})).await.body;
    let of_link = grants["items"].as_array().unwrap().iter().find(|grant| grant["holder"]["link"].is_string()).unwrap();
    assert!(!of_link["capabilities"].as_array().unwrap().contains(&json!("share")));
    assert_eq!(opens(&world, file, &key(&url)).await, 1);
    // With the link, somebody has the union of what it gives and what he has himself.
    share(&world, &ann, file, &guid(&world, &eve), 3).await;
    let path = format!("/api/2.0/files/file/{file}?doc={}", key(&url));
    let seen = world.call("GET", &path, &eve.token, json!({})).await;
    assert_eq!(seen.body["response"]["access"], json!(1));
    assert_eq!(call(&world, &eve, "GET", &format!("file/{file}"), json!({})).await.status, 403);
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    assert_eq!(opens(&world, file, &key(&url)).await, 403);
    assert_eq!(link(&shares(&world, &ann, file).await, DEFAULT_LINK).unwrap().1, 3, "what sleeps shows as off");
    let (anew, _) = link(&share(&world, &ann, file, DEFAULT_LINK, 2).await, DEFAULT_LINK).unwrap();
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    assert_eq!((opens(&world, file, &key(&url)).await, opens(&world, file, &key(&anew)).await), (403, 2));
}

#[actix_web::test]
async fn the_operator_switches_every_link_off() {
    let world = World::with(|settings| {
        settings.are_limits_on = false;
        settings.are_public_links_on = false;
    });
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let answer = share(&world, &ann, file, DEFAULT_LINK, 2).await;
    assert_eq!(link(&answer, DEFAULT_LINK), Some((String::new(), 3)));
    assert_eq!(switch(&world, &ann, file, 2).await.body["response"], json!(""));
    let template = call(&world, &ann, "GET", &format!("{file}/sharedlink/template"), json!({})).await;
    assert_eq!(template.body["response"]["link"], json!(""));
    assert_eq!(world.counts().0, 0);
}

#[actix_web::test]
async fn a_template_keeps_nothing_and_an_unknown_id_alone_makes_no_link() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let path = format!("{file}/sharedlink/template");
    let template = call(&world, &ann, "GET", &path, json!({})).await.body["response"].clone();
    let keys: Vec<&str> = template.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "ace_status",
            "disable_remove",
            "entryType",
            "id",
            "inherited",
            "is_group",
            "link",
            "linkSettings",
            "locked",
            "owner",
            "title"
        ]
    );
    assert_eq!(template["entryType"], json!(2));
    share(&world, &ann, file, template["id"].as_str().unwrap(), 2).await;
    assert_eq!(world.counts().0, 0);
    let folder = call(&world, &ann, "GET", &format!("{path}?isFolder=true"), json!({})).await;
    assert_eq!(refusal(&folder), (403, "The required folder was not found".to_owned(), -2_146_233_079));
    assert_eq!(refusal(&call(&world, &bob, "GET", &path, json!({})).await), no_permission());
}

#[actix_web::test]
async fn a_password_is_asked_for_and_proven_by_a_cookie() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let (id, token) = additional(&world, &ann, file, json!({"password": "open sesame"})).await;
    assert_eq!(opens(&world, file, &token).await, 403, "not without it");
    let prove = |body: Value| {
        let world = &world;
        async move {
            world.raw("POST", "/api/2.0/files/sharedlink/password", "", "application/json", body.to_string()).await
        }
    };
    let wrong = prove(json!({"key": token, "passwordHash": "close sesame"})).await;
    assert_eq!((refusal(&wrong).0, refusal(&wrong).1.as_str()), (400, "Incorrect password"));
    for (key, status, message) in [("x", 403, "Invalid shared link"), (&"A".repeat(22), 403, "Shared link not found")] {
        let answer = prove(json!({"key": key, "passwordHash": "open sesame"})).await;
        assert_eq!((refusal(&answer).0, refusal(&answer).1.as_str()), (status, message));
    }
    let right = prove(json!({"key": token, "passwordHash": "open sesame", "isFolder": false})).await;
    assert_eq!((right.status, key(right.body["response"].as_str().unwrap())), (201, token.clone()));
    // The same for who has an account, by the id of the link.
    let path = |id: &str| format!("{file}/sharedlink/{id}/password");
    let proof = call(&world, &bob, "POST", &path(&id), json!({"password": "open sesame"})).await;
    assert_eq!(proof.status, 201);
    let proof = proof.body["response"]["token"].as_str().unwrap().to_owned();
    let with_cookie = |value: String| {
        let cookie = format!("sharelink{id}={value}");
        let (world, token) = (&world, &token);
        async move {
            let path = format!("/api/2.0/files/file/{file}?doc={token}");
            world.with_header(("cookie", cookie.as_str()), "GET", &path, "", json!({})).await.status
        }
    };
    assert_eq!((with_cookie(proof.clone()).await, with_cookie("0".repeat(64)).await), (200, 403));
    for (id, body) in
        [(id.as_str(), json!({})), (DEFAULT_LINK, json!({"password": "x"})), ("x", json!({"password": "x"}))]
    {
        assert_eq!(refusal(&call(&world, &bob, "POST", &path(id), body).await).0, 400);
    }
    // A new password ends what the old one opened.
    let body = json!({"share": [{"ShareTo": id, "Access": 2, "linkSettings": {"password": "another"}}]});
    call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(with_cookie(proof).await, 403);
    assert_eq!(refusal(&prove(json!({"key": token, "passwordHash": "open sesame"})).await).0, 400);
    let body = json!({"share": [{"ShareTo": id, "Access": 2, "linkSettings": {"password": ""}}]});
    call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(opens(&world, file, &token).await, 2, "without a password it is open");
}

#[actix_web::test]
async fn a_link_ends_and_its_access_changes_and_its_options_stay() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let settings = json!({"expirationDate": "2027-01-16T08:00:00Z", "password": null, "autoDelete": true});
    let (id, token) = additional(&world, &ann, file, settings).await;
    assert_eq!(opens(&world, file, &token).await, 2);
    // Named in a share alone, its access changes and nothing else.
    assert_eq!(link(&share(&world, &ann, file, &id, 6).await, &id).unwrap().1, 6);
    assert_eq!(
        link(&share(&world, &ann, file, &id, 3).await, &id).unwrap().1,
        3,
        "a row of its own, unlike the default link's"
    );
    assert_eq!(opens(&world, file, &token).await, 403);
    share(&world, &ann, file, &id, 2).await;
    world.clock.advance(TimeDelta::days(400));
    let answer = world
        .raw(
            "POST",
            "/api/2.0/files/sharedlink/password",
            "",
            "application/json",
            json!({"key": token, "passwordHash": "x"}).to_string(),
        )
        .await;
    assert_eq!((opens(&world, file, &token).await, refusal(&answer).1.as_str()), (403, "Shared link is expired"));
    let ann = Person {
        token: world.vouchsafe.issue_token("ann", vouchsafe_flows::ActsAs::Person, TimeDelta::days(1)).unwrap(),
        ..ann
    };
    assert_eq!(link(&shares(&world, &ann, file).await, &id), None);
    for bad in [json!("soon"), json!(5), json!("2000-01-01T00:00:00Z")] {
        let body = json!({"share": [{"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2, "linkSettings": {"expirationDate": bad}}]});
        let (status, text, _) = refusal(&call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await);
        assert!(status == 400 && text.contains("`expirationDate`"), "{text}");
    }
    share(&world, &ann, file, &id, 0).await;
    assert_eq!(world.counts().0, 0);
}

#[actix_web::test]
async fn passwords_of_a_link_are_not_tried_for_ever() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let ann = world.person("ann");
    for (name, id_first) in [("a", true), ("b", false)] {
        let (_, file) = file(&world, &format!("/ann/{name}.docx")).await;
        let (id, token) = additional(&world, &ann, file, json!({"password": "open sesame"})).await;
        let guess = |by_id: bool| {
            let body =
                if by_id { json!({"password": "guess"}) } else { json!({"key": token, "passwordHash": "guess"}) };
            let path =
                if by_id { format!("{file}/sharedlink/{id}/password") } else { "sharedlink/password".to_owned() };
            let (world, ann) = (&world, &ann);
            async move { refusal(&call(world, ann, "POST", &path, body).await) }
        };
        let (mut tried, mut last) = (0, guess(id_first).await);
        while last.1 == "Incorrect password" && tried < 30 {
            (tried, last) = (tried + 1, guess(id_first ^ (tried % 2 == 0)).await);
        }
        assert_eq!((last.0, last.1.as_str()), (500, "Failed password entry. Too many attempts"));
        assert!(tried <= 12, "by its token or by its id, it is one link: {tried}");
    }
}

#[actix_web::test]
async fn links_come_first_and_are_told_to_nobody() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    additional(&world, &ann, file, json!({})).await;
    let body = json!({"share": [{"ShareTo": DEFAULT_LINK, "Access": 2}, {"ShareTo": guid(&world, &bob), "Access": 2}], "notify": true});
    let answer = call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    let kinds: Vec<bool> =
        answer.body["response"].as_array().unwrap().iter().map(|r| r["sharedTo"]["shareLink"].is_string()).collect();
    assert_eq!(kinds, [true, true, false, false]);
    assert_eq!(world.counts().2, 1);
    let echo: Vec<Value> = answer.body["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| json!({"ShareTo": record["sharedTo"]["id"], "Access": record["access"]}))
        .collect();
    let before = world.counts();
    let again = call(&world, &ann, "PUT", &format!("file/{file}/share"), json!({"share": echo})).await;
    assert_eq!((again.body["response"].clone(), world.counts()), (answer.body["response"].clone(), before));
}

#[actix_web::test]
async fn who_comes_with_a_link_and_no_account_pays_by_the_place_he_comes_from() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let (url, _) = link(&share(&world, &ann, file, DEFAULT_LINK, 2).await, DEFAULT_LINK).unwrap();
    let from = async |place: &str, key: &str| {
        let path = format!("/api/2.0/files/file/{file}?doc={key}");
        world.probe("GET", &path, &[("x-forwarded-for", place)], "").await.0
    };
    let (right, mut asked) = (key(&url), 0);
    // Right or wrong keys: each weighs ten, of 600; ten more come every second.
    while from("192.0.2.1", if asked % 2 == 0 { right.as_str() } else { "unknown" }).await != 429 {
        asked += 1;
        assert!(asked < 200, "somewhere there is an end");
    }
    assert!(asked >= 60 && from("192.0.2.2", &right).await == 200, "others are not concerned");
}
