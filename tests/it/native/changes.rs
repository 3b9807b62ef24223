//! What changed, in the order of the revisions; and the revision in every answer.

use super::routes::{ID, things};
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

async fn changes(world: &World, query: &str) -> Answer {
    world.v1("GET", &format!("/v1/changes?{query}"), Value::Null).await
}

fn kinds(answer: &Answer) -> Vec<String> {
    answer.body["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn everything_that_changes_is_told_with_its_actor_and_its_effect() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let start = changes(&world, "limit=1000").await.body["revision"].as_i64().unwrap();
    let file = world.file("/ann/a.txt");
    ann.gives(&world, "/ann/a.txt", "manage", "bob").await;
    bob.gives(&world, "/ann/a.txt", "read", "eve").await;
    ann.gives(&world, "/ann/a.txt", "read", "new@x.org").await;
    world.v1("PUT", &format!("/v1/groups/{ID}"), json!({ "owner": "ann", "name": "g", "members": ["bob"] })).await;
    world.v1("POST", &format!("/v1/entries/{file}/move"), json!({ "path": "/ann/b.txt" })).await;
    world.vouchsafe.suspend_user("eve", true).unwrap();
    world.vouchsafe.delete_user("bob").unwrap();
    world.v1("DELETE", &format!("/v1/entries/{file}"), Value::Null).await;
    world.v1("DELETE", &format!("/v1/groups/{ID}"), Value::Null).await;
    let found = changes(&world, &format!("after={start}&limit=1000")).await;
    let expected = [
        "entry",
        "grant",
        "grant",
        "invite",
        "join",
        "group",
        "entry_moved",
        "user",
        "revoke",
        "revoke",
        "user_deleted",
        "entry_deleted",
        "group_deleted",
    ];
    let mut told = kinds(&found);
    told.retain(|kind| kind != "leave");
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    assert_eq!(sorted(told), sorted(expected.map(str::to_owned).to_vec()));
    let items = found.body["items"].as_array().unwrap();
    assert!(
        items.iter().all(|i| i["actor"].is_object() && i["effect"].is_object() && i["at"].is_string()),
        "{items:?}"
    );
    let revisions: Vec<i64> = items.iter().map(|i| i["revision"].as_i64().unwrap()).collect();
    assert!(revisions.is_sorted() && revisions[0] > start);
    assert_eq!(found.body["revision"], json!(revisions.last().unwrap()));
    let grant = items.iter().find(|i| i["kind"] == "grant").unwrap();
    assert_eq!((&grant["effect"]["entry"], grant["effect"]["after"]["exact"].as_bool()), (&json!(file), Some(false)));
}

#[actix_web::test]
async fn what_came_with_one_revision_is_not_torn_apart_and_nothing_is_lost_between_pages() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for i in 0..4 {
        world.file(&format!("/ann/{i}.txt"));
    }
    let shares: Vec<Value> = (0..4).map(|i| json!({ "$": "fs-share", "path": format!("/ann/{i}.txt") })).collect();
    world.call("POST", "/share", &ann.token, json!({ "recipients": ["bob", "eve"], "shares": shares })).await;
    let whole = changes(&world, "limit=1000").await;
    assert!(whole.body["cursor"].is_null());
    for limit in [1, 2, 3, 7] {
        let (mut seen, mut after) = (Vec::new(), "0".to_owned());
        loop {
            let page = changes(&world, &format!("limit={limit}&after={after}")).await;
            seen.extend(page.body["items"].as_array().unwrap().clone());
            match page.body["cursor"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(json!(seen), whole.body["items"], "in pages of {limit}");
    }
    for query in ["after=x", "after=-1", "wait=61", "wait=x", "after=1&cursor=1", "befor=1"] {
        assert_eq!(changes(&world, query).await.refusal(), (400, "field_invalid"), "{query}");
    }
    assert_eq!(world.call("GET", "/v1/changes", &ann.token, Value::Null).await.refusal(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_waiting_request_is_answered_when_something_changes() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    let now = changes(&world, "limit=1000").await.body["revision"].as_i64().unwrap();
    assert_eq!(kinds(&changes(&world, &format!("after={now}&wait=0")).await), Vec::<String>::new());
    let query = format!("after={now}&wait=30");
    let waiting = changes(&world, &query);
    let sharing = async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(50)).await;
        ann.shares(&world, "/ann/a.txt", "bob").await
    };
    let (told, _) = futures_util::future::join(waiting, sharing).await;
    assert_eq!(kinds(&told), ["grant"]);
}

#[actix_web::test]
async fn every_answer_names_its_revision_and_honours_at_least() {
    let world = World::new();
    world.people();
    world.file("/ann/a.txt");
    let puts = [
        ("/v1/users/zoe".to_owned(), json!({})),
        (format!("/v1/groups/{ID}"), json!({ "owner": "ann", "name": "g" })),
        (format!("/v1/entries/{ID}"), json!({ "path": "/ann/x", "kind": "dir" })),
        ("/v1/apps/app-9".into(), json!({ "name": "n", "owner": "ann" })),
        (format!("/v1/sites/{ID}"), json!({ "name": "n", "owner": "ann" })),
    ];
    let mut last = 0;
    for (path, body) in puts {
        let made = world.v1("PUT", &path, body).await;
        let revision = made.body["revision"].as_i64().unwrap_or_else(|| panic!("{path}: {}", made.body));
        assert!(made.status == 201 && revision > last, "{path}: {revision} after {last}");
        last = revision;
    }
    let lists = ["/v1/grants", "/v1/audit", "/v1/changes", "/v1/users/ann/entries"].map(str::to_owned);
    let access = format!("/v1/entries/{ID}/access");
    for path in things().into_iter().chain(lists).chain([access]) {
        for (at_least, status) in [(last, 200), (last + 1, 409)] {
            let answer = world.v1("GET", &format!("{path}?at_least={at_least}"), Value::Null).await;
            assert_eq!(answer.status, status, "{path} {}", answer.body);
            assert_eq!(answer.body["revision"].as_i64(), (status == 200).then_some(last), "{path}");
        }
        assert_eq!(world.v1("GET", &format!("{path}?at_least=x"), Value::Null).await.refusal(), (400, "field_invalid"));
    }
}
