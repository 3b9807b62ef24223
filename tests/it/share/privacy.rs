//! What a stranger learns: nothing.

use serde_json::json;
use vouchsafe_tests::World;

#[actix_web::test]
async fn an_address_with_and_without_an_account_answer_alike() {
    let world = World::new();
    let ann = world.person("ann");
    world.person("bob");
    world.unproven("new");
    world.file("/ann/a.txt");
    let mut answers = Vec::new();
    for with in ["bob@example.org", "new@example.org", "nobody@example.org"] {
        answers.push(ann.shares(&world, "/ann/a.txt", with).await.body);
    }
    assert!(answers.iter().all(|a| *a == answers[0]), "{answers:?}");
}

#[actix_web::test]
async fn an_unproven_account_receives_nothing_meant_for_the_address() {
    let world = World::new();
    let ann = world.person("ann");
    let thief = world.unproven("new");
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "new@example.org").await;
    assert!(!world.may(&thief, "fs:/ann/a.txt:see"));
    assert_eq!(world.counts(), (0, 0, 1));
}

#[actix_web::test]
async fn who_can_share_nothing_learns_nothing_about_people() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.file("/ann/a.txt");
    for path in ["/ann/a.txt", "/ann/none.txt", "/nobody/a.txt"] {
        for dry_run in [true, false] {
            let body = json!({ "recipients": ["eve", "ghost", "x@example.org", "bob", 5], "dry_run": dry_run,
                               "shares": { "$": "fs-share", "path": path } });
            let answer = world.call("POST", "/share", &bob.token, body).await;
            let codes: Vec<&str> = (0..5).map(|i| answer.line("recipients", i)).collect();
            assert_eq!(codes, ["", "", "", "", "invalid_username_or_email"], "{path}");
            assert_eq!(answer.line("paths", 0), "subject_does_not_exist");
        }
    }
    assert_eq!(world.counts(), (0, 0, 0));
}

#[actix_web::test]
async fn one_more_refused_item_changes_nothing_about_the_others() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    let body = json!({ "recipients": ["bob", "ghost"],
        "shares": [{ "$": "fs-share", "path": "/ann/none" }, { "$": "fs-share", "path": "/ann/a.txt" }] });
    let answer = world.call("POST", "/share", &ann.token, body).await;
    assert_eq!(answer.body["status"], "mixed");
    assert!(world.may(&bob, "fs:/ann/a.txt:read"));
}
