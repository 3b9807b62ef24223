//! What holds for links once they are there: who is shown their keys, what ends them, and what an echo leaves.

use super::desk::*;
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};

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
async fn a_link_shows_what_it_gives_now_and_its_key_to_who_has_all_that_it_may_give_again() {
    let world = World::new();
    let (ann, bob, dan) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let (his, reads) = (guid(&world, &bob), format!("manage:fs:{entry}:read"));
    share(&world, &ann, file, &his, 1).await;
    let (url, _) = link(&share(&world, &bob, file, DEFAULT_LINK, 1).await, DEFAULT_LINK).unwrap();
    let to_dan = json!({"issuer": "ann", "holder": {"user": dan.name}, "permission": reads});
    assert_eq!(world.v1("POST", "/v1/grants", to_dan).await.status, 201);
    let grants = format!("/v1/grants?entry={entry}&holder=bob");
    let of_bob = world.v1("GET", &grants, json!({})).await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let lower = || {
        let (world, ann, path) = (&world, &ann, format!("/v1/grants/{of_bob}"));
        let body = json!({"permission": reads, "exact": true});
        async move { assert_eq!(world.call("PUT", &path, &ann.token, body).await.status, 200) }
    };
    let to_dan = || async { link(&shares(&world, &dan, file).await, DEFAULT_LINK).unwrap() };
    lower().await;
    // What is shown is written back, too.
    let shown = link(&share(&world, &ann, file, DEFAULT_LINK, 2).await, DEFAULT_LINK);
    assert_eq!((shown, opens(&world, file, &key(&url)).await), (Some((url.clone(), 2)), 2));
    let (seen, access) = to_dan().await;
    assert_eq!((key(&seen), access), (String::new(), 2), "with it he could write once bob may again");
    share(&world, &ann, file, &his, 1).await;
    assert_eq!((key(&to_dan().await.0), opens(&world, file, &key(&url)).await), (String::new(), 1));
    lower().await;
    let hers = link(&share(&world, &ann, file, DEFAULT_LINK, 1).await, DEFAULT_LINK);
    assert_eq!((hers, opens(&world, file, &key(&url)).await), (Some((url.clone(), 1)), 1), "now she gives it");
}

