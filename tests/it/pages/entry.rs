//! The page of an entry, what is changed from it, and what it costs.

use super::forms::actor;
use serde_json::{Value, json};
use vouchsafe_tests::{Visitor, World};
use vouchsafe_types::EntryId;

/// A grant made by the host application. Gives its id.
pub(super) async fn grant(
    world: &World,
    issuer: &str,
    holder: Value,
    permission: String,
    until: Option<&str>,
) -> String {
    let body = json!({ "issuer": issuer, "holder": holder, "permission": permission, "expires_at": until });
    let made = world.v1("POST", "/v1/grants", body).await;
    assert!(made.status < 300, "{:?}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

pub(super) async fn group(world: &World, owner: &str, name: &str, members: &[&str]) -> String {
    let id = vouchsafe_types::GroupId::mint().to_string();
    let body = json!({ "owner": owner, "name": name, "members": members });
    assert!(world.v1("PUT", &format!("/v1/groups/{id}"), body).await.status < 300);
    id
}

async fn ends(world: &World, id: &str) -> Value {
    world.v1("GET", &format!("/v1/grants/{id}"), Value::Null).await.body["expires_at"].clone()
}

/// The value of a hidden field.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

fn act(file: EntryId, id: &str, what: &str) -> String {
    format!("/entry/{file}/grants/{id}{what}")
}

#[actix_web::test]
async fn pages_are_counted_like_the_lists_of_the_api() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let id = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:read"), None).await;
    let mut visitor = Visitor::of(&world, &ann);
    for _ in 0..60 {
        assert_eq!(visitor.get("/shared/blocks").await.status, 200);
    }
    let (page, change, away) = (format!("/entry/{file}"), act(file, &id, ""), act(file, &id, "/revoke"));
    let lists = ["/shared", "/shared/by-me", "/shared/requests", "/shared/notifications"];
    for path in lists.into_iter().chain([page.as_str(), &change, &away]) {
        let last = visitor.get(path).await;
        assert_eq!((last.status, last.header("retry-after").is_empty()), (429, false), "{path}");
    }
    let before = world.counts();
    let refused = visitor.post(&away, &[("seen", "long ago")]).await;
    assert_eq!((refused.status, world.counts()), (429, before), "a refusal shows as much as the page");
    let shared = visitor.post(&format!("/entry/{file}/share"), &[("recipients", "eve"), ("access", "read")]).await;
    assert_eq!((shared.status, world.counts()), (429, before), "nobody who has shared is told that he came too often");
    assert_eq!(Visitor::of(&world, &bob).get("/shared").await.status, 200, "others are not concerned");
}

#[actix_web::test]
async fn a_day_that_is_left_as_it_was_shown_changes_no_end() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    for (end, day) in [
        (Some("2099-03-05T15:30:00.25Z"), "2099-03-05"),
        (Some("2099-03-06T00:00:00Z"), "2099-03-05"),
        (Some("9999-06-01T10:00:00Z"), "9999-06-01"),
        (None, ""),
    ] {
        let id = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:read"), end).await;
        let (path, before) = (act(file, &id, ""), ends(&world, &id).await);
        let mut visitor = Visitor::of(&world, &ann);
        let shown = visitor.get(&path).await;
        assert!(shown.text.contains(&format!("type=\"date\" value=\"{day}\"")), "{end:?}: {}", shown.text);
        let seen = hidden(&shown.text, "seen");
        let changed = visitor.post(&path, &[("access", "write"), ("until", day), ("seen", &seen)]).await;
        assert_eq!(changed.location(), format!("/entry/{file}?done=changed"), "{end:?}");
        assert_eq!(ends(&world, &id).await, before, "{end:?}");
        let seen = hidden(&visitor.get(&path).await.text, "seen");
        let until = if day.is_empty() { "2098-01-31" } else { "" };
        visitor.post(&path, &[("access", "write"), ("until", until), ("seen", &seen)]).await;
        assert_ne!(ends(&world, &id).await, before, "{end:?}: another day, or none, is another end");
        world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    }
}

