//! What a request does to the rows: it adds and removes, keeps issuers, and does not touch what was shown already.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::EntryId;

async fn grants(world: &World, entry: EntryId) -> Vec<Value> {
    let found = world.v1("GET", &format!("/v1/grants?entry={entry}"), json!({})).await;
    found.body["items"].as_array().unwrap().clone()
}

/// The issuer and the capabilities of somebody's only row.
async fn row(world: &World, entry: EntryId, who: &Person) -> (String, Vec<Value>, bool) {
    let all = grants(world, entry).await;
    let of_him: Vec<&Value> = all.iter().filter(|grant| grant["holder"]["user"] == json!(who.name)).collect();
    assert_eq!(of_him.len(), 1, "{all:?}");
    let grant = of_him[0];
    let capabilities = grant["capabilities"].as_array().unwrap().clone();
    (grant["issuer"].as_str().unwrap().to_owned(), capabilities, grant["exact"] == json!(true))
}

#[actix_web::test]
async fn it_is_no_replacement_and_the_last_of_several_wins() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    let id = guid(&world, &eve);
    let body = json!({"share": [
        {"ShareTo": id, "Access": 1}, {"ShareTo": guid(&world, &ann), "Access": 3},
        {"ShareTo": vouchsafe_types::GroupId::mint(), "Access": 1}, {"Access": 1}, {"ShareTo": id, "Access": 5},
        {"ShareTo": "cd84e66b-b803-40fc-99f9-b2969a54a1de", "Access": 1},
        {"ShareTo": "abef62db-11a8-4673-9d32-ef1d8af19dc0", "Access": 1},
        {"ShareTo": "aced04fa-dd96-4b35-af3e-346bf1eb972d", "Access": 1},
        {"ShareTo": "ee7a7468-cda5-4f8b-afdb-f4e42c318eb6", "Access": 3},
        {"ShareTo": "aafd9c26-9686-4996-9665-35ca72721c4c", "Access": 3},
    ]});
    let answer = call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 2), ("eve", 5)]));
    assert_eq!(world.counts().0, 2);
    let owner =
        &answer.body["response"].as_array().unwrap().iter().find(|r| r["isOwner"] == json!(true)).unwrap()["sharedTo"];
    assert_eq!(owner["userName"], json!("ann"), "a share with the owner is passed over");
    // `Access` is missing: the row goes. 4 leaves it.
    let body = json!({"share": [{"ShareTo": guid(&world, &bob)}, {"ShareTo": id, "Access": "Varies"}]});
    let answer = call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("eve", 5)]));
}

#[actix_web::test]
async fn to_write_back_what_was_shown_changes_nothing() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let dan = world.person("dan");
    let (folder_id, folder) = dir(&world, "/ann/d").await;
    let (entry, file) = file(&world, "/ann/d/plan.docx").await;
    // Each shown less precisely than it is: plain write, a manager, one from above, one that ends, comment and fill.
    ann.gives(&world, "/ann/d/plan.docx", "write", "bob").await;
    ann.gives(&world, "/ann/d/plan.docx", "manage", "eve").await;
    share_folder(&world, &ann, folder, &guid(&world, &dan), 2).await;
    let ends = json!({"issuer": "ann", "holder": {"everyone": true}, "permission": format!("fs:{entry}:read"),
        "expires_at": "2030-01-01T00:00:00Z"});
    world.v1("POST", "/v1/grants", ends).await;
    let (before, above) = (grants(&world, entry).await, grants(&world, folder_id).await);
    let listed = call(&world, &ann, "GET", &format!("file/{file}/share"), json!({})).await;
    assert_eq!(shown(&listed), these([("ann", 1), ("bob", 1), ("eve", 1), ("dan", 2), ("Everyone", 2)]));
    let echo: Vec<Value> = listed.body["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| json!({"ShareTo": record["sharedTo"]["id"], "Access": record["access"]}))
        .collect();
    let revision =
        world.v1("GET", "/v1/changes?after=0&limit=1000", json!({})).await.body["items"].as_array().unwrap().len();
    let answer = call(&world, &ann, "PUT", &format!("file/{file}/share"), json!({"share": echo})).await;
    assert_eq!(shown(&answer), shown(&listed));
    assert_eq!((grants(&world, entry).await, grants(&world, folder_id).await), (before, above));
    let after =
        world.v1("GET", "/v1/changes?after=0&limit=1000", json!({})).await.body["items"].as_array().unwrap().len();
    assert_eq!(after, revision, "not even a change is told");
    assert!(!world.may(&bob, &format!("fs:{entry}:share")), "plain write is still no right to share");
    // Down and up again within one request ends where it began.
    let id = guid(&world, &bob);
    let body = json!({"share": [{"ShareTo": id, "Access": 2}, {"ShareTo": id, "Access": 1}]});
    call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await;
    assert!(!world.may(&bob, &format!("fs:{entry}:share")));
}

