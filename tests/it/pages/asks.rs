//! Asking for access, and answering.

use super::{
    entry::{grant, group},
    forms::actor,
};
use serde_json::{Value, json};
use vouchsafe_tests::{Person, Visitor, World};
use vouchsafe_types::share::ShareAccess;

/// `from` offers these items to a new address, and `by`, who learns of the link, asks for them.
async fn asks_by_link(world: &World, from: &Person, shares: &[Value], by: &str) {
    let body = json!({ "recipients": "new@example.net", "shares": shares });
    assert_eq!(world.call("POST", "/share", &from.token, body).await.status, 200);
    let offer = world.vouchsafe.offers_sent(&actor(world, &from.name), "", None, (0, 9)).unwrap().items.pop().unwrap();
    world.vouchsafe.request_share_link(&actor(world, by), offer.id).unwrap();
}

/// How many requests are kept that wait for somebody, seen or not.
fn kept(world: &World, who: &str) -> usize {
    let user = world.vouchsafe.user(who).unwrap().id;
    world.store().read(|tx| tx.list_open_asks(user, 0, 100)).unwrap().len()
}

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
    let beside = past.text.split("class=\"answer\"").nth(1).unwrap();
    for said in ["Choose a day to come.", "value=\"2001-01-01\"", "aria-describedby=\"problem\"", "Let bob read"] {
        assert!(past.status == 400 && beside.contains(said), "{said}: {}", past.text);
    }
    let given = answering.post(&format!("/shared/requests/{id}"), &[("answer", "give"), ("until", "2099-01-31")]).await;
    assert_eq!(given.location(), "/shared/requests?done=granted");
    assert!(world.may(&bob, &read) && !world.may(&bob, &write));
    let again = answering.post(&format!("/shared/requests/{id}"), &[("answer", "give")]).await;
    assert_eq!(again.status, 422, "an answer counts once");
}

#[actix_web::test]
async fn who_offered_something_answers_only_while_he_may_give_it() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let (read, write) = (format!("fs:{file}:read"), format!("fs:{file}:write"));
    ann.gives(&world, "/ann/a.txt", "manage", "bob").await;
    let offer = json!({ "$": "fs-share", "path": file, "access": "write" });
    asks_by_link(&world, &bob, &[offer], "eve").await;
    let id = world.vouchsafe.list_asks(&actor(&world, "bob")).unwrap()[0].id;
    let mut answering = Visitor::of(&world, &bob);
    let said = |page: &str| [">Let eve ", "not yours to give any more", ">Decline<"].map(|text| page.contains(text));
    assert_eq!(said(&answering.get("/shared/requests").await.text), [true, false, true]);
    let give = format!("/shared/requests/{id}");
    let lowered = json!({ "user": "bob", "resource": file, "mode": "read" });
    assert_eq!(world.call("POST", "/acl/set-user-user", &ann.token, lowered).await.status, 200);
    assert_eq!(said(&answering.get("/shared/requests").await.text), [false, true, true]);
    let mut before = world.counts();
    assert_eq!(answering.post(&give, &[("answer", "give")]).await.status, 403, "he reads it himself");
    assert_eq!(world.counts(), before, "no grant, no notification, no mail");
    let body = json!({ "target_username": "bob", "permission": read });
    assert_eq!(world.call("POST", "/auth/revoke-user-user", &ann.token, body).await.status, 200);
    before = world.counts();
    assert_eq!(answering.post(&give, &[("answer", "give")]).await.status, 404, "and now he knows nothing of it");
    assert_eq!(world.counts(), before);
    assert!(!world.may(&eve, &read) && !world.may(&eve, &write));
    let kept_out = world.call("GET", "/v1/grants?issuer=bob", &bob.token, Value::Null).await;
    assert_eq!(kept_out.body["items"], json!([]));
}

