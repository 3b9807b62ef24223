//! Why: every pathway of what is allowed, and the nearest missing step of what is not.

use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::EntryId;

async fn explain(world: &World, token: &str, user: &str, permission: &str) -> Value {
    let body = json!({ "actor": { "user": user }, "permission": permission });
    let answer = world.call("POST", "/v1/explain", token, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

async fn give(world: &World, issuer: &str, to: &str, permission: String, more: Value) -> String {
    let mut body = json!({ "issuer": issuer, "holder": { "user": to }, "permission": permission });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = world.v1("POST", "/v1/grants", body).await;
    made.body["id"].as_str().unwrap().to_owned()
}

fn nodes<'a>(told: &'a Value, kind: &str) -> Vec<&'a Value> {
    told["reading"].as_array().unwrap().iter().filter(|node| node["$"] == kind).collect()
}

/// ann owns `/ann/d/a.txt`; bob has `manage` on the directory and gave eve reading on the file.
async fn desk() -> (World, [Person; 3], EntryId, EntryId, [String; 2]) {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let first = give(&world, "ann", "bob", format!("manage:fs:{dir}"), json!({})).await;
    let second = give(&world, "bob", "eve", format!("fs:{file}:read"), json!({})).await;
    (world, [ann, bob, eve], dir, file, [first, second])
}