#[actix_web::test]
async fn a_row_keeps_its_issuer_while_he_may_give_the_new_value() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    share(&world, &bob, file, &guid(&world, &eve), 2).await;
    assert_eq!(row(&world, entry, &eve).await.0, "bob");
    share(&world, &ann, file, &guid(&world, &eve), 5).await;
    assert_eq!(row(&world, entry, &eve).await.0, "bob", "he may give that, too");
    // A manager gives no exact rows: the editor answers for it.
    ann.gives(&world, "/ann/plan.docx", "manage", "dan").await;
    let fay = world.person("fay");
    dan.gives(&world, "/ann/plan.docx", "read", "fay").await;
    share(&world, &ann, file, &guid(&world, &fay), 6).await;
    assert_eq!(row(&world, entry, &fay).await.0, "ann");
    // Once bob is gone, what he gave sleeps; the owner says it anew, in her name.
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    assert!(!world.may(&eve, &format!("fs:{entry}:read")));
    assert_eq!(list(&world, &ann, file).await.get("eve"), None, "what gives nothing is not listed");
    share(&world, &ann, file, &guid(&world, &eve), 2).await;
    assert_eq!(row(&world, entry, &eve).await.0, "ann");
    assert!(world.may(&eve, &format!("fs:{entry}:read")));
}

#[actix_web::test]
async fn nobody_raises_himself_and_everybody_may_lower_and_drop_his_own() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    share(&world, &ann, file, &id, 1).await;
    let record = call(&world, &bob, "GET", &format!("file/{file}/share"), json!({})).await;
    let own: Vec<&Value> =
        record.body["response"].as_array().unwrap().iter().filter(|r| r["isLocked"] == json!(true)).collect();
    assert_eq!((own.len(), &own[0]["sharedTo"]["userName"]), (1, &json!("bob")));
    // In one request: others first, himself last.
    let body = json!({"share": [{"ShareTo": id, "Access": 2}, {"ShareTo": guid(&world, &eve), "Access": 2}]});
    let answer = call(&world, &bob, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(row(&world, entry, &bob).await, ("ann".to_owned(), row(&world, entry, &eve).await.1, true));
    assert_eq!(refusal(&share(&world, &bob, file, &id, 1).await), no_permission());
    // Through a group he may share, and gives himself nothing by it.
    let team = group(&world, "Team", &[&bob]).await;
    share(&world, &ann, file, &id, 0).await;
    share(&world, &ann, file, &team, 1).await;
    assert_eq!(refusal(&share(&world, &bob, file, &id, 2).await), no_permission());
    assert_eq!(share(&world, &bob, file, &id, 3).await.status, 200, "he leaves");
    assert!(!world.may(&bob, &format!("fs:{entry}:see")));
}

