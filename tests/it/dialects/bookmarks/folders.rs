//! Folders of one's own: section 4.

use super::desk::{Desk, done, no};
use serde_json::{Value, json};
use vouchsafe_types::EntryId;

#[actix_web::test]
async fn a_folder_is_made_where_one_may_write_under_any_title() {
    let desk = Desk::new();
    let made = desk.item(&desk.ann, "POST", "/folder", json!({ "title": "Recipes" })).await;
    let id = made["id"].as_i64().unwrap();
    let expected =
        json!({ "id": id, "title": "Recipes", "userId": "ann", "userDisplayName": "ann", "parent_folder": -1 });
    assert_eq!(made, expected);
    let long = "ö".repeat(300);
    for title in ["Recipes", "Recipes", "a/b", "", "..", "line\nbreak", long.as_str(), "\u{202e}txt"] {
        let made = desk.item(&desk.ann, "POST", "/folder", json!({ "title": title, "parent_folder": id })).await;
        assert_eq!((&made["title"], &made["parent_folder"]), (&json!(title), &json!(id)));
        let shown = desk.item(&desk.ann, "GET", &format!("/folder/{}", made["id"]), Value::Null).await;
        assert_eq!(shown, made);
    }
    let (long, kept) = (json!("ö".repeat(5_000)), json!("ö".repeat(4_096)));
    let cut = desk.item(&desk.ann, "POST", "/folder", json!({ "title": long, "parent_folder": id })).await;
    assert_eq!(cut["title"], kept);
    let other = desk.folder(&desk.ann, "other", id).await;
    let renamed = desk.item(&desk.ann, "PUT", &format!("/folder/{other}"), json!({ "title": long })).await;
    assert_eq!(renamed["title"], kept);
    assert_eq!(desk.item(&desk.ann, "POST", "/folder", Value::Null).await["title"], "");
    let none = || no(400, "Could not find parent folder");
    for (body, expected) in [
        (json!({ "title": "x", "parent_folder": 999 }), none()),
        (json!({ "title": "x", "parent_folder": "abc" }), none()),
        (json!({ "title": "x", "parent_folder": [] }), none()),
        (json!({ "title": ["x"] }), no(400, "Bad request")),
        (json!({ "title": "a\0b" }), no(400, "Bad request")),
        (json!([]), no(400, "Bad request")),
    ] {
        assert_eq!(desk.call(&desk.ann, "POST", "/folder", body.clone()).await, expected, "{body}");
    }
    assert_eq!(desk.call(&desk.bob, "POST", "/folder", json!({ "parent_folder": id })).await, none());
}

#[actix_web::test]
async fn a_title_that_is_no_name_is_shown_beside_the_name_in_v1() {
    let desk = Desk::new();
    let made = desk.folder(&desk.ann, "a/b", -1).await;
    desk.share(&desk.ann, made, &desk.bob, false, false).await;
    let listed = desk.world.v1("GET", "/v1/users/bob/entries", Value::Null).await;
    let entry = &listed.body["items"][0]["entry"];
    assert_eq!((&entry["name"], &entry["title"]), (&json!("a_b"), &json!("a/b")));
    assert_eq!(desk.top(&desk.bob).await, [(made, "a/b".to_owned())]);
    desk.item(&desk.ann, "PUT", &format!("/folder/{made}"), json!({ "title": "plain" })).await;
    let listed = desk.world.v1("GET", "/v1/users/bob/entries", Value::Null).await;
    let entry = &listed.body["items"][0]["entry"];
    assert_eq!((&entry["name"], &entry["title"]), (&json!("plain"), &Value::Null));
}

