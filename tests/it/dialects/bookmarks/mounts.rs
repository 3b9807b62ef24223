//! A folder of somebody else's in one's own tree: 3.3, 4.3, scenarios 6 and 8.

use super::desk::{Desk, TEAM, no, plain_no};
use serde_json::{Value, json};
use vouchsafe_tests::Person;

async fn put(desk: &Desk, who: &Person, folder: i64, body: Value) -> (u16, Value) {
    desk.call(who, "PUT", &format!("/folder/{folder}"), body).await
}

async fn title(desk: &Desk, who: &Person, folder: i64) -> String {
    desk.item(who, "GET", &format!("/folder/{folder}"), Value::Null).await["title"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn renaming_what_was_shared_with_one_renames_ones_own_view_and_only_an_own_title_stays() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "old", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    desk.share(&desk.ann, folder, &desk.carol, true, true).await;
    assert_eq!(put(&desk, &desk.bob, folder, json!({ "title": "bob's" })).await.0, 200);
    assert_eq!(title(&desk, &desk.bob, folder).await, "bob's");
    assert_eq!(title(&desk, &desk.ann, folder).await, "old");
    put(&desk, &desk.ann, folder, json!({ "title": "new" })).await;
    assert_eq!(title(&desk, &desk.bob, folder).await, "bob's");
    assert_eq!(title(&desk, &desk.carol, folder).await, "new");
    put(&desk, &desk.bob, folder, json!({ "title": "new" })).await;
    put(&desk, &desk.ann, folder, json!({ "title": "newer" })).await;
    assert_eq!(title(&desk, &desk.bob, folder).await, "newer", "he called it what she did");
    let long = "x".repeat(300);
    put(&desk, &desk.bob, folder, json!({ "title": long })).await;
    assert_eq!(title(&desk, &desk.bob, folder).await.len(), 255);
}

#[actix_web::test]
async fn moving_what_was_shared_with_one_moves_it_in_ones_own_tree_only() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let place = desk.folder(&desk.bob, "place", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    let (status, answer) = put(&desk, &desk.bob, folder, json!({ "parent_folder": place })).await;
    assert_eq!(
        (status, &answer["item"]["parent_folder"], &answer["item"]["userId"]),
        (200, &json!(place), &json!("ann"))
    );
    let seen = desk.item(&desk.ann, "GET", &format!("/folder/{folder}"), Value::Null).await;
    assert_eq!(seen["parent_folder"], -1);
    let tree = desk.list(&desk.bob, "/folder").await;
    assert_eq!((tree.len(), &tree[0]["children"][0]["id"]), (1, &json!(folder)));
    assert_eq!(desk.list(&desk.bob, "/folder/shared").await, [json!({ "id": folder })]);
    desk.delete(&desk.bob, &format!("/folder/{place}")).await;
    assert_eq!(desk.top(&desk.bob).await, [(folder, "f".to_owned())], "its place is gone, it is not");
    for target in [999, folder] {
        let (status, _) = put(&desk, &desk.bob, folder, json!({ "parent_folder": target })).await;
        assert!(status == 404 || status == 400, "{target}");
    }
}

#[actix_web::test]
async fn a_folder_put_into_another_shows_nobody_what_he_was_not_given() {
    let desk = Desk::new();
    let secret = desk.folder(&desk.ann, "secret", -1).await;
    let place = desk.folder(&desk.bob, "place", -1).await;
    desk.share(&desk.ann, secret, &desk.bob, false, false).await;
    put(&desk, &desk.bob, secret, json!({ "parent_folder": place })).await;
    desk.share(&desk.bob, place, &desk.carol, true, true).await;
    assert!(desk.reads(&desk.carol, place).await && !desk.reads(&desk.carol, secret).await);
    assert_eq!(desk.list(&desk.carol, &format!("/folder?root={place}")).await, [0; 0].map(|n: i32| json!(n)));
}

#[actix_web::test]
async fn nothing_is_shared_back_with_whose_it_contains_nor_put_where_its_owner_would_find_it() {
    let desk = Desk::new();
    let f = desk.folder(&desk.ann, "F", -1).await;
    let g = desk.folder(&desk.bob, "G", -1).await;
    desk.share(&desk.ann, f, &desk.bob, true, true).await;
    put(&desk, &desk.bob, f, json!({ "parent_folder": g })).await;
    let body = json!({ "participant": "ann", "type": 0 });
    let path = format!("/folder/{g}/shares");
    let looped = plain_no("Cannot share this with user that shared some of its contents");
    assert_eq!(desk.call(&desk.bob, "POST", &path, body.clone()).await, looped);
    desk.share(&desk.bob, g, &desk.carol, false, false).await;
    put(&desk, &desk.bob, f, json!({ "parent_folder": -1 })).await;
    assert_eq!(desk.call(&desk.bob, "POST", &path, body).await.0, 200);
    let answer = put(&desk, &desk.bob, f, json!({ "parent_folder": g })).await;
    assert_eq!(answer, no(400, "Unsupported operation"), "ann would find her own folder there");
    let inside = desk.folder(&desk.bob, "inside", f).await;
    let answer = put(&desk, &desk.bob, f, json!({ "parent_folder": inside })).await;
    assert_eq!(answer, no(400, "Unsupported operation"));
}

#[actix_web::test]
async fn who_is_in_a_group_that_gets_what_contains_his_own_folder_sees_no_loop() {
    let desk = Desk::new();
    let [f, g] = [desk.folder(&desk.ann, "F", -1).await, desk.folder(&desk.bob, "G", -1).await];
    desk.team(&[&desk.ann, &desk.carol]).await;
    desk.share(&desk.ann, f, &desk.bob, true, true).await;
    put(&desk, &desk.bob, f, json!({ "parent_folder": g })).await;
    let to_the_team = json!({ "participant": TEAM, "type": 1 });
    assert_eq!(desk.call(&desk.bob, "POST", &format!("/folder/{g}/shares"), to_the_team).await.0, 200);
    let titles = async |who| -> Vec<Value> {
        desk.list(who, "/folder?layers=-1").await.iter().map(|item| json!([item["title"], item["children"]])).collect()
    };
    // Where bob put the folder of hers is his affair: she finds it where she made it, and nothing in his.
    assert_eq!(titles(&desk.ann).await, [json!(["F", []]), json!(["G", []])]);
    assert_eq!(titles(&desk.carol).await, [json!(["G", []])]);
}

#[actix_web::test]
async fn what_a_third_person_put_into_a_folder_for_himself_keeps_it_from_nobody() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let carols = desk.folder(&desk.carol, "carol's", -1).await;
    desk.share(&desk.ann, folder, &desk.eve, true, false).await;
    desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    desk.share(&desk.carol, carols, &desk.eve, false, false).await;
    assert_eq!(put(&desk, &desk.eve, carols, json!({ "parent_folder": folder })).await.0, 200);
    let share = desk.share(&desk.ann, folder, &desk.carol, false, false).await;
    desk.delete(&desk.ann, &format!("/share/{share}")).await;
    desk.share(&desk.carol, carols, &desk.bob, false, false).await;
    assert_eq!(put(&desk, &desk.bob, carols, json!({ "parent_folder": folder })).await.0, 200);
    let body = json!({ "participant": "carol", "type": 0 });
    let looped = plain_no("Cannot share this with user that shared some of its contents");
    assert_eq!(desk.call(&desk.bob, "POST", &format!("/folder/{folder}/shares"), body).await, looped, "his own counts");
}