#[actix_web::test]
async fn an_entry_has_a_hundred_links_and_no_more() {
    let world = World::new();
    let ann = world.person("ann");
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let more = |count: usize| {
        let new = || json!({"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2, "linkSettings": {}});
        let body = json!({"share": (0..count).map(|_| new()).collect::<Vec<Value>>()});
        let (world, ann) = (&world, &ann);
        async move { call(world, ann, "PUT", &format!("file/{file}/share"), body).await }
    };
    for _ in 0..5 {
        assert_eq!(more(20).await.status, 200);
    }
    assert_eq!(refusal(&more(1).await).0, 400);
    assert_eq!(refusal(&share(&world, &ann, file, DEFAULT_LINK, 2).await).0, 400);
    let listed = shares(&world, &ann, file).await;
    let first = listed.body["response"][1]["sharedTo"]["id"].as_str().unwrap();
    share(&world, &ann, file, first, 0).await;
    assert_eq!((more(1).await.status, world.counts().0), (200, 100), "one for one that is gone");
    assert_eq!(refusal(&more(21).await).0, 400, "nor are more made at once");
}

#[actix_web::test]
async fn where_there_is_no_room_for_a_link_the_one_that_ended_first_gives_way() {
    let world = World::new();
    let ann = world.person("ann");
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let make = |end: Value, count: usize| {
        let new = || json!({"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2, "linkSettings": {"expirationDate": end}});
        let body = json!({"share": (0..count).map(|_| new()).collect::<Vec<Value>>()});
        let (world, ann) = (&world, &ann);
        async move { call(world, ann, "PUT", &format!("file/{file}/share"), body).await.status }
    };
    let (early, late) = (json!("2027-01-15T09:00:00Z"), json!("2027-01-15T10:00:00.000000Z"));
    assert_eq!((make(late.clone(), 1).await, make(early.clone(), 1).await), (200, 200));
    for count in [20, 20, 20, 20, 18] {
        assert_eq!(make(Value::Null, count).await, 200);
    }
    assert_eq!(make(Value::Null, 1).await, 400);
    world.clock.advance(TimeDelta::hours(3));
    let ends = async || {
        let links = world.v1("GET", &format!("/v1/grants?entry={entry}&limit=1000"), json!({})).await.body;
        let ends = links["items"].as_array().unwrap().iter().map(|grant| grant["expires_at"].clone());
        ends.filter(|end| !end.is_null()).collect::<Vec<Value>>()
    };
    assert_eq!(ends().await.len(), 2, "while nobody wants their place, they stay, and may be given another end");
    assert_eq!((make(Value::Null, 1).await, ends().await, world.counts().0), (200, vec![late], 100));
    assert_eq!((make(Value::Null, 2).await, ends().await.len()), (400, 1), "all of it or nothing");
    assert_eq!((make(Value::Null, 1).await, ends().await.len(), world.counts().0), (200, 0, 100));
    assert_eq!(make(Value::Null, 1).await, 400);
    let lines = world.v1("GET", &format!("/v1/audit?entry={entry}&limit=1000"), json!({})).await.body;
    let gone = lines["items"].as_array().unwrap().iter().filter(|line| line["reason"] == "ended");
    let by: Vec<&Value> = gone.map(|line| &line["actor"]["service"]).collect();
    assert_eq!(by, [&json!("vouchsafe"); 2], "not in the name of who wanted the place");
}

#[actix_web::test]
async fn a_link_that_is_restricted_gets_another_end_and_each_change_of_its_access_is_in_the_audit() {
    let world = World::new();
    let ann = world.person("ann");
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let (id, token) = additional(&world, &ann, file, json!({})).await;
    let settings = json!({"expirationDate": "2027-01-16T08:00:00Z"});
    let body = json!({"share": [{"ShareTo": id, "Access": 3, "linkSettings": settings}]});
    let answer = call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!((link(&answer, &id).unwrap().1, opens(&world, file, &token).await), (3, 403));
    for (link, access) in [(id.as_str(), 6), (&id, 0), (DEFAULT_LINK, 2), (DEFAULT_LINK, 3)] {
        share(&world, &ann, file, link, access).await;
    }
    let lines = world.v1("GET", &format!("/v1/audit?entry={entry}"), json!({})).await.body;
    let told = lines["items"].as_array().unwrap().iter().map(|line| line["reason"].as_str().unwrap().to_owned());
    let of = |what: &str| format!("File plan.docx. Access Updated for {what}");
    let expected = [
        of("For the board: Read Only"),
        of("For the board: Deny Access"),
        "link changed".to_owned(),
        of("For the board: Comment"),
        of("For the board: None"),
        of("External link: Read Only"),
        of("External link: None"),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[actix_web::test]
async fn where_a_link_leads_is_the_hosts_to_serve_and_its_key_opens_a_card_here() {
    let world = World::new();
    let ann = world.person("ann");
    // What has to be converted to be edited is opened for looking only.
    for (path, address) in [
        ("/ann/plan.docx", "DocEditor.aspx?fileid={}&doc="),
        ("/ann/plan.ODT", "DocEditor.aspx?fileid={}&action=view&doc="),
        ("/ann/old.xls", "DocEditor.aspx?fileid={}&action=view&doc="),
        ("/ann/tool.exe", "HttpHandlers/filehandler.ashx?action=download&fileid={}&doc="),
    ] {
        let (_, file) = file(&world, path).await;
        let address = format!("/Products/Files/{}", address.replace("{}", &file.to_string()));
        let (url, _) = link(&share(&world, &ann, file, DEFAULT_LINK, 2).await, DEFAULT_LINK).unwrap();
        let below = url.strip_prefix("http://vouchsafe.test").unwrap();
        assert_eq!(below, format!("{address}{}", key(&url)));
        assert_eq!(switch(&world, &ann, file, 2).await.body["response"], json!(url));
        assert_eq!(world.raw("GET", below, "", "", "").await.status, 404, "docs/DIALECTS.md says so");
        assert_eq!(opens(&world, file, &key(&url)).await, 2);
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
    let here = format!("http://vouchsafe.test/Products/Files/?share={{}}#{folder}");
    assert_eq!((&template["entryType"], &template["link"]), (&json!(1), &json!(here.replace("{}", ""))));
    let body = json!({"share": [{"ShareTo": template["id"], "Access": 2, "linkSettings": template["linkSettings"]}]});
    let made = call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await;
    let record = &made.body["response"][0]["sharedTo"];
    let url = record["shareLink"].as_str().unwrap();
    let key = url.rsplit_once("share=").unwrap().1.split('#').next().unwrap();
    assert_eq!(url, here.replace("{}", key), "a folder is neither edited nor downloaded, whatever its name");
    assert_eq!((opens(&world, inside, key).await, opens(&world, beside, key).await), (2, 403));
    let seen = world.raw("GET", &format!("/api/2.0/files/folder/{folder}?doc={key}"), "", "", "").await;
    assert_eq!(seen.body["response"]["filesCount"], json!(1));
    call(&world, &ann, "PUT", &format!("folder/{folder}/share"), json!({"share": [{"ShareTo": record["id"]}]})).await;
    assert_eq!((opens(&world, inside, key).await, world.counts().0), (403, 0));
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

#[actix_web::test]
async fn only_who_has_all_that_a_link_gives_takes_off_its_password_or_puts_his_own_in_its_place() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let (_, inside) = file(&world, "/ann/d/x.docx").await;
    // He reads, shares, and may change what others gave.
    let gift = json!({"participant": "bob", "type": 0, "canWrite": false, "canShare": true});
    let given = world.call("POST", &format!("/public/rest/v2/folder/{folder}/shares"), &ann.token, gift).await;
    assert_eq!(given.body["status"], "success");
    for (kind, number) in [("file", inside), ("folder", folder)] {
        let set = async |who: &Person, id: &Value, access: i64, password: &str| {
            let one = json!({"ShareTo": id, "Access": access, "linkSettings": {"password": password}});
            call(&world, who, "PUT", &format!("{kind}/{number}/share"), json!({ "share": [one] })).await
        };
        let new = json!(vouchsafe_types::GroupId::mint());
        let made = set(&ann, &new, 1, "open sesame").await;
        let records = made.body["response"].as_array().unwrap().iter().map(|record| &record["sharedTo"]);
        let mut links = records.filter(|to| !to["shareLink"].is_null() && to["id"] != DEFAULT_LINK);
        let link = links.next().unwrap();
        let url = link["shareLink"].as_str().unwrap();
        let key = url.split(['=', '#']).find(|part| part.len() == 22).unwrap();
        for (access, password) in [(4, ""), (4, "mine"), (1, ""), (1, "mine")] {
            assert_eq!(refusal(&set(&bob, &link["id"], access, password).await), no_permission(), "{kind} {password}");
        }
        let proof = json!({"key": key, "passwordHash": "open sesame"}).to_string();
        let prove = async |body: &str| {
            world.raw("POST", "/api/2.0/files/sharedlink/password", "", "application/json", body).await.status
        };
        assert_eq!((opens(&world, inside, key).await, prove(&proof).await), (403, 201), "{kind}");
        assert_eq!(set(&bob, &link["id"], 2, "mine").await.status, 200, "now it gives what he has himself");
        assert_eq!((set(&ann, &link["id"], 1, "").await.status, opens(&world, inside, key).await), (200, 1));
        assert_eq!(set(&bob, &link["id"], 4, "mine").await.status, 200, "a first password makes less of it");
        assert_eq!((opens(&world, inside, key).await, set(&bob, &link["id"], 4, "").await.status), (403, 403));
    }
}

#[actix_web::test]
async fn a_public_token_of_bookmarks_takes_no_password_here() {
    let world = World::new();
    let ann = world.person("ann");
    let (entry, folder) = dir(&world, "/ann/d").await;
    let path = format!("/public/rest/v2/folder/{folder}/publictoken");
    let token = world.call("POST", &path, &ann.token, json!({})).await.body["item"].as_str().unwrap().to_owned();
    let made = world.v1("GET", &format!("/v1/grants?entry={entry}"), Value::Null).await;
    let id = made.body["items"][0]["holder"]["link"].clone();
    let set = async |settings: Value| {
        let body = json!({"share": [{"ShareTo": id, "Access": 2, "linkSettings": settings}]});
        call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await
    };
    assert_eq!(refusal(&set(json!({"password": "x"})).await).0, 400);
    let end = json!({"password": "", "expirationDate": "2028-01-01T00:00:00Z"});
    assert_eq!(set(end).await.status, 200, "it may get an end");
    let shown = world.raw("GET", &format!("/public/rest/v2/folder/{folder}/children?token={token}"), "", "", "").await;
    assert_eq!(shown.status, 200, "{}", shown.body);
}
