//! What the page of an entry tells to whom about who has access and why.

use super::entry::{grant, group};
use serde_json::json;
use vouchsafe_tests::{Person, Visitor, World};

#[actix_web::test]
async fn where_part_of_the_way_is_not_the_readers_to_know_the_page_says_so_and_names_the_owner() {
    let world = World::new();
    let (_, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let team = group(&world, "ann", "Team", &["bob"]).await;
    grant(&world, "ann", json!({ "group": team }), format!("manage:fs:{file}"), None).await;
    grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:read"), None).await;
    let page = Visitor::of(&world, &eve).get(&format!("/entry/{file}")).await.text;
    for said in ["ann owns it.", "bob gave you: read.", "There is more to it that is not shown to you."] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains(">Team<"), "{page}");
}

#[actix_web::test]
async fn why_somebody_has_access_is_told_as_the_api_tells_it() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let (file, kim) = (world.file("/ann/a.txt"), world.person("kim"));
    let team = group(&world, "ann", "Team", &["bob"]).await;
    grant(&world, "ann", json!({ "group": team }), format!("manage:fs:{file}"), None).await;
    grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:read"), None).await;
    let secret = group(&world, "ann", "Secret", &["kim"]).await;
    grant(&world, "ann", json!({ "group": secret }), format!("fs:{file}:read"), None).await;
    grant(&world, "ann", json!({ "user": "kim" }), format!("fs:{file}:see"), None).await;
    let mut visitor = Visitor::of(&world, &bob);
    let eves = visitor.get(&format!("/entry/{file}?who=eve")).await.text;
    for said in ["bob gave eve: read.", "ann gave Team: edit and share.", "bob is part of Team."] {
        assert!(eves.contains(said), "he is in it himself: {said}: {eves}");
    }
    let kims = visitor.get(&format!("/entry/{file}?who=kim")).await.text;
    assert!(kims.contains("Why <span class=\"name\">kim</span> has access</h2>"), "{kims}");
    assert!(kims.contains("There is more to it that is not shown to you.") && !kims.contains("Secret"), "{kims}");
    assert!(world.may(&kim, &format!("fs:{file}:read")));
}

#[actix_web::test]
async fn who_may_not_share_is_told_through_whom_since_when_and_until_when_he_has_it() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let (folder, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let team = group(&world, "ann", "Team", &["bob"]).await;
    grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{file}:read"), Some("2099-03-05T15:30:00Z")).await;
    grant(&world, "ann", json!({ "group": team }), format!("fs:{folder}:read"), None).await;
    grant(&world, "ann", json!({ "user": "eve" }), format!("fs:{file}:read"), None).await;
    let shown = Visitor::of(&world, &bob).get(&format!("/entry/{file}")).await.text;
    let who = shown.split("Who has access").nth(1).unwrap().split("</section>").next().unwrap();
    let own = who.split("bob (you)").nth(1).unwrap().split("</li>").next().unwrap();
    for said in ["Directly, from", "2099-03-05T15:30:00Z", "a folder above", ">Team<", "since <time"] {
        assert!(own.contains(said), "{said}: {who}");
    }
    let eves = who.split("<h3 class=\"name\">eve</h3>").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(who.contains("Owns it.") && !eves.contains("Directly") && !who.contains("/revoke"), "{who}");
}