#[actix_web::test]
async fn ones_own_folder_moves_into_anothers_by_its_owner_and_becomes_theirs() {
    let desk = Desk::new();
    let theirs = desk.folder(&desk.ann, "theirs", -1).await;
    desk.share(&desk.ann, theirs, &desk.bob, true, false).await;
    let mine = desk.folder(&desk.bob, "mine", -1).await;
    let share = desk.share(&desk.bob, mine, &desk.carol, false, false).await;
    let (status, answer) = put(&desk, &desk.bob, mine, json!({ "parent_folder": theirs })).await;
    assert_eq!((status, &answer["item"]["userId"]), (200, &json!("ann")));
    assert!(!desk.reads(&desk.carol, mine).await, "what he gave there ends");
    assert_eq!(desk.get(&desk.ann, &format!("/share/{share}")).await, no(404, "Not found"));
    let with_her = desk.folder(&desk.bob, "with her", -1).await;
    desk.share(&desk.bob, with_her, &desk.ann, false, false).await;
    let answer = put(&desk, &desk.bob, with_her, json!({ "parent_folder": theirs })).await;
    assert_eq!(answer, no(400, "Unsupported operation"), "it is shared with her already");
    // That she has left what others are shown is no share.
    desk.delete(&desk.ann, &format!("/folder/{with_her}")).await;
    desk.team(&[&desk.ann]).await;
    desk.share_with_team(&desk.bob, with_her).await;
    desk.delete(&desk.ann, &format!("/folder/{with_her}")).await;
    assert!(!desk.reads(&desk.ann, with_her).await);
    let (status, answer) = put(&desk, &desk.bob, with_her, json!({ "parent_folder": theirs })).await;
    assert_eq!((status, &answer["item"]["userId"]), (200, &json!("ann")), "{answer}");
    assert!(desk.reads(&desk.ann, with_her).await);
    let read_only = desk.folder(&desk.ann, "read only", -1).await;
    desk.share(&desk.ann, read_only, &desk.bob, false, false).await;
    let other = desk.folder(&desk.bob, "other", -1).await;
    assert_eq!(put(&desk, &desk.bob, other, json!({ "parent_folder": read_only })).await, no(404, "Not found"));
}

