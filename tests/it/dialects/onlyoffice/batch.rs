//! Several entries at once, and leaving.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::World;

#[actix_web::test]
async fn several_entries_are_read_as_one_list() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let (_, first) = file(&world, "/ann/a.docx").await;
    let (_, second) = file(&world, "/ann/b.docx").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    share(&world, &ann, first, &guid(&world, &bob), 2).await;
    share(&world, &ann, second, &guid(&world, &bob), 2).await;
    share_folder(&world, &ann, folder, &guid(&world, &bob), 2).await;
    share(&world, &ann, first, &guid(&world, &eve), 5).await;
    share(&world, &ann, second, &guid(&world, &eve), 6).await;
    share(&world, &ann, first, &guid(&world, &dan), 1).await;
    let body = json!({"folderIds": [folder], "fileIds": [first, second.to_string()]});
    let answer = call(&world, &ann, "POST", "share", body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 2), ("eve", 4), ("dan", 4)]));
    let has_link = answer.body["response"].as_array().unwrap().iter().any(|r| r["sharedTo"]["shareLink"].is_string());
    assert!(!has_link, "links are left out");
    // Echoed, it changes nothing.
    let before = world.counts().0;
    let echo: Vec<Value> = answer.body["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| json!({"ShareTo": record["sharedTo"]["id"], "Access": record["access"]}))
        .collect();
    let body = json!({"folderIds": [folder], "fileIds": [first, second], "share": echo});
    let again = call(&world, &ann, "PUT", "share", body).await;
    assert_eq!((again.status, shown(&again), world.counts().0), (200, shown(&answer), before));
}

#[actix_web::test]
async fn several_entries_are_set_all_of_them_or_none() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (mine, first) = file(&world, "/ann/a.docx").await;
    let (_, second) = file(&world, "/ann/b.docx").await;
    let (_, foreign) = file(&world, "/eve/c.docx").await;
    let share = json!([{"ShareTo": guid(&world, &bob), "Access": "Comment"}]);
    let body = |files: &[i64]| json!({"fileIds": files, "share": share});
    assert_eq!(refusal(&call(&world, &ann, "PUT", "share", body(&[first, foreign])).await), no_permission());
    assert_eq!(refusal(&call(&world, &ann, "PUT", "share", body(&[first, 999_999])).await), no_permission());
    assert!(!world.may(&bob, &format!("fs:{mine}:see")));
    let answer = call(&world, &ann, "PUT", "share", body(&[first, second])).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 6)]));
    assert_eq!(refusal(&call(&world, &eve, "POST", "share", json!({"fileIds": [first]})).await), no_permission());
    let many: Vec<i64> = (0..2_000).collect();
    assert_eq!(refusal(&call(&world, &ann, "POST", "share", json!({"fileIds": many})).await).0, 400);
    assert_eq!(refusal(&call(&world, &ann, "POST", "share", json!({"fileIds": {"a": 1}})).await).0, 400);
    let empty = call(&world, &ann, "POST", "share", json!({})).await;
    assert_eq!((empty.status, &empty.body["count"], &empty.body["response"]), (201, &Value::Null, &json!([])));
}

#[actix_web::test]
async fn entries_of_two_owners_are_shared_by_who_may_share_both() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, mine) = file(&world, "/ann/a.docx").await;
    let (_, his) = file(&world, "/bob/b.docx").await;
    share(&world, &bob, his, &guid(&world, &ann), 1).await;
    let share = json!([{"ShareTo": guid(&world, &eve), "Access": 2}]);
    let answer = call(&world, &ann, "PUT", "share", json!({"fileIds": [mine, his], "share": share})).await;
    // Bob has nothing on hers; neither of them owns both.
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 4), ("eve", 2)]));
    let records = answer.body["response"].as_array().unwrap();
    assert!(records.iter().all(|record| record["isOwner"] == json!(false)), "{records:?}");
    assert_eq!(list(&world, &bob, his).await, these([("ann", 1), ("bob", 1), ("eve", 2)]));
}

