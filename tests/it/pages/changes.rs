//! What a grant gives is kept, and who else would lose something is told, before a grant is changed or left.

use super::{
    entry::{grant, group, hidden},
    forms::actor,
};
use serde_json::{Value, json};
use vouchsafe_tests::{Person, Visitor, World};
use vouchsafe_types::{Access, Capabilities};

/// What is posted back when a page asks first.
fn again(page: &str, names: &[&'static str]) -> Vec<(&'static str, String)> {
    names.iter().map(|name| (*name, hidden(page, name))).collect()
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Sends the form for changing a grant, as it is shown, with another access.
async fn change(visitor: &mut Visitor<'_>, path: &str, access: &str, until: &str) -> vouchsafe_tests::Shown {
    let seen = hidden(&visitor.get(path).await.text, "seen");
    visitor.post(path, &[("access", access), ("until", until), ("seen", &seen)]).await
}

#[actix_web::test]
async fn a_new_end_leaves_what_a_grant_gives_as_it_is_whatever_that_is() {
    let world = World::new();
    let (ann, ..) = world.people();
    let folder = world.dir("/ann/d");
    let number = world.v1("GET", &format!("/v1/entries/{folder}"), Value::Null).await.body["id"].as_i64().unwrap();
    let mut visitor = Visitor::of(&world, &ann);
    for (permission, can) in [
        ("", "read, share and manage who has access"),
        ("manage:fs:U:read", "read and share"),
        ("fs:U:share", "read and share, but not download"),
        ("fs:U:delete", "read and delete, but not download"),
        ("fs:U:comment", "read and comment, but not download"),
    ] {
        let is_of_bookmarks = permission.is_empty();
        let text = if is_of_bookmarks { "fs:U:read" } else { permission }.replace('U', &folder.to_string());
        let id = grant(&world, "ann", json!({ "user": "bob" }), text, None).await;
        let anns = actor(&world, "ann");
        if is_of_bookmarks {
            let share = world.vouchsafe.folder_shares(&anns, number).unwrap()[0].id;
            world.vouchsafe.edit_folder_share(&anns, share, false, true).unwrap();
        }
        let gives = || world.vouchsafe.find_grant(&anns, id.parse().unwrap()).unwrap().grant;
        let (before, path) = (gives(), format!("/entry/{folder}/grants/{id}"));
        if before.capabilities.has(vouchsafe_types::Capability::Share) {
            grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{folder}:list"), None).await;
        }
        if is_of_bookmarks {
            assert_eq!(before.capabilities, Access::Read.capabilities() | Capabilities::SHARING);
        }
        let shown = visitor.get(&path).await.text;
        assert!(shown.contains(&format!("value=\"keep\" checked required> {can}<")), "{permission}: {shown}");
        let before_that = world.counts();
        let changed = change(&mut visitor, &path, "keep", "2099-01-31").await;
        assert_eq!(changed.location(), format!("/entry/{folder}?done=changed"), "{permission}");
        let after = gives();
        assert_eq!((after.capabilities, after.exact), (before.capabilities, before.exact), "{permission}");
        assert!(after.expires_at.is_some() && world.counts().0 == before_that.0, "{permission}: nobody is put out");
        let past = change(&mut visitor, &path, "keep", "2001-01-31").await;
        assert!(past.status == 400 && past.text.contains("Choose a day to come."), "{permission}");
        let page = visitor.get(&format!("/entry/{folder}?who=bob")).await.text;
        for said in [format!("Can {can}."), format!("ann gave bob: {can}.")] {
            assert!(page.contains(&said), "{said}: {page}");
        }
        world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    }
}

#[actix_web::test]
async fn a_form_that_is_sent_as_it_was_shown_wakes_nothing() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let to_bob = grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), None).await;
    let to_eve = grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:comment"), None).await;
    let lower = json!({ "permission": format!("fs:{file}:read") });
    assert_eq!(world.v1("PUT", &format!("/v1/grants/{to_bob}"), lower).await.status, 200);
    let path = format!("/entry/{file}/grants/{to_eve}");
    let sent = change(&mut Visitor::of(&world, &ann), &path, "keep", "").await;
    assert_eq!(sent.location(), format!("/entry/{file}?done=changed"));
    let row = world.v1("GET", &format!("/v1/grants/{to_eve}"), Value::Null).await.body;
    assert_eq!((&row["issuer"], &row["live"]), (&json!("bob"), &json!(false)), "{row}");
    assert!(!world.may(&eve, &format!("fs:{file}:read")));
}

