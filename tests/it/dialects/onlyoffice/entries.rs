//! Files, folders and people as this face shows them, and signing in.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::World;

#[actix_web::test]
async fn files_and_folders_say_what_one_may_do_and_whether_they_are_shared() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    file(&world, "/ann/d/one.txt").await;
    let card =
        |of: Value| [of["access"].clone(), of["shared"].clone(), of["rootFolderType"].clone(), of["title"].clone()];
    let get = |who, path: String| {
        let world = &world;
        async move { call(world, who, "GET", &path, json!({})).await.body["response"].clone() }
    };
    assert_eq!(card(get(&ann, format!("file/{plan}")).await), [json!(1), json!(false), json!(5), json!("plan.docx")]);
    share(&world, &ann, plan, &guid(&world, &bob), 3).await;
    assert_eq!(card(get(&ann, format!("file/{plan}")).await)[1], json!(true), "also by a deny");
    share(&world, &ann, plan, &guid(&world, &bob), 5).await;
    let his = get(&bob, format!("file/{plan}")).await;
    assert_eq!(card(his.clone()), [json!(5), json!(true), json!(5), json!("plan.docx")]);
    assert_eq!(
        (&his["folderId"], &his["fileExst"], &his["createdBy"]["userName"]),
        (&Value::Null, &json!(".docx"), &json!("ann"))
    );
    assert_eq!(his["createdBy"]["email"], Value::Null, "her address is not his business");
    let whole = get(&ann, format!("folder/{folder}")).await;
    assert_eq!((&whole["filesCount"], &whole["foldersCount"]), (&json!(1), &json!(0)));
    assert!(whole["created"].as_str().unwrap().ends_with(".0000000Z"), "{}", whole["created"]);
}

#[actix_web::test]
async fn what_one_only_knows_of_shows_as_0_and_what_is_in_a_folder_only_who_may_list_it_learns() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let (entry, folder) = dir(&world, "/ann/d").await;
    file(&world, "/ann/d/one.txt").await;
    for (access, files) in [("see", 0), ("list", 1)] {
        let body = json!({"issuer": "ann", "holder": {"user": "bob"}, "permission": format!("fs:{entry}:{access}")});
        assert!(world.v1("POST", "/v1/grants", body).await.status < 300);
        let card = call(&world, &bob, "GET", &format!("folder/{folder}"), json!({})).await.body["response"].clone();
        assert_eq!((&card["access"], &card["filesCount"]), (&json!(0), &json!(files)), "{access}");
    }
}

#[actix_web::test]
async fn my_and_shared_list_what_is_there() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    let (_, hidden) = file(&world, "/ann/hidden.docx").await;
    ann.gives(&world, "/ann/d", "read", "bob").await;
    share(&world, &ann, plan, &guid(&world, &bob), 6).await;
    let team = group(&world, "Team", &[&bob]).await;
    share(&world, &ann, hidden, &team, 1).await;
    share(&world, &ann, hidden, &guid(&world, &bob), 3).await;
    let shared = call(&world, &bob, "GET", "@share", json!({})).await.body["response"].clone();
    let ids =
        |list: &Value| list.as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!((ids(&shared["files"]), ids(&shared["folders"])), (vec![plan], vec![folder]));
    assert_eq!((&shared["total"], &shared["files"][0]["access"]), (&json!(2), &json!(6)));
    let mine = call(&world, &ann, "GET", "@my?count=2&startIndex=1", json!({})).await.body["response"].clone();
    assert_eq!((ids(&mine["files"]), ids(&mine["folders"])), (vec![hidden, plan], vec![]));
    assert_eq!((&mine["total"], &mine["startIndex"]), (&json!(3), &json!(1)));
    let nothing = call(&world, &ann, "GET", "@share", json!({})).await.body["response"].clone();
    assert_eq!(nothing["total"], json!(0));
}

