//! What a removal does to invites that are still open.

use super::desk::*;
use serde_json::json;
use vouchsafe_tests::{Person, World};

/// An invite by mail to `gus@example.org`, who has no account yet. Gives what he takes it up by.
async fn invited(world: &World, by: &Person, path: &str) -> String {
    by.shares(world, path, "gus@example.org").await;
    let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    let mails = world.store().read(|tx| tx.list_due_messages(now, 10)).unwrap();
    let links = mails.iter().filter_map(|mail| mail.payload["link"].as_str());
    let last = links.filter_map(|link| link.split_once("share_token=")).next_back();
    let token = last.unwrap().1;
    let body = json!({ "token": token }).to_string();
    let checked = world.raw("POST", "/sharelink/check", "", "application/json", body).await;
    checked.body["uid"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_removal_on_a_folder_strikes_what_an_open_invite_would_give_below_it() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let (entry, _) = file(&world, "/ann/d/inner/plan.docx").await;
    let (beside, _) = file(&world, "/ann/beside.docx").await;
    let (kept, number) = file(&world, "/ann/d/kept.docx").await;
    let [below, besides, apart] = [
        invited(&world, &ann, "/ann/d/inner/plan.docx").await,
        invited(&world, &ann, "/ann/beside.docx").await,
        invited(&world, &ann, "/ann/d/kept.docx").await,
    ];
    // The host says that the address is his, and leaves the invites open.
    let gus = world.person("gus");
    // Who may change what others gave on the folder, and not on a file in it, strikes nothing there.
    share_folder(&world, &ann, folder, &guid(&world, &bob), 1).await;
    share(&world, &ann, number, &guid(&world, &bob), 2).await;
    share_folder(&world, &ann, folder, &guid(&world, &gus), 2).await;
    share_folder(&world, &bob, folder, &guid(&world, &gus), 0).await;
    for (uid, status, file) in [(below, 422, entry), (besides, 200, beside), (apart, 200, kept)] {
        let answer = world.call("POST", "/sharelink/apply", &gus.token, json!({ "uid": uid })).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(world.may(&gus, &format!("fs:{file}:read")), status == 200);
    }
}
