//! What holds for links once they are there: who is shown their keys, what ends them, and what an echo leaves.

use super::desk::*;
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::World;

#[actix_web::test]
async fn the_key_of_a_link_is_shown_only_to_who_has_what_it_gives() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    // He may share, and read: with the key of a link that writes he could write.
    let body = json!({"issuer": "ann", "holder": {"user": "bob"}, "permission": format!("manage:fs:{entry}:read")});
    assert!(world.v1("POST", "/v1/grants", body).await.status < 300);
    for (access, is_shown) in [(1, false), (6, false), (2, true)] {
        let (hers, _) = link(&share(&world, &ann, file, DEFAULT_LINK, access).await, DEFAULT_LINK).unwrap();
        let (url, shown) = link(&shares(&world, &bob, file).await, DEFAULT_LINK).unwrap();
        assert_eq!((shown, key(&url) == key(&hers), key(&url).is_empty()), (access, is_shown, !is_shown), "{url}");
        let switched = switch(&world, &bob, file, 4).await.body["response"].clone();
        assert_eq!(switched, json!(url), "{access}");
    }
}

#[actix_web::test]
async fn of_several_settings_for_one_link_the_last_counts() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let new = vouchsafe_types::GroupId::mint();
    let of_new = |access: i64| json!({"ShareTo": new, "Access": access, "linkSettings": {}});
    let of_default = |access: i64| json!({"ShareTo": DEFAULT_LINK, "Access": access});
    let put = |share: Value| {
        let (world, ann) = (&world, &ann);
        async move { call(world, ann, "PUT", &format!("file/{file}/share"), json!({ "share": share })).await }
    };
    let made = put(json!([of_new(2), of_default(2), of_new(6), of_default(6)])).await;
    let accesses: Vec<&Value> = made.body["response"].as_array().unwrap().iter().map(|one| &one["access"]).collect();
    assert_eq!((accesses, world.counts().0), (vec![&json!(6), &json!(6), &json!(1)], 2));
    let (url, _) = link(&made, DEFAULT_LINK).unwrap();
    let kept = put(json!([of_default(0), of_default(6)])).await;
    assert_eq!(link(&kept, DEFAULT_LINK), Some((url, 6)), "it was never switched off");
    assert_eq!(link(&put(json!([of_default(2), of_default(0)])).await, DEFAULT_LINK).unwrap().1, 3);
}

