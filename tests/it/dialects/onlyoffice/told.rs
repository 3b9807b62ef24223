//! Who is told, and what.

use super::desk::*;
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::Actor;

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
    let is_named = ["bob", "dan"].map(|name| of(name).unwrap()["is_named"].clone());
    assert_eq!(is_named, [true, false], "on the page one blocks only who gave to one by name");
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

fn block(world: &World, who: &Person, sender: &Person, is_on: bool) {
    let actor = Actor::User(world.vouchsafe.user(&who.name).unwrap().id);
    world.vouchsafe.block(&actor, &sender.name, is_on).unwrap();
}

#[actix_web::test]
async fn who_blocks_the_caller_is_given_nothing_new_by_name_and_told_nothing() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    let (inside, within) = file(&world, "/ann/d/in.docx").await;
    let told = |with: &str, access: i64| json!({"share": [{"ShareTo": with, "Access": access}], "notify": true});
    let put = |file: i64, body: Value| {
        let (world, ann) = (&world, &ann);
        async move { shown(&call(world, ann, "PUT", &format!("file/{file}/share"), body).await) }
    };
    let (his, hers) = (guid(&world, &bob), guid(&world, &eve));
    block(&world, &bob, &ann, true);
    assert_eq!(put(plan, told(&his, 2)).await, these([("ann", 1)]));
    assert_eq!(world.counts(), (0, 0, 0));
    assert!(!world.may(&bob, "fs:/ann/plan.docx:see"));
    // What he has may be changed, and taken; a deny is nothing that he has.
    block(&world, &bob, &ann, false);
    put(plan, told(&his, 2)).await;
    share_folder(&world, &ann, folder, &his, 1).await;
    block(&world, &bob, &ann, true);
    for (access, expected) in [(6, 6), (3, 3), (2, 3)] {
        assert_eq!(put(plan, told(&his, access)).await.get("bob"), Some(&expected), "{access}");
    }
    // Nor is what he left.
    let (left, number) = file(&world, "/ann/left.docx").await;
    block(&world, &bob, &ann, false);
    share(&world, &ann, number, &his, 2).await;
    call(&world, &bob, "DELETE", "share", json!({"fileIds": [number]})).await;
    block(&world, &bob, &ann, true);
    assert_eq!(put(number, told(&his, 2)).await.get("bob"), None);
    assert!(!world.may(&bob, &format!("fs:{left}:see")));
    // A block is no way to keep what shall be taken.
    assert_eq!(put(within, told(&his, 2)).await.get("bob"), Some(&2));
    assert!(world.may(&bob, &format!("fs:{inside}:read")) && !world.may(&bob, &format!("fs:{inside}:write")));
    // Groups are not concerned; he is not told all the same.
    let team = group(&world, "Team", &[&bob, &eve]).await;
    let (shared, third) = file(&world, "/ann/third.docx").await;
    put(third, told(&team, 2)).await;
    assert!(world.may(&bob, &format!("fs:{shared}:read")));
    assert_eq!(put(third, told(&his, 2)).await.get("bob"), None, "a row of his own would outlive the group's");
    put(plan, told(&hers, 2)).await;
    let of_bob = mails(&world).into_iter().filter(|(to, ..)| to == "bob@example.org").count();
    assert_eq!((of_bob, mails(&world).len()), (1, 3), "told once, while he did not block her");
}

#[actix_web::test]
async fn who_has_nothing_there_is_not_told() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let team = group(&world, "Team", &[&bob, &eve]).await;
    share(&world, &ann, plan, &guid(&world, &eve), 3).await;
    let body = json!({"share": [{"ShareTo": team, "Access": 2}], "notify": true});
    call(&world, &ann, "PUT", &format!("file/{plan}/share"), body).await;
    let told = mails(&world);
    assert_eq!((told.len(), told[0].0.as_str(), world.counts().1), (1, "bob@example.org", 1));
}

#[actix_web::test]
async fn one_person_mails_another_twenty_times_a_day() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let (mut ann, bob, eve) = world.people();
    let mut files = Vec::new();
    for n in 0..25 {
        files.push(file(&world, &format!("/ann/{n}.docx")).await.1);
    }
    let tell = |ann: &Person, count: usize, with: &[&Person]| {
        let share: Vec<Value> = with.iter().map(|who| json!({"ShareTo": guid(&world, who), "Access": 2})).collect();
        let (world, ann, files) = (&world, ann.clone(), files[..count].to_vec());
        async move {
            for file in files {
                let body = json!({"share": share, "notify": true});
                let answer = call(world, &ann, "PUT", &format!("file/{file}/share"), body).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
        }
    };
    tell(&ann, 22, &[&bob]).await;
    assert_eq!((world.counts().1, world.counts().2), (22, 20), "in the app he is told of all");
    tell(&ann, 10, &[&bob, &eve]).await;
    assert_eq!(world.counts().2, 30, "each pair is counted for itself");
    world.clock.advance(TimeDelta::days(1));
    ann.token = world.vouchsafe.issue_token("ann", vouchsafe_flows::ActsAs::Person, TimeDelta::days(1)).unwrap();
    tell(&ann, 5, &[&bob]).await;
    assert_eq!(world.counts().2, 35);
}