#[actix_web::test]
async fn a_day_that_is_none_or_out_of_range_is_named_and_changes_nothing() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let id = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:read"), None).await;
    world
        .vouchsafe
        .ask_for_access(&actor(&world, "bob"), file, vouchsafe_types::share::ShareAccess::Write, "")
        .unwrap();
    let ask = world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id;
    let mut visitor = Visitor::of(&world, &ann);
    let seen = hidden(&visitor.get(&act(file, &id, "")).await.text, "seen");
    let before = world.counts();
    for day in [
        "9999-12-31",
        "9999-01-01",
        "10000-01-01",
        "262142-12-31",
        "0000-01-01",
        "-001-01-01",
        "2001-01-01",
        "2099-02-30",
        "soon",
    ] {
        for (path, fields) in [
            (format!("/entry/{file}/share"), [("recipients", "eve"), ("access", "read")]),
            (act(file, &id, ""), [("access", "write"), ("seen", &seen)]),
            (format!("/shared/requests/{ask}"), [("answer", "give"), ("access", "")]),
        ] {
            let shown = visitor.post(&path, &[fields[0], fields[1], ("until", day)]).await;
            assert_eq!(shown.status, 400, "{path} {day}");
            assert!(
                shown.text.contains("a day such as") || shown.text.contains("Choose a day to come"),
                "{path} {day}"
            );
        }
    }
    assert_eq!((world.counts(), world.may(&bob, &format!("fs:{file}:write"))), (before, false));
}

#[actix_web::test]
async fn a_form_that_is_refused_keeps_what_was_chosen() {
    let world = World::new();
    let ann = world.person("ann");
    let file = world.file("/ann/a.txt");
    let mut visitor = Visitor::of(&world, &ann);
    visitor.get(&format!("/entry/{file}")).await;
    let fields = [("recipients", "bob"), ("message", "look"), ("access", "manage"), ("until", "2001-01-31")];
    let shown = visitor.post(&format!("/entry/{file}/share"), &fields).await;
    assert_eq!(shown.status, 400);
    for kept in [">bob<", ">look<", "value=\"manage\" checked", "type=\"date\" value=\"2001-01-31\""] {
        assert!(shown.text.contains(kept), "{kept}: {}", shown.text);
    }
    // Who may share and makes no managers: the entry itself is refused, and nobody is told that it was done for him.
    let (bob, _) = (world.person("bob"), world.person("carol"));
    grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), None).await;
    let mut visitor = Visitor::of(&world, &bob);
    visitor.get(&format!("/entry/{file}")).await;
    let before = world.counts();
    for (access, status, said) in
        [("manage", 403, "You may not do this."), ("delete", 400, "Choose one of the things that they can do.")]
    {
        let fields = [("recipients", "carol"), ("message", "look"), ("access", access), ("until", "")];
        let shown = visitor.post(&format!("/entry/{file}/share"), &fields).await;
        assert_eq!((shown.status, world.counts()), (status, before), "{access}");
        for kept in [said, ">carol<", ">look<"] {
            assert!(shown.text.contains(kept), "{kept}: {}", shown.text);
        }
        assert!(!shown.text.contains("What came of it") && !shown.text.contains(">carol</strong>: done"), "{access}");
    }
}

#[actix_web::test]
async fn that_nobody_loses_anything_is_said_only_where_everybody_was_looked_at() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:write"), None).await;
    let friends = group(&world, "ann", "friends", &["bob"]).await;
    let idle = grant(&world, "ann", json!({ "group": friends }), read.clone(), None).await;
    let mut visitor = Visitor::of(&world, &ann);
    let mut said = async |id: &str| {
        let shown = visitor.get(&act(file, id, "/revoke")).await.text;
        ["Nobody would lose", "This list is not complete"].map(|text| shown.contains(text))
    };
    assert_eq!(said(&idle).await, [true, false]);
    let foreign = group(&world, "eve", "others", &["bob"]).await;
    let unseen = grant(&world, "ann", json!({ "group": foreign }), read, None).await;
    assert_eq!(said(&unseen).await, [false, true]);
}

