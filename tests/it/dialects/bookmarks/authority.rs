//! Whose word counts: rows of several issuers and faces, those who block, acting things, and the directory that is
//! left.

use super::desk::{Desk, basic, done, no, plain_no};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;

#[actix_web::test]
async fn ending_a_share_ends_all_that_its_participant_has_there_whoever_gave_it() {
    let desk = Desk::new();
    let uuid = desk.world.dir("/ann/f");
    let entry = desk.world.v1("GET", &format!("/v1/entries/{uuid}"), Value::Null).await;
    let folder = entry.body["id"].as_i64().unwrap();
    desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let bobs = desk.share(&desk.bob, folder, &desk.carol, false, false).await;
    let body = json!({ "holder": { "user": "carol" }, "permission": format!("fs:{uuid}:write") });
    assert!(desk.world.call("POST", "/v1/grants", &desk.ann.token, body).await.status < 300);
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{bobs}")).await, done());
    assert!(!desk.reads(&desk.carol, folder).await);
    assert!(desk.reads(&desk.bob, folder).await, "what others have stays");
}

#[actix_web::test]
async fn ending_a_share_also_ends_what_is_too_little_to_be_one() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    let share = desk.share(&desk.ann, folder, &desk.carol, false, false).await;
    let body = json!({ "holder": { "user": "carol" }, "permission": "fs:/ann/f:list" });
    assert!(desk.world.call("POST", "/v1/grants", &desk.bob.token, body).await.status < 300);
    assert_eq!(desk.delete(&desk.ann, &format!("/share/{share}")).await, done());
    assert!(!desk.world.may(&desk.carol, "fs:/ann/f:see"));
    assert!(desk.world.may(&desk.bob, "fs:/ann/f:write"));
}

#[actix_web::test]
async fn what_sleeps_beside_a_new_share_does_not_wake() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    desk.share(&desk.bob, folder, &desk.carol, true, false).await;
    desk.world.vouchsafe.suspend_user("bob", true).unwrap();
    assert!(!desk.reads(&desk.carol, folder).await, "its issuer's account sleeps");
    let fresh = desk.share(&desk.ann, folder, &desk.carol, false, false).await;
    desk.world.vouchsafe.suspend_user("bob", false).unwrap();
    let body = json!({ "title": "carol's", "parent_folder": folder });
    assert_eq!(desk.call(&desk.carol, "POST", "/folder", body).await, no(400, "Could not find parent folder"));
    desk.delete(&desk.ann, &format!("/share/{fresh}")).await;
    assert!(!desk.reads(&desk.carol, folder).await);
}

#[actix_web::test]
async fn whoever_is_blocked_reads_that_there_is_no_such_participant() {
    let desk = Desk::new();
    let [first, second] = [desk.folder(&desk.ann, "f", -1).await, desk.folder(&desk.ann, "g", -1).await];
    let id = desk.share(&desk.ann, first, &desk.bob, false, false).await;
    let bob = vouchsafe_types::Actor::User(desk.world.vouchsafe.authenticate(&desk.bob.token).unwrap().user.id);
    desk.world.vouchsafe.block(&bob, "ann", true).unwrap();
    let body = json!({ "participant": "bob", "type": 0 });
    let refused = desk.call(&desk.ann, "POST", &format!("/folder/{second}/shares"), body).await;
    assert_eq!(refused, no(400, "Could not find participant"));
    assert!(!desk.reads(&desk.bob, second).await);
    let both = json!({ "canWrite": true, "canShare": false });
    assert_eq!(desk.item(&desk.ann, "PUT", &format!("/share/{id}"), both).await["canWrite"], true, "what he has stays");
}

