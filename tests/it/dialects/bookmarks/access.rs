//! Who may do what, and for how long: section 3, the scenarios of 6.1, and the other faces.

use super::desk::{Desk, TEAM, done, no};
use serde_json::{Value, json};

#[actix_web::test]
async fn a_reader_reads_and_changes_nothing() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let inside = desk.folder(&desk.ann, "inside", folder).await;
    let share = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    assert!(desk.reads(&desk.bob, folder).await && desk.reads(&desk.bob, inside).await);
    let make = json!({ "title": "x", "parent_folder": folder });
    assert_eq!(desk.call(&desk.bob, "POST", "/folder", make).await, no(400, "Could not find parent folder"));
    assert_eq!(desk.list(&desk.bob, &format!("/folder/{folder}/shares")).await.len(), 1);
    let both = json!({ "canWrite": true, "canShare": true });
    assert_eq!(desk.call(&desk.bob, "PUT", &format!("/share/{share}"), both).await, no(400, "Not found"));
    assert_eq!(desk.delete(&desk.bob, &format!("/share/{share}")).await, done());
    assert_eq!(
        desk.call(&desk.bob, "PUT", &format!("/folder/{inside}"), json!({ "title": "y" })).await,
        no(404, "Not found")
    );
    assert_eq!(desk.delete(&desk.bob, &format!("/folder/{inside}")).await, done());
    let body = json!({ "participant": "eve", "type": 0 });
    let reshare = desk.call(&desk.bob, "POST", &format!("/folder/{folder}/shares"), body).await;
    assert_eq!(reshare, no(400, "Could not find folder"));
    assert!(desk.reads(&desk.bob, inside).await && desk.reads(&desk.ann, inside).await, "all of it is still there");
}

#[actix_web::test]
async fn a_writer_makes_renames_moves_and_deletes_inside_and_it_stays_the_owners() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, true, false).await;
    let made = desk.item(&desk.bob, "POST", "/folder", json!({ "title": "new", "parent_folder": folder })).await;
    assert_eq!((&made["userId"], &made["parent_folder"]), (&json!("ann"), &json!(folder)));
    let (inside, other) = (made["id"].as_i64().unwrap(), desk.folder(&desk.bob, "other", folder).await);
    let change = json!({ "title": "renamed", "parent_folder": other });
    let edited = desk.item(&desk.bob, "PUT", &format!("/folder/{inside}"), change).await;
    assert_eq!((&edited["title"], &edited["parent_folder"]), (&json!("renamed"), &json!(other)));
    let pulled = desk.call(&desk.bob, "PUT", &format!("/folder/{other}"), json!({ "parent_folder": -1 })).await;
    assert_eq!(pulled, no(400, "Unsupported operation"), "only its owner hands a folder over");
    assert_eq!(desk.delete(&desk.bob, &format!("/folder/{other}")).await, done());
    assert!(!desk.reads(&desk.ann, inside).await);
}

#[actix_web::test]
async fn revoking_takes_what_was_shared_onwards_and_its_public_token_with_it() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let first = desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let second = desk.share(&desk.bob, folder, &desk.carol, false, false).await;
    let token = desk.item(&desk.bob, "POST", &format!("/folder/{folder}/publictoken"), Value::Null).await;
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    assert!(desk.reads(&desk.carol, folder).await);
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await.0, 200);
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{first}")).await, done());
    assert!(!desk.reads(&desk.bob, folder).await && !desk.reads(&desk.carol, folder).await);
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await, no(401, "Please authenticate first"));
    assert_eq!(desk.get(&desk.ann, &format!("/share/{second}")).await, no(404, "Not found"));
    let none = desk.get(&desk.ann, &format!("/folder/{folder}/publictoken")).await;
    assert_eq!(none, no(404, "Not found"));
}

#[actix_web::test]
async fn a_chain_stands_while_another_pathway_carries_it() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let to_bob = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    desk.share(&desk.ann, folder, &desk.eve, false, true).await;
    desk.share(&desk.bob, folder, &desk.carol, true, false).await;
    let lower = json!({ "canWrite": true, "canShare": false });
    desk.item(&desk.ann, "PUT", &format!("/share/{to_bob}"), lower).await;
    assert!(!desk.reads(&desk.carol, folder).await, "bob may not share any more");
    let listed = desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await;
    assert_eq!(listed.len(), 2, "what gives nothing is not listed: {listed:?}");
    desk.share(&desk.eve, folder, &desk.carol, false, false).await;
    assert!(desk.reads(&desk.carol, folder).await);
}