#[actix_web::test]
async fn only_what_would_be_allowed_is_offered() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let to_bob = grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), None).await;
    let to_eve = grant(&world, "ann", json!({ "user": "eve" }), read.clone(), None).await;
    world.person("dan");
    let to_dan = grant(&world, "bob", json!({ "user": "dan" }), read, None).await;
    for (who, may) in [(&ann, [true, true, true]), (&bob, [true, false, true]), (&eve, [false; 3])] {
        let mut visitor = Visitor::of(&world, who);
        let shown = visitor.get(&format!("/entry/{file}")).await;
        for (id, may) in [&to_bob, &to_eve, &to_dan].into_iter().zip(may) {
            let links = [act(file, id, "\""), act(file, id, "/revoke\"")].map(|link| shown.text.contains(&link));
            assert_eq!(links, [may, may], "{}: {id}", who.name);
        }
    }
}

#[actix_web::test]
async fn what_one_has_with_everyone_is_changed_only_where_everyone_stands() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let to_all = grant(&world, "ann", json!({ "everyone": true }), format!("fs:{file}:read"), None).await;
    let to_bob = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:write"), None).await;
    let shown = Visitor::of(&world, &ann).get(&format!("/entry/{file}")).await;
    for id in [to_all, to_bob] {
        let link = act(file, &id, "/revoke\"");
        assert_eq!(shown.text.matches(&link).count(), 1, "{id}");
    }
    assert!(shown.text.contains("as part of <span class=\"name\">everyone</span>"));
}

#[actix_web::test]
async fn a_way_from_above_says_since_when_and_until_when_and_a_group_has_its_name() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (folder, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let friends = group(&world, "ann", "friends", &["bob"]).await;
    let id =
        grant(&world, "ann", json!({ "group": friends }), format!("fs:{folder}:read"), Some("2099-03-05T15:30:00Z"))
            .await;
    let mut visitor = Visitor::of(&world, &ann);
    let shown = visitor.get(&format!("/entry/{file}")).await;
    let way = shown.text.split("a folder above").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    assert!(way.contains("since <time") && way.contains("2099-03-05T15:30:00Z"), "{way}");
    for path in ["/shared/by-me".to_owned(), act(folder, &id, ""), act(folder, &id, "/revoke")] {
        let shown = visitor.get(&path).await;
        assert!(shown.text.contains("friends") && !shown.text.contains(&friends), "{path}");
    }
    let mut receiving = Visitor::of(&world, &bob);
    for path in ["/shared".to_owned(), format!("/entry/{folder}")] {
        assert!(receiving.get(&path).await.text.contains("friends"), "{path}");
    }
}

#[actix_web::test]
async fn the_audit_of_what_is_done_on_pages_names_no_other_face() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let id = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:read"), None).await;
    let mut visitor = Visitor::of(&world, &ann);
    let seen = hidden(&visitor.get(&act(file, &id, "")).await.text, "seen");
    visitor.post(&act(file, &id, ""), &[("access", "write"), ("seen", &seen)]).await;
    let seen = hidden(&visitor.get(&act(file, &id, "/revoke")).await.text, "seen");
    assert_eq!(visitor.post(&act(file, &id, "/revoke"), &[("seen", &seen)]).await.status, 303);
    let found = world.v1("GET", &format!("/v1/audit?entry={file}"), Value::Null).await;
    let reasons: Vec<&str> =
        found.body["items"].as_array().unwrap().iter().filter_map(|line| line["reason"].as_str()).collect();
    assert!(reasons.contains(&"changed") && reasons.contains(&"revoked"), "{reasons:?}");
    assert!(!reasons.iter().any(|reason| reason.contains("/v1")), "{reasons:?}");
}