#[actix_web::test]
async fn only_the_person_himself_gets_a_ticket_and_only_for_his_password() {
    let desk = Desk::with(|settings| settings.are_tickets_on = true);
    desk.world.v1("PUT", "/v1/apps/app-1", json!({ "owner": "eve", "name": "reader" })).await;
    let issue = |acts_as| desk.world.vouchsafe.issue_token("ann", acts_as, TimeDelta::days(1)).unwrap();
    for acting in [issue(ActsAs::AccessToken), issue(ActsAs::App("app-1".parse().unwrap()))] {
        for auth in [basic("ann", &acting), format!("Bearer {acting}")] {
            let (_, answer) = desk.ask(&auth, "GET", "/folder", Value::Null).await;
            assert_eq!(answer["ticket"], Value::Null, "{answer}");
        }
    }
    let (_, answer) = desk.ask(&basic("ann", &desk.ann.token), "GET", "/folder", Value::Null).await;
    let ticket = answer["ticket"].as_str().unwrap().to_owned();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let (status, answer) = desk.ask(&format!("{scheme} {ticket}"), "GET", "/folder", Value::Null).await;
        assert_eq!((status, &answer["ticket"]), (200, &Value::Null), "{scheme}: a ticket renews itself");
    }
}

#[actix_web::test]
async fn with_whom_a_folder_is_shared_is_told_to_nothing_that_acts_for_a_person() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let ours = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    desk.world.v1("PUT", "/v1/apps/app-1", json!({ "owner": "eve", "name": "reader" })).await;
    for who in [&desk.ann, &desk.bob] {
        let permissions = json!({ "permissions": ["fs:/ann/f:read"] });
        let made = desk.world.call("POST", "/auth/create-access-token", &who.token, permissions).await;
        let body = json!({ "app_uid": "app-1", "permission": "fs:/ann/f:read" });
        assert_eq!(desk.world.call("POST", "/auth/grant-user-app", &who.token, body).await.status, 200);
        let acts_as = ActsAs::App("app-1".parse().unwrap());
        let app = desk.world.vouchsafe.issue_token(&who.name, acts_as, TimeDelta::days(1)).unwrap();
        for acting in [made.body["token"].as_str().unwrap(), app.as_str()] {
            let bearer = format!("Bearer {acting}");
            let get = async |path: String| desk.ask(&bearer, "GET", &path, Value::Null).await;
            assert_eq!(get(format!("/folder/{folder}")).await.0, 200, "the folder itself it may read");
            assert_eq!(get(format!("/folder/{folder}/shares")).await, no(404, "Could not find folder"));
            assert_eq!(get(format!("/share/{ours}")).await, no(404, "Not found"));
        }
    }
    assert_eq!(desk.list(&desk.bob, &format!("/folder/{folder}/shares")).await.len(), 1, "his own session is told");
}

#[actix_web::test]
async fn who_may_not_write_where_a_folder_lies_does_not_take_it_from_there() {
    let desk = Desk::new();
    let [top, place] = [desk.folder(&desk.ann, "top", -1).await, desk.folder(&desk.ann, "place", -1).await];
    let inside = desk.folder(&desk.ann, "inside", top).await;
    let deeper = desk.folder(&desk.ann, "deeper", inside).await;
    desk.share(&desk.ann, top, &desk.bob, false, false).await;
    desk.share(&desk.ann, place, &desk.bob, true, false).await;
    desk.team(&[&desk.bob]).await;
    // By a group the folder is no mount of his: he sees it where it lies.
    let team = desk.share_with_team(&desk.ann, inside).await;
    desk.item(&desk.ann, "PUT", &format!("/share/{team}"), json!({ "canWrite": true, "canShare": false })).await;
    let to_place = json!({ "parent_folder": place });
    let moved = desk.call(&desk.bob, "PUT", &format!("/folder/{inside}"), to_place.clone()).await;
    assert_eq!(moved, no(404, "Not found"));
    let renamed = desk.call(&desk.bob, "PUT", &format!("/folder/{inside}"), json!({ "title": "new" })).await;
    assert_eq!(renamed.0, 200, "{}", renamed.1);
    let moved = desk.call(&desk.bob, "PUT", &format!("/folder/{deeper}"), to_place).await;
    assert_eq!((moved.0, &moved.1["item"]["parent_folder"]), (200, &json!(place)), "there he may write in both");
}