#[actix_web::test]
async fn the_hierarchy_is_as_deep_as_asked_and_shows_mounts_after_ones_own() {
    let desk = Desk::new();
    let shared = desk.folder(&desk.ann, "Shared", -1).await;
    let soups = desk.folder(&desk.ann, "Soups", shared).await;
    let mine = desk.folder(&desk.bob, "Mine", -1).await;
    desk.share(&desk.ann, shared, &desk.bob, false, false).await;
    let item = |id: i64, title: &str, owner: &str, parent: i64, children: Option<Value>| {
        let mut item =
            json!({ "id": id, "title": title, "userId": owner, "userDisplayName": owner, "parent_folder": parent });
        if let Some(children) = children {
            item["children"] = children;
        }
        item
    };
    let soup = |children| item(soups, "Soups", "ann", shared, children);
    let listed = async |query: &str| desk.list(&desk.bob, &format!("/folder{query}")).await;
    let all = [
        item(mine, "Mine", "bob", -1, Some(json!([]))),
        item(shared, "Shared", "ann", -1, Some(json!([soup(Some(json!([])))]))),
    ];
    for query in ["", "?layers=-1", "?root=-1&layers=-1", "?layers=7", "?layers=-5"] {
        assert_eq!(listed(query).await, all, "{query}");
    }
    let flat = [item(mine, "Mine", "bob", -1, None), item(shared, "Shared", "ann", -1, None)];
    assert_eq!(listed("?layers=0").await, flat);
    assert_eq!(listed("?layers=abc").await, flat);
    let one =
        [item(mine, "Mine", "bob", -1, Some(json!([]))), item(shared, "Shared", "ann", -1, Some(json!([soup(None)])))];
    assert_eq!(listed("?layers=1").await, one);
    assert_eq!(listed(&format!("?root={shared}")).await, [soup(Some(json!([])))]);
    for (who, root) in [(&desk.bob, "999".to_owned()), (&desk.eve, shared.to_string()), (&desk.bob, "abc".to_owned())] {
        assert_eq!(desk.get(who, &format!("/folder?root={root}")).await, no(404, "Not found"));
    }
}

#[actix_web::test]
async fn what_is_in_a_folder_is_listed_in_order_and_counted() {
    let desk = Desk::new();
    let shared = desk.folder(&desk.ann, "Shared", -1).await;
    let inside = desk.folder(&desk.ann, "Inside", shared).await;
    for path in ["/ann/Shared/a.url", "/ann/Shared/Inside/b.url"] {
        desk.world.file(path);
    }
    desk.share(&desk.ann, shared, &desk.bob, false, false).await;
    let order = desk.list(&desk.bob, &format!("/folder/{shared}/childorder?layers=-1")).await;
    let kinds: Vec<&Value> = order.iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, ["folder", "bookmark"]);
    assert_eq!((&order[0]["id"], &order[0]["children"][0]["type"]), (&json!(inside), &json!("bookmark")));
    let top = desk.list(&desk.bob, "/folder/-1/children").await;
    let expected = json!({
        "type": "folder", "id": shared, "title": "Shared", "userId": "bob", "userDisplayName": "ann", "parent_folder": -1,
    });
    assert_eq!(top, [expected], "in this list, a mount is its user's");
    let count = |answer: (u16, Value)| answer.1["item"].clone();
    assert_eq!(count(desk.get(&desk.bob, &format!("/folder/{shared}/count")).await), 2);
    assert_eq!(count(desk.get(&desk.bob, "/folder/-1/count").await), 2);
    assert_eq!(count(desk.get(&desk.ann, &format!("/folder/{inside}/count")).await), 1);
    for what in ["children", "childorder", "count"] {
        for (who, folder) in [(&desk.ann, 999), (&desk.eve, shared)] {
            assert_eq!(desk.get(who, &format!("/folder/{folder}/{what}")).await, no(404, "Not found"), "{what}");
        }
    }
}