#[actix_web::test]
async fn what_holds_somebody_to_less_for_good_does_not_end_with_what_is_given_for_a_while() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let (read, write) = (format!("fs:{file}:read"), format!("fs:{file}:write"));
    let team = group(&world, "ann", "team", &["bob"]).await;
    grant(&world, "ann", json!({ "group": team }), write.clone(), None).await;
    let held =
        json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": format!("fs:{file}:see"), "exact": true });
    assert_eq!(world.v1("POST", "/v1/grants", held).await.status, 201);
    world.vouchsafe.ask_for_access(&actor(&world, "bob"), file, ShareAccess::Read, "").unwrap();
    let id = world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id;
    let mut visitor = Visitor::of(&world, &ann);
    let (answer, share) = (format!("/shared/requests/{id}"), format!("/entry/{file}/share"));
    let said = "They are held to less there, and for longer.";
    visitor.get(&format!("/entry/{file}")).await;
    let fields = [("recipients", "bob"), ("message", ""), ("access", "read"), ("until", "2099-01-31")];
    let shared = visitor.post(&share, &fields).await;
    let came_of_it = visitor.get(shared.location()).await;
    assert!(came_of_it.text.contains(said), "{}", came_of_it.text);
    let refused = visitor.post(&answer, &[("answer", "give"), ("until", "2099-01-31")]).await;
    assert!(refused.status == 409 && refused.text.contains(said), "{}", refused.text);
    assert!(!world.may(&bob, &read));
    let given = visitor.post(&answer, &[("answer", "give"), ("until", "")]).await;
    assert_eq!(given.location(), "/shared/requests?done=granted");
    assert!(world.may(&bob, &read) && !world.may(&bob, &write), "he is still held to it");
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
async fn who_was_answered_may_ask_again_the_same_day_and_it_is_told_the_next() {
    for is_given in [true, false] {
        let world = World::new();
        world.people();
        let (file, ann) = (world.file("/ann/a.txt"), actor(&world, "ann"));
        let ask = |message| {
            world.vouchsafe.ask_for_access(&actor(&world, "bob"), file, ShareAccess::Read, message).unwrap();
        };
        let waiting = || world.vouchsafe.list_asks(&ann).unwrap();
        let messages = || waiting().into_iter().map(|ask| ask.message).collect::<Vec<_>>();
        ask("first");
        let told = world.counts().1;
        world.vouchsafe.answer_ask(&ann, waiting()[0].id, is_given, None).unwrap();
        if is_given {
            let grants = world.v1("GET", &format!("/v1/grants?entry={file}"), Value::Null).await;
            let id = grants.body["items"][0]["id"].as_str().unwrap().to_owned();
            assert_eq!(world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await.status, 200);
        }
        let told = told + usize::from(is_given);
        for message in ["second", "third"] {
            ask(message);
            assert_eq!((messages(), world.counts().1), (vec!["second".to_owned()], told), "{is_given}");
        }
        world.vouchsafe.answer_ask(&ann, waiting()[0].id, false, None).unwrap();
        world.clock.advance(chrono::TimeDelta::days(1));
        ask("fourth");
        assert_eq!((messages(), world.counts().1), (vec!["fourth".to_owned()], told + 1), "{is_given}");
    }
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

#[actix_web::test]
async fn a_request_goes_with_what_it_is_about_and_with_who_made_it() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.person("dan");
    let (folder, inside) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let (single, moved, left) = (world.file("/ann/b.txt"), world.file("/ann/c.txt"), world.file("/ann/e.txt"));
    let app = json!({ "name": "editor", "owner": "ann", "protected": true });
    assert_eq!(world.v1("PUT", "/v1/apps/app-1", app).await.status, 201);
    for file in [inside, single, moved] {
        world.vouchsafe.ask_for_access(&actor(&world, "bob"), file, ShareAccess::Read, "").unwrap();
    }
    world.vouchsafe.ask_for_access(&actor(&world, "eve"), left, ShareAccess::Read, "").unwrap();
    asks_by_link(&world, &ann, &[json!({ "$": "app-share", "uid": "app-1" })], "bob").await;
    assert_eq!(kept(&world, "ann"), 5);
    let shown = Visitor::of(&world, &ann).get("/shared/requests").await.text;
    assert!(shown.contains("editor") && shown.contains("<span class=\"count\">5</span>"), "{shown}");
    let to = json!({ "path": "/dan/c.txt" });
    for (method, path, body, rest) in [
        ("DELETE", format!("/v1/entries/{single}"), Value::Null, 4),
        ("DELETE", format!("/v1/entries/{folder}"), Value::Null, 3),
        ("DELETE", "/v1/apps/app-1".to_owned(), Value::Null, 2),
        ("POST", format!("/v1/entries/{moved}/move"), to, 1),
        ("DELETE", "/v1/users/eve".to_owned(), Value::Null, 0),
    ] {
        assert_eq!(world.v1(method, &path, body).await.status, 200, "{method} {path}");
        assert_eq!(kept(&world, "ann"), rest, "{method} {path}");
    }
    let shown = Visitor::of(&world, &ann).get("/shared/requests").await.text;
    assert!(shown.contains("Nobody is waiting") && !shown.contains("class=\"count\""), "{shown}");
}

#[actix_web::test]
async fn requests_about_what_one_may_not_see_any_more_leave_room_for_others() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let folder = world.dir("/ann/d");
    let files: Vec<Value> = (0..30)
        .map(|n| json!({ "$": "fs-share", "path": world.file(&format!("/ann/d/secret-{n}.txt")).to_string() }))
        .collect();
    let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": format!("manage:fs:{folder}") });
    let id = world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned();
    asks_by_link(&world, &bob, &files, "eve").await;
    let said = async || Visitor::of(&world, &bob).get("/shared/requests").await.text;
    assert!(said().await.contains("<span class=\"count\">30</span>"));
    world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    for n in 0..2 {
        let file = world.file(&format!("/bob/own-{n}.txt"));
        world.vouchsafe.ask_for_access(&actor(&world, "eve"), file, ShareAccess::Read, "").unwrap();
    }
    assert_eq!(kept(&world, "bob"), 32);
    let shown = said().await;
    assert!(shown.contains("own-0.txt") && shown.contains("own-1.txt") && !shown.contains("secret"), "{shown}");
    assert!(shown.contains("<span class=\"count\">2</span>") && !shown.contains("Next page"), "{shown}");
    let later = Visitor::of(&world, &bob).get("/shared/requests?after=32").await.text;
    assert!(later.contains("nothing on this page") && !later.contains("Nobody is waiting"), "{later}");
}

