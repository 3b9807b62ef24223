//! What one person may cost the others: questions, lists, rows, and what is cut says so.

use super::desk::Desk;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::{ActsAs, Fault, Settings};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::{Access, Actor, Clock, Grant, GrantId, Holder, Resource, share::ShareAccess};

const CHECK: &str = "/auth/check-permissions";
const READ: &str = "fs:/ann/d/a.txt:read";

async fn get(desk: &Desk, path: &str, who: &Person) -> vouchsafe_tests::Answer {
    desk.world.call("GET", path, &who.token, Value::Null).await
}

#[actix_web::test]
async fn a_list_of_grants_is_bounded_and_says_when_it_was_cut() {
    let desk = Desk::new().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    assert!(get(&desk, "/auth/list-permissions", &desk.ann).await.body.get("complete").is_none());
    let ann = desk.world.vouchsafe.user("ann").unwrap().id;
    let (app, file) = ("app-1".parse().unwrap(), Resource::Entry(desk.file));
    let holder = Holder::App { app, user: Some(ann) };
    let extra = json!({ "kept": "x".repeat(100) });
    let row = |_: usize| Grant {
        id: GrantId::mint(),
        issuer: ann,
        holder: holder.clone(),
        resource: file.clone(),
        capabilities: Access::Read.capabilities(),
        exact: false,
        expires_at: None,
        created_at: desk.world.clock.now(),
        origin: "test".into(),
    };
    let rows: Vec<Grant> = (0..1_000).map(row).collect();
    desk.world.store().write("test", |tx| rows.iter().try_for_each(|grant| tx.insert_grant(grant, &extra))).unwrap();
    let cut = get(&desk, "/auth/list-permissions", &desk.ann).await;
    assert_eq!((cut.status, &cut.body["complete"]), (200, &json!(false)));
    let to_apps = cut.body["myself_to_app"].as_array().unwrap();
    assert_eq!((to_apps.len(), &to_apps[0]["extra"]), (999, &extra), "beside the one to bob");
}

#[actix_web::test]
async fn a_person_gives_so_many_grants_and_the_host_any_number() {
    let desk = Desk::over(World::with(|settings: &mut Settings| settings.grants_per_issuer = 2)).await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    desk.grant(&desk.ann, &desk.eve, READ).await;
    desk.grant(&desk.ann, &desk.bob, "fs:/ann/d/a.txt:write").await;
    let full = (400, "storage_limit_reached");
    let user = |what: &str| json!({ "target_username": "bob", "permission": what });
    desk.refused("/auth/grant-user-user", &desk.ann, user("fs:/ann/d:read"), full).await;
    let app = json!({ "app_uid": "app-1", "permission": READ });
    desk.refused("/auth/grant-user-app", &desk.ann, app.clone(), full).await;
    desk.refused("/auth/grant-dev-app", &desk.ann, app, full).await;
    let set = json!({ "user": "bob", "resource": "/ann/d", "mode": "read" });
    desk.refused("/acl/set-user-user", &desk.ann, set, full).await;
    let token = json!({ "permissions": [READ] });
    desk.refused("/auth/create-access-token", &desk.ann, token, full).await;
    let item = json!({ "path": "/ann/d", "username": "bob" });
    desk.refused("/share/item-by-username", &desk.ann, item, full).await;
    assert_eq!(desk.ann.shares(&desk.world, "/ann/d", "bob").await.line("recipients", 0), full.1);
    let v1 = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": "fs:/ann/d:read" });
    assert_eq!(desk.world.v1("POST", "/v1/grants", v1).await.status, 201);
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    desk.revoke(&desk.ann, &desk.bob, "fs:/ann/d:read").await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
}

