//! Who did what to which grant, told to whom it concerns.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

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