#[actix_web::test]
async fn what_gives_no_reading_or_nothing_now_mounts_nothing() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "Fa", -1).await;
    let inside = [desk.folder(&desk.ann, "suba", folder).await, desk.folder(&desk.ann, "subb", folder).await];
    desk.share(&desk.ann, folder, &desk.bob, true, false).await;
    assert!(desk.ann.gives(&desk.world, "/ann/Fa/suba", "list", "bob").await.status < 300);
    // And one that sleeps with its issuer.
    desk.share(&desk.ann, inside[1], &desk.eve, true, true).await;
    desk.share(&desk.eve, inside[1], &desk.bob, false, false).await;
    desk.world.vouchsafe.suspend_user("eve", true).unwrap();
    assert_eq!(desk.top(&desk.bob).await, [(folder, "Fa".to_owned())]);
    assert_eq!(desk.list(&desk.bob, "/folder/shared").await, [json!({ "id": folder })]);
    for id in inside {
        let shares = desk.get(&desk.bob, &format!("/folder/{id}/shares")).await;
        assert_eq!(shares, no(404, "Could not find folder"), "read by way of what is around it");
        let (status, answer) = put(&desk, &desk.bob, id, json!({ "title": "renamed" })).await;
        assert_eq!((status, &answer["item"]["parent_folder"]), (200, &json!(folder)));
        assert_eq!(title(&desk, &desk.ann, id).await, "renamed", "the folder, and not his view");
        desk.delete(&desk.bob, &format!("/folder/{id}")).await;
        assert!(!desk.reads(&desk.ann, id).await, "and it is deleted, and not left");
    }
    assert!(desk.reads(&desk.bob, folder).await);
}

#[actix_web::test]
async fn a_loop_is_found_by_way_of_what_was_put_into_each_other_and_only_while_it_stands() {
    let desk = Desk::new();
    let f = desk.folder(&desk.ann, "F", -1).await;
    let carols = desk.folder(&desk.carol, "C", -1).await;
    let deeper = desk.folder(&desk.carol, "deeper", carols).await;
    let g = desk.folder(&desk.bob, "G", -1).await;
    let inside = desk.folder(&desk.bob, "inside", g).await;
    let share = desk.share(&desk.ann, f, &desk.bob, false, false).await;
    desk.share(&desk.carol, carols, &desk.bob, true, false).await;
    for (folder, place) in [(f, deeper), (carols, inside)] {
        assert_eq!(put(&desk, &desk.bob, folder, json!({ "parent_folder": place })).await.0, 200);
    }
    let path = format!("/folder/{g}/shares");
    let with = |name: &str| json!({ "participant": name, "type": 0 });
    let looped = plain_no("Cannot share this with user that shared some of its contents");
    for name in ["ann", "carol"] {
        assert_eq!(desk.call(&desk.bob, "POST", &path, with(name)).await, looped, "{name}");
    }
    let beside = desk.folder(&desk.bob, "beside", -1).await;
    desk.share(&desk.bob, beside, &desk.ann, false, false).await;
    desk.delete(&desk.ann, &format!("/share/{share}")).await;
    assert_eq!(desk.call(&desk.bob, "POST", &path, with("ann")).await.0, 200, "he does not have hers any more");
    assert_eq!(desk.call(&desk.bob, "POST", &path, with("eve")).await.0, 200);
}