#[actix_web::test]
async fn nor_by_its_path_in_another_face() {
    let desk = Desk::new();
    let [file, other] = ["/ann/top/a.txt", "/ann/place/b.txt"].map(|path| desk.world.file(path));
    for path in ["/ann/top/a.txt", "/ann/place"] {
        assert!(desk.ann.gives(&desk.world, path, "write", "bob").await.status < 300);
    }
    let moves = async |entry, to: &str| {
        let path = format!("/v1/entries/{entry}/move");
        desk.world.call("POST", &path, &desk.bob.token, json!({ "path": to })).await
    };
    let moved = moves(file, "/ann/place/a.txt").await;
    assert_eq!(moved.refusal(), (403, "forbidden"), "{}", moved.body);
    assert!(moves(other, "/ann/place/c.txt").await.status < 300);
}

#[actix_web::test]
async fn what_stands_on_a_share_that_slept_stands_on_the_new_one() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    desk.share(&desk.ann, folder, &desk.eve, true, true).await;
    desk.share(&desk.eve, folder, &desk.bob, true, true).await;
    desk.share(&desk.bob, folder, &desk.carol, false, false).await;
    let path = format!("/folder/{folder}/publictoken");
    let token = desk.item(&desk.bob, "POST", &path, Value::Null).await;
    desk.world.vouchsafe.suspend_user("eve", true).unwrap();
    assert!(!desk.reads(&desk.carol, folder).await);
    desk.share(&desk.ann, folder, &desk.bob, true, true).await;
    assert!(desk.reads(&desk.carol, folder).await, "bob has it again, and so has she");
    assert_eq!(desk.item(&desk.bob, "GET", &path, Value::Null).await, token);
}

#[actix_web::test]
async fn what_is_ended_or_lowered_does_not_come_back_by_an_open_invite() {
    for is_ended in [true, false] {
        let desk = Desk::new();
        let zoe = desk.world.unproven("zoe");
        desk.world.dir("/ann/f");
        assert_eq!(desk.ann.gives(&desk.world, "/ann/f", "write", "zoe@example.org").await.status, 200);
        desk.world.v1("PUT", "/v1/users/zoe", json!({ "email": "zoe@example.org", "email_confirmed": true })).await;
        let folder = desk.top(&desk.ann).await[0].0;
        let id = desk.share(&desk.ann, folder, &zoe, true, false).await;
        let share = format!("/share/{id}");
        if is_ended {
            desk.delete(&desk.ann, &share).await;
        } else {
            desk.item(&desk.ann, "PUT", &share, json!({ "canWrite": false, "canShare": false })).await;
        }
        let invites = desk.world.v1("GET", "/v1/invites?issuer=ann", Value::Null).await;
        assert_eq!(invites.body["items"], json!([]), "{is_ended}");
    }
}

#[actix_web::test]
async fn a_token_that_was_made_to_give_more_is_shown_only_to_who_has_that() {
    let desk = Desk::new();
    let uuid = desk.world.dir("/ann/f");
    let folder = desk.top(&desk.ann).await[0].0;
    desk.share(&desk.ann, folder, &desk.bob, false, true).await;
    let path = format!("/folder/{folder}/publictoken");
    desk.item(&desk.ann, "POST", &path, Value::Null).await;
    let listed = desk.world.v1("GET", &format!("/v1/grants?entry={uuid}"), Value::Null).await;
    let items = listed.body["items"].as_array().unwrap().clone();
    let link = items.iter().find_map(|item| item["holder"]["link"].as_str()).unwrap().to_owned();
    assert_eq!(desk.get(&desk.bob, &path).await.0, 200);
    let body = json!({ "share": [{ "ShareTo": link, "Access": 1 }], "notify": false });
    let office = format!("/api/2.0/files/folder/{folder}/share");
    let set = desk.world.call("PUT", &office, &desk.ann.token, body).await;
    assert_eq!(set.status, 403, "a token is for reading in every face: {}", set.body);
    assert_eq!(desk.get(&desk.bob, &path).await.0, 200);
    // One that was raised before that was so.
    let write = vouchsafe_types::Access::Write.capabilities().bits();
    desk.world.run(&format!("UPDATE \"grant\" SET capabilities = {write} WHERE holder_kind = 5"));
    assert_eq!(desk.get(&desk.ann, &path).await.0, 200);
    assert_eq!(desk.get(&desk.bob, &path).await.0, 404);
    // One that was lowered below reading opens nothing: it is none, and another takes its place.
    let list = vouchsafe_types::Access::List.capabilities().bits();
    desk.world.run(&format!("UPDATE \"grant\" SET capabilities = {list} WHERE holder_kind = 5"));
    assert_eq!(desk.get(&desk.ann, &path).await.0, 404);
    let made = desk.item(&desk.ann, "POST", &path, Value::Null).await;
    assert_eq!(desk.item(&desk.ann, "GET", &path, Value::Null).await, made);
    let bearer = format!("Bearer {}", made.as_str().unwrap());
    assert_eq!(desk.ask(&bearer, "GET", &format!("/folder/{folder}"), Value::Null).await.0, 200);
}