#[actix_web::test]
async fn a_reader_is_told_who_else_sees_the_file_and_not_through_whom() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (folder, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
    let (read, dan) = (format!("fs:{file}:read"), world.person("dan"));
    world.person("kim");
    let team = group(&world, "ann", "Team", &["kim"]).await;
    for (holder, permission) in [
        (json!({ "user": "bob" }), read.clone()),
        (json!({ "user": "eve" }), format!("manage:fs:{folder}")),
        (json!({ "user": "dan" }), format!("fs:{file}:see")),
        (json!({ "group": team }), read),
    ] {
        grant(&world, "ann", holder, permission, None).await;
    }
    let list = async |person: &Person| {
        let shown = Visitor::of(&world, person).get(&format!("/entry/{file}")).await.text;
        shown.split("Who has access").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    let bobs = list(&bob).await;
    let names = |list: &str| {
        let all = ["ann", "bob (you)", "dan", "eve", "kim"].into_iter();
        all.filter(|name| list.contains(&format!("<h3 class=\"name\">{name}</h3>"))).collect::<Vec<_>>()
    };
    assert_eq!(names(&bobs), ["ann", "bob (you)", "dan", "eve"], "{bobs}");
    assert!(
        bobs.contains(">Group<") && !bobs.contains(">Team<"),
        "who is in it, and its name, are not his to know: {bobs}"
    );
    assert_eq!(bobs.matches("class=\"way\"").count(), 1, "his own way: {bobs}");
    assert!(bobs.contains("Through whom the others have it is told only to those who may share it."), "{bobs}");
    for act in ["/grants/", "?who=", "Invited", "Without access"] {
        assert!(!bobs.contains(act), "{act}: {bobs}");
    }
    let dans = list(&dan).await;
    assert!(names(&dans) == ["ann"] && dans.contains("told only to those who can read it"), "{dans}");
    for sharer in [&ann, &eve] {
        assert!(list(sharer).await.matches("class=\"way\"").count() > 3);
    }
}

#[actix_web::test]
async fn who_has_it_as_one_of_many_or_of_too_many_finds_himself_and_until_when() {
    let world = World::new();
    let (ann, bob, kim) = (world.person("ann"), world.person("bob"), world.person("kim"));
    let [team, all, crowd] = ["team", "all", "crowd"].map(|name| world.file(&format!("/ann/{name}.txt")));
    let group = group(&world, "ann", "Team", &["kim"]).await;
    let until = Some("2099-03-05T15:30:00Z");
    grant(&world, "ann", json!({ "group": group }), format!("fs:{team}:read"), until).await;
    grant(&world, "ann", json!({ "everyone": true }), format!("fs:{all}:read"), until).await;
    for n in 0..205 {
        let name = format!("user{n}");
        world.person(&name);
        grant(&world, "ann", json!({ "user": name }), format!("fs:{crowd}:read"), until).await;
    }
    grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{crowd}:read"), until).await;
    for (who, entry) in [(&kim, team), (&bob, all), (&bob, crowd)] {
        let shown = Visitor::of(&world, who).get(&format!("/entry/{entry}")).await.text;
        let own = format!("<h3 class=\"name\">{} (you)</h3>", who.name);
        assert_eq!(shown.matches(&own).count(), 1, "{shown}");
        let card = shown.split(&own).nth(1).unwrap().split("</li>").next().unwrap();
        assert!(card.contains("2099-03-05T15:30:00Z") && card.contains("since <time"), "{card}");
    }
    grant(&world, "ann", json!({ "group": group }), format!("manage:fs:{all}"), None).await;
    let shown = Visitor::of(&world, &kim).get(&format!("/entry/{all}")).await.text;
    assert!(shown.contains(">kim (you)<") && shown.contains("Share with more people"), "{shown}");
    let alone = world.file("/ann/alone.txt");
    grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{alone}:read"), None).await;
    let shown = Visitor::of(&world, &bob).get(&format!("/entry/{alone}")).await.text;
    assert!(!shown.contains("is told only to"), "there is nobody else: {shown}");
    assert!(Visitor::of(&world, &ann).get(&format!("/entry/{alone}")).await.text.contains(">bob<"));
}

#[actix_web::test]
async fn why_somebody_has_no_access_now_is_a_step_away() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let team = group(&world, "ann", "Team", &["eve"]).await;
    for holder in [json!({ "user": "bob" }), json!({ "group": team })] {
        grant(&world, "ann", holder, read.clone(), Some("2027-01-16T00:00:00Z")).await;
    }
    world.clock.advance(chrono::TimeDelta::hours(17));
    let mut visitor = Visitor::of(&world, &ann);
    let shown = visitor.get(&format!("/entry/{file}")).await.text;
    let asleep = shown.split("Without access now").nth(1).unwrap();
    let link = format!("/entry/{file}?who=bob");
    assert!(asleep.contains(&format!("href=\"{link}#why\"")), "{asleep}");
    assert_eq!(asleep.matches("?who=").count(), 1, "a group is no person: {asleep}");
    let why = visitor.get(&link).await.text;
    assert!(why.contains("Why <span class=\"name\">bob</span> has no access</h2>"), "{why}");
}

#[actix_web::test]
async fn what_a_grant_gives_is_said_in_whole_sentences() {
    let world = World::new();
    let (ann, ..) = world.people();
    let folder = world.dir("/ann/Pics");
    let id = grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{folder}:see"), None).await;
    let shown = Visitor::of(&world, &ann).get(&format!("/entry/{folder}/grants/{id}/revoke")).await.text;
    let plain = shown.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<String>();
    for said in
        ["About Pics: ann let bob know that it is there.", "bob would lose Pics (can know that it is there now)"]
    {
        assert!(plain.contains(said), "{said}: {plain}");
    }
    ann.shares(&world, "/ann/Pics", "zoe@example.org").await;
    for path in [format!("/entry/{folder}"), "/shared/by-me".to_owned()] {
        assert!(Visitor::of(&world, &ann).get(&path).await.text.contains(">they could read<"), "{path}");
    }
    let home = Visitor::new(&world).get("/").await.text;
    assert!(home.contains("Its page names everybody who can reach a file"), "{home}");
}
