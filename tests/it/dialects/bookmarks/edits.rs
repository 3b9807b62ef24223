//! What the flags of a share say, and what a change of them changes: 2.4.

use super::desk::{Desk, no};
use serde_json::{Value, json};
use vouchsafe_tests::Person;

/// Both flags, as a list shows them that must also be what the share by itself says.
async fn shown(desk: &Desk, folder: i64, share: i64) -> (bool, bool) {
    let flags = |item: &Value| (item["canWrite"].as_bool().unwrap(), item["canShare"].as_bool().unwrap());
    let one = flags(&desk.item(&desk.ann, "GET", &format!("/share/{share}"), Value::Null).await);
    for list in [format!("/folder/{folder}/shares"), "/share".to_owned()] {
        let listed = desk.list(&desk.ann, &list).await;
        assert_eq!(flags(listed.iter().find(|item| item["id"] == share).unwrap()), one, "{list}");
    }
    one
}

async fn put(desk: &Desk, who: &Person, share: i64, write: bool, onwards: bool) -> (bool, bool) {
    let body = json!({ "canWrite": write, "canShare": onwards });
    let item = desk.item(who, "PUT", &format!("/share/{share}"), body).await;
    (item["canWrite"].as_bool().unwrap(), item["canShare"].as_bool().unwrap())
}

/// The number of the only share of a folder.
async fn only(desk: &Desk, folder: i64) -> i64 {
    let [share] = desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.try_into().unwrap();
    share["id"].as_i64().unwrap()
}

#[actix_web::test]
async fn a_share_that_is_changed_leaves_no_part_of_what_it_does_not_give() {
    for (permission, was, to) in [
        ("manage:fs:/ann/f", (true, false), (false, false)),
        ("manage:fs:/ann/f:read", (false, false), (true, false)),
        ("fs:/ann/f:edit", (false, false), (false, true)),
        ("fs:/ann/f", (true, true), (false, false)),
        ("fs:/ann/f:delete", (false, false), (false, true)),
    ] {
        let desk = Desk::new();
        let folder = desk.folder(&desk.ann, "f", -1).await;
        let body = json!({ "holder": { "user": "bob" }, "permission": permission });
        assert!(desk.world.call("POST", "/v1/grants", &desk.ann.token, body).await.status < 300, "{permission}");
        let share = only(&desk, folder).await;
        assert_eq!(shown(&desk, folder, share).await, was, "{permission}");
        let mays =
            |desk: &Desk| ["fs:/ann/f:edit", "manage:fs:/ann/f:read"].map(|text| desk.world.may(&desk.bob, text));
        let had = mays(&desk);
        assert_eq!(put(&desk, &desk.ann, share, was.0, was.1).await, was);
        assert_eq!(mays(&desk), had, "{permission}: what comes back as it was shown changes nothing");
        assert_eq!(put(&desk, &desk.ann, share, to.0, to.1).await, to);
        assert_eq!(mays(&desk), [to.0, to.1], "{permission}");
        assert!(!desk.world.may(&desk.bob, "fs:/ann/f:delete"), "{permission}");
        if !to.1 {
            let onwards = json!({ "participant": "eve", "type": 0 });
            let refused = desk.call(&desk.bob, "POST", &format!("/folder/{folder}/shares"), onwards).await;
            assert_eq!(refused, no(400, "Could not find folder"));
            let token = desk.call(&desk.bob, "POST", &format!("/folder/{folder}/publictoken"), Value::Null).await;
            assert_eq!(token, no(404, "Not found"));
        }
    }
}

#[actix_web::test]
async fn who_asks_for_more_than_he_has_of_his_own_share_does_not_lose_what_it_does_not_show() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.ann.gives(&desk.world, "/ann/f", "manage", "bob").await;
    let share = only(&desk, folder).await;
    assert_eq!(put(&desk, &desk.bob, share, true, true).await, (true, false));
    assert!(desk.world.may(&desk.bob, "manage:fs:/ann/f"));
}

#[actix_web::test]
async fn a_share_says_no_more_than_who_gave_it_stands_behind_now() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let bobs = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let carols = desk.share(&desk.bob, folder, &desk.carol, true, true).await;
    assert_eq!(shown(&desk, folder, carols).await, (true, true));
    put(&desk, &desk.ann, bobs, false, true).await;
    assert_eq!(shown(&desk, folder, carols).await, (false, true), "bob writes no more");
    assert_eq!(put(&desk, &desk.ann, carols, false, true).await, (false, true));
    put(&desk, &desk.ann, bobs, true, true).await;
    assert_eq!(shown(&desk, folder, carols).await, (true, true), "what was written back as shown only slept");

    let listed = desk.world.v1("GET", "/v1/grants?user=bob", Value::Null).await;
    let items = listed.body["items"].as_array().unwrap().clone();
    let grant = items.iter().find(|item| item["holder"]["user"] == "bob").unwrap()["id"].as_str().unwrap().to_owned();
    let manage = json!({ "permission": "manage:fs:/ann/f" });
    assert_eq!(desk.world.v1("PUT", &format!("/v1/grants/{grant}"), manage).await.status, 200);
    assert_eq!(shown(&desk, folder, carols).await, (true, false), "bob makes nobody who shares onwards");
}

#[actix_web::test]
async fn what_its_giver_lost_is_given_by_the_editor_or_taken_for_good() {
    for wished in [(true, true), (false, false)] {
        let desk = Desk::new();
        let folder = desk.folder(&desk.ann, "f", -1).await;
        let bobs = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
        let carols = desk.share(&desk.bob, folder, &desk.carol, true, true).await;
        put(&desk, &desk.ann, bobs, false, true).await;
        assert_eq!(put(&desk, &desk.ann, carols, wished.0, wished.1).await, wished);
        assert_eq!(desk.world.may(&desk.carol, "fs:/ann/f:write"), wished.0);
        put(&desk, &desk.ann, bobs, true, true).await;
        assert_eq!(shown(&desk, folder, carols).await, wished, "nothing wakes");
    }
    // Its giver himself gives what he has, without a word.
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let bobs = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let carols = desk.share(&desk.bob, folder, &desk.carol, true, false).await;
    put(&desk, &desk.ann, bobs, false, true).await;
    assert_eq!(put(&desk, &desk.bob, carols, true, true).await, (false, true));
}