/// Gives somebody's only row on an entry other terms, in the words of `/v1`.
async fn edit(world: &World, entry: EntryId, (editor, holder): (&Person, &Person), permission: &str) {
    let found = world.v1("GET", &format!("/v1/grants?entry={entry}&holder={}", holder.name), json!({})).await;
    let path = format!("/v1/grants/{}", found.body["items"][0]["id"].as_str().unwrap());
    let body = json!({ "permission": permission.replace('U', &entry.to_string()) });
    let answer = world.call("PUT", &path, &editor.token, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[actix_web::test]
async fn of_several_rows_the_one_that_lasts_longest_is_kept() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    let until = json!({"holder": {"user": "eve"}, "permission": format!("fs:{entry}:write"),
        "expires_at": "2027-01-15T23:00:00Z"});
    assert_eq!(world.call("POST", "/v1/grants", &bob.token, until).await.status, 201);
    ann.gives(&world, "/ann/plan.docx", "read", "eve").await;
    assert_eq!(share(&world, &ann, file, &guid(&world, &eve), 6).await.status, 200);
    let (issuer, ..) = row(&world, entry, &eve).await;
    world.clock.advance(chrono::TimeDelta::days(2));
    assert_eq!((issuer.as_str(), world.may(&eve, &format!("fs:{entry}:comment"))), ("ann", true));
}

#[actix_web::test]
async fn who_may_not_revoke_what_others_gave_does_not_by_setting_less_and_lifts_nobodys_own_deny() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let team = group(&world, "Team", &[&eve]).await;
    for has_left in [false, true] {
        let (entry, file) = file(&world, &format!("/ann/{has_left}.docx")).await;
        let (his, hers) = (guid(&world, &bob), guid(&world, &eve));
        share(&world, &ann, file, &his, 1).await;
        share(&world, &bob, file, &hers, 1).await;
        if has_left {
            share(&world, &ann, file, &team, 2).await;
        } else {
            ann.gives(&world, &format!("/ann/{has_left}.docx"), "write", "eve").await;
        }
        edit(&world, entry, (&ann, &bob), "manage:fs:U").await;
        if has_left {
            call(&world, &eve, "DELETE", "share", json!({"fileIds": [file]})).await;
        }
        let before = grants(&world, entry).await;
        assert_eq!(refusal(&share(&world, &bob, file, &hers, 2).await), no_permission(), "{has_left}");
        assert_eq!(grants(&world, entry).await, before, "{has_left}");
        assert_eq!(world.may(&eve, &format!("fs:{entry}:read")), !has_left);
        // The owner may.
        share(&world, &ann, file, &hers, 2).await;
        row(&world, entry, &eve).await;
        assert!(world.may(&eve, &format!("fs:{entry}:read")) && !world.may(&eve, &format!("fs:{entry}:write")));
    }
}

#[actix_web::test]
async fn who_sets_what_its_issuer_cannot_give_any_more_gives_it_himself() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 1).await;
    share(&world, &bob, file, &guid(&world, &eve), 1).await;
    edit(&world, entry, (&ann, &bob), "manage:fs:U:read").await;
    assert_eq!(list(&world, &ann, file).await.get("eve"), Some(&2));
    share(&world, &ann, file, &guid(&world, &eve), 2).await;
    assert_eq!(row(&world, entry, &eve).await.0, "bob", "that was shown, and nothing is changed");
    assert_eq!(shown(&share(&world, &ann, file, &guid(&world, &eve), 1).await).get("eve"), Some(&1));
    assert_eq!(row(&world, entry, &eve).await.0, "ann");
}

#[actix_web::test]
async fn it_is_all_or_nothing() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    // bob reads and shares, as another face may say; he cannot give writing.
    let both =
        json!({"issuer": "ann", "holder": {"user": "bob"}, "permission": format!("manage:manage:fs:{entry}:read")});
    assert_eq!(world.v1("POST", "/v1/grants", both).await.status, 201);
    let dan = world.person("dan");
    let body =
        json!({"share": [{"ShareTo": guid(&world, &eve), "Access": 0}, {"ShareTo": guid(&world, &dan), "Access": 1}]});
    share(&world, &ann, file, &guid(&world, &eve), 2).await;
    let before = grants(&world, entry).await;
    let answer = call(&world, &bob, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(refusal(&answer), no_permission());
    assert_eq!(grants(&world, entry).await, before);
}

