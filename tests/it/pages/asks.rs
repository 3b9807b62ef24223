//! Asking for access, and answering.

use super::forms::actor;
use vouchsafe_tests::{Visitor, World};
use vouchsafe_types::share::ShareAccess;

#[actix_web::test]
async fn a_request_is_answered_with_exactly_what_was_asked_for() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let (read, write) = (format!("fs:{file}:read"), format!("fs:{file}:write"));
    let mut asking = Visitor::of(&world, &bob);
    let shown = asking.get(&format!("/entry/{file}")).await;
    assert_eq!(shown.status, 404);
    let asked = asking.post(&format!("/entry/{file}/ask"), &[("access", "read"), ("message", "please")]).await;
    assert_eq!(asked.location(), format!("/entry/{file}?done=asked"));
    let mut answering = Visitor::of(&world, &ann);
    let shown = answering.get("/shared/requests").await;
    assert!(shown.text.contains("please") && shown.text.contains("Let bob read"));
    let id = world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id;
    let past = answering.post(&format!("/shared/requests/{id}"), &[("answer", "give"), ("until", "2001-01-01")]).await;
    assert_eq!(past.status, 400);
    answering.get("/shared/requests").await;
    let given = answering.post(&format!("/shared/requests/{id}"), &[("answer", "give"), ("until", "2099-01-31")]).await;
    assert_eq!(given.location(), "/shared/requests?done=granted");
    assert!(world.may(&bob, &read) && !world.may(&bob, &write));
    let again = answering.post(&format!("/shared/requests/{id}"), &[("answer", "give")]).await;
    assert_eq!(again.status, 422, "an answer counts once");
}

#[actix_web::test]
async fn asking_tells_nothing_about_what_is_there() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let missing = "00000000-0000-4000-8000-000000000001";
    let mut visitor = Visitor::of(&world, &bob);
    let there = visitor.get(&format!("/entry/{file}")).await.text.replace(&file.to_string(), "ID");
    let absent = visitor.get(&format!("/entry/{missing}")).await.text.replace(missing, "ID");
    assert_eq!(there, absent);
    for id in [file.to_string(), missing.to_owned()] {
        let shown = visitor.post(&format!("/entry/{id}/ask"), &[]).await;
        assert_eq!((shown.status, shown.location()), (303, format!("/entry/{id}?done=asked").as_str()));
    }
    let before = world.counts();
    visitor.post(&format!("/entry/{file}/ask"), &[]).await;
    assert_eq!(world.counts(), before, "once a day is enough");
    assert_eq!(world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap().len(), 1);
    let _ = ann;
}

#[actix_web::test]
async fn nobody_answers_what_others_were_asked_and_nobody_is_lowered_by_an_answer() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let ask = |access| world.vouchsafe.ask_for_access(&actor(&world, "bob"), file, access, "").unwrap();
    ask(ShareAccess::Read);
    let id = world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id;
    let mut other = Visitor::of(&world, &eve);
    other.get("/shared/requests").await;
    assert_eq!(other.post(&format!("/shared/requests/{id}"), &[("answer", "give")]).await.status, 422);
    ann.gives(&world, "/ann/a.txt", "write", "bob").await;
    let mut answering = Visitor::of(&world, &ann);
    answering.get("/shared/requests").await;
    answering.post(&format!("/shared/requests/{id}"), &[("answer", "give")]).await;
    assert!(world.may(&bob, &format!("fs:{file}:write")));
}