#[actix_web::test]
async fn a_link_that_shall_go_when_it_ends_is_swept_away_and_others_stay() {
    let world = World::new();
    let ann = world.person("ann");
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let ends = |is_swept: bool| json!({"expirationDate": "2027-01-16T08:00:00Z", "autoDelete": is_swept});
    let (_, going) = additional(&world, &ann, file, ends(true)).await;
    let prove = |key: String| {
        let body = json!({"key": key, "passwordHash": "x"}).to_string();
        let world = &world;
        async move {
            let path = "/api/2.0/files/sharedlink/password";
            refusal(&world.raw("POST", path, "", "application/json", body).await).1
        }
    };
    let body =
        json!({"share": [{"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2, "linkSettings": ends(false)}]});
    assert_eq!(call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await.status, 200);
    world.vouchsafe.sweep().unwrap();
    assert_eq!((world.counts().0, opens(&world, file, &going).await), (2, 2), "not before its end");
    world.clock.advance(TimeDelta::days(400));
    assert_eq!(prove(going.clone()).await, "Shared link is expired");
    world.vouchsafe.sweep().unwrap();
    assert_eq!((world.counts().0, prove(going).await), (1, "Shared link not found".to_owned()));
    let lines = world.v1("GET", &format!("/v1/audit?entry={entry}"), json!({})).await.body;
    let last = lines["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["action"], &last["reason"]), (&json!("revoke"), &json!("ended")));
}

#[actix_web::test]
async fn a_link_sleeps_while_its_maker_is_suspended_and_only_a_removal_takes_it_away() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    let (url, _) = link(&share(&world, &bob, file, DEFAULT_LINK, 2).await, DEFAULT_LINK).unwrap();
    for (access, left) in [(3, 2), (0, 403)] {
        world.vouchsafe.suspend_user("bob", true).unwrap();
        assert_eq!(opens(&world, file, &key(&url)).await, 403);
        assert_eq!(link(&shares(&world, &ann, file).await, DEFAULT_LINK).unwrap().1, 3);
        // It shows as 3: to write that back changes nothing.
        share(&world, &ann, file, DEFAULT_LINK, access).await;
        world.vouchsafe.suspend_user("bob", false).unwrap();
        assert_eq!(opens(&world, file, &key(&url)).await, left, "{access}");
    }
}

#[actix_web::test]
async fn the_default_link_has_no_options_and_is_not_made_without_them() {
    let world = World::new();
    let ann = world.person("ann");
    let (uuid, file) = file(&world, "/ann/plan.docx").await;
    let with = |settings: Value| {
        let body = json!({"share": [{"ShareTo": DEFAULT_LINK, "Access": 2, "linkSettings": settings}]});
        let (world, ann) = (&world, &ann);
        async move { call(world, ann, "PUT", &format!("file/{file}/share"), body).await }
    };
    for settings in
        [json!({"password": "x"}), json!({"expirationDate": "2028-01-01T00:00:00Z"}), json!({"autoDelete": true})]
    {
        assert_eq!(refusal(&with(settings.clone()).await).0, 400, "{settings}");
    }
    assert_eq!(world.counts().0, 0);
    let none = json!({"autoDelete": false, "expirationDate": null, "expired": false, "password": null});
    assert_eq!(link(&with(none).await, DEFAULT_LINK).unwrap().1, 2);
    let made = world.v1("GET", &format!("/v1/grants?entry={uuid}"), Value::Null).await;
    let id = made.body["items"][0]["holder"]["link"].clone();
    let by_id = json!({"share": [{"ShareTo": id, "Access": 2, "linkSettings": {"password": "x"}}]});
    let refused = call(&world, &ann, "PUT", &format!("file/{file}/share"), by_id).await;
    assert_eq!(refusal(&refused).0, 400, "nor under its own id");
}

#[actix_web::test]
async fn a_folder_has_links_from_a_template_that_open_what_lies_in_it() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, folder) = dir(&world, "/ann/d.docx").await;
    let (_, inside) = file(&world, "/ann/d.docx/one.txt").await;
    let (_, beside) = file(&world, "/ann/two.txt").await;
    let path = format!("{folder}/sharedlink/template?isFolder=true");
    let template = call(&world, &ann, "GET", &path, json!({})).await.body["response"].clone();
    assert_eq!(template["entryType"], json!(1));
    let body = json!({"share": [{"ShareTo": template["id"], "Access": 2, "linkSettings": template["linkSettings"]}]});
    let made = call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await;
    let record = &made.body["response"][0]["sharedTo"];
    let url = record["shareLink"].as_str().unwrap();
    assert!(url.contains("filehandler.ashx"), "no viewer opens a folder, whatever its name: {url}");
    assert_eq!((opens(&world, inside, &key(url)).await, opens(&world, beside, &key(url)).await), (2, 403));
    let seen = world.raw("GET", &format!("/api/2.0/files/folder/{folder}?doc={}", key(url)), "", "", "").await;
    assert_eq!(seen.body["response"]["filesCount"], json!(1));
    call(&world, &ann, "PUT", &format!("folder/{folder}/share"), json!({"share": [{"ShareTo": record["id"]}]})).await;
    assert_eq!((opens(&world, inside, &key(url)).await, world.counts().0), (403, 0));
}

#[actix_web::test]
async fn who_proves_a_password_gets_a_cookie_that_opens_and_the_address_of_the_file() {
    let world = World::new();
    let ann = world.person("ann");
    for (path, address) in [("/ann/plan.docx", "DocEditor.aspx?fileid="), ("/ann/tool.exe", "filehandler.ashx?")] {
        let (_, file) = file(&world, path).await;
        let (id, token) = additional(&world, &ann, file, json!({"password": "open sesame"})).await;
        let body = json!({"key": token, "passwordHash": "open sesame"}).to_string();
        let json = [("content-type", "application/json")];
        let (status, headers, body) = world.probe("POST", "/api/2.0/files/sharedlink/password", &json, &body).await;
        let url = body["response"].as_str().unwrap();
        assert!(status == 201 && url.contains(address) && key(url) == token, "{url}");
        let cookie = headers.iter().find(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone()).unwrap();
        let rules = ["HttpOnly", "SameSite=Lax", "Path=/"];
        assert!(cookie.starts_with(&format!("sharelink{id}=")) && rules.iter().all(|r| cookie.contains(r)), "{cookie}");
        let sent = [("cookie", cookie.split(';').next().unwrap().to_owned())];
        let path = format!("/api/2.0/files/file/{file}?doc={token}");
        assert_eq!(world.with_headers(&sent, "GET", &path, "").await.body["response"]["access"], json!(2));
    }
}