#[actix_web::test]
async fn every_pathway_is_told() {
    let (world, _, dir, file, [first, second]) = desk().await;
    let direct = give(&world, "ann", "eve", format!("fs:{file}:write"), json!({})).await;
    let told = explain(&world, &world.key, "eve", &format!("fs:{file}:read")).await;
    let paths = nodes(&told, "path");
    let ids: Vec<&str> = paths.iter().map(|path| path["grant_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [direct.as_str(), second.as_str()], "the shortest first");
    assert!(paths.iter().all(|path| path["has_terminal"] == true));
    let behind = &paths[1]["reading"][0];
    assert_eq!((&behind["grant_id"], &behind["permission"]), (&json!(first), &json!(format!("manage:fs:{dir}"))));
    assert_eq!(
        behind["reading"],
        json!([{ "$": "option", "permission": format!("fs:{file}:read"), "source": "implied",
        "by": "is-owner", "data": {}, "holder_username": "ann" }, { "$": "time", "value": 0 }])
    );
}

#[actix_web::test]
async fn the_nearest_missing_step_is_told() {
    let (world, _, _, file, [first, second]) = desk().await;
    let read = format!("fs:{file}:read");
    let missing = async |user: &str, permission: &str| {
        let told = explain(&world, &world.key, user, permission).await;
        assert_eq!(told["allowed"], false);
        nodes(&told, "missing").into_iter().cloned().collect::<Vec<_>>()
    };
    world.person("dan");
    let nobody = missing("dan", &read).await;
    assert_eq!(
        nobody,
        [json!({ "$": "missing", "reason": "not_granted", "permission": read, "holder_username": "dan",
        "could_grant": ["ann", "bob"] })]
    );
    let more = missing("eve", &format!("fs:{file}:write")).await;
    assert_eq!((&more[0]["reason"], &more[0]["could_grant"]), (&json!("not_granted"), &json!(["ann", "bob"])));

    let timed = give(&world, "ann", "dan", read.clone(), json!({ "expires_at": "2027-01-15T09:00:00Z" })).await;
    world.clock.advance(chrono::TimeDelta::hours(2));
    let ended = missing("dan", &read).await;
    assert_eq!(
        ended,
        [json!({ "$": "missing", "reason": "expired", "permission": read, "holder_username": "dan",
        "grant_id": timed, "issuer_username": "ann", "gives": read, "via": "user",
        "expired_at": "2027-01-15T09:00:00.000000Z" })]
    );

    let deny = give(&world, "ann", "eve", format!("fs:{file}:none"), json!({ "exact": true })).await;
    let silenced = missing("eve", &read).await;
    assert_eq!((&silenced[0]["reason"], &silenced[0]["grant_id"]), (&json!("silenced"), &json!(second)));
    assert_eq!(silenced[0]["silenced_by"], json!(deny));
    world.v1("DELETE", &format!("/v1/grants/{deny}"), Value::Null).await;

    world.vouchsafe.suspend_user("bob", true).unwrap();
    let asleep = missing("eve", &read).await;
    assert_eq!((&asleep[0]["reason"], &asleep[0]["issuer_username"]), (&json!("suspended"), &json!("bob")));
    world.vouchsafe.suspend_user("bob", false).unwrap();
    give(&world, "ann", "bob", format!("fs:{}:read", uuid_of(&world, &first).await), json!({})).await;
    let broken = missing("eve", &read).await;
    assert_eq!((&broken[0]["reason"], &broken[0]["holder_username"]), (&json!("not_granted"), &json!("bob")));
    assert_eq!(broken[0]["permission"], format!("manage:{read}"), "the link behind is what is missing");
    world.vouchsafe.suspend_user("eve", true).unwrap();
    assert_eq!(missing("eve", &read).await[0]["reason"], "suspended");
}

#[actix_web::test]
async fn all_who_could_grant_are_named_to_whom_who_has_access_is_no_secret() {
    let (world, [ann, _, eve], dir, file, _) = desk().await;
    world.person("dan");
    give(&world, "ann", "dan", format!("manage:fs:{dir}"), json!({})).await;
    let write = format!("fs:{file}:write");
    let could = |told: &Value| {
        let list = nodes(told, "missing")[0]["could_grant"].as_array().unwrap().clone();
        let mut names: Vec<String> = list.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        names[1..].sort();
        names
    };
    let hosts = explain(&world, &world.key, "eve", &write).await;
    assert_eq!(could(&hosts), ["ann", "bob", "dan"], "dan has nothing to do with eve");
    assert_eq!(could(&explain(&world, &eve.token, "eve", &write).await), ["ann", "bob"]);
    assert!(nodes(&explain(&world, &ann.token, "ann", &write).await, "missing").is_empty());
}

#[actix_web::test]
async fn a_user_is_told_what_became_of_a_grant_of_his_own() {
    let (world, [ann, bob, eve], dir, file, _) = desk().await;
    let (dan, kim) = (world.person("dan"), world.person("kim"));
    let read = format!("fs:{file}:read");
    let ends = json!({ "expires_at": "2027-01-15T09:00:00Z" });
    let timed = give(&world, "ann", "dan", read.clone(), ends.clone()).await;
    give(&world, "ann", "kim", format!("fs:{dir}:read"), ends).await;
    world.clock.advance(chrono::TimeDelta::hours(2));
    let told = explain(&world, &dan.token, "dan", &read).await;
    let ended = nodes(&told, "missing");
    assert_eq!((ended.len(), &ended[0]["grant_id"], &ended[0]["reason"]), (1, &json!(timed), &json!("expired")));
    assert_eq!(told["reading"].as_array().unwrap().len(), 2, "that, and the time: {told}");
    // By its path he would learn where it lies; from a grant on the directory, what is in there now.
    for (who, asked) in [(&dan, "fs:/ann/d/a.txt:read"), (&kim, read.as_str())] {
        let silent = explain(&world, &who.token, &who.name, asked).await;
        assert_eq!(silent["reading"].as_array().unwrap().len(), 1, "{silent}");
    }
    for other in [&ann, &bob, &eve] {
        assert!(!explain(&world, &other.token, &other.name, &read).await.to_string().contains(&timed));
    }
}

#[actix_web::test]
async fn what_a_grant_on_the_way_would_give_is_told_without_where_above_it_stands() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let ends = json!({ "expires_at": "2027-01-15T09:00:00Z" });
    let first = give(&world, "ann", "bob", format!("manage:fs:{dir}"), ends).await;
    give(&world, "ann", "eve", format!("fs:{file}:see"), json!({})).await;
    give(&world, "bob", "eve", format!("fs:{file}:read"), json!({})).await;
    world.clock.advance(chrono::TimeDelta::hours(2));
    for (token, on) in [(&world.key, dir), (&eve.token, file)] {
        let told = explain(&world, token, "eve", &format!("fs:{file}:read")).await;
        let missing = nodes(&told, "missing")[0];
        assert_eq!((&missing["reason"], &missing["grant_id"]), (&json!("expired"), &json!(first)));
        assert_eq!((&missing["gives"], &missing["via"]), (&json!(format!("manage:fs:{on}")), &json!("user")));
        assert_eq!(told.to_string().contains(&dir.to_string()), on == dir, "{told}");
    }
}

#[actix_web::test]
async fn a_reading_does_not_tell_who_is_in_a_group_of_somebody_elses() {
    let world = World::new();
    let (_, bob, eve) = world.people();
    let (file, group) = (world.file("/ann/a.txt"), uuid::Uuid::from_u128(9));
    let team = json!({ "owner": "ann", "name": "g", "members": ["bob"] });
    world.v1("PUT", &format!("/v1/groups/{group}"), team).await;
    let to_group = json!({ "issuer": "ann", "holder": { "group": group }, "permission": format!("manage:fs:{file}"),
        "expires_at": "2027-01-15T09:00:00Z" });
    assert_eq!(world.v1("POST", "/v1/grants", to_group).await.status, 201);
    give(&world, "ann", "eve", format!("fs:{file}:see"), json!({})).await;
    give(&world, "bob", "eve", format!("fs:{file}:read"), json!({})).await;
    let read = format!("fs:{file}:read");
    let names_group = |told: &Value| told.to_string().contains(&group.to_string());

    let own = explain(&world, &bob.token, "bob", &read).await;
    assert!(names_group(&own) && nodes(&own, "truncated").is_empty(), "he is in it: {own}");
    let (all, hers) =
        (explain(&world, &world.key, "eve", &read).await, explain(&world, &eve.token, "eve", &read).await);
    assert_eq!((names_group(&all), nodes(&all, "truncated").len()), (true, 0));
    let path = nodes(&hers, "path")[0];
    assert_eq!((&path["issuer_username"], &path["has_terminal"]), (&json!("bob"), &json!(true)));
    assert_eq!((path["reading"].as_array().unwrap().len(), nodes(&hers, "truncated").len()), (1, 1), "{hers}");

    world.clock.advance(chrono::TimeDelta::hours(2));
    let all = explain(&world, &world.key, "eve", &read).await;
    let missing = nodes(&all, "missing")[0];
    assert_eq!((&missing["via"], &missing["group_id"]), (&json!("user-group"), &json!(group)));
    let hers = explain(&world, &eve.token, "eve", &read).await;
    assert!(
        nodes(&hers, "missing").is_empty() && !names_group(&hers),
        "its grant's id would lead to the group: {hers}"
    );
}

#[actix_web::test]
async fn what_silences_a_grant_is_not_named_where_it_would_tell_who_is_in_a_group_of_somebody_elses() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let [hers, anns] = [(8, "eve"), (9, "ann")].map(|(id, owner)| (uuid::Uuid::from_u128(id), owner));
    let mut ids = Vec::new();
    for ((group, owner), permission, exact) in
        [(hers, format!("manage:fs:{file}"), false), (anns, format!("fs:{file}:read"), true)]
    {
        let team = json!({ "owner": owner, "name": "g", "members": ["bob"] });
        world.v1("PUT", &format!("/v1/groups/{group}"), team).await;
        let body = json!({ "issuer": "ann", "holder": { "group": group }, "permission": permission, "exact": exact });
        ids.push(world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned());
        if ids.len() == 1 {
            give(&world, "ann", "eve", format!("fs:{file}:see"), json!({})).await;
            give(&world, "bob", "eve", format!("fs:{file}:read"), json!({})).await;
        }
    }
    let read = format!("fs:{file}:read");
    let all = explain(&world, &world.key, "eve", &read).await;
    let missing = nodes(&all, "missing")[0];
    assert_eq!([&missing["grant_id"], &missing["silenced_by"]], [&json!(ids[0]), &json!(ids[1])], "{all}");
    let told = explain(&world, &eve.token, "eve", &read).await;
    assert!(nodes(&told, "missing").is_empty() && !told.to_string().contains(&ids[1]), "{told}");
    assert_eq!(nodes(&told, "truncated").len(), 1, "{told}");
}

