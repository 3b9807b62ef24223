//! Sharing folders: 2.1 to 2.5, row by row.

use super::desk::{Desk, PREFIX, TEAM, basic, done, no, plain_no};
use serde_json::{Value, json};

#[actix_web::test]
async fn what_is_wrong_with_a_new_share_is_said_in_the_fixed_order_and_words() {
    let desk = Desk::new();
    desk.team(&[&desk.bob]).await;
    let folder = desk.folder(&desk.ann, "Recipes", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let to = |who: &str| json!({ "participant": who, "type": 0 });
    let no_folder = || no(400, "Could not find folder");
    let oneself = || plain_no("Cannot share with oneself");
    for (who, id, body, expected) in [
        (&desk.ann, "999999".to_owned(), to("carol"), no_folder()),
        (&desk.ann, "-1".to_owned(), to("carol"), no_folder()),
        (&desk.ann, "abc".to_owned(), to("carol"), no_folder()),
        (&desk.eve, folder.to_string(), to("carol"), no_folder()),
        (&desk.eve, folder.to_string(), to("nobody"), no_folder()),
        (&desk.eve, folder.to_string(), json!({ "participant": "x", "type": 9 }), no_folder()),
        (&desk.ann, folder.to_string(), to("bob"), plain_no("Cannot create the same share twice")),
        (&desk.bob, folder.to_string(), to("bob"), plain_no("Cannot create the same share twice")),
        (&desk.ann, folder.to_string(), to("ann"), oneself()),
        (&desk.bob, folder.to_string(), to("ann"), oneself()),
        (&desk.ann, folder.to_string(), to("nobody"), no(400, "Could not find participant")),
        (&desk.ann, folder.to_string(), to("a\0b"), no(400, "Could not find participant")),
        (
            &desk.ann,
            folder.to_string(),
            json!({ "participant": "x", "type": 1 }),
            no(400, "Could not find participant"),
        ),
        (&desk.ann, folder.to_string(), json!({ "participant": "x", "type": 7 }), no(400, "Unsupported share type")),
        (&desk.ann, folder.to_string(), json!({ "participant": "x", "type": -1 }), no(400, "Unsupported share type")),
    ] {
        let answer = desk.call(who, "POST", &format!("/folder/{id}/shares"), body.clone()).await;
        assert_eq!(answer, expected, "{} {id} {body}", who.name);
    }
    assert_eq!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.len(), 1, "nothing else was stored");
}

#[actix_web::test]
async fn the_top_of_ones_own_tree_is_not_shared_under_its_real_number_either() {
    let desk = Desk::new();
    let dir = desk.world.dir("/ann/x");
    let dir = desk.world.v1("GET", &format!("/v1/entries/{dir}"), Value::Null).await;
    let home = dir.body["parent"].as_str().unwrap();
    let home = desk.world.v1("GET", &format!("/v1/entries/{home}"), Value::Null).await.body["id"].clone();
    let body = json!({ "participant": "bob", "type": 0 });
    let answer = desk.call(&desk.ann, "POST", &format!("/folder/{home}/shares"), body).await;
    assert_eq!(answer, no(400, "Could not find folder"));
    let token = desk.call(&desk.ann, "POST", &format!("/folder/{home}/publictoken"), Value::Null).await;
    assert_eq!(token, no(404, "Not found"));
}

#[actix_web::test]
async fn fields_are_read_loosely_and_refused_where_no_coercion_helps() {
    let desk = Desk::new();
    let bad = || no(400, "Bad request");
    for (n, (body, expected)) in [
        (json!({ "participant": "bob", "type": "0", "canWrite": "no", "canShare": "0" }), Ok((true, false))),
        (json!({ "participant": "bob", "type": "0abc", "canWrite": 1, "canShare": "" }), Ok((true, false))),
        (json!({ "participant": "bob", "type": 0, "canWrite": "false", "canShare": null }), Ok((false, false))),
        (json!({ "participant": "bob", "type": false, "canWrite": 0, "canShare": true }), Ok((false, true))),
        (json!({ "participant": "bob" }), Err(bad())),
        (json!({ "type": 0 }), Err(bad())),
        (json!({ "participant": null, "type": 0 }), Err(bad())),
        (json!({ "participant": ["bob"], "type": 0 }), Err(bad())),
        (json!({ "participant": { "a": 1 }, "type": 0 }), Err(bad())),
        (json!({ "participant": "bob", "type": "abc" }), Err(bad())),
        (json!({ "participant": "bob", "type": [] }), Err(bad())),
        (json!({ "participant": "bob", "type": 0, "canWrite": [] }), Err(bad())),
        (json!(["participant"]), Err(bad())),
        (json!(5), Err(bad())),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = desk.folder(&desk.ann, &format!("f{n}"), -1).await;
        let answer = desk.call(&desk.ann, "POST", &format!("/folder/{folder}/shares"), body.clone()).await;
        match expected {
            Ok((write, share)) => {
                let item = &answer.1["item"];
                assert_eq!(
                    (&item["canWrite"], &item["canShare"]),
                    (&json!(write), &json!(share)),
                    "{body}: {answer:?}"
                );
            }
            Err(expected) => assert_eq!(answer, expected, "{body}"),
        }
    }
}