#[actix_web::test]
async fn a_folder_is_not_handed_over_to_who_has_something_below_it_already() {
    let desk = Desk::new();
    let theirs = desk.folder(&desk.ann, "theirs", -1).await;
    desk.share(&desk.ann, theirs, &desk.bob, true, false).await;
    let mine = desk.folder(&desk.bob, "mine", -1).await;
    let below = desk.folder(&desk.bob, "below", mine).await;
    let share = desk.share(&desk.bob, below, &desk.ann, false, false).await;
    let moving = json!({ "parent_folder": theirs });
    assert_eq!(put(&desk, &desk.bob, mine, moving.clone()).await, no(400, "Unsupported operation"));
    desk.delete(&desk.bob, &format!("/share/{share}")).await;
    let body = json!({ "holder": { "user": "ann" }, "permission": "fs:/bob/mine/below:none", "exact": true });
    assert_eq!(desk.world.call("POST", "/v1/grants", &desk.bob.token, body).await.status, 201);
    assert_eq!(put(&desk, &desk.bob, mine, moving).await.0, 200, "what keeps her out is nothing given");
}

#[actix_web::test]
async fn a_folder_that_is_shared_besides_the_one_around_it_stands_once_where_it_is_mounted() {
    let desk = Desk::new();
    let f = desk.folder(&desk.ann, "F", -1).await;
    let c = desk.folder(&desk.ann, "c", f).await;
    let plain = desk.folder(&desk.ann, "plain", f).await;
    desk.world.file("/ann/F/c/a.txt");
    desk.share(&desk.ann, f, &desk.bob, false, false).await;
    desk.share(&desk.ann, f, &desk.carol, false, false).await;
    desk.share(&desk.ann, c, &desk.bob, false, false).await;
    let ids = |list: &[Value]| list.iter().map(|item| item["id"].as_i64().unwrap()).collect::<Vec<_>>();
    let inside = format!("/folder?root={f}");
    let count = async |who, id: i64| desk.item(who, "GET", &format!("/folder/{id}/count"), Value::Null).await;
    assert_eq!(desk.top(&desk.bob).await, [(f, "F".to_owned()), (c, "c".to_owned())]);
    assert_eq!(ids(&desk.list(&desk.bob, &inside).await), [plain]);
    assert_eq!((count(&desk.bob, -1).await, count(&desk.bob, f).await), (json!(1), json!(0)));
    let shared = desk.list(&desk.bob, "/folder/shared").await;
    assert_eq!(ids(&shared), [f, c]);
    let seen = desk.item(&desk.bob, "GET", &format!("/folder/{c}"), Value::Null).await;
    assert_eq!(seen["parent_folder"], -1);
    for who in [&desk.ann, &desk.carol] {
        assert_eq!(ids(&desk.list(who, &inside).await), [c, plain], "{} sees it where it lies", who.name);
        assert_eq!(count(who, -1).await, 1);
    }
    let permissions = json!({ "permissions": ["fs:/ann/F:read"] });
    let token = desk.world.call("POST", "/auth/create-access-token", &desk.bob.token, permissions).await;
    let bearer = format!("Bearer {}", token.body["token"].as_str().unwrap());
    let seen = desk.ask(&bearer, "GET", &inside, Value::Null).await.1;
    assert_eq!(ids(seen["data"].as_array().unwrap()), [c, plain], "who does not see his tree finds it there");
    let place = desk.folder(&desk.bob, "place", -1).await;
    assert_eq!(put(&desk, &desk.bob, c, json!({ "title": "mine", "parent_folder": place })).await.0, 200);
    let tree = desk.list(&desk.bob, "/folder").await;
    assert_eq!(ids(&tree), [place, f]);
    assert_eq!(tree[0]["children"][0]["title"], "mine");
    assert_eq!((ids(tree[1]["children"].as_array().unwrap()), count(&desk.bob, -1).await), (vec![plain], json!(1)));
    desk.delete(&desk.bob, &format!("/folder/{c}")).await;
    assert_eq!(ids(&desk.list(&desk.bob, &inside).await), [plain], "left, he does not see it there either");
}