#[actix_web::test]
async fn a_folder_is_renamed_and_moved_within_ones_own_tree() {
    let desk = Desk::new();
    let (a, b) = (desk.folder(&desk.ann, "a", -1).await, desk.folder(&desk.ann, "b", -1).await);
    let put = async |id: i64, body: Value| desk.call(&desk.ann, "PUT", &format!("/folder/{id}"), body).await;
    let (status, answer) = put(a, json!({ "title": "b", "parent_folder": b })).await;
    assert_eq!((status, &answer["item"]["title"], &answer["item"]["parent_folder"]), (200, &json!("b"), &json!(b)));
    let (_, answer) = put(a, json!({ "parent_folder": -1 })).await;
    assert_eq!(
        (&answer["item"]["title"], &answer["item"]["parent_folder"]),
        (&json!("b"), &json!(-1)),
        "beside its namesake"
    );
    assert_eq!(put(a, json!({})).await, (200, answer), "nothing changes nothing");
    let deeper = desk.folder(&desk.ann, "deeper", a).await;
    for (id, body, expected) in [
        (a, json!({ "parent_folder": a }), no(400, "Unsupported operation")),
        (a, json!({ "parent_folder": deeper }), no(400, "Unsupported operation")),
        (a, json!({ "parent_folder": 999 }), no(404, "Not found")),
        (999, json!({ "title": "x" }), no(404, "Not found")),
        (a, json!({ "title": [] }), no(400, "Bad request")),
        (a, json!({ "title": "\0" }), no(400, "Bad request")),
    ] {
        assert_eq!(put(id, body.clone()).await, expected, "{body}");
    }
    for id in ["-1", "x"] {
        let answer = desk.call(&desk.ann, "PUT", &format!("/folder/{id}"), json!({ "title": "x" })).await;
        assert_eq!(answer, no(404, "Not found"));
        assert_eq!(desk.get(&desk.ann, &format!("/folder/{id}")).await, no(400, "Could not find folder"));
    }
}

#[actix_web::test]
async fn a_folder_that_comes_back_as_it_was_shown_stays_where_and_what_it_is() {
    let desk = Desk::new();
    let first = desk.folder(&desk.ann, "Twin", -1).await;
    let second = desk.folder(&desk.ann, "Twin", -1).await;
    let at = format!("/folder/{second}");
    desk.delete(&desk.ann, &format!("/folder/{first}")).await;
    let shown = desk.item(&desk.ann, "GET", &at, Value::Null).await;
    assert_eq!(desk.item(&desk.ann, "PUT", &at, shown.clone()).await, shown);
    assert!(desk.world.may(&desk.ann, "fs:/ann/Twin (2):read"), "its path has not changed");
    desk.item(&desk.ann, "PUT", &at, json!({ "title": "Other" })).await;
    assert!(desk.world.may(&desk.ann, "fs:/ann/Other:read"));

    // Whoever writes in a folder renames it where he may not write around it.
    let around = desk.folder(&desk.ann, "TT", -1).await;
    let inside = desk.folder(&desk.ann, "ins", around).await;
    desk.share(&desk.ann, around, &desk.bob, false, false).await;
    desk.team(&[&desk.bob]).await;
    let team = desk.share_with_team(&desk.ann, inside).await;
    desk.item(&desk.ann, "PUT", &format!("/share/{team}"), json!({ "canWrite": true, "canShare": false })).await;
    let at = format!("/folder/{inside}");
    let mut whole = desk.item(&desk.bob, "GET", &at, Value::Null).await;
    whole["title"] = json!("new");
    assert_eq!(whole["parent_folder"], around);
    assert_eq!(desk.item(&desk.bob, "PUT", &at, whole.clone()).await, whole);
    assert_eq!(desk.item(&desk.ann, "GET", &at, Value::Null).await["title"], "new");
    whole["parent_folder"] = json!(-1);
    assert_eq!(desk.call(&desk.bob, "PUT", &at, whole).await, no(404, "Not found"), "he may not write around it");
    let reader = format!("/folder/{around}");
    let mount = desk.item(&desk.bob, "GET", &reader, Value::Null).await;
    assert_eq!(desk.item(&desk.bob, "PUT", &reader, mount.clone()).await, mount);
}

