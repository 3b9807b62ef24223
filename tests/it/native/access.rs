//! Who can do what on an entry, what somebody was given, and leaving.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};
use vouchsafe_types::DefaultGroup;

async fn access(world: &World, token: &str, entry: impl std::fmt::Display, query: &str) -> Answer {
    world.call("GET", &format!("/v1/entries/{entry}/access?{query}"), token, Value::Null).await
}

async fn give(world: &World, issuer: &str, holder: Value, permission: &str) -> String {
    let body = json!({ "issuer": issuer, "holder": holder, "permission": permission });
    let made = world.v1("POST", "/v1/grants", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

fn subjects(answer: &Answer) -> Vec<(Value, String)> {
    let items = answer.body["items"].as_array().unwrap();
    let mut all: Vec<(Value, String)> =
        items.iter().map(|i| (i["subject"].clone(), i["access"].as_str().unwrap().to_owned())).collect();
    all.sort_by_key(|(subject, _)| subject.to_string());
    all
}

#[actix_web::test]
async fn everybody_is_listed_with_what_he_has_and_how() {
    let world = World::new();
    world.people();
    world.person("dan");
    let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let group = uuid::Uuid::from_u128(9);
    world
        .v1("PUT", &format!("/v1/groups/{group}"), json!({ "owner": "ann", "name": "g", "members": ["eve", "bob"] }))
        .await;
    let on_dir = give(&world, "ann", json!({ "user": "bob" }), &format!("fs:{dir}:read")).await;
    let to_group = give(&world, "ann", json!({ "group": group }), &format!("fs:{file}:write")).await;
    let list = access(&world, &world.key, file, "").await;
    assert_eq!(list.status, 200);
    let expected = [
        (json!({ "group": group }), "write".to_owned()),
        (json!({ "user": "ann" }), "owner".to_owned()),
        (json!({ "user": "bob" }), "write".to_owned()),
        (json!({ "user": "eve" }), "write".to_owned()),
    ];
    assert_eq!(subjects(&list), expected);
    let items = list.body["items"].as_array().unwrap();
    let of = |name: &str| items.iter().find(|i| i["subject"]["user"] == name).unwrap();
    assert_eq!(items[0]["subject"]["user"], "ann", "the owner comes first");
    assert_eq!(of("ann")["via"], json!([]));
    assert_eq!(
        of("eve")["via"],
        json!([{ "grant_id": to_group, "issuer": "ann", "entry": file, "inherited": false, "group": group }])
    );
    let bobs = of("bob")["via"].as_array().unwrap();
    assert!(bobs.contains(&json!({ "grant_id": on_dir, "issuer": "ann", "entry": dir, "inherited": true })));
    assert_eq!(bobs.len(), 2);
    assert!(list.body["revision"].is_i64() && list.body["cursor"].is_null());
}

#[actix_web::test]
async fn only_what_works_now_is_listed() {
    let world = World::new();
    world.people();
    let file = world.file("/ann/a.txt");
    give(&world, "ann", json!({ "user": "bob" }), &format!("manage:fs:{file}")).await;
    give(&world, "bob", json!({ "user": "eve" }), &format!("fs:{file}:read")).await;
    assert_eq!(subjects(&access(&world, &world.key, file, "").await).len(), 3);
    world.vouchsafe.suspend_user("bob", true).unwrap();
    assert_eq!(subjects(&access(&world, &world.key, file, "").await), [(json!({ "user": "ann" }), "owner".to_owned())]);
}

#[actix_web::test]
async fn pages_of_any_size_hold_the_same_people() {
    let world = World::new();
    world.people();
    let file = world.file("/ann/a.txt");
    let names: Vec<String> = (0..7).map(|i| world.person(&format!("p{i}")).name).collect();
    let group = format!("/v1/groups/{}", uuid::Uuid::from_u128(9));
    world.v1("PUT", &group, json!({ "owner": "ann", "name": "g", "members": names[2..] })).await;
    give(&world, "ann", json!({ "group": uuid::Uuid::from_u128(9) }), &format!("fs:{file}:read")).await;
    give(&world, "ann", json!({ "user": "p0" }), &format!("fs:{file}:write")).await;
    give(&world, "ann", json!({ "user": "p3" }), &format!("fs:{file}:write")).await;
    give(&world, "ann", json!({ "everyone": true }), &format!("fs:{file}:see")).await;
    let whole = subjects(&access(&world, &world.key, file, "limit=1000").await);
    assert_eq!(whole.len(), 12, "ten people, the group, everyone");
    for limit in 1..6 {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = access(&world, &world.key, file, &format!("limit={limit}{cursor}")).await;
            assert!(page.body["items"].as_array().unwrap().len() <= limit);
            seen.extend(subjects(&page));
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        seen.sort_by_key(|(subject, _)| subject.to_string());
        assert_eq!(seen, whole, "in pages of {limit}");
    }
    assert_eq!(access(&world, &world.key, file, "cursor=e30").await.refusal(), (400, "field_invalid"));
}

#[actix_web::test]
async fn a_person_is_told_the_members_of_his_own_groups_only() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    for (id, owner, member) in [(7, "ann", "bob"), (8, "eve", "eve")] {
        let (id, group) = (uuid::Uuid::from_u128(id), json!({ "owner": owner, "name": "g", "members": [member] }));
        world.v1("PUT", &format!("/v1/groups/{id}"), group).await;
        let holder = json!({ "group": id });
        give(&world, "ann", holder, &format!("fs:{file}:read")).await;
    }
    give(&world, "ann", json!({ "group": DefaultGroup::User.id() }), &format!("fs:{file}:see")).await;
    let people = |answer: &Answer| {
        let all = subjects(answer).into_iter().filter_map(|(s, _)| s["user"].as_str().map(str::to_owned));
        all.collect::<Vec<_>>()
    };
    assert_eq!(people(&access(&world, &world.key, file, "").await), ["ann", "bob", "eve"]);
    let own = access(&world, &ann.token, file, "").await;
    assert_eq!(people(&own), ["ann", "bob"]);
    assert_eq!(subjects(&own).len(), 5, "all three groups are named");

    let direct = give(&world, "ann", json!({ "user": "eve" }), &format!("fs:{file}:list")).await;
    let of_all = give(&world, "ann", json!({ "everyone": true }), &format!("fs:{file}:see")).await;
    let (hosts, own) = (access(&world, &world.key, file, "").await, access(&world, &ann.token, file, "").await);
    let eves = |answer: &Answer| {
        let all = answer.body["items"].as_array().unwrap();
        all.iter().find(|item| item["subject"]["user"] == "eve").unwrap().clone()
    };
    assert_eq!((&eves(&hosts)["access"], eves(&hosts)["via"].as_array().unwrap().len()), (&json!("read"), 4));
    assert!(eves(&hosts)["via"].as_array().unwrap().iter().any(|via| via["group"] == json!(uuid::Uuid::from_u128(8))));
    let way = |grant: &str| json!({ "grant_id": grant, "issuer": "ann", "entry": file, "inherited": false });
    let mut by_all = way(&of_all);
    by_all["everyone"] = json!(true);
    let hers = eves(&own);
    let (via, expected) = (hers["via"].as_array().unwrap(), [way(&direct), by_all]);
    assert!(via.len() == 2 && expected.iter().all(|way| via.contains(way)), "{hers}");
    assert_eq!(hers["access"], "list", "what she reads as a member is not told");
}

#[actix_web::test]
async fn who_may_ask_who_has_access() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    give(&world, "ann", json!({ "user": "bob" }), &format!("fs:{file}:read")).await;
    give(&world, "ann", json!({ "user": "dan" }), &format!("manage:fs:{file}")).await;
    let above = give(&world, "ann", json!({ "user": "eve" }), &format!("fs:{dir}:see")).await;
    let none = uuid::Uuid::from_u128(1);
    for (who, entry, refusal) in [
        (&ann.token, file.to_string(), (200, "")),
        (&dan.token, file.to_string(), (200, "")),
        (&bob.token, file.to_string(), (403, "forbidden")),
        (&eve.token, none.to_string(), (404, "subject_does_not_exist")),
        (&bob.token, dir.to_string(), (404, "subject_does_not_exist")),
        (&world.key, none.to_string(), (404, "subject_does_not_exist")),
        (&world.key, "x".to_owned(), (400, "field_invalid")),
    ] {
        assert_eq!(access(&world, who, entry, "").await.refusal(), refusal);
    }
    let dans = access(&world, &dan.token, file, "").await;
    let eves = dans.body["items"].as_array().unwrap().iter().find(|i| i["subject"]["user"] == "eve").unwrap();
    let via = json!([{ "grant_id": above, "issuer": "ann", "entry": null, "inherited": true }]);
    assert_eq!(eves["via"], via, "where above it a grant stands is not told to whom does not see it");
}