#[actix_web::test]
async fn later_shares_with_a_group_do_not_reach_who_left_what_it_gave_and_reach_who_left_his_own() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let (entry, file_id) = file(&world, "/ann/d/a.docx").await;
    let (own, mine) = file(&world, "/bob/own.docx").await;
    share(&world, &ann, file_id, &guid(&world, &bob), 2).await;
    share(&world, &ann, file_id, &guid(&world, &eve), 2).await;
    let team = group(&world, "Team", &[&bob, &eve]).await;
    share_folder(&world, &ann, folder, &team, 1).await;
    let form = format!("fileIds[]={file_id}&fileIds[]={mine}&fileIds[]=999999&folderIds[]=sbox-1&folderIds[]={folder}");
    let kind = "application/x-www-form-urlencoded";
    let answer = world.raw("DELETE", "/api/2.0/files/share", &bob.token, kind, form).await;
    assert_eq!((answer.status, &answer.body["response"], &answer.body["count"]), (200, &json!(true), &json!(1)));
    assert!(!world.may(&bob, &format!("fs:{entry}:see")) && world.may(&eve, &format!("fs:{entry}:read")));
    share(&world, &ann, file_id, &team, 1).await;
    assert!(!world.may(&bob, &format!("fs:{entry}:see")));
    assert!(world.may(&bob, &format!("fs:{own}:delete")), "his own stays his");
    // Where nothing else let him in there is nothing to keep out.
    let (alone, number) = file(&world, "/ann/b.docx").await;
    share(&world, &ann, number, &guid(&world, &bob), 2).await;
    call(&world, &bob, "DELETE", "share", json!({"fileIds": [number]})).await;
    assert!(!world.may(&bob, &format!("fs:{alone}:see")));
    share(&world, &ann, number, &team, 2).await;
    assert!(world.may(&bob, &format!("fs:{alone}:read")));
    let nobody = call(&world, &bob, "DELETE", "share", json!({})).await;
    assert_eq!(nobody.body["response"], json!(true));
}

#[actix_web::test]
async fn an_entry_that_is_named_often_counts_once() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, file) = file(&world, "/ann/a.docx").await;
    let often = vec![file; 1_000];
    let with = [&bob, &eve].map(|who| json!({"ShareTo": guid(&world, who), "Access": 2}));
    let body = json!({"fileIds": often, "share": with, "notify": true});
    let answer = call(&world, &ann, "PUT", "share", body).await;
    assert_eq!((shown(&answer), world.counts()), (these([("ann", 1), ("bob", 2), ("eve", 2)]), (2, 2, 2)));
    let read = call(&world, &ann, "POST", "share", json!({"fileIds": often})).await;
    assert_eq!(shown(&read), shown(&answer));
}

#[actix_web::test]
async fn more_than_one_request_takes_is_refused_before_anything_is_changed() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let mut files = Vec::new();
    for n in 0..50 {
        files.push(file(&world, &format!("/ann/d/{n}.docx")).await.1);
    }
    // Fifty files, twenty-one settings each.
    let settings = |count: usize| {
        let unknown = (1..count).map(|_| json!({"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2}));
        unknown.chain([json!({"ShareTo": guid(&world, &bob), "Access": 2})]).collect::<Vec<Value>>()
    };
    let too_many = json!({"fileIds": files, "share": settings(21)});
    assert_eq!(refusal(&call(&world, &ann, "PUT", "share", too_many).await).0, 400);
    assert_eq!(world.counts().0, 0);
    // A hundred holders above them: 5,050 records.
    let mut above = Vec::new();
    for n in 0..100 {
        above.push(json!({"ShareTo": group(&world, &format!("g{n}"), &[]).await, "Access": 2}));
    }
    call(&world, &ann, "PUT", &format!("folder/{folder}/share"), json!({"share": above})).await;
    for method in ["POST", "PUT"] {
        let body = json!({"fileIds": files, "share": settings(1)});
        assert_eq!(refusal(&call(&world, &ann, method, "share", body).await).0, 400, "{method}");
    }
    assert_eq!(world.counts().0, 100);
    let few = json!({"fileIds": files[..3], "share": settings(1)});
    assert_eq!(call(&world, &ann, "PUT", "share", few).await.status, 200);
}

#[actix_web::test]
async fn lists_weigh_ten_questions_and_each_further_entry_one() {
    let world = World::with(|settings| settings.are_limits_on = true);
    // Of entries that are not there: it is the looking that counts. Of 600, this takes 511.
    let many = json!({"fileIds": (1_000_000..1_000_600).collect::<Vec<i64>>()});
    let lists =
        [("GET", "file/N/share"), ("GET", "@my"), ("GET", "@share"), ("DELETE", "share"), ("PUT", "file/N/share")];
    for (n, (method, path)) in lists.into_iter().enumerate() {
        let who = world.person(&format!("p{n}"));
        let (_, file) = file(&world, &format!("/p{n}/a.docx")).await;
        assert_eq!(call(&world, &who, "POST", "share", many.clone()).await.status, 403);
        assert_eq!(refusal(&call(&world, &who, "POST", "share", many.clone()).await).0, 429);
        let mut is_throttled = false;
        // As simple questions they would all be answered.
        for _ in 0..60 {
            let answer = call(&world, &who, method, &path.replace('N', &file.to_string()), json!({})).await;
            is_throttled |= answer.status == 429;
        }
        assert!(is_throttled, "{method} {path}");
    }
}
