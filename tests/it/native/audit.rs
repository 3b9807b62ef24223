//! Who did what to which grant, told to whom it concerns.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};
use vouchsafe_types::EntryId;

async fn audit(world: &World, token: &str, query: &str) -> Answer {
    world.call("GET", &format!("/v1/audit?{query}"), token, Value::Null).await
}

fn actions(answer: &Answer) -> Vec<String> {
    answer.body["items"].as_array().unwrap().iter().map(|i| i["action"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn every_change_of_a_grant_is_written_down_with_both_states() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    ann.gives(&world, "/ann/a.txt", "read", "bob").await;
    ann.gives(&world, "/ann/a.txt", "write", "bob").await;
    let grants = world.v1("GET", &format!("/v1/grants?entry={file}"), Value::Null).await;
    let id = grants.body["items"][0]["id"].as_str().unwrap();
    world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    let found = audit(&world, &world.key, &format!("entry={file}")).await;
    assert_eq!(actions(&found), ["grant", "change", "revoke"]);
    let items = &found.body["items"];
    let read = json!({ "issuer": items[0]["after"]["issuer"], "capabilities": ["see", "list", "read", "download"],
        "exact": false, "expires_at": null });
    assert_eq!((&items[0]["after"], &items[0]["before"]), (&read, &Value::Null));
    assert_eq!(items[1]["before"], read);
    assert_eq!(items[1]["after"], items[2]["before"]);
    for (i, actor) in
        [json!({ "user": "ann" }), json!({ "user": "ann" }), json!({ "service": "tests" })].iter().enumerate()
    {
        let line = &items[i];
        assert_eq!(
            (&line["actor"], &line["issuer"], &line["holder"]),
            (actor, &json!("ann"), &json!({ "user": "bob" }))
        );
        assert_eq!((&line["grant"], &line["entry"]), (&json!(id), &json!(file)));
        assert!(line["request_id"].is_string() && line["at"].is_string() && line["id"].is_i64());
    }
    assert_eq!(items[0]["reason"], "granted via PermissionService");
}

#[actix_web::test]
async fn what_falls_and_who_joins_is_written_down_too() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    ann.gives(&world, "/ann/a.txt", "manage", "bob").await;
    bob.gives(&world, "/ann/a.txt", "read", "eve").await;
    world.vouchsafe.delete_user("bob").unwrap();
    let eves = audit(&world, &world.key, "user=eve").await;
    assert_eq!(actions(&eves), ["grant", "revoke"]);
    let gone = &eves.body["items"][1];
    assert!(gone["issuer"].as_str().is_some_and(|id| id.len() == 36), "the id stays when the account goes: {gone}");
    let group = format!("/v1/groups/{}", uuid::Uuid::from_u128(9));
    for members in [json!(["eve"]), json!(["eve"]), json!([])] {
        world.v1("PUT", &group, json!({ "owner": "ann", "name": "g", "members": members })).await;
    }
    let later = audit(&world, &world.key, &format!("user=eve&after={}", gone["id"])).await;
    assert_eq!(actions(&later), ["join", "leave"]);
    assert_eq!(later.body["items"][0]["permission"], format!("group:{}", uuid::Uuid::from_u128(9)));
}

#[actix_web::test]
async fn the_audit_comes_in_pages_and_only_to_whom_it_concerns() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    for i in 0..7 {
        world.file(&format!("/ann/{i}.txt"));
        ann.shares(&world, &format!("/ann/{i}.txt"), "bob").await;
    }
    ann.gives(&world, "/ann/a.txt", "manage", "eve").await;
    let whole = audit(&world, &world.key, "").await;
    assert_eq!(actions(&whole).len(), 8);
    for (query, count) in [("", 8), ("user=bob", 7), ("user=ann", 8), ("user=eve", 1)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = audit(&world, &world.key, &format!("{query}&limit=3{cursor}")).await;
            seen.extend(page.body["items"].as_array().unwrap().iter().map(|i| i["id"].as_i64().unwrap()));
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(seen.len() == count && seen.is_sorted(), "{query}: {seen:?}");
    }
    for (who, query, refusal) in [
        (&bob.token, "user=bob".to_owned(), (200, "")),
        (&bob.token, "user=ann".into(), (403, "forbidden")),
        (&bob.token, "user=ghost".into(), (403, "forbidden")),
        (&bob.token, String::new(), (403, "forbidden")),
        (&ann.token, format!("entry={file}"), (200, "")),
        (&eve.token, format!("entry={file}"), (403, "forbidden")),
        (&world.key, "user=ghost".into(), (422, "user_does_not_exist")),
        (&world.key, "entry=x".into(), (400, "field_invalid")),
        (&world.key, "after=x".into(), (400, "field_invalid")),
        (&world.key, "before=1".into(), (400, "field_invalid")),
    ] {
        assert_eq!(audit(&world, who, &query).await.refusal(), refusal, "{query}");
    }
}

