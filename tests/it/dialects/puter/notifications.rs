//! Notifications: what they say, and who may put them away.

use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};

async fn unread(world: &World, who: &Person) -> Value {
    let body = json!({ "interface": "puter-notifications", "method": "select", "args": { "predicate": ["unread"], "offset": 0 } });
    let answer = world.call("POST", "/drivers/call", &who.token, body).await;
    assert_eq!((answer.status, &answer.body["success"]), (200, &json!(true)));
    answer.body["result"].clone()
}

#[actix_web::test]
async fn one_notification_tells_of_the_whole_request() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/Private/a.txt");
    let dir = world.dir("/ann/Private/d");
    let shares =
        json!([{ "$": "fs-share", "path": "/ann/Private/a.txt" }, { "$": "fs-share", "path": dir, "access": "write" }]);
    let body = json!({ "recipients": "bob", "shares": shares, "metadata": { "message": "hi", "n": 5 } });
    world.call("POST", "/share", &ann.token, body).await;
    let list = unread(&world, &bob).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    let value = &list[0]["value"];
    assert_eq!(value["source"], "sharing");
    assert_eq!(value["title"], "Files were shared with you!");
    assert_eq!(value["text"], "The user `ann` shared 2 files with you.");
    assert_eq!(value["fields"]["username"], "ann");
    assert_eq!(value["fields"]["metadata"], json!({ "message": "hi", "n": 5 }));
    let writable: Vec<&Value> = value["fields"]["files"].as_array().unwrap().iter().map(|f| &f["writable"]).collect();
    assert_eq!(writable, [&json!(false), &json!(true)]);
    assert!(!value.to_string().contains("Private"), "the owner's directories are his own");
    ann.shares(&world, "/ann/Private", "bob").await;
    assert_eq!(unread(&world, &bob).await[1]["value"]["text"], "The user `ann` shared 1 file with you.");
}

#[actix_web::test]
async fn only_the_receiver_puts_it_away() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let uid = unread(&world, &bob).await[0]["uid"].clone();
    for (who, left) in [(&eve, 1), (&bob, 0)] {
        let answer = world.call("POST", "/notif/mark-read", &who.token, json!({ "uid": uid })).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
        assert_eq!(unread(&world, &bob).await.as_array().unwrap().len(), left);
    }
    assert_eq!(world.call("POST", "/notif/mark-ack", &bob.token, json!({ "uid": uid })).await.status, 200);
    assert_eq!(world.call("POST", "/notif/mark-ack", &bob.token, json!({ "uid": "unknown" })).await.status, 200);
    for route in ["/notif/mark-ack", "/notif/mark-read"] {
        let answer = world.call("POST", route, &bob.token, json!({ "uid": 5 })).await;
        assert_eq!(answer.refusal(), (400, "field_invalid"));
        assert_eq!(answer.body["message"], "Field `uid` is invalid. Expected a valid UUID. Got non-string value.");
    }
}