#[actix_web::test]
async fn what_was_kept_with_a_grant_is_told_to_its_parties() {
    let (world, [ann, bob, eve], _, file, _) = desk().await;
    let body =
        json!({ "target_username": "eve", "permission": format!("fs:{file}:comment"), "extra": { "note": "hi" } });
    assert_eq!(world.call("POST", "/auth/grant-user-user", &ann.token, body).await.status, 200);
    let comment = format!("fs:{file}:comment");
    for (token, expected) in [(&world.key, json!({ "note": "hi" })), (&eve.token, json!({ "note": "hi" }))] {
        let told = explain(&world, token, "eve", &comment).await;
        assert_eq!(nodes(&told, "path")[0]["data"], expected, "{told}");
    }
    assert!(!explain(&world, &bob.token, "bob", &comment).await.to_string().contains("note"));
}

#[actix_web::test]
async fn a_long_chain_is_told_as_far_as_there_is_room() {
    let world = World::new();
    world.person("p0");
    let file = world.file("/p0/a.txt");
    for i in 0..60 {
        world.person(&format!("p{}", i + 1));
        give(&world, &format!("p{i}"), &format!("p{}", i + 1), format!("manage:manage:fs:{file}"), json!({})).await;
    }
    for (length, is_whole) in [(14, true), (60, false)] {
        let told = explain(&world, &world.key, &format!("p{length}"), &format!("fs:{file}:read")).await;
        let path = nodes(&told, "path");
        assert_eq!((&told["allowed"], &path[0]["has_terminal"]), (&json!(true), &json!(true)));
        assert_eq!(nodes(&told, "truncated").is_empty(), is_whole, "{length}");
    }
}