#[actix_web::test]
async fn deleting_always_succeeds_and_deletes_with_its_shares_what_one_may_delete() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let inside = desk.folder(&desk.ann, "inside", folder).await;
    let share = desk.share(&desk.ann, inside, &desk.bob, false, false).await;
    for (who, id) in [(&desk.ann, "-1"), (&desk.ann, "999"), (&desk.ann, "x"), (&desk.eve, &folder.to_string())] {
        assert_eq!(desk.delete(who, &format!("/folder/{id}")).await, done());
    }
    assert!(desk.reads(&desk.ann, folder).await && desk.reads(&desk.bob, inside).await);
    assert_eq!(desk.delete(&desk.ann, &format!("/folder/{folder}?hardDelete=true")).await, done());
    assert!(!desk.reads(&desk.ann, folder).await && !desk.reads(&desk.bob, inside).await);
    assert!(desk.top(&desk.bob).await.is_empty());
    assert_eq!(desk.get(&desk.ann, &format!("/share/{share}")).await, no(404, "Not found"));
    let undelete = desk.call(&desk.ann, "POST", &format!("/folder/{folder}/undelete"), Value::Null).await;
    assert_eq!(undelete, no(404, "Could not find folder"), "there is no trash");
}

#[actix_web::test]
async fn a_folder_does_not_lie_deeper_than_a_path_goes() {
    let desk = Desk::new();
    let deepest = desk.world.dir(&format!("/ann{}", "/d".repeat(255)));
    let parent = number(&desk, deepest).await;
    let answer = desk.call(&desk.ann, "POST", "/folder", json!({ "title": "d", "parent_folder": parent })).await;
    let too_deep = no(400, "Unsupported operation");
    assert_eq!(answer, too_deep);
    let moving = desk.world.dir("/ann/moving");
    let id = number(&desk, moving).await;
    let to_the_end = json!({ "parent_folder": parent });
    assert_eq!(desk.call(&desk.ann, "PUT", &format!("/folder/{id}"), to_the_end).await, too_deep);
    let path = json!({ "path": format!("/ann/{deepest}/d/moving") });
    let moved = desk.world.v1("POST", &format!("/v1/entries/{moving}/move"), path).await;
    assert_eq!(moved.body["code"], "forbidden", "{}", moved.body);
    assert_eq!(desk.get(&desk.ann, "/folder").await.0, 200);
}

#[actix_web::test]
async fn what_lies_below_a_folder_does_not_come_to_lie_deeper_than_a_path_goes_either() {
    let desk = Desk::new();
    let end = desk.world.dir(&format!("/ann/upper{}", "/d".repeat(200)));
    let (fits, too_high) = (desk.world.dir("/ann/fits"), desk.world.dir("/ann/high"));
    desk.world.dir(&format!("/ann/fits{}", "/d".repeat(52)));
    let below = desk.world.dir(&format!("/ann/high{}", "/d".repeat(53)));
    let [end, fits, too_high] = [number(&desk, end).await, number(&desk, fits).await, number(&desk, too_high).await];
    let to_the_end = json!({ "parent_folder": end });
    let refused = desk.call(&desk.ann, "PUT", &format!("/folder/{too_high}"), to_the_end.clone()).await;
    assert_eq!(refused, no(400, "Unsupported operation"));
    // With one level less it would fit.
    desk.world.v1("DELETE", &format!("/v1/entries/{below}"), Value::Null).await;
    for folder in [fits, too_high] {
        desk.item(&desk.ann, "PUT", &format!("/folder/{folder}"), to_the_end.clone()).await;
    }
    let moved = desk.list(&desk.ann, &format!("/folder?root={end}&layers=0")).await;
    assert_eq!((&moved[0]["id"], &moved[1]["id"]), (&json!(fits), &json!(too_high)));
}

/// The number of an entry.
async fn number(desk: &Desk, entry: EntryId) -> i64 {
    desk.world.v1("GET", &format!("/v1/entries/{entry}"), Value::Null).await.body["id"].as_i64().unwrap()
}