#[actix_web::test]
async fn query_form_and_json_are_merged_and_the_later_wins() {
    let desk = Desk::new();
    let auth = basic("ann", &desk.ann.token);
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let path = format!("{PREFIX}/folder/{folder}/shares");
    let form = [("authorization", auth.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let (_, _, made) =
        desk.world.probe("POST", &format!("{path}?type=9&canWrite=1"), &form, "participant=bob&type=0").await;
    assert_eq!((&made["item"]["participant"], &made["item"]["canWrite"]), (&json!("bob"), &json!(true)));
    let id = made["item"]["id"].clone();
    let put = format!("{PREFIX}/share/{id}");
    let (_, _, edited) = desk.world.probe("PUT", &put, &form, "canWrite=0&canShare=true").await;
    assert_eq!((&edited["item"]["canWrite"], &edited["item"]["canShare"]), (&json!(false), &json!(true)));
    let json = [("authorization", auth.as_str()), ("content-type", "application/json; charset=utf-8")];
    let (_, _, edited) =
        desk.world.probe("PUT", &format!("{put}?canWrite=0&canShare=0"), &json, r#"{"canWrite":true}"#).await;
    assert_eq!((&edited["item"]["canWrite"], &edited["item"]["canShare"]), (&json!(true), &json!(false)));
    for broken in ["{", "[1]", "null"] {
        let (status, _, answer) = desk.world.probe("PUT", &put, &json, broken).await;
        assert_eq!((status, answer), no(400, "Bad request"), "{broken}");
    }
    let parts = [("authorization", auth.as_str()), ("content-type", "multipart/form-data; boundary=Xx")];
    let part =
        |name: &str, value: &str| format!("--Xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let both = format!("{}{}--Xx--\r\n", part("canWrite", "0"), part("canShare", "1"));
    let (_, _, edited) = desk.world.probe("PUT", &format!("{put}?canWrite=1"), &parts, &both).await;
    assert_eq!((&edited["item"]["canWrite"], &edited["item"]["canShare"]), (&json!(false), &json!(true)));
    let title = format!("{}--Xx--\r\n", part("title", "Ä & b"));
    let (_, _, made) = desk.world.probe("POST", &format!("{PREFIX}/folder"), &parts, &title).await;
    assert_eq!(made["item"]["title"], "Ä & b");
    for (method, path) in [("PUT", put.clone()), ("POST", format!("{PREFIX}/folder"))] {
        let (status, _, answer) = desk.world.probe(method, &path, &parts, "--Xx\r\n").await;
        assert_eq!((status, answer), no(400, "Bad request"), "{method}: a form that is none");
    }
    let text = [("authorization", auth.as_str()), ("content-type", "text/plain")];
    let (status, _, answer) = desk.world.probe("PUT", &put, &text, r#"{"canWrite":true,"canShare":true}"#).await;
    assert_eq!((status, answer), no(400, "Bad request"), "only what says that it is JSON is read as such");
}

#[actix_web::test]
async fn a_person_and_a_group_of_one_name_are_two_and_a_group_is_named_by_name_or_uid() {
    let desk = Desk::new();
    desk.team(&[&desk.bob]).await;
    desk.world.person("team");
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let to = |who: &str, kind: i64| json!({ "participant": who, "type": kind });
    let path = format!("/folder/{folder}/shares");
    desk.item(&desk.ann, "POST", &path, to("team", 0)).await;
    let group = desk.item(&desk.ann, "POST", &path, to(TEAM, 1)).await;
    assert_eq!((&group["participant"], &group["participantDisplayName"]), (&json!("team"), &json!("team")));
    let again = desk.call(&desk.ann, "POST", &path, to("team", 1)).await;
    assert_eq!(again, plain_no("Cannot create the same share twice"));

    let other = json!({ "owner": "carol", "name": "team", "members": [] });
    desk.world.v1("PUT", "/v1/groups/7d9f2f0a-93f4-4c7e-8b43-5b8f5a0c2d77", other).await;
    let shown = desk.item(&desk.ann, "GET", &format!("/share/{}", group["id"]), Value::Null).await;
    assert_eq!(shown["participant"], TEAM, "two have the name now");
    let folder = desk.folder(&desk.ann, "g", -1).await;
    let ambiguous = desk.call(&desk.ann, "POST", &format!("/folder/{folder}/shares"), to("team", 1)).await;
    assert_eq!(ambiguous, no(400, "Could not find participant"));
}

#[actix_web::test]
async fn resharing_is_capped_to_what_the_resharer_has_on_create_and_on_edit() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let path = format!("/folder/{folder}/shares");
    let body = json!({ "participant": "carol", "type": 0, "canWrite": true, "canShare": true });
    let made = desk.item(&desk.bob, "POST", &path, body).await;
    assert_eq!((&made["canWrite"], &made["canShare"], &made["owner"]), (&json!(false), &json!(true), &json!("ann")));
    let edit = async |who, id: &Value, write: bool, share: bool| {
        let body = json!({ "canWrite": write, "canShare": share });
        let item = desk.item(who, "PUT", &format!("/share/{id}"), body).await;
        (item["canWrite"].as_bool().unwrap(), item["canShare"].as_bool().unwrap())
    };
    assert_eq!(edit(&desk.bob, &made["id"], true, true).await, (false, true));
    assert_eq!(edit(&desk.ann, &made["id"], true, true).await, (true, true), "the owner may");
    assert_eq!(edit(&desk.bob, &made["id"], true, true).await, (true, true), "what comes back as it was shown stays");
    assert_eq!(edit(&desk.bob, &made["id"], true, false).await, (true, false), "and so does the half that does");
    assert_eq!(edit(&desk.bob, &made["id"], false, true).await, (false, true));
    assert_eq!(edit(&desk.bob, &made["id"], true, true).await, (false, true), "a reader gives no more than he has");
    let eves = json!(desk.share(&desk.ann, folder, &desk.eve, true, false).await);
    assert_eq!(edit(&desk.bob, &eves, true, true).await, (true, true), "he gives the half that is new");
    let own = desk.list(&desk.ann, &path).await[0]["id"].clone();
    assert_eq!(edit(&desk.bob, &own, true, true).await, (false, true), "nobody raises himself");
    assert_eq!(edit(&desk.bob, &own, false, false).await, (false, false));
    assert_eq!(
        desk.call(&desk.bob, "PUT", &format!("/share/{own}"), json!({"canWrite": false, "canShare": true})).await,
        no(400, "Not found")
    );
    desk.team(&[&desk.bob]).await;
    desk.item(&desk.ann, "POST", &path, json!({ "participant": TEAM, "type": 1, "canWrite": true, "canShare": true }))
        .await;
    assert_eq!(edit(&desk.bob, &own, true, true).await, (false, false), "nor by what his group has");
}

#[actix_web::test]
async fn a_share_is_edited_whole_by_who_may_share_the_folder() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let id = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    let both = json!({ "canWrite": true, "canShare": true });
    for (who, share, body, expected) in [
        (&desk.bob, id.to_string(), both.clone(), no(400, "Not found")),
        (&desk.eve, id.to_string(), both.clone(), no(400, "Not found")),
        (&desk.ann, "999".to_owned(), both.clone(), no(400, "Not found")),
        (&desk.ann, "x".to_owned(), both.clone(), no(400, "Not found")),
        (&desk.ann, id.to_string(), json!({ "canWrite": true }), no(400, "Bad request")),
        (&desk.ann, id.to_string(), json!({ "canShare": true }), no(400, "Bad request")),
        (&desk.ann, id.to_string(), json!({ "canWrite": [], "canShare": true }), no(400, "Bad request")),
        (&desk.ann, id.to_string(), json!({ "canWrite": null, "canShare": true }), no(400, "Bad request")),
    ] {
        let answer = desk.call(who, "PUT", &format!("/share/{share}"), body.clone()).await;
        assert_eq!(answer, expected, "{} {share} {body}", who.name);
    }
    let body = json!({ "canWrite": true, "canShare": false, "participant": "eve", "type": 1, "folderId": 3 });
    let edited = desk.item(&desk.ann, "PUT", &format!("/share/{id}"), body).await;
    assert_eq!(
        (&edited["participant"], &edited["type"], &edited["folderId"]),
        (&json!("bob"), &json!(0), &json!(folder))
    );
    assert_eq!((&edited["canWrite"], &edited["canShare"]), (&json!(true), &json!(false)));
}

#[actix_web::test]
async fn a_share_is_listed_and_shown_to_those_whom_the_table_names() {
    let desk = Desk::new();
    desk.team(&[&desk.carol]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let inside = desk.folder(&desk.ann, "inside", folder).await;
    let bobs = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    let teams = desk.share_with_team(&desk.ann, folder).await;
    let deeper = desk.share(&desk.ann, inside, &desk.eve, false, true).await;
    let ids = async |who, folder: i64| {
        let shares = desk.list(who, &format!("/folder/{folder}/shares")).await;
        shares.iter().map(|share| share["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&desk.ann, folder).await, [bobs, teams]);
    assert_eq!(ids(&desk.bob, folder).await, [bobs]);
    assert_eq!(ids(&desk.carol, folder).await, [teams], "the group's share is hers");
    assert_eq!(ids(&desk.ann, inside).await, [deeper]);
    assert_eq!(ids(&desk.eve, inside).await, [deeper]);
    let none = no(404, "Could not find folder");
    for (who, folder) in [(&desk.bob, inside.to_string()), (&desk.eve, folder.to_string())] {
        assert_eq!(desk.get(who, &format!("/folder/{folder}/shares")).await, none, "{}", who.name);
    }
    for folder in ["-1", "999", "x"] {
        assert_eq!(desk.get(&desk.ann, &format!("/folder/{folder}/shares")).await, none, "{folder}");
    }
    for (who, share, is_shown) in [
        (&desk.ann, bobs, true),
        (&desk.bob, bobs, true),
        (&desk.bob, teams, true),
        (&desk.bob, deeper, true),
        (&desk.eve, deeper, true),
        (&desk.eve, bobs, false),
        (&desk.ann, 999, false),
    ] {
        let answer = desk.get(who, &format!("/share/{share}")).await;
        assert_eq!(answer.0 == 200, is_shown, "{} {share}", who.name);
        assert!(is_shown || answer == no(404, "Not found"));
    }
    assert_eq!(desk.get(&desk.ann, "/share/x").await, no(404, "Not found"));
}

#[actix_web::test]
async fn ending_a_share_always_succeeds_and_ends_it_for_who_may_only() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let id = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    for who in [&desk.bob, &desk.eve] {
        assert_eq!(desk.delete(who, &format!("/share/{id}")).await, done());
        assert!(desk.reads(&desk.bob, folder).await, "{} ended it", who.name);
    }
    for share in ["999", "x", "-1"] {
        assert_eq!(desk.delete(&desk.ann, &format!("/share/{share}")).await, done());
    }
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{id}")).await, done());
    assert!(!desk.reads(&desk.bob, folder).await);
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{id}")).await, done());
}

#[actix_web::test]
async fn ones_own_shares_are_those_of_ones_own_folders_whoever_made_them() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let inside = desk.folder(&desk.ann, "inside", folder).await;
    let first = desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let second = desk.share(&desk.bob, inside, &desk.carol, false, false).await;
    let ids = async |who| {
        let shares = desk.list(who, "/share").await;
        shares.iter().map(|share| share["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&desk.ann).await, [first, second]);
    assert_eq!(ids(&desk.bob).await, [0; 0], "neither those made as a resharer nor those had");
    assert_eq!(desk.list(&desk.bob, "/folder/shared").await, [json!({ "id": folder })]);
    assert_eq!(desk.list(&desk.ann, "/folder/shared").await, [0; 0].map(|n: i32| json!(n)));
}

#[actix_web::test]
async fn of_one_share_that_is_made_many_times_at_once_one_is_made() {
    let desk = Desk::new();
    desk.team(&[&desk.carol]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let path = format!("/folder/{folder}/shares");
    for (n, (participant, kind)) in [("bob", 0), ("team", 1)].into_iter().enumerate() {
        let body = json!({ "participant": participant, "type": kind });
        let posts = (0..8).map(|_| desk.call(&desk.ann, "POST", &path, body.clone()));
        let answers = futures_util::future::join_all(posts).await;
        assert_eq!(answers.iter().filter(|answer| answer.0 == 200).count(), 1, "{answers:?}");
        let twice = plain_no("Cannot create the same share twice");
        assert_eq!(answers.iter().filter(|answer| **answer == twice).count(), 7, "{answers:?}");
        assert_eq!(desk.list(&desk.ann, &path).await.len(), n + 1);
    }
}