async fn uuid_of(world: &World, grant: &str) -> String {
    let found = world.v1("GET", &format!("/v1/grants/{grant}"), Value::Null).await;
    found.body["entry"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_user_is_not_told_where_above_it_a_grant_stands() {
    let (world, [_, bob, eve], dir, file, _) = desk().await;
    let read = format!("fs:{file}:read");
    let own = explain(&world, &eve.token, "eve", &read).await;
    let behind = &nodes(&own, "path")[0]["reading"][0];
    assert_eq!(behind["permission"], format!("manage:fs:{file}"), "it holds there, too");
    assert!(!own.to_string().contains(&dir.to_string()), "{own}");
    let bobs = explain(&world, &bob.token, "bob", &read).await;
    assert!(bobs.to_string().contains(&dir.to_string()), "he sees it, so he is told");
    world
        .v1(
            "POST",
            "/v1/grants",
            json!({ "issuer": "ann", "holder": { "user": "eve" },
        "permission": format!("fs:{file}:none"), "exact": true }),
        )
        .await;
    let denied = explain(&world, &eve.token, "eve", &read).await;
    let nothing = explain(&world, &eve.token, "eve", &format!("fs:{}:read", uuid::Uuid::from_u128(4))).await;
    assert_eq!((&denied["allowed"], nodes(&denied, "time").len()), (&json!(false), 1));
    assert_eq!(denied["reading"].as_array().unwrap().len(), nothing["reading"].as_array().unwrap().len());
}