#[actix_web::test]
async fn what_somebody_was_given_is_listed_in_pages() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let group = uuid::Uuid::from_u128(9);
    world.v1("PUT", &format!("/v1/groups/{group}"), json!({ "owner": "eve", "name": "g", "members": ["bob"] })).await;
    let files: Vec<_> = (0..6).map(|i| world.file(&format!("/ann/d{i}/a.txt"))).collect();
    world.file("/bob/own.txt");
    give(&world, "ann", json!({ "user": "bob" }), &format!("fs:{}:write", files[0])).await;
    give(&world, "ann", json!({ "user": "bob" }), &format!("fs:{}:see", files[1])).await;
    give(&world, "ann", json!({ "group": group }), &format!("fs:{}:read", files[2])).await;
    give(&world, "ann", json!({ "everyone": true }), &format!("fs:{}:read", files[3])).await;
    give(&world, "ann", json!({ "group": DefaultGroup::User.id() }), &format!("fs:{}:read", files[4])).await;
    give(&world, "ann", json!({ "user": "eve" }), &format!("fs:{}:read", files[5])).await;
    give(&world, "ann", json!({ "group": group }), &format!("fs:{}:see", files[0])).await;
    let list = async |token: &str, name: &str, query: &str| {
        world.call("GET", &format!("/v1/users/{name}/entries?{query}"), token, Value::Null).await
    };
    let of = |answer: &Answer| {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().map(|i| i["entry"]["uuid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let ids = |which: &[usize]| which.iter().map(|i| files[*i].to_string()).collect::<Vec<_>>();
    let all = list(&world.key, "bob", "").await;
    assert_eq!(of(&all), ids(&[0, 1, 2, 3, 4]));
    assert_eq!((&all.body["complete"], &all.body["items"][0]["access"]), (&json!(true), &json!("write")));
    assert_eq!(of(&list(&world.key, "bob", "access=read").await), ids(&[0, 2, 3, 4]));
    assert_eq!(of(&list(&world.key, "bob", "access=write").await), ids(&[0]));
    for limit in 1..4 {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&world.key, "bob", &format!("access=read&limit={limit}{cursor}")).await;
            seen.extend(of(&page));
            match page.body["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ids(&[0, 2, 3, 4]), "in pages of {limit}");
    }
    let own = list(&bob.token, "bob", "").await;
    let path = format!("/ann/{}/a.txt", files[0]);
    assert_eq!(
        (&own.body["items"][0]["entry"]["path"], &own.body["items"][0]["entry"]["parent"]),
        (&json!(path), &Value::Null)
    );
    for (token, name, query, refusal) in [
        (&eve.token, "bob", "", (403, "forbidden")),
        (&eve.token, "ghost", "", (403, "forbidden")),
        (&world.key, "ghost", "", (422, "user_does_not_exist")),
        (&world.key, "bob", "access=none", (400, "field_invalid")),
        (&world.key, "bob", "access=fly", (400, "field_invalid")),
        (&world.key, "bob", "acces=read", (400, "field_invalid")),
    ] {
        assert_eq!(list(token, name, query).await.refusal(), refusal, "{name} {query}");
    }
    assert_eq!(of(&list(&ann.token, "ann", "").await), Vec::<String>::new(), "what one owns was not given to one");
}

#[actix_web::test]
async fn who_leaves_is_out_and_may_come_back_by_himself() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let group = uuid::Uuid::from_u128(9);
    world.v1("PUT", &format!("/v1/groups/{group}"), json!({ "owner": "ann", "name": "g", "members": ["bob"] })).await;
    let file = world.file("/ann/a.txt");
    let (read, path) = (format!("fs:{file}:read"), format!("/v1/entries/{file}/leave"));
    give(&world, "ann", json!({ "user": "bob" }), &format!("manage:fs:{file}")).await;
    give(&world, "bob", json!({ "user": "eve" }), &read).await;
    assert_eq!(world.call("POST", &path, &bob.token, Value::Null).await.status, 200);
    assert!(!world.may(&bob, &read) && !world.may(&eve, &read), "with what he had given");
    assert_eq!(world.counts().0, 0, "nothing is left to deny");
    assert_eq!(world.call("POST", &path, &bob.token, Value::Null).await.refusal(), (404, "subject_does_not_exist"));
    assert_eq!(world.call("POST", &path, &ann.token, Value::Null).await.refusal(), (400, "cannot_revoke_owner"));
    assert_eq!(world.v1("POST", &path, Value::Null).await.refusal(), (403, "forbidden"));

    give(&world, "ann", json!({ "group": group }), &read).await;
    assert!(world.may(&bob, &read));
    assert_eq!(world.call("POST", &path, &bob.token, Value::Null).await.status, 200);
    assert!(!world.may(&bob, &read), "although his group still has it");
    let own = world.call("GET", "/v1/grants?holder=bob", &bob.token, Value::Null).await;
    let deny = &own.body["items"][0];
    assert_eq!((&deny["origin"], &deny["access"], &deny["issuer"]), (&json!("left"), &json!("none"), &json!("ann")));
    let back = format!("/v1/grants/{}", deny["id"].as_str().unwrap());
    assert_eq!(world.call("DELETE", &back, &bob.token, Value::Null).await.status, 200);
    assert!(world.may(&bob, &read));
}
