//! Several settings in one request: none takes from another what it says.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World};

/// One request of several settings, in this order or in the other.
async fn put(world: &World, who: &Person, path: &str, is_reversed: bool, sets: &[(&str, i64)]) -> Answer {
    let mut share: Vec<Value> = sets.iter().map(|(id, access)| json!({"ShareTo": id, "Access": access})).collect();
    if is_reversed {
        share.reverse();
    }
    call(world, who, "PUT", path, json!({ "share": share })).await
}

#[actix_web::test]
async fn who_is_named_has_what_was_said_whoever_his_row_came_from() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (cat, fay) = (world.person("cat"), world.person("fay"));
    let [b, c, e, f] = [&bob, &cat, &eve, &fay].map(|who| guid(&world, who));
    for (case, (his, hers)) in [(1, 0), (2, 0), (1, 2), (2, 2), (5, 3), (1, 1)].into_iter().enumerate() {
        for is_reversed in [false, true] {
            let (entry, number) = file(&world, &format!("/ann/{case}-{is_reversed}.docx")).await;
            // What bob has, he has from fay, who has it from cat; and he has handed it on.
            for (who, with, access) in [(&ann, &c, 1), (&cat, &f, 1), (&fay, &b, 1), (&bob, &e, 2)] {
                assert_eq!(share(&world, who, number, with, access).await.status, 200);
            }
            let answer =
                put(&world, &ann, &format!("file/{number}/share"), is_reversed, &[(&b, his), (&c, hers)]).await;
            let (now, case) = (shown(&answer), format!("{his} {hers} {is_reversed}: {answer:?}"));
            assert_eq!(now.get("bob"), Some(&his), "{case}");
            assert_eq!(now.get("cat").copied().unwrap_or(0), hers, "{case}");
            assert!(world.may(&bob, &format!("fs:{entry}:read")), "{case}");
            // Who is not named keeps what he has from who is.
            assert_eq!(now.get("eve"), (his == 1).then_some(&2), "{case}");
            assert_eq!(now.contains_key("fay"), hers == 1, "{case}");
        }
    }
}

#[actix_web::test]
async fn a_group_has_what_was_said_though_a_person_who_gave_it_has_less() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let team = group(&world, "Team", &[&eve]).await;
    for (less, is_reversed) in [(2, false), (0, true), (3, false)] {
        let (_, number) = file(&world, &format!("/ann/{less}.docx")).await;
        share(&world, &ann, number, &guid(&world, &bob), 1).await;
        share(&world, &bob, number, &team, 2).await;
        let sets = [(team.as_str(), 1), (&guid(&world, &bob), less)];
        let now = shown(&put(&world, &ann, &format!("file/{number}/share"), is_reversed, &sets).await);
        assert_eq!((now.get("Team"), now.get("bob").copied().unwrap_or(0)), (Some(&1), less));
    }
}

#[actix_web::test]
async fn what_is_kept_back_is_kept_back_before_anything_is_set_and_told() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, number) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, number, &guid(&world, &bob), 1).await;
    share(&world, &bob, number, &guid(&world, &eve), 2).await;
    let body = json!({"share": [{"ShareTo": guid(&world, &eve), "Access": 2}], "notify": true,
        "advancedSettings": {"denySharing": true}});
    let answer = call(&world, &ann, "PUT", &format!("file/{number}/share"), body).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 1), ("eve", 2)]));
    assert!(world.may(&eve, &format!("fs:{entry}:read")));
    assert_eq!(world.counts().2, 1, "what she was told is so");
}

#[actix_web::test]
async fn links_that_are_named_keep_their_keys_though_who_made_them_is_removed() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, number) = file(&world, "/ann/plan.docx").await;
    let his = guid(&world, &bob);
    share(&world, &ann, number, &his, 1).await;
    let made = switch(&world, &bob, number, 2).await;
    let default = key(made.body["response"].as_str().unwrap());
    let (id, further) = additional(&world, &bob, number, json!({"password": "secret"})).await;
    let (_, forgotten) = additional(&world, &bob, number, json!({})).await;
    let path = format!("file/{number}/share");
    let answer = put(&world, &ann, &path, false, &[(DEFAULT_LINK, 2), (&id, 6), (&his, 0)]).await;
    let url = link(&answer, DEFAULT_LINK).unwrap();
    assert_eq!((key(&url.0), url.1), (default.clone(), 2));
    let url = link(&answer, &id).unwrap();
    assert_eq!((key(&url.0), url.1), (further, 6));
    assert_eq!(opens(&world, number, &default).await, 2);
    assert_ne!(opens(&world, number, &forgotten).await, 2, "what is not named goes with who made it");
    // Who only has less has put to sleep what he gave.
    share(&world, &ann, number, &his, 1).await;
    put(&world, &ann, &path, false, &[(DEFAULT_LINK, 0)]).await;
    switch(&world, &bob, number, 2).await;
    let answer = put(&world, &ann, &path, false, &[(DEFAULT_LINK, 2), (&his, 2)]).await;
    assert_eq!(link(&answer, DEFAULT_LINK).unwrap().1, 2);
    let links =
        answer.body["response"].as_array().unwrap().iter().filter(|one| one["sharedTo"]["shareLink"].is_string());
    assert_eq!(links.count(), 2, "none is made twice: {answer:?}");
}

