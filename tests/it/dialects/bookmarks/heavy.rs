//! What lists cost: turns, budgets, and how often storage is asked.

use super::desk::{Desk, PREFIX, basic, no};
use serde_json::{Value, json};
use vouchsafe_store::testing::TestDatabase;

/// How often somebody's rows are read for one request.
async fn asked(desk: &Desk, auth: &str, method: &str, path: &str, body: Value) -> (u64, Value) {
    let before = desk.world.rows_asked();
    let (status, answer) = desk.ask(auth, method, path, body).await;
    assert_eq!(status, 200, "{method} {path}: {answer}");
    (desk.world.rows_asked() - before, answer)
}

/// How many folders are in a list, at any depth.
fn nodes(list: &Value) -> usize {
    list.as_array().into_iter().flatten().map(|item| 1 + nodes(&item["children"])).sum()
}

#[actix_web::test]
async fn lists_are_budgeted_for_people_and_for_places_whatever_token_they_have() {
    let desk = Desk::with(|settings| settings.are_limits_on = true);
    let folders = [desk.folder(&desk.ann, "f", -1).await, desk.folder(&desk.ann, "g", -1).await];
    let mut tokens = Vec::new();
    for folder in folders {
        let made = desk.item(&desk.ann, "POST", &format!("/folder/{folder}/publictoken"), Value::Null).await;
        tokens.push(made.as_str().unwrap().to_owned());
    }
    // Each weighs ten and the request one, of 600; ten more come every second.
    let runs_out = async |path: &str, headers: &[(&str, &str)]| {
        for _ in 0..150 {
            let (status, ..) = desk.world.probe("GET", path, headers, "").await;
            if status == 429 {
                return;
            }
            assert!(status == 200 || status == 404, "{path}: {status}");
        }
        panic!("{path} does not run out");
    };
    let lists =
        ["/share", "/folder/shared", "/folder", "/folder/-1/children", "/folder/-1/childorder", "/folder/-1/count"];
    let ann = basic("ann", &desk.ann.token);
    for path in lists.into_iter().chain(["/folder/1/shares"]) {
        runs_out(&format!("{PREFIX}{path}"), &[("authorization", &ann)]).await;
    }
    assert_eq!(desk.get(&desk.bob, "/folder").await.0, 200, "others go on");
    let (here, there) = (("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2"));
    let bearers = tokens.iter().map(|token| format!("Bearer {token}")).collect::<Vec<_>>();
    runs_out(&format!("{PREFIX}/folder"), &[here, ("authorization", &bearers[0])]).await;
    let page = format!("/apps/bookmarks/public/{}", tokens[0]);
    for (headers, path) in [
        (vec![("authorization", bearers[1].as_str())], format!("{PREFIX}/folder/-1/count")),
        (vec![], format!("{PREFIX}/folder?token={}", tokens[1])),
        (vec![], format!("{PREFIX}/folder?token=unknown")),
        (vec![], page),
    ] {
        let [from_here, from_there] = [here, there].map(|place| [vec![place], headers.clone()].concat());
        runs_out(&path, &from_here).await;
        assert_ne!(desk.world.probe("GET", &path, &from_there, "").await.0, 429, "{path}");
    }
}

#[actix_web::test]
async fn what_has_no_grants_of_its_own_is_not_asked_about_one_by_one() {
    let desk = Desk::new();
    let top = desk.folder(&desk.ann, "top", -1).await;
    for branch in 0..3 {
        for leaf in 0..8 {
            desk.world.dir(&format!("/ann/top/{branch}/{leaf}"));
        }
    }
    desk.world.file("/ann/top/0/0/a.txt");
    desk.share(&desk.ann, top, &desk.bob, false, true).await;
    let token = desk.item(&desk.bob, "POST", &format!("/folder/{top}/publictoken"), Value::Null).await;
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let bob = basic("bob", &desk.bob.token);
    let all = (format!("/folder?root={top}"), format!("/folder/{top}/count"));
    for auth in [&bearer, &bob] {
        let (asked_list, list) = asked(&desk, auth, "GET", &all.0, Value::Null).await;
        let (asked_count, count) = asked(&desk, auth, "GET", &all.1, Value::Null).await;
        assert_eq!((nodes(&list["data"]), &count["item"]), (27, &json!(1)));
        assert!(asked_list.max(asked_count) <= 8, "{asked_list} and {asked_count}");
    }
    // What is kept from somebody further down is kept from him in a list as well, and from nobody else.
    let kept = [("/ann/top/1", "bob"), ("/ann/top/0/0/a.txt", "bob")];
    for (path, who) in kept {
        let body = json!({
            "issuer": "ann", "holder": { "user": who }, "permission": format!("fs:{path}:none"), "exact": true,
        });
        assert_eq!(desk.world.v1("POST", "/v1/grants", body).await.status, 201);
    }
    let (_, list) = asked(&desk, &bob, "GET", &all.0, Value::Null).await;
    let (_, count) = asked(&desk, &bob, "GET", &all.1, Value::Null).await;
    assert_eq!((nodes(&list["data"]), &count["item"]), (18, &json!(0)));
}