#[actix_web::test]
async fn so_many_grants_are_meant_in_every_face() {
    let desk = Desk::over(World::with(|settings: &mut Settings| settings.grants_per_issuer = 1)).await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let dir = desk.world.dir("/ann/e");
    let entry = async |uuid: vouchsafe_types::EntryId| {
        desk.world.v1("GET", &format!("/v1/entries/{uuid}"), Value::Null).await.body
    };
    let (dir, file) = (entry(dir).await["id"].clone(), entry(desk.file).await);
    let id = |name: &str| desk.world.vouchsafe.user(name).unwrap().id;
    let (ann, eve) = (id("ann"), id("eve"));
    let client = |user: vouchsafe_types::UserId| user.as_uuid().simple().to_string();
    let ticket = json!({ "client_id": client(eve), "owner_id": client(ann), "file_path_hash": file["lookup_hash"] });
    let ticket = BASE64_STANDARD.encode(ticket.to_string());
    let asked = json!({ "owner_id": client(ann), "lookup_hash": file["lookup_hash"] });
    assert_eq!(desk.world.call("POST", "/v2/sharereq", &desk.eve.token, asked).await.status, 201);
    let number = &file["id"];
    let before = (desk.world.counts(), desk.audit().len());
    let (here, office) = ("/public/rest/v2/folder", "/api/2.0/files");
    for (method, path, body, error, says) in [
        ("POST", format!("{here}/{dir}/shares"), json!({ "participant": "eve", "type": 0 }), "data", "Unsupported"),
        ("POST", format!("{here}/{dir}/publictoken"), Value::Null, "data", "Unsupported operation"),
        (
            "PUT",
            format!("{office}/file/{number}/share"),
            json!({ "share": [{ "ShareTo": eve, "Access": 2 }] }),
            "error",
            "Storage capacity limit reached.",
        ),
        ("PUT", format!("{office}/{number}/sharedlink"), json!({ "share": 2 }), "error", "capacity limit reached."),
        ("POST", "/v2/shareinfo".into(), json!({ "auth_ticket": ticket }), "error", "storage_limit_reached: "),
        (
            "PUT",
            "/v2/sharereq".into(),
            json!({ "id": "1", "status": "approved", "auth_ticket": ticket }),
            "error",
            "storage_limit_reached: ",
        ),
    ] {
        let answer = desk.world.call(method, &path, &desk.ann.token, body).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        assert!(answer.body[error].to_string().contains(says), "{path}: {}", answer.body);
    }
    assert_eq!((desk.world.counts(), desk.audit().len()), before);
    let (anns, eves) = (Actor::User(ann), Actor::User(eve));
    desk.world.vouchsafe.ask_for_access(&eves, desk.file, ShareAccess::Read, "").unwrap();
    let ask = desk.world.vouchsafe.list_asks(&anns).unwrap().remove(0).id;
    let full =
        |answer: Result<(), Fault>| matches!(answer, Err(Fault::Api(error)) if error.code() == "storage_limit_reached");
    assert!(full(desk.world.vouchsafe.answer_ask(&anns, ask, true, None)));
    desk.revoke(&desk.ann, &desk.bob, READ).await;
    desk.world.vouchsafe.answer_ask(&anns, ask, true, None).unwrap();
    assert!(desk.holds(&desk.eve.token, READ).await, "it is open still");
}

#[actix_web::test]
async fn paths_of_one_question_are_bounded_altogether() {
    let desk = Desk::new().await;
    let deep = |names: usize| format!("fs:/ann{}:read", "/d".repeat(names));
    let asked: Vec<String> = (0..100).map(|_| deep(198)).collect();
    assert_eq!(desk.post(CHECK, &desk.ann, json!({ "permissions": asked })).await.status, 200);
    let asked: Vec<String> = (0..101).map(|_| deep(200)).collect();
    let answer = desk.refused(CHECK, &desk.ann, json!({ "permissions": asked }), (400, "field_invalid")).await;
    assert_eq!(answer.body["key"], "permissions");
}

#[actix_web::test]
async fn questions_and_lists_are_budgeted() {
    let desk = Desk::limited().await;
    for path in ["/auth/list-permissions", "/group/list"] {
        let mut answers = Vec::new();
        while answers.len() < 1_000 && answers.last() != Some(&429) {
            let answer = get(&desk, path, &desk.ann).await;
            assert_eq!(answer.retry_after.is_empty(), answer.status == 200, "{path}");
            answers.push(answer.status);
        }
        assert_eq!(answers.last(), Some(&429), "{path}");
    }
    assert_eq!(get(&desk, "/auth/list-permissions", &desk.bob).await.status, 200, "others go on");
}

#[actix_web::test]
async fn who_tries_names_of_hidden_directories_is_stopped_and_one_that_was_told_an_id_is_not() {
    let desk = Desk::limited().await;
    desk.grant(&desk.ann, &desk.bob, READ).await;
    let guesses: Vec<String> = (0..1_000).map(|i| format!("fs:/ann/guess{i}/a.txt:read")).collect();
    let asked = json!({ "permissions": guesses });
    assert_eq!(desk.post(CHECK, &desk.bob, asked.clone()).await.status, 200);
    assert_eq!(desk.post(CHECK, &desk.bob, asked.clone()).await.status, 200);
    assert_eq!(desk.post(CHECK, &desk.bob, asked).await.status, 429);
    let question = |i: usize| json!({ "actor": { "user": "bob" }, "permission": format!("fs:/ann/g{i}/a.txt:read") });
    let batch = json!({ "checks": (0..1_000).map(question).collect::<Vec<_>>() });
    let answer = desk.world.call("POST", "/v1/check/batch", &desk.bob.token, batch.clone()).await;
    assert_eq!(answer.refusal(), (429, "too_many_requests"), "the other face counts on");
    assert_eq!(desk.world.v1("POST", "/v1/check/batch", batch).await.status, 200, "the host is told everything");
    let paths: Vec<String> = (0..100).map(|i| format!("/ann/guess{i}/a.txt")).collect();
    let share = json!({ "recipients": "eve", "paths": paths });
    assert_eq!(desk.post("/share", &desk.bob, share).await.status, 429);
    assert!(desk.holds(&desk.bob.token, &format!("fs:/ann/{}/a.txt:read", desk.file)).await);
    assert!(desk.holds(&desk.bob.token, &format!("fs:{}:read", desk.file)).await);
    let own: Vec<String> = (0..1_000).map(|i| format!("fs:/bob/x/{i}:read")).collect();
    assert_eq!(desk.post(CHECK, &desk.bob, json!({ "permissions": own })).await.status, 200);
}