#[actix_web::test]
async fn what_a_lowered_share_put_to_sleep_is_not_taken_with_it_but_listed_and_ended_by_itself() {
    let desk = Desk::new();
    let uuid = desk.world.dir("/ann/f");
    let folder = desk.top(&desk.ann).await[0].0;
    let bobs = desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    desk.share(&desk.bob, folder, &desk.carol, false, false).await;
    let path = format!("/folder/{folder}/publictoken");
    let token = desk.item(&desk.bob, "POST", &path, Value::Null).await;
    let reading = json!({ "canWrite": false, "canShare": false });
    desk.item(&desk.ann, "PUT", &format!("/share/{bobs}"), reading).await;
    desk.delete(&desk.ann, &format!("/share/{bobs}")).await;
    assert!(!desk.reads(&desk.carol, folder).await);
    let bobs = desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    assert!(desk.reads(&desk.carol, folder).await, "it only slept");
    assert_eq!(desk.item(&desk.bob, "GET", &path, Value::Null).await, token);

    desk.item(&desk.ann, "PUT", &format!("/share/{bobs}"), json!({ "canWrite": false, "canShare": false })).await;
    let listed = desk.world.v1("GET", &format!("/v1/grants?entry={uuid}"), Value::Null).await;
    let items = listed.body["items"].as_array().unwrap_or_else(|| panic!("{listed:?}")).clone();
    let asleep: Vec<&Value> = items.iter().filter(|item| item["why_not"] == "issuer_lost_authority").collect();
    assert_eq!(asleep.len(), 2, "her share, and the token");
    for grant in asleep {
        let ended = format!("/v1/grants/{}", grant["id"].as_str().unwrap());
        assert_eq!(desk.world.call("DELETE", &ended, &desk.ann.token, json!({})).await.status, 200);
    }
    desk.item(&desk.ann, "PUT", &format!("/share/{bobs}"), json!({ "canWrite": false, "canShare": true })).await;
    assert!(!desk.reads(&desk.carol, folder).await);
    assert_eq!(desk.get(&desk.bob, &path).await, no(404, "Not found"));
}

#[actix_web::test]
async fn a_group_share_follows_the_members_and_shows_each_one_folder() {
    let desk = Desk::new();
    desk.team(&[&desk.ann, &desk.bob]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let direct = desk.share(&desk.ann, folder, &desk.bob, true, false).await;
    desk.share_with_team(&desk.ann, folder).await;
    let there = vec![(folder, "f".to_owned())];
    assert_eq!(desk.top(&desk.bob).await, there, "once, however often it was shared");
    assert_eq!(desk.top(&desk.ann).await, there, "the owner has her own");
    assert_eq!(desk.list(&desk.bob, &format!("/folder/{folder}/shares")).await.len(), 2);
    assert!(desk.top(&desk.carol).await.is_empty());
    desk.team(&[&desk.ann, &desk.bob, &desk.carol]).await;
    assert_eq!(desk.top(&desk.carol).await, there, "she came in later");
    desk.delete(&desk.ann, &format!("/share/{direct}")).await;
    assert_eq!(desk.top(&desk.bob).await, there, "the group still shows it to him");
    let write = json!({ "title": "x", "parent_folder": folder });
    assert_eq!(desk.call(&desk.bob, "POST", "/folder", write).await.0, 400);
    desk.team(&[&desk.ann, &desk.carol]).await;
    assert!(desk.top(&desk.bob).await.is_empty() && !desk.reads(&desk.bob, folder).await);
    assert_eq!(desk.get(&desk.bob, &format!("/folder/{folder}/shares")).await, no(404, "Could not find folder"));
    desk.world.v1("DELETE", &format!("/v1/groups/{TEAM}"), Value::Null).await;
    assert!(desk.top(&desk.carol).await.is_empty());
    assert!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.is_empty());
}