#[actix_web::test]
async fn people_are_listed_with_the_ids_to_share_with() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.vouchsafe.suspend_user("eve", true).unwrap();
    let me = world.call("GET", "/api/2.0/people/@self", &ann.token, json!({})).await.body["response"].clone();
    assert_eq!((&me["id"], &me["email"]), (&json!(guid(&world, &ann)), &json!("ann@example.org")));
    let all = world.call("GET", "/api/2.0/people", &ann.token, json!({})).await;
    let found: Vec<(&str, &Value)> = all.body["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| (user["userName"].as_str().unwrap(), &user["email"]))
        .collect();
    assert_eq!(found, [("ann", &json!("ann@example.org")), ("bob", &Value::Null)]);
    assert_eq!(all.body["response"][1]["id"], json!(guid(&world, &bob)));
    let part = world.call("GET", "/api/2.0/people?count=1", &ann.token, json!({})).await.body;
    assert_eq!((&part["count"], &part["total"], &part["nextIndex"]), (&json!(1), &json!(2), &json!(2)));
    assert_eq!(world.call("GET", "/api/2.0/people", "", json!({})).await.status, 401);
    assert_eq!(world.call("GET", "/api/2.0/people", &eve.token, json!({})).await.status, 403);
}

#[actix_web::test]
async fn a_name_and_a_password_give_a_token() {
    let world = World::new();
    let ann = world.person("ann");
    set_password(&world, &ann, "correct horse");
    let id = guid(&world, &ann);
    let log_in = |name: String, password: &str| {
        let body = json!({"userName": name, "password": password});
        let world = &world;
        async move { world.raw("POST", "/api/2.0/authentication.json", "", "application/json", body.to_string()).await }
    };
    for name in ["ann", "ann@example.org", &id] {
        let answer = log_in(name.to_owned(), "correct horse").await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = answer.body["response"]["token"].as_str().unwrap();
        assert!(answer.body["response"]["expires"].as_str().unwrap().ends_with('Z'));
        assert_eq!(world.call("GET", "/api/2.0/people/@self", token, json!({})).await.status, 200);
    }
    for (name, password) in [("ann", "wrong horse"), ("nobody", "correct horse"), ("", "")] {
        let answer = log_in(name.to_owned(), password).await;
        assert_eq!((answer.status, answer.body), (401, json!("Unauthorized")));
    }
    let form = "userName=ann&password=correct+horse";
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(world.raw("POST", "/api/2.0/authentication", "", kind, form).await.status, 201);
    let basic = ("authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U=");
    assert_eq!(world.with_header(basic, "GET", "/api/2.0/people/@self", "", json!({})).await.status, 200);
}

#[actix_web::test]
async fn passwords_are_not_tried_for_ever() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let ann = world.person("ann");
    set_password(&world, &ann, "correct horse");
    let basic = ("authorization", "Basic YW5uOndyb25n");
    let mut last = 0;
    for _ in 0..12 {
        last = world.with_header(basic, "GET", "/api/2.0/people/@self", "", json!({})).await.status;
    }
    assert_eq!(last, 429);
}

#[actix_web::test]
async fn with_a_key_a_token_that_no_longer_works_is_taken_for_none() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let made = switch(&world, &ann, plan, 2).await;
    let key = key(made.body["response"].as_str().unwrap());
    let path = format!("/api/2.0/files/file/{plan}");
    world.vouchsafe.suspend_user("bob", true).unwrap();
    let stale = ["nothing", &bob.token].map(|token| ("authorization", token.to_owned()));
    for header in stale.into_iter().chain([("cookie", "asc_auth_key=nothing".to_owned())]) {
        let with = [header, ("sec-fetch-site", "same-origin".to_owned())];
        let opened = world.with_headers(&with, "GET", &format!("{path}?doc={key}"), "").await;
        assert_eq!((opened.status, &opened.body["response"]["access"]), (200, &json!(2)), "{with:?}");
        for closed in [path.clone(), format!("{path}?doc=")] {
            assert_ne!(world.with_headers(&with, "GET", &closed, "").await.status, 200, "{with:?}");
        }
        assert_eq!(world.with_headers(&with, "GET", &format!("{path}?doc=nothing"), "").await.status, 403);
    }
}