#[actix_web::test]
async fn groups_are_counted_the_same_in_every_face_and_deleting_them_gives_nothing_back() {
    let desk = Desk::limited().await;
    let body = json!({ "owner": "ann", "name": "g" });
    let put = |n: usize| {
        let (path, token, body) = (format!("/v1/groups/{}", uid(n)), desk.ann.token.clone(), body.clone());
        let world = &desk.world;
        async move { (world.call("PUT", &path, &token, body).await, path) }
    };
    for n in 0..11 {
        let (made, path) = put(n).await;
        assert_eq!(made.status, 201);
        assert_eq!(desk.world.call("DELETE", &path, &desk.ann.token, Value::Null).await.status, 200);
        if n < 10 {
            assert_eq!(desk.post("/group/create", &desk.ann, json!({})).await.status, 200);
        }
    }
    let answer = desk.post("/group/create", &desk.ann, json!({})).await;
    assert_eq!((answer.refusal(), answer.retry_after.as_str()), ((429, "too_many_requests"), "180"));
    assert_eq!(put(11).await.0.refusal(), (429, "too_many_requests"));
    assert_eq!(desk.world.v1("PUT", &format!("/v1/groups/{}", uid(11)), body.clone()).await.status, 201, "the host");
    assert_eq!(put(11).await.0.status, 200, "a change makes none");
    desk.world.clock.advance(TimeDelta::hours(1));
    assert_eq!(put(12).await.0.status, 201);
}

fn uid(n: usize) -> String {
    format!("00000000-0000-4000-8000-0000000001{n:02}")
}

#[actix_web::test]
async fn a_list_of_members_that_was_cut_says_so() {
    let desk = Desk::new().await;
    let group = desk.group(&desk.ann, &[&desk.bob]).await;
    let shown = get(&desk, "/group/list", &desk.ann).await.body["owned_groups"][0].clone();
    assert_eq!((&shown["members"], shown.get("complete")), (&json!(["bob"]), None));
    for n in 0..1_000 {
        desk.world.vouchsafe.add_user(&format!("crowd{n}").parse().unwrap(), &Default::default()).unwrap();
    }
    let crowd: Vec<String> = (0..1_000).map(|n| format!("crowd{n}")).collect();
    desk.done("/group/add-users", &desk.ann, json!({ "uid": group, "users": crowd })).await;
    let shown = get(&desk, "/group/list", &desk.ann).await.body["owned_groups"][0].clone();
    assert_eq!(shown["members"].as_array().unwrap().len(), 1_000);
    assert_eq!((&shown["complete"], &shown["member_count"]), (&json!(false), &json!(1_001)));
}

#[actix_web::test]
async fn every_answer_is_marked_as_not_to_be_kept() {
    let desk = Desk::limited().await;
    let key = |value: &'static str| ("idempotency-key", value);
    let share = json!({ "recipients": "bob", "shares": { "$": "fs-share", "path": "/ann/d/a.txt" } });
    let mut answers = vec![
        desk.world.with_header(key("k"), "POST", "/share", &desk.ann.token, share.clone()).await,
        desk.world.with_header(key("k"), "POST", "/share", &desk.ann.token, share.clone()).await,
        desk.world.with_header(key("k"), "POST", "/share", &desk.ann.token, json!({})).await,
        desk.world.with_header(key("no key"), "POST", "/share", &desk.ann.token, share).await,
        desk.world.call("GET", "/nowhere", &desk.ann.token, Value::Null).await,
        desk.world.call("GET", "/share", &desk.ann.token, Value::Null).await,
        desk.world.raw("POST", "/share", "", "application/json", "{").await,
        desk.world.raw("GET", "/livez", "", "", "").await,
    ];
    while answers.last().unwrap().status != 429 {
        answers.push(desk.post("/share", &desk.ann, json!({})).await);
    }
    for answer in answers {
        assert_eq!(answer.safety, "no-store nosniff", "{} {}", answer.status, answer.body);
    }
    let token = desk.token(&desk.ann, ActsAs::AccessToken);
    let refused = desk.world.call("POST", "/share", &token, json!({})).await;
    assert_eq!(refused.safety, "no-store nosniff");
}
