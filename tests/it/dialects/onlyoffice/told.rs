//! Who is told, and what.

use super::desk::*;
use chrono::DateTime;
use serde_json::{Value, json};
use vouchsafe_tests::World;

/// Recipient, template and payload of every mail that waits.
fn mails(world: &World) -> Vec<(String, String, Value)> {
    let now = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
    let due = world.store().read(|tx| tx.list_due_messages(now, 1_000)).unwrap();
    due.into_iter().map(|message| (message.recipient, message.template, message.payload)).collect()
}

#[actix_web::test]
async fn each_recipient_is_told_once_and_his_own_row_counts_more_than_his_groups() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (dan, fay) = (world.person("dan"), world.unproven("fay"));
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let team = group(&world, "Team", &[&ann, &bob, &eve, &dan, &fay]).await;
    let body = json!({
        "share": [
            {"ShareTo": guid(&world, &bob), "Access": 5}, {"ShareTo": team, "Access": 2},
            {"ShareTo": guid(&world, &eve), "Access": 3},
        ],
        "notify": "true",
        "sharingMessage": format!("<b>Hello</b>{}", "x".repeat(3_000)),
    });
    assert_eq!(call(&world, &ann, "PUT", &format!("file/{file}/share"), body).await.status, 200);
    let told = mails(&world);
    let of = |name: &str| {
        told.iter().find(|(to, ..)| *to == format!("{name}@example.org")).map(|(_, _, payload)| payload.clone())
    };
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((&of("bob").unwrap()["access"], &of("dan").unwrap()["access"]), (&json!("Review"), &json!("Read Only")));
    let payload = of("bob").unwrap();
    assert_eq!(
        (&told[0].1, &payload["title"], &payload["author"]),
        (&"document_shared".to_owned(), &json!("plan.docx"), &json!("ann"))
    );
    assert_eq!(
        payload["link"],
        json!(format!("http://vouchsafe.test/show/{entry}")),
        "no path of a tree that is not his"
    );
    assert_eq!(payload["message"].as_str().unwrap().chars().count(), 2_000);
    assert_eq!(world.counts().1, 3, "who has no proven address is told in the app only");
    // Unchanged rights are told again; without `notify` nobody is told.
    let again = json!({"share": [{"ShareTo": guid(&world, &bob), "Access": 5}], "notify": true});
    call(&world, &ann, "PUT", &format!("file/{file}/share"), again).await;
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    assert_eq!(mails(&world).len(), 3);
}

#[actix_web::test]
async fn a_folder_is_told_as_one_and_removals_are_not_told() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let body = json!({"share": [{"ShareTo": guid(&world, &bob), "Access": 1}, {"ShareTo": guid(&world, &eve), "Access": 0}], "notify": true});
    call(&world, &ann, "PUT", &format!("folder/{folder}/share"), body).await;
    let told = mails(&world);
    assert_eq!((told.len(), told[0].1.as_str(), &told[0].2["access"]), (1, "folder_shared", &json!("Full Access")));
}