#[actix_web::test]
async fn a_new_link_is_made_once() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, number) = file(&world, "/ann/plan.docx").await;
    let body = json!({"share": [{"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 2, "linkSettings": {}},
        {"ShareTo": guid(&world, &bob), "Access": 2}]});
    call(&world, &ann, "PUT", &format!("file/{number}/share"), body).await;
    assert_eq!(world.counts().0, 2);
}

#[actix_web::test]
async fn who_may_is_judged_by_what_he_had_when_he_asked() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let team = group(&world, "Team", &[&bob]).await;
    let (folder_id, folder) = dir(&world, "/ann/d").await;
    let (entry, number) = file(&world, "/ann/d/plan.docx").await;
    let hers = guid(&world, &eve);
    for is_reversed in [false, true] {
        share_folder(&world, &ann, folder, &team, 1).await;
        let answer = put(&world, &bob, &format!("folder/{folder}/share"), is_reversed, &[(&team, 2), (&hers, 2)]).await;
        assert_eq!(shown(&answer).get("Team"), Some(&2));
        assert!(!world.may(&eve, &format!("fs:{folder_id}:read")), "he has given it, and it sleeps with his right to");
        share_folder(&world, &ann, folder, &team, 1).await;
        assert!(world.may(&eve, &format!("fs:{folder_id}:read")));
        // What others gave, also below, goes as well.
        share(&world, &ann, number, &hers, 6).await;
        let answer = put(&world, &bob, &format!("folder/{folder}/share"), is_reversed, &[(&team, 0), (&hers, 0)]).await;
        assert_eq!(shown(&answer), these([("ann", 1)]), "{answer:?}");
        assert!(!world.may(&eve, &format!("fs:{entry}:see")));
    }
    // Of several entries as of one; and who had left is let in again.
    share_folder(&world, &ann, folder, &team, 1).await;
    let other = group(&world, "Other", &[&eve]).await;
    share(&world, &ann, number, &other, 2).await;
    call(&world, &eve, "DELETE", "share", json!({"fileIds": [number]})).await;
    let body = json!({"folderIds": [folder], "fileIds": [number],
        "share": [{"ShareTo": team, "Access": 2}, {"ShareTo": hers, "Access": 2}]});
    assert_eq!(call(&world, &bob, "PUT", "share", body).await.status, 200);
    assert_eq!(list(&world, &ann, number).await.get("eve"), None, "what bob gave sleeps");
}

#[actix_web::test]
async fn of_several_entries_each_shows_what_was_said_though_one_lies_in_another() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let cat = world.person("cat");
    let (his, hers) = (guid(&world, &bob), guid(&world, &cat));
    for (is_reversed, less) in [(false, 0), (true, 0), (false, 2), (true, 2)] {
        let (_, outer) = dir(&world, &format!("/ann/{is_reversed}{less}")).await;
        let (entry, inner) = dir(&world, &format!("/ann/{is_reversed}{less}/inner")).await;
        share_folder(&world, &ann, outer, &hers, 1).await;
        share_folder(&world, &cat, inner, &his, 2).await;
        let mut folders = [inner, outer];
        if is_reversed {
            folders.reverse();
        }
        let share = json!([{"ShareTo": his, "Access": 2}, {"ShareTo": hers, "Access": less}]);
        let answer = call(&world, &ann, "PUT", "share", json!({"folderIds": folders, "share": share})).await;
        assert_eq!(shown(&answer).get("bob"), Some(&2), "{is_reversed} {less}");
        assert!(world.may(&bob, &format!("fs:{entry}:read")));
    }
}

#[actix_web::test]
async fn what_is_taken_over_is_one_row_with_what_its_new_giver_gave_before() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let cat = world.person("cat");
    for (case, [anns, cats, eves]) in
        [["write", "write", "write"], ["read", "write", "read"], ["write", "read", "read"], ["review", "fill", "read"]]
            .into_iter()
            .enumerate()
    {
        let (entry, number) = file(&world, &format!("/ann/{case}.docx")).await;
        for who in [&cat, &eve] {
            share(&world, &ann, number, &guid(&world, who), 1).await;
        }
        for (who, access) in [(&ann, anns), (&cat, cats), (&eve, eves)] {
            let body = json!({"holder": {"user": "bob"}, "permission": format!("fs:{entry}:{access}")});
            assert_eq!(world.call("POST", "/v1/grants", &who.token, body).await.status, 201);
        }
        let before = shown(&call(&world, &ann, "GET", &format!("file/{number}/share"), json!({})).await)["bob"];
        let sets = [(guid(&world, &cat), 0), (guid(&world, &eve), 0), (guid(&world, &bob), before)];
        let sets: Vec<(&str, i64)> = sets.iter().map(|(id, access)| (id.as_str(), *access)).collect();
        let answer = put(&world, &ann, &format!("file/{number}/share"), false, &sets).await;
        assert_eq!(shown(&answer).get("bob"), Some(&before), "{case}: {answer:?}");
        let rows = world.v1("GET", &format!("/v1/grants?entry={entry}&holder=bob"), Value::Null).await;
        let rows = rows.body["items"].as_array().unwrap().clone();
        assert_eq!((rows.len(), rows[0]["issuer"].as_str()), (1, Some("ann")), "{case}: {rows:?}");
        let path = format!("/v1/grants/{}", rows[0]["id"].as_str().unwrap());
        assert_eq!(world.call("DELETE", &path, &ann.token, Value::Null).await.status, 200);
        assert!(!world.may(&bob, &format!("fs:{entry}:read")), "{case}");
    }
}