#[actix_web::test]
async fn several_shares_give_all_that_any_of_them_gives() {
    let desk = Desk::new();
    desk.team(&[&desk.bob]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share_with_team(&desk.ann, folder).await;
    desk.share(&desk.ann, folder, &desk.bob, true, false).await;
    desk.folder(&desk.bob, "new", folder).await;
}

#[actix_web::test]
async fn what_is_shared_here_is_seen_and_revoked_elsewhere_and_the_other_way_round() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let share = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let listed = desk.world.v1("GET", "/v1/grants?user=bob", Value::Null).await;
    let grant = &listed.body["items"][0];
    assert_eq!((&grant["access"], &grant["origin"]), (&json!("full"), &json!("bookmarks")));
    let uuid = grant["entry"]["uuid"].as_str().or(grant["entry"].as_str()).unwrap().to_owned();
    assert!(desk.world.may(&desk.bob, &format!("fs:{uuid}:write")));
    let revoked = desk.world.v1("DELETE", &format!("/v1/grants/{}", grant["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(desk.get(&desk.ann, &format!("/share/{share}")).await, no(404, "Not found"));
    assert!(!desk.reads(&desk.bob, folder).await);

    desk.ann.gives(&desk.world, "/ann/f", "manage", "bob").await;
    let [shown] = desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.try_into().unwrap();
    let flags = (&shown["canWrite"], &shown["canShare"]);
    assert_eq!(flags, (&json!(true), &json!(false)), "who makes no managers is not shown as one who could");
    let echo = json!({ "canWrite": true, "canShare": false });
    desk.item(&desk.ann, "PUT", &format!("/share/{}", shown["id"]), echo).await;
    assert!(desk.world.may(&desk.bob, &format!("manage:fs:{uuid}")), "writing back what was shown changes nothing");
    let carol = desk.share(&desk.bob, folder, &desk.carol, true, true).await;
    let shown_to_ann = desk.item(&desk.ann, "GET", &format!("/share/{carol}"), Value::Null).await;
    assert_eq!((&shown_to_ann["canWrite"], &shown_to_ann["canShare"]), (&json!(true), &json!(false)));
    assert_eq!(desk.delete(&desk.bob, &format!("/share/{}", shown["id"])).await, done());
    let raise = json!({ "canWrite": false, "canShare": true });
    let other = desk.share(&desk.ann, folder, &desk.eve, false, false).await;
    assert_eq!(
        desk.call(&desk.bob, "PUT", &format!("/share/{other}"), raise).await,
        no(400, "Not found"),
        "not his gift"
    );
}

#[actix_web::test]
async fn what_cannot_be_said_as_a_share_is_not_listed() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.world.file("/ann/f/file.txt");
    for (path, access, with) in [("/ann/f", "list", "bob"), ("/ann/f/file.txt", "read", "carol")] {
        desk.ann.gives(&desk.world, path, access, with).await;
    }
    assert!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.is_empty());
    assert!(desk.list(&desk.ann, "/share").await.is_empty());
    assert!(desk.top(&desk.bob).await.is_empty() && desk.top(&desk.carol).await.is_empty());
    for number in 1..4 {
        assert_eq!(desk.get(&desk.ann, &format!("/share/{number}")).await, no(404, "Not found"));
    }
    let share = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    desk.world.vouchsafe.suspend_user("ann", true).unwrap();
    assert_eq!(desk.get(&desk.bob, &format!("/share/{share}")).await, no(404, "Not found"));
    assert!(!desk.reads(&desk.bob, folder).await, "who gave it is shut out");
}

#[actix_web::test]
async fn what_is_shared_here_is_listed_and_ended_in_onlyoffice_and_ended_by_puter() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let bob = desk.world.vouchsafe.user("bob").unwrap().id;
    let office = format!("/api/2.0/files/folder/{folder}/share");
    for (write, share, value) in [(false, false, 2), (true, true, 1)] {
        let id = desk.share(&desk.ann, folder, &desk.bob, write, share).await;
        let listed = desk.world.call("GET", &office, &desk.ann.token, json!({})).await.body;
        let records = listed["response"].as_array().unwrap();
        let of_bob = records.iter().find(|record| record["sharedTo"]["id"] == json!(bob)).unwrap();
        assert_eq!(of_bob["access"], value, "{listed}");
        let zero = json!({ "share": [{ "ShareTo": bob, "Access": 0 }], "notify": false });
        assert_eq!(desk.world.call("PUT", &office, &desk.ann.token, zero).await.status, 200);
        assert!(!desk.reads(&desk.bob, folder).await);
        assert_eq!(desk.get(&desk.ann, &format!("/share/{id}")).await, no(404, "Not found"));
    }
    let id = desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let revoke = json!({ "target_username": "bob", "permission": "fs:/ann/f:read" });
    assert_eq!(desk.world.call("POST", "/auth/revoke-user-user", &desk.ann.token, revoke).await.status, 200);
    assert!(!desk.reads(&desk.bob, folder).await);
    assert_eq!(desk.get(&desk.ann, &format!("/share/{id}")).await, no(404, "Not found"));
    assert!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.is_empty());
}

#[actix_web::test]
async fn a_group_in_which_nobody_can_mount_it_has_the_share_all_the_same() {
    let desk = Desk::new();
    for members in [vec![], vec![&desk.ann]] {
        desk.team(&members).await;
        let folder = desk.folder(&desk.ann, "f", -1).await;
        let id = desk.share_with_team(&desk.ann, folder).await;
        let listed = desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await;
        assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(id)));
        assert!(desk.list(&desk.ann, "/folder/shared").await.is_empty());
        desk.delete(&desk.ann, &format!("/folder/{folder}")).await;
    }
}