#[actix_web::test]
async fn who_leaves_what_everyone_has_is_told_what_it_means_and_so_is_the_owner() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    grant(&world, "ann", json!({ "everyone": true }), format!("fs:{file}:read"), None).await;
    let mut leaving = Visitor::of(&world, &bob);
    assert_eq!(leaving.get(&format!("/entry/{file}")).await.status, 200);
    let left = leaving.post("/shared/leave", &[("entry", &file.to_string())]).await;
    assert!(leaving.get(left.location()).await.text.contains("You do not see it any more, whoever else still does."));
    let gone = leaving.get(&format!("/entry/{file}")).await;
    assert!(gone.status == 404 && gone.text.contains("or you have left it"));
    let deny = world.v1("GET", &format!("/v1/grants?entry={file}&holder=bob"), Value::Null).await;
    let deny = act(file, deny.body["items"][0]["id"].as_str().unwrap(), "/revoke");
    let mut telling = Visitor::of(&world, &ann);
    for (path, said) in [
        (format!("/entry/{file}"), "Has left it"),
        (deny, "bob</strong> has left <strong class=\"name\">a.txt"),
        ("/shared/by-me".to_owned(), "bob</strong> has left it."),
    ] {
        let shown = telling.get(&path).await.text;
        assert!(shown.contains(said) && !shown.contains("kept out") && !shown.contains("not reach it"), "{shown}");
    }
}

#[actix_web::test]
async fn from_the_page_that_a_mail_leads_to_its_sender_is_blocked() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/<i>.txt");
    ann.shares(&world, "/ann/<i>.txt", "bob").await;
    let mut visitor = Visitor::of(&world, &bob);
    let to = visitor.get(&format!("/show/{file}")).await.location().to_owned();
    for path in [to.as_str(), "/shared"] {
        assert!(visitor.get(path).await.text.contains("href=\"/shared/blocks?name=ann\""), "{path}");
    }
    let shown = visitor.get("/shared/blocks?name=ann").await;
    assert!(shown.text.contains("name=\"name\" value=\"ann\""));
    let blocked = visitor.post("/shared/blocks", &[("block", "on"), ("name", "ann")]).await;
    assert_eq!(blocked.location(), "/shared/blocks?done=blocked");
    assert!(world.may(&bob, &format!("fs:{file}:read")), "what he has stays");
    world.file("/ann/b.txt");
    let before = world.counts();
    ann.shares(&world, "/ann/b.txt", "bob").await;
    assert_eq!(world.counts(), before);
    assert!(
        !Visitor::of(&world, &ann).get(&to).await.text.contains("/shared/blocks?name="),
        "the owner was sent nothing"
    );
}

#[actix_web::test]
async fn what_one_was_told_comes_newest_first_and_both_lists_in_pages() {
    let world = World::new();
    let (ann, _, _) = world.people();
    for n in 0..27 {
        let file = world.file(&format!("/ann/file-{n:02}.txt"));
        world
            .vouchsafe
            .ask_for_access(&actor(&world, "bob"), file, vouchsafe_types::share::ShareAccess::Read, "")
            .unwrap();
    }
    let mut visitor = Visitor::of(&world, &ann);
    for path in ["/shared/notifications", "/shared/requests"] {
        let pages = [visitor.get(path).await.text, visitor.get(&format!("{path}?after=25")).await.text];
        assert!(pages[0].contains(&format!("{path}?q=&amp;after=25")) && !pages[1].contains("Next page"), "{path}");
        let told = pages.map(|text| {
            let mut at: Vec<(usize, i32)> =
                (0..27).filter_map(|n| Some((text.find(&format!("file-{n:02}.txt"))?, n))).collect();
            at.sort_unstable();
            at.into_iter().map(|(_, n)| n).collect::<Vec<i32>>()
        });
        assert_eq!(told.each_ref().map(Vec::len), [25, 2], "{path}");
        let mut all = told.concat();
        if path == "/shared/requests" {
            // All of the same moment, and each of them once.
            all.sort_unstable_by(|one, other| other.cmp(one));
        }
        assert_eq!(all, (0..27).rev().collect::<Vec<i32>>(), "{path}");
    }
}
