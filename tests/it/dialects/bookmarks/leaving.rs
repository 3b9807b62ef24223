//! Leaving what was shared, and taking it back (3.2, 4.4).

use super::desk::{Desk, done, no};
use serde_json::{Value, json};

#[actix_web::test]
async fn deleting_what_was_shared_with_one_is_leaving_it() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let share = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    desk.share(&desk.bob, folder, &desk.carol, false, false).await;
    desk.call(&desk.bob, "PUT", &format!("/folder/{folder}"), json!({ "title": "mine" })).await;
    assert_eq!(desk.delete(&desk.bob, &format!("/folder/{folder}")).await, done());
    assert!(desk.reads(&desk.ann, folder).await && !desk.reads(&desk.bob, folder).await);
    assert!(desk.list(&desk.bob, "/folder/shared").await.is_empty());
    assert!(!desk.reads(&desk.carol, folder).await, "what he gave goes with him");
    assert_eq!(desk.get(&desk.ann, &format!("/share/{share}")).await, no(404, "Not found"));
    let undelete = desk.call(&desk.bob, "POST", &format!("/folder/{folder}/undelete"), Value::Null).await;
    assert_eq!(undelete, no(404, "Could not find folder"), "only the owner gives it to him again");
    desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    assert_eq!(desk.top(&desk.bob).await, [(folder, "f".to_owned())], "and then it is a new one");
}

#[actix_web::test]
async fn who_leaves_what_a_group_has_takes_it_back_himself() {
    let desk = Desk::new();
    desk.team(&[&desk.bob, &desk.carol]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share_with_team(&desk.ann, folder).await;
    let path = format!("/folder/{folder}/undelete");
    for query in ["", "?hardDelete=true"] {
        assert_eq!(desk.delete(&desk.bob, &format!("/folder/{folder}{query}")).await, done());
        assert!(!desk.reads(&desk.bob, folder).await && desk.reads(&desk.carol, folder).await, "{query}");
        assert_eq!(desk.call(&desk.bob, "POST", &path, Value::Null).await, done());
        assert!(desk.reads(&desk.bob, folder).await);
    }
    assert_eq!(desk.call(&desk.bob, "POST", &path, Value::Null).await, done(), "there is nothing to take back");
    for (who, folder) in [(&desk.eve, folder.to_string()), (&desk.ann, "999".to_owned()), (&desk.ann, "x".to_owned())] {
        let answer = desk.call(who, "POST", &format!("/folder/{folder}/undelete"), Value::Null).await;
        assert_eq!(answer, no(404, "Could not find folder"));
    }
}

#[actix_web::test]
async fn a_share_by_the_owner_reaches_who_had_left() {
    let desk = Desk::new();
    desk.team(&[&desk.bob]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share_with_team(&desk.ann, folder).await;
    desk.delete(&desk.bob, &format!("/folder/{folder}")).await;
    desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    assert!(desk.reads(&desk.bob, folder).await);
}

#[actix_web::test]
async fn accounts_that_go_take_their_folders_and_shares_with_them() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let theirs = desk.folder(&desk.bob, "theirs", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    desk.share(&desk.bob, theirs, &desk.carol, false, false).await;
    desk.call(&desk.bob, "PUT", &format!("/folder/{folder}"), json!({ "title": "x", "parent_folder": theirs })).await;
    desk.world.vouchsafe.delete_user("bob").unwrap();
    assert!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.is_empty());
    assert!(desk.top(&desk.carol).await.is_empty() && !desk.reads(&desk.carol, theirs).await);
}

#[actix_web::test]
async fn who_is_taken_out_of_one_of_his_groups_keeps_what_the_other_has() {
    let desk = Desk::new();
    let other = "/v1/groups/7d9f2f0a-93f4-4c7e-8b43-5b8f5a0c2d77";
    let others = async |members: &[&str]| {
        let body = json!({ "owner": "eve", "name": "others", "members": members });
        assert!(desk.world.v1("PUT", other, body).await.status < 300);
    };
    desk.team(&[&desk.bob]).await;
    others(&["bob"]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share_with_team(&desk.ann, folder).await;
    let body = json!({ "participant": "others", "type": 1 });
    desk.item(&desk.ann, "POST", &format!("/folder/{folder}/shares"), body).await;
    let once = vec![(folder, "f".to_owned())];
    assert_eq!(desk.top(&desk.bob).await, once);
    desk.team(&[]).await;
    assert_eq!(desk.top(&desk.bob).await, once);
    let left = desk.list(&desk.bob, &format!("/folder/{folder}/shares")).await;
    assert_eq!((left.len(), &left[0]["participant"]), (1, &json!("others")));
    others(&[]).await;
    assert!(desk.top(&desk.bob).await.is_empty() && !desk.reads(&desk.bob, folder).await);
}