#[actix_web::test]
async fn removing_on_a_folder_clears_the_rows_below_and_on_a_file_only_its_own() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let (_, inner) = dir(&world, "/ann/d/inner").await;
    let (entry, file) = file(&world, "/ann/d/inner/plan.docx").await;
    let (id, other) = (guid(&world, &bob), guid(&world, &eve));
    for (who, access) in [(&id, 1), (&other, 5)] {
        share_folder(&world, &ann, folder, who, access).await;
        share_folder(&world, &ann, inner, who, 2).await;
        share(&world, &ann, file, who, 3).await;
    }
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1), ("bob", 3), ("eve", 3)]));
    share(&world, &ann, file, &other, 0).await;
    assert_eq!(list(&world, &ann, file).await.get("eve"), Some(&2), "what is inherited returns");
    share_folder(&world, &ann, folder, &id, 3).await;
    assert_eq!(list(&world, &ann, file).await.get("bob"), Some(&3));
    share(&world, &ann, file, &id, 7).await;
    assert!(world.may(&bob, &format!("fs:{entry}:fill")), "its own row stays reachable below a restricted folder");
    let answer = share_folder(&world, &ann, folder, &id, 0).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("eve", 5)]));
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1), ("eve", 2)]));
    assert!(!world.may(&bob, &format!("fs:{entry}:see")));
}

#[actix_web::test]
async fn removing_takes_the_rows_of_every_face_and_a_lifted_deny_lets_in_again() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    ann.gives(&world, "/ann/plan.docx", "write", "bob").await;
    share(&world, &ann, file, &guid(&world, &bob), 0).await;
    assert_eq!(world.counts().0, 0);
    let team = group(&world, "Team", &[&bob]).await;
    share(&world, &ann, file, &team, 2).await;
    let leave = json!({"fileIds": [file]});
    assert_eq!(call(&world, &bob, "DELETE", "share", leave).await.body["response"], json!(true));
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1), ("bob", 3), ("Team", 2)]));
    share(&world, &ann, file, &guid(&world, &bob), 6).await;
    assert!(world.may(&bob, &format!("fs:{entry}:comment")), "the owner lifts it");
    assert_eq!(world.counts().0, 2);
}

#[actix_web::test]
async fn each_change_is_in_the_audit_with_its_label() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    for access in [2, 8, 0] {
        share(&world, &ann, file, &guid(&world, &bob), access).await;
    }
    let lines = world.v1("GET", &format!("/v1/audit?entry={entry}"), json!({})).await.body;
    let told: Vec<(&Value, &Value)> =
        lines["items"].as_array().unwrap().iter().map(|line| (&line["action"], &line["reason"])).collect();
    let reason = |label: &str| json!(format!("File plan.docx. Access Updated for bob: {label}"));
    let expected = [
        (json!("grant"), reason("Read Only")),
        (json!("change"), reason("Custom Filter")),
        (json!("revoke"), reason("None")),
    ];
    assert_eq!(told, expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>());
}

#[actix_web::test]
async fn a_deny_outlasts_the_gift_that_it_replaces_and_a_gift_the_deny() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    let ends = |what: &str, is_exact: bool| {
        json!({"issuer": "ann", "holder": {"user": "bob"}, "permission": format!("fs:{entry}:{what}"),
            "exact": is_exact, "expires_at": "2027-01-15T23:00:00Z"})
    };
    let read = format!("fs:{entry}:read");
    for (before, is_exact, set, stays) in
        [("read", false, 3, false), ("review", true, 3, false), ("none", true, 2, false), ("write", false, 2, true)]
    {
        assert_eq!(world.v1("POST", "/v1/grants", ends(before, is_exact)).await.status, 201);
        assert_eq!(shown(&share(&world, &ann, file, &id, set).await).get("bob"), Some(&set));
        let end = &grants(&world, entry).await[0]["expires_at"];
        assert_eq!(end.is_string(), stays, "{before}: {end}");
        assert_eq!(world.may(&bob, &read), set == 2);
        share(&world, &ann, file, &id, 0).await;
    }
}