#[actix_web::test]
async fn who_else_would_lose_something_is_told_before_a_grant_is_changed() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (file, dan) = (world.file("/ann/a.txt"), world.person("dan"));
    let read = format!("fs:{file}:read");
    let to_bob = grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), None).await;
    grant(&world, "bob", json!({ "user": "eve" }), read.clone(), None).await;
    let path = format!("/entry/{file}/grants/{to_bob}");
    let mut visitor = Visitor::of(&world, &ann);
    let before = world.counts();
    let shown = change(&mut visitor, &path, "write", "2099-01-31").await;
    for said in ["what <strong class=\"name\">bob</strong> can do would become: edit.", "eve</strong> would lose"] {
        assert!(shown.text.contains(said), "{said}: {}", shown.text);
    }
    assert!(shown.status == 200 && world.counts() == before && world.may(&eve, &read), "nothing is done yet");
    let told = again(&shown.text, &["access", "until", "seen", "told"]);
    // Somebody who was not told of would lose something by now, so that it is asked once more.
    let to_dan = grant(&world, "bob", json!({ "user": "dan" }), read.clone(), None).await;
    let shown = visitor.post(&path, &borrowed(&told)).await;
    assert!(shown.text.contains("dan</strong> would lose") && world.may(&dan, &read), "{}", shown.text);
    world.v1("DELETE", &format!("/v1/grants/{to_dan}"), Value::Null).await;
    let mut stale = told.clone();
    stale.retain(|(name, _)| *name != "seen");
    stale.push(("seen", "old".to_owned()));
    assert_eq!(visitor.post(&path, &borrowed(&stale)).await.status, 412);
    assert_eq!(visitor.post(&path, &borrowed(&told)).await.location(), format!("/entry/{file}?done=changed"));
    let (writes, ends) = (world.may(&bob, &format!("fs:{file}:write")), format!("/v1/grants/{to_bob}"));
    assert_eq!((writes, world.may(&eve, &read)), (true, false));
    assert_eq!(world.v1("GET", &ends, Value::Null).await.body["expires_at"], "2099-02-01T00:00:00.000000Z");
    let changed = change(&mut visitor, &path, "read", "").await;
    assert_eq!(changed.location(), format!("/entry/{file}?done=changed"), "nobody else loses anything");
}

#[actix_web::test]
async fn a_change_for_many_is_made_after_a_look_at_them_and_one_that_only_gives_at_once() {
    let world = World::new();
    let (ann, ..) = world.people();
    let (file, dan) = (world.file("/ann/a.txt"), world.person("dan"));
    let own = group(&world, "ann", "own", &["bob"]).await;
    let foreign = group(&world, "eve", "foreign", &["bob"]).await;
    let mut visitor = Visitor::of(&world, &ann);
    for (holder, said) in [
        (json!({ "group": own }), "bob</strong> could only read"),
        (json!({ "everyone": true }), "This list is not complete"),
        (json!({ "group": foreign }), "This list is not complete"),
    ] {
        let id = grant(&world, "ann", holder, format!("fs:{file}:read"), None).await;
        let path = format!("/entry/{file}/grants/{id}");
        assert_eq!(change(&mut visitor, &path, "write", "").await.status, 303, "{said}");
        let shown = change(&mut visitor, &path, "read", "").await;
        assert!(shown.status == 200 && shown.text.contains(said), "{said}: {}", shown.text);
        let told = again(&shown.text, &["access", "until", "seen", "told"]);
        assert_eq!(visitor.post(&path, &borrowed(&told)).await.status, 303, "{said}");
        // Whoever else there is: who has given nothing takes nothing from others.
        let to_dan = grant(&world, "ann", json!({ "user": "dan" }), format!("fs:{file}:write"), None).await;
        let path_of_dan = format!("/entry/{file}/grants/{to_dan}");
        assert_eq!(change(&mut visitor, &path_of_dan, "read", "").await.status, 303, "{said}");
        world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await;
    }
    // So does who leaves beside a group that he may not look into; and one who has given something is asked.
    grant(&world, "ann", json!({ "group": foreign }), format!("fs:{file}:read"), None).await;
    let fays = world.person("fay");
    for (who, gives, status) in [(&dan, false, 303), (&fays, true, 200)] {
        grant(&world, "ann", json!({ "user": who.name }), format!("manage:fs:{file}"), None).await;
        if gives {
            grant(&world, "fay", json!({ "group": foreign }), format!("fs:{file}:read"), None).await;
        }
        let mut leaving = Visitor::of(&world, who);
        leaving.get("/shared").await;
        let left = leaving.post("/shared/leave", &[("entry", &file.to_string())]).await;
        assert_eq!((left.status, left.text.contains("This list is not complete")), (status, gives), "{}", who.name);
    }
}

#[actix_web::test]
async fn who_else_would_lose_something_is_told_before_one_leaves() {
    let world = World::new();
    let (_, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), None).await;
    let given = grant(&world, "bob", json!({ "user": "eve" }), read.clone(), None).await;
    let leave = async |who: &Person, more: &[(&'static str, String)]| {
        let mut visitor = Visitor::of(&world, who);
        visitor.get("/shared").await;
        let entry = [("entry", file.to_string())];
        visitor.post("/shared/leave", &borrowed(&[&entry, more].concat())).await
    };
    let before = world.counts();
    let shown = leave(&bob, &[]).await;
    assert!(shown.text.contains("eve</strong> would lose") && shown.text.contains("Yes, leave"), "{}", shown.text);
    assert_eq!((shown.status, world.counts(), hidden(&shown.text, "entry")), (200, before, file.to_string()));
    assert_eq!(leave(&eve, &[]).await.location(), "/shared?done=left", "nobody has it from her");
    assert_eq!(world.v1("GET", &format!("/v1/grants/{given}"), Value::Null).await.status, 422);
    grant(&world, "bob", json!({ "user": "eve" }), read.clone(), None).await;
    let left = leave(&bob, &again(&shown.text, &["told"])).await;
    assert_eq!((left.location(), world.may(&bob, &read), world.may(&eve, &read)), ("/shared?done=left", false, false));
    assert!(leave(&bob, &[]).await.status >= 400, "it is left once");
}