#[actix_web::test]
async fn a_share_that_sleeps_is_ended_for_good_and_edited_by_nobody() {
    for why in ["its holder is suspended", "its giver may not share", "its giver is out of the group"] {
        let desk = Desk::new();
        let folder = desk.folder(&desk.ann, "f", -1).await;
        let sharing = json!({ "canWrite": false, "canShare": true });
        desk.team(&[&desk.bob]).await;
        let to_bob = match why {
            "its giver is out of the group" => desk.share_with_team(&desk.ann, folder).await,
            _ => desk.share(&desk.ann, folder, &desk.bob, false, true).await,
        };
        let to_bob = format!("/share/{to_bob}");
        desk.item(&desk.ann, "PUT", &to_bob, sharing.clone()).await;
        let share = format!("/share/{}", desk.share(&desk.bob, folder, &desk.carol, false, false).await);
        let turn = async |is_asleep: bool| match why {
            "its holder is suspended" => desk.world.vouchsafe.suspend_user("carol", is_asleep).map(|_| ()).unwrap(),
            "its giver may not share" => {
                let flags = json!({ "canWrite": false, "canShare": !is_asleep });
                desk.item(&desk.ann, "PUT", &to_bob, flags).await;
            }
            _ if is_asleep => desk.team(&[]).await,
            _ => desk.team(&[&desk.bob]).await,
        };
        turn(true).await;
        assert_eq!(desk.call(&desk.ann, "PUT", &share, sharing).await, no(400, "Not found"), "{why}");
        assert_eq!(desk.delete(&desk.eve, &share).await, done());
        turn(false).await;
        assert!(desk.reads(&desk.carol, folder).await, "{why}: it was not eve's to end");
        turn(true).await;
        assert_eq!(desk.delete(&desk.ann, &share).await, done());
        turn(false).await;
        assert!(!desk.reads(&desk.carol, folder).await, "{why}");
        assert!(desk.reads(&desk.bob, folder).await, "{why}");
    }
}

#[actix_web::test]
async fn a_share_that_sleeps_is_no_share_yet_and_made_again_it_stays_one() {
    let desk = Desk::new();
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let id = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    desk.world.vouchsafe.suspend_user("bob", true).unwrap();
    let path = format!("/folder/{folder}/shares");
    assert!(desk.list(&desk.ann, &path).await.is_empty());
    assert_eq!(desk.share(&desk.ann, folder, &desk.bob, false, false).await, id);
    desk.world.vouchsafe.suspend_user("bob", false).unwrap();
    assert_eq!(desk.list(&desk.ann, &path).await.len(), 1);
    let again = desk.call(&desk.ann, "POST", &path, json!({ "participant": "bob", "type": 0 })).await;
    assert_eq!(again, plain_no("Cannot create the same share twice"));
}

#[actix_web::test]
async fn who_may_share_onwards_ends_what_his_group_has_for_all_of_it() {
    let desk = Desk::new();
    desk.team(&[&desk.bob, &desk.carol]).await;
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let share = format!("/share/{}", desk.share_with_team(&desk.ann, folder).await);
    assert_eq!(desk.delete(&desk.bob, &share).await, done());
    assert!(desk.reads(&desk.carol, folder).await, "he may not share it");
    desk.item(&desk.ann, "PUT", &share, json!({ "canWrite": false, "canShare": true })).await;
    assert_eq!(desk.delete(&desk.bob, &share).await, done());
    assert!(!desk.reads(&desk.bob, folder).await && !desk.reads(&desk.carol, folder).await);
    assert!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.is_empty());
}