#[actix_web::test]
async fn a_list_asks_about_what_was_put_there_and_not_about_all_that_was_shared() {
    let desk = Desk::new();
    let [empty, place] = [desk.folder(&desk.carol, "empty", -1).await, desk.folder(&desk.carol, "place", -1).await];
    let mut shared = Vec::new();
    for n in 0..12 {
        let folder = desk.folder(&desk.ann, &format!("f{n}"), -1).await;
        desk.share(&desk.ann, folder, &desk.carol, false, false).await;
        shared.push(folder);
    }
    let moved = json!({ "parent_folder": place });
    desk.item(&desk.carol, "PUT", &format!("/folder/{}", shared[0]), moved).await;
    let carol = basic("carol", &desk.carol.token);
    for (path, most) in [("count", 0), ("children", 0)] {
        let (asked, _) = asked(&desk, &carol, "GET", &format!("/folder/{empty}/{path}"), Value::Null).await;
        assert!(asked <= most, "{path}: {asked}");
    }
    let (asked_place, list) = asked(&desk, &carol, "GET", &format!("/folder/{place}/children"), Value::Null).await;
    assert_eq!(list["data"][0]["id"], shared[0]);
    assert!(asked_place <= 2, "{asked_place}");
    let (asked_top, list) = asked(&desk, &carol, "GET", "/folder?layers=0", Value::Null).await;
    assert_eq!(nodes(&list["data"]), 13, "two of hers and eleven");
    assert!(asked_top <= 14, "once for each: {asked_top}");
}

#[actix_web::test]
async fn what_many_shares_have_in_common_is_looked_up_once_and_too_many_are_refused() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.eve, false, true).await;
    for n in 0..10 {
        let who = desk.world.person(&format!("reader{n}"));
        desk.share(&desk.eve, folder, &who, false, false).await;
    }
    let ann = basic("ann", &desk.ann.token);
    for path in ["/share".to_owned(), format!("/folder/{folder}/shares")] {
        let (asked, list) = asked(&desk, &ann, "GET", &path, Value::Null).await;
        assert_eq!(list["data"].as_array().unwrap().len(), 11);
        assert!(asked <= 12, "those of each once: {asked}");
    }
    let id = if TestDatabase::is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let rest = "issuer_id, holder_kind, holder_id, entry_id, capabilities, created_at, changed_at, origin, extra";
    let rest_of_each = rest.replace(", ", ", g.");
    desk.world.run(&format!(
        "INSERT INTO \"grant\" (id, {rest}) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1818) \
         SELECT {id}, g.{rest_of_each} FROM \"grant\" g CROSS JOIN n"
    ));
    let path = format!("/folder/{folder}/shares");
    for path in ["/share", &path] {
        assert_eq!(desk.get(&desk.ann, path).await, no(400, "Unsupported operation"), "20,009: {path}");
    }
    // Who is one of so many is shown his own, and what was given him can be ended.
    let share = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    let own = desk.list(&desk.bob, &path).await;
    assert_eq!((own.len(), &own[0]["id"]), (1, &json!(share)));
    desk.delete(&desk.ann, &format!("/share/{share}")).await;
    assert!(!desk.reads(&desk.bob, folder).await);
}

#[actix_web::test]
async fn sharing_a_folder_asks_nothing_about_what_was_put_into_it_but_of_the_new_participant() {
    let desk = Desk::new();
    let place = desk.folder(&desk.eve, "place", -1).await;
    let mut parent = -1;
    for n in 0..12 {
        parent = desk.folder(&desk.bob, &format!("f{n}"), parent).await;
        desk.share(&desk.bob, parent, &desk.eve, false, false).await;
        let moved = json!({ "parent_folder": place });
        desk.item(&desk.eve, "PUT", &format!("/folder/{parent}"), moved).await;
    }
    let path = format!("/folder/{place}/shares");
    let eve = basic("eve", &desk.eve.token);
    let body = json!({ "participant": "carol", "type": 0 });
    let (with_mounts, _) = asked(&desk, &eve, "POST", &path, body.clone()).await;
    let plain = desk.folder(&desk.eve, "plain", -1).await;
    let (without, _) = asked(&desk, &eve, "POST", &format!("/folder/{plain}/shares"), body).await;
    assert_eq!(with_mounts, without);
    let looped = json!({ "participant": "bob", "type": 0 });
    assert_eq!(desk.ask(&eve, "POST", &path, looped).await.0, 400, "it contains folders of his");
}

#[actix_web::test]
async fn folders_in_each_other_that_are_all_shared_are_each_listed_and_asked_about_once() {
    let desk = Desk::new();
    let (mut parent, depth) = (-1, 24);
    for n in 0..depth {
        parent = desk.folder(&desk.ann, &format!("f{n}"), parent).await;
        desk.share(&desk.ann, parent, &desk.bob, false, false).await;
    }
    let bob = basic("bob", &desk.bob.token);
    for path in ["/folder", "/folder/-1/children?layers=-1"] {
        let (asked, list) = asked(&desk, &bob, "GET", path, Value::Null).await;
        assert_eq!(nodes(&list["data"]), depth, "{path}");
        assert!(asked <= 26, "{path}: {asked}");
    }
}