#[actix_web::test]
async fn moves_and_accounts_are_written_down_and_no_directory_is_named_to_whom_does_not_see_it() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (from, to, dir) = (world.dir("/ann/from"), world.dir("/ann/to"), world.dir("/ann/from/d"));
    let number = world.v1("GET", &format!("/v1/entries/{dir}"), Value::Null).await.body["id"].clone();
    let share = json!({ "participant": "bob", "type": 0, "canWrite": true, "canShare": true });
    let shared = world.call("POST", &format!("/public/rest/v2/folder/{number}/shares"), &ann.token, share).await;
    assert_eq!(shared.status, 200, "{}", shared.body);
    for path in ["/ann/to/d", "/ann/to/e"] {
        let moved = world.v1("POST", &format!("/v1/entries/{dir}/move"), json!({ "path": path })).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
    }
    let states = |told: &Answer| {
        let lines = told.body["items"].as_array().unwrap().clone();
        let moves = lines.into_iter().filter(|line| line["action"] == "move");
        moves.map(|line| [line["before"]["parent"].clone(), line["after"]["parent"].clone()]).collect::<Vec<_>>()
    };
    let query = format!("entry={dir}");
    for token in [&world.key, &ann.token] {
        assert_eq!(states(&audit(&world, token, &query).await), [[json!(from), json!(to)]], "a new name is no move");
    }
    assert_eq!(states(&audit(&world, &bob.token, &query).await), [[Value::Null, Value::Null]]);
    world.v1("DELETE", &format!("/v1/entries/{dir}"), Value::Null).await;
    let last = audit(&world, &world.key, &query).await.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        [&last["action"], &last["before"]["parent"], &last["after"]],
        [&json!("delete"), &json!(to), &Value::Null]
    );

    for is_suspended in [true, true, false] {
        world.vouchsafe.suspend_user("bob", is_suspended).unwrap();
    }
    world.vouchsafe.delete_user("bob").unwrap();
    let lines = audit(&world, &world.key, "").await.body["items"].as_array().unwrap().clone();
    let accounts = lines.iter().filter(|line| line["action"] == "account");
    let told: Vec<_> = accounts.map(|line| (&line["before"]["suspended"], &line["after"]["suspended"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(told, [(&no, &yes), (&yes, &no), (&no, &Value::Null)], "the same again is no change");
}

#[actix_web::test]
async fn what_was_before_it_was_ones_own_is_told_only_to_the_host() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let hour = || world.clock.advance(chrono::TimeDelta::hours(1));
    ann.gives(&world, "/ann/d/a.txt", "read", "eve").await;
    let go = async |entry: EntryId, path: &str| {
        hour();
        let moved = world.v1("POST", &format!("/v1/entries/{entry}/move"), json!({ "path": path })).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
    };
    let seen = async |who: &str| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = audit(&world, who, &format!("entry={file}&limit=1{cursor}")).await;
            assert_eq!(page.status, 200, "{}", page.body);
            seen.extend(actions(&page));
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    let other = world.dir("/ann/e");
    go(dir, "/ann/e/d").await;
    assert_eq!(seen(&ann.token).await, ["grant"], "it is hers as before");
    // The directory above both is handed over; what lies below has no line about that.
    go(other, "/bob/e").await;
    assert_eq!(seen(&bob.token).await, [] as [&str; 0]);
    bob.gives(&world, "/bob/e/d/a.txt", "read", "eve").await;
    assert_eq!(seen(&bob.token).await, ["grant"]);
    go(file, "/bob/a.txt").await;
    assert_eq!(world.v1("DELETE", &format!("/v1/entries/{other}"), Value::Null).await.status, 200);
    assert_eq!(seen(&bob.token).await, ["grant", "move"], "wherever it lies now");
    // Directories under the old ids tell nothing about what lay in theirs.
    for (entry, path) in [(other, "/bob/x"), (dir, "/bob/y")] {
        world.v1("PUT", &format!("/v1/entries/{entry}"), json!({ "path": path, "kind": "dir" })).await;
    }
    go(dir, "/bob/x/y").await;
    assert_eq!(seen(&bob.token).await, ["grant", "move"]);
    go(file, "/bob/x/y/a.txt").await;
    assert_eq!(seen(&bob.token).await, ["grant", "move", "move"]);
    go(file, "/ann/a.txt").await;
    assert_eq!(seen(&ann.token).await, ["move"], "it came back, and what was between is not hers");
    assert_eq!(seen(&world.key).await, ["grant", "revoke", "grant", "move", "move", "revoke", "move"]);
    let told = audit(&world, &world.key, &format!("entry={file}")).await;
    for line in told.body["items"].as_array().unwrap().iter().filter(|line| line["action"] == "move") {
        assert_eq!(line["after"].as_object().unwrap().len(), 1, "{line}");
    }
    let own = audit(&world, &ann.token, &format!("entry={file}&user=ann")).await;
    assert_eq!(actions(&own), ["grant", "revoke"], "what she did herself she is told");
}

#[actix_web::test]
async fn what_had_the_same_id_before_is_told_only_to_the_host() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    ann.gives(&world, "/ann/a.txt", "read", "eve").await;
    world.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(world.call("DELETE", &format!("/v1/entries/{file}"), &ann.token, Value::Null).await.status, 200);
    world.clock.advance(chrono::TimeDelta::hours(1));
    let again = json!({ "path": "/bob/b.txt", "kind": "file" });
    assert_eq!(world.call("PUT", &format!("/v1/entries/{file}"), &bob.token, again).await.status, 201);
    let query = format!("entry={file}");
    assert_eq!(actions(&audit(&world, &bob.token, &query).await), [] as [&str; 0]);
    bob.gives(&world, "/bob/b.txt", "read", "eve").await;
    assert_eq!(actions(&audit(&world, &bob.token, &query).await), ["grant"]);
    assert_eq!(actions(&audit(&world, &world.key, &query).await), ["grant", "revoke", "delete", "grant"]);
}
