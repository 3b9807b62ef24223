//! `POST /share/item-by-username`.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World};

async fn ask(world: &World, who: &Person, body: Value) -> Answer {
    world.call("POST", "/share/item-by-username", &who.token, body).await
}

#[actix_web::test]
async fn every_row_of_its_table() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "eve").await;
    let before = world.counts();
    let good = |key: &str, value: Value| {
        let mut body = json!({ "path": "/ann/a.txt", "username": "bob", "access_level": "read" });
        body[key] = value;
        body
    };
    for (who, body, refusal, message) in [
        (
            &ann,
            good("username", json!(5)),
            (400, "field_invalid"),
            "Field `username` is invalid. Expected string. Got number.",
        ),
        (
            &ann,
            good("username", Value::Null),
            (400, "field_invalid"),
            "Field `username` is invalid. Expected string. Got object.",
        ),
        (
            &ann,
            good("path", json!([])),
            (400, "field_invalid"),
            "Field `path` is invalid. Expected string. Got object.",
        ),
        (
            &ann,
            json!({ "username": "bob" }),
            (400, "field_invalid"),
            "Field `path` is invalid. Expected string. Got undefined.",
        ),
        (
            &ann,
            good("access_level", json!("manage")),
            (400, "field_invalid"),
            "Field `access_level` is invalid. Expected \"read\" or \"write\".",
        ),
        (&ann, good("username", json!("ghost")), (422, "user_does_not_exist"), "The user `ghost` does not exist."),
        (&ann, good("path", json!("/ann/none")), (404, "subject_does_not_exist"), "File or directory not found."),
        (&bob, good("username", json!("eve")), (404, "subject_does_not_exist"), "File or directory not found."),
        (&eve, good("username", json!("bob")), (403, "permission_denied"), "Permission denied."),
        (&ann, good("username", json!("ann")), (400, "cannot_share_with_self"), "cannot share with yourself"),
    ] {
        let answer = ask(&world, who, body.clone()).await;
        assert_eq!((answer.refusal(), answer.body["message"].as_str()), (refusal, Some(message)), "{body}");
    }
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn the_recipient_is_notified_and_gets_a_mail_with_a_link_by_id() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let uuid = world.file("/ann/Deep/Down/a.txt");
    ask(&world, &ann, json!({ "path": uuid, "username": "bob", "access_level": "read" })).await;
    assert!(world.may(&bob, &format!("fs:{uuid}:read")) && !world.may(&bob, &format!("fs:{uuid}:write")));
    let listed = world
        .call("POST", "/drivers/call", &bob.token, json!({ "interface": "puter-notifications", "method": "select" }))
        .await;
    let value = &listed.body["result"][0]["value"];
    assert_eq!(value["title"], "A file was shared with you!");
    assert_eq!(value["text"], "The user `ann` shared a file with you called `a.txt`");
    assert!(!value.to_string().contains("Deep"), "the owner's directories are his own");
    let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    let mails = world.store().read(|tx| tx.list_due_messages(now, 10)).unwrap();
    assert_eq!((mails.len(), mails[0].template.as_str()), (1, "share_existing_user"));
    assert_eq!(mails[0].payload["link"], format!("http://vouchsafe.test/show/{uuid}"));
}