#[actix_web::test]
async fn of_several_entries_each_is_told_once() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, folder) = dir(&world, "/ann/d").await;
    let (_, plan) = file(&world, "/ann/plan.docx").await;
    let body = json!({"folderIds": [folder, folder], "fileIds": [plan], "notify": true,
        "share": [{"ShareTo": guid(&world, &bob), "Access": 2}]});
    call(&world, &ann, "PUT", "share", body).await;
    let told = mails(&world);
    assert_eq!((told.len(), world.counts().1, told[0].1.as_str()), (1, 1, "folder_shared"));
    let payload = &told[0].2;
    assert_eq!((&payload["title"], &payload["others"]), (&json!("d"), &json!(["plan.docx"])));
    assert_eq!(payload["link"], json!("http://vouchsafe.test/shared"));
    assert_eq!(payload["time"], json!("2027-01-15 08:00 UTC"));
    let him = world.vouchsafe.user("bob").unwrap().id;
    let all = (vouchsafe_flows::NotificationFilter::All, vouchsafe_flows::NotificationOrder::OldestFirst);
    let notice = world.store().read(|tx| tx.list_notifications(him, all, 0, 10)).unwrap().remove(0);
    assert!(format!("{notice:?}").contains("shared 2 files with you"), "{notice:?}");
}

#[actix_web::test]
async fn one_request_tells_a_thousand_things_and_who_is_named_besides() {
    let world = World::new();
    let ann = world.person("ann");
    let mut files = Vec::new();
    for n in 0..50 {
        files.push(file(&world, &format!("/ann/{n}.docx")).await.1);
    }
    let others: Vec<Person> = (0..24).map(|n| world.person(&format!("p{n}"))).collect();
    let share: Vec<Value> = [EVERYONE.to_owned(), guid(&world, &others[23])]
        .iter()
        .map(|who| json!({"ShareTo": who, "Access": 2}))
        .collect();
    call(&world, &ann, "PUT", "share", json!({"fileIds": files, "share": share, "notify": true})).await;
    assert_eq!((world.counts().1, world.counts().2), (21, 21), "twenty of fifty files each, and him");
    assert!(mails(&world).iter().any(|(to, ..)| to == "p23@example.org"));
}

#[actix_web::test]
async fn who_has_less_than_his_group_was_given_is_told_what_he_has() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let dan = world.person("dan");
    let (entry, plan) = file(&world, "/ann/plan.docx").await;
    let team = group(&world, "Team", &[&bob, &eve, &dan]).await;
    share(&world, &ann, plan, &guid(&world, &bob), 2).await;
    let sees =
        json!({"issuer": "ann", "holder": {"user": "dan"}, "permission": format!("fs:{entry}:see"), "exact": true});
    assert_eq!(world.v1("POST", "/v1/grants", sees).await.status, 201);
    let body = json!({"share": [{"ShareTo": team, "Access": 1}], "notify": true,
        "advancedSettings": {"denyDownload": true}});
    call(&world, &ann, "PUT", &format!("file/{plan}/share"), body).await;
    let mut told: Vec<(String, Value)> =
        mails(&world).into_iter().map(|(to, _, payload)| (to, payload["access"].clone())).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let of = |who: &str, what: &str| (format!("{who}@example.org"), json!(what));
    assert_eq!(told, [of("bob", "Read Only"), of("eve", "Full Access")], "dan was given nothing to read");
    // Of several entries, what he has on all of them.
    let (_, other) = file(&world, "/ann/other.docx").await;
    let body = json!({"fileIds": [other, plan], "share": [{"ShareTo": team, "Access": 5}], "notify": true});
    call(&world, &ann, "PUT", "share", body).await;
    let last = mails(&world).into_iter().rfind(|(to, ..)| to == "bob@example.org").unwrap().2;
    assert_eq!((&last["title"], &last["access"]), (&json!("other.docx"), &json!("Read Only")));
}