#[actix_web::test]
async fn requests_that_can_be_answered_are_counted_behind_any_number_of_others() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let folder = world.dir("/ann/d");
    let secret = |n: usize| json!({ "$": "fs-share", "path": world.file(&format!("/ann/d/{n}.txt")).to_string() });
    let files: Vec<Value> = (0..110).map(secret).collect();
    let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": format!("manage:fs:{folder}") });
    let id = world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned();
    for some in files.chunks(40) {
        let body = json!({ "recipients": "new@example.net", "shares": some });
        assert_eq!(world.call("POST", "/share", &bob.token, body).await.status, 200);
    }
    for offer in world.vouchsafe.offers_sent(&actor(&world, "bob"), "", None, (0, 9)).unwrap().items {
        world.vouchsafe.request_share_link(&actor(&world, "eve"), offer.id).unwrap();
    }
    let file = world.file("/bob/own.txt");
    world.vouchsafe.ask_for_access(&actor(&world, "eve"), file, ShareAccess::Read, "").unwrap();
    for count in ["99+", "1"] {
        let shown = Visitor::of(&world, &bob).get("/shared").await.text;
        assert!(shown.contains(&format!("<span class=\"count\">{count}</span>")), "{count}: {shown}");
        world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    }
}

#[actix_web::test]
async fn requests_and_what_one_was_told_are_searched() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for (name, who, message) in [("plan.txt", "bob", "for the tax"), ("song.mp3", "eve", ""), ("sea.jpg", "bob", "")] {
        let file = world.file(&format!("/ann/{name}"));
        world.vouchsafe.ask_for_access(&actor(&world, who), file, ShareAccess::Read, message).unwrap();
    }
    let mut visitor = Visitor::of(&world, &ann);
    for (path, search, finds) in [
        ("/shared/requests", "", [true; 3]),
        ("/shared/requests", "BOB", [true, false, true]),
        ("/shared/requests", "song", [false, true, false]),
        ("/shared/requests", "tax", [true, false, false]),
        ("/shared/requests", "zz", [false; 3]),
        ("/shared/notifications", "", [true; 3]),
        ("/shared/notifications", "SEA", [false, false, true]),
        ("/shared/notifications", "zz", [false; 3]),
    ] {
        let shown = visitor.get(&format!("{path}?q={search}")).await.text;
        assert_eq!(["plan.txt", "song.mp3", "sea.jpg"].map(|name| shown.contains(name)), finds, "{path} {search}");
        assert_eq!(shown.contains("Show everything"), search == "zz", "{path} {search}");
    }
    let id = world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id;
    let fields = [("answer", "give"), ("until", "2001-01-01"), ("q", "plan"), ("after", "0")];
    let shown = visitor.post(&format!("/shared/requests/{id}"), &fields).await.text;
    assert!(shown.contains("plan.txt") && !shown.contains("song.mp3"), "the same page again: {shown}");
}

#[actix_web::test]
async fn a_request_that_is_refused_keeps_what_was_typed() {
    let world = World::new();
    let (_, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let missing = vouchsafe_types::EntryId::mint();
    let (mut visitor, long) = (Visitor::of(&world, &bob), "please ".repeat(200));
    for entry in [file, missing] {
        visitor.get(&format!("/entry/{entry}")).await;
        let fields = [("access", "write"), ("message", long.as_str())];
        let shown = visitor.post(&format!("/entry/{entry}/ask"), &fields).await;
        assert_eq!(shown.status, 400);
        for kept in ["it may have 1000 characters", long.trim(), "value=\"write\" checked", "Nothing to see here"] {
            assert!(shown.text.contains(kept), "{kept}: {}", shown.text);
        }
    }
    assert!(world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap().is_empty());
    let body = json!({ "issuer": "ann", "holder": { "user": "eve" }, "permission": format!("fs:{file}:read") });
    world.v1("POST", "/v1/grants", body).await;
    let mut visitor = Visitor::of(&world, &eve);
    visitor.get(&format!("/entry/{file}")).await;
    let shown = visitor.post(&format!("/entry/{file}/ask"), &[("access", "read")]).await;
    assert!(shown.text.contains("You have this already") && shown.text.contains("Who has access"), "{}", shown.text);
}
