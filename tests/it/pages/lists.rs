//! The two lists, and what is left and taken away there.

use super::entry::{grant, group, hidden};
use serde_json::json;
use vouchsafe_tests::{Visitor, World};

/// The pages of a list, from this one on, along the links of this name.
async fn walked(visitor: &mut Visitor<'_>, path: &str, link: &str) -> Vec<String> {
    let (mut pages, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let shown = visitor.get(&path).await;
        assert!(shown.status == 200 && pages.len() < 20, "{path}: {}", shown.text);
        let to = shown.text.split_once(&format!("\">{link}</a>")).map(|(before, _)| before.rsplit("href=\"").next());
        next = to.flatten().map(|to| to.replace("&amp;", "&"));
        pages.push(shown.text);
    }
    pages
}

/// The headings of cards that begin so, each as often as it stands there.
fn cards<'a>(pages: &'a [String], begins: &str) -> Vec<&'a str> {
    let all = pages.iter().flat_map(|page| page.split("<h3 class=\"name\">").skip(1));
    let mut names: Vec<&str> = all.filter_map(|rest| rest.split(['<', ' ']).next()).collect();
    names.retain(|name| name.starts_with(begins));
    names.sort_unstable();
    names
}

#[actix_web::test]
async fn every_invitation_is_found_and_taken_back_however_many_there_are() {
    let world = World::new();
    let ann = world.person("ann");
    let files = ["a", "b"].map(|name| world.file(&format!("/ann/{name}.txt")));
    for (name, most) in [("a", 70), ("b", 60)] {
        let to: Vec<String> = (0..most).map(|n| format!("to-{name}{n:02}@example.org")).collect();
        let body = json!({ "recipients": to, "shares": [{ "$": "fs-share", "path": format!("/ann/{name}.txt") }] });
        assert_eq!(world.call("POST", "/share", &ann.token, body).await.status, 200);
    }
    world.clock.advance(chrono::TimeDelta::seconds(1));
    ann.shares(&world, "/ann/a.txt", "to-new@example.org").await;
    let mut visitor = Visitor::of(&world, &ann);
    let entries = files.map(|file| format!("/entry/{file}"));
    for (path, is_new, expected) in [
        ("/shared/by-me", true, 131),
        ("/shared/by-me?q=A.txt", true, 71),
        ("/shared/by-me?q=b05@", false, 1),
        (&entries[0], true, 71),
        (&entries[1], false, 60),
    ] {
        let pages = walked(&mut visitor, path, "More invitations").await;
        assert_eq!(pages[0].contains("to-new@example.org"), is_new, "{path}: the newest comes first");
        let mut found = cards(&pages, "to-");
        found.dedup();
        assert_eq!((found.len(), cards(&pages, "to-").len()), (expected, expected), "{path}");
        if path == "/shared/by-me" {
            let last = pages.last().unwrap();
            assert!(last.contains("First page") && !last.contains("You share nothing yet"), "{last}");
            let id = hidden(last.rsplit_once("action=\"/shared/withdraw\"").unwrap().1, "invite");
            // The one is put back in its place by another one, which is as old as the newest.
            assert_eq!(visitor.post("/shared/withdraw", &[("invite", &id)]).await.status, 303);
            let left = walked(&mut visitor, path, "More invitations").await;
            assert_eq!(cards(&left, "to-").len(), expected - 1);
            let gone = found.into_iter().find(|name| !cards(&left, "to-").contains(name)).unwrap();
            ann.shares(&world, if gone.starts_with("to-b") { "/ann/b.txt" } else { "/ann/a.txt" }, gone).await;
        }
    }
}

#[actix_web::test]
async fn everybody_who_has_access_is_found_and_can_be_changed_however_many_there_are() {
    let world = World::new();
    let ann = world.person("ann");
    let file = world.file("/ann/a.txt");
    let mut reader = None;
    for n in 0..230 {
        let person = world.person(&format!("p{n}"));
        grant(&world, "ann", json!({ "user": person.name }), format!("fs:{file}:read"), None).await;
        reader.get_or_insert(person);
    }
    world.person("kim");
    grant(&world, "ann", json!({ "user": "kim" }), format!("fs:{file}:read"), Some("2027-01-16T00:00:00Z")).await;
    world.clock.advance(chrono::TimeDelta::hours(17));
    let path = format!("/entry/{file}");
    let mut visitor = Visitor::of(&world, &ann);
    let pages = walked(&mut visitor, &path, "More people").await;
    let count = |text: &str| pages.iter().map(|page| page.matches(text).count()).sum::<usize>();
    assert_eq!((count("Directly, from"), count(">Change<"), count(">Take away<")), (230, 230, 230));
    assert_eq!((cards(&pages, "p").len(), cards(&pages, "ann").len()), (230, 1));
    let asleep = walked(&mut visitor, &path, "Look for more without access now").await;
    assert_eq!(cards(&asleep, "kim").len(), 1);
    // Why somebody on a later page has access is told beside that page.
    let last = pages.last().unwrap();
    let why = last.split("class=\"button small\" href=\"").nth(1).unwrap().split("#why").next().unwrap();
    let why = why.replace("&amp;", "&").replace("&#x3D;", "=");
    let name = why.split("who=").nth(1).unwrap().split('&').next().unwrap();
    let shown = visitor.get(&why).await.text;
    assert!(shown.contains(&format!("Why <span class=\"name\">{name}</span> has access</h2>")), "{why}: {shown}");
    let reader = reader.unwrap();
    let told = walked(&mut Visitor::of(&world, &reader), &path, "More people").await;
    let mut names = cards(&told, "p");
    names.dedup();
    assert_eq!((names.len(), told.concat().contains(">Change<")), (230, false), "who reads it sees everybody, too");
    assert_eq!(visitor.get(&format!("{path}?after=nonsense&invited=9223372036854775807&asleep=-1")).await.status, 200);
}

#[actix_web::test]
async fn what_an_app_was_shared_with_is_told_from_the_app_and_stays_when_it_is_taken_away() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let metadata = json!({ "shared_appdata": true });
    let app = json!({ "name": "editor", "owner": "ann", "protected": true, "metadata": metadata });
    world.v1("PUT", "/v1/apps/app-1", app).await;
    world.dir("/ann/AppData/app-1");
    let site = json!({ "name": "editor", "owner": "ann", "associated_app_uid": "app-1", "protected": true });
    assert_eq!(world.v1("PUT", &format!("/v1/sites/{}", uuid::Uuid::from_u128(1)), site).await.status, 201);
    let body = json!({ "recipients": "bob", "shares": [{ "$": "app-share", "name": "editor" }] });
    assert_eq!(world.call("POST", "/share", &ann.token, body).await.body["status"], "success");
    let mut visitor = Visitor::of(&world, &ann);
    let shown = visitor.get("/shared/by-me").await.text;
    let rows: Vec<&str> = shown.split("<li class=\"card\">").skip(1).collect();
    let row = |kind: &str| *rows.iter().find(|row| row.contains(&format!(">{kind}</span>"))).unwrap();
    assert!(rows.len() == 3 && row("Folder").contains("app-1"), "{shown}");
    let said = |row: &str| ["would lose this app", "would lose this site", "stay: they"].map(|text| row.contains(text));
    assert_eq!([said(row("App")), said(row("Site"))], [[true, false, true], [false, true, false]], "{shown}");
    let (id, seen) = (hidden(row("App"), "grant"), hidden(row("App"), "seen"));
    visitor.post("/shared/revoke", &[("grant", &id), ("seen", &seen)]).await;
    let may = ["app:editor:access", "site:editor:access"].map(|permission| world.may(&bob, permission));
    assert_eq!(may, [false, true], "as it was said");
}

#[actix_web::test]
async fn an_app_is_given_up_and_taken_away_from_the_lists() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let app = json!({ "name": "<i>editor", "owner": "ann", "protected": true });
    world.v1("PUT", "/v1/apps/app-1", app).await;
    for who in ["bob", "eve"] {
        grant(&world, "ann", json!({ "user": who }), "app:uid#app-1:access".to_owned(), None).await;
    }
    let may = |who| world.may(who, "app:uid#app-1:access");
    let fields = |page: &str, at: usize| {
        let form = page.split("action=\"/shared/revoke\"").nth(at).unwrap().to_owned();
        [hidden(&form, "grant"), hidden(&form, "seen")]
    };
    grant(&world, "ann", json!({ "everyone": true }), "app:uid#app-1:access".to_owned(), None).await;
    let mut giving = Visitor::of(&world, &ann);
    let shown = giving.get("/shared/by-me").await.text;
    assert!(shown.contains("&lt;i&gt;editor") && !shown.contains("<i>editor"));
    let [theirs, seen] = fields(&shown, 2);
    let [all, tag] = fields(&shown, 3);
    let mut receiving = Visitor::of(&world, &bob);
    let found = receiving.get("/shared?q=EDIT").await.text;
    assert!(found.contains("&lt;i&gt;editor") && !receiving.get("/shared?q=zz").await.text.contains("editor"));
    let app = hidden(found.split("action=\"/shared/leave\"").nth(1).unwrap(), "app");
    let refused = receiving.post("/shared/revoke", &[("grant", &theirs), ("seen", &seen)]).await;
    assert!((400..500).contains(&refused.status) && may(&eve), "another's is not his to give up");
    let left = receiving.post("/shared/leave", &[("app", &app)]).await;
    assert_eq!((left.location(), may(&bob)), ("/shared?done=left", false), "what everyone has, too");
    let refused = giving.post("/shared/revoke", &[("grant", &all), ("seen", "old")]).await;
    assert!(refused.status == 412 && may(&eve), "{}", refused.status);
    for (id, seen, may_still) in [(&theirs, &seen, true), (&all, &tag, false)] {
        let taken = giving.post("/shared/revoke", &[("grant", id), ("seen", seen)]).await;
        assert_eq!((taken.location(), may(&eve)), ("/shared/by-me?done=revoked", may_still));
    }
}

#[actix_web::test]
async fn an_app_that_the_host_gave_exactly_is_left_like_any_other() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let permission = "app:uid#app-1:access";
    let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": permission, "exact": true });
    assert_eq!(world.v1("POST", "/v1/grants", body).await.status, 201);
    let mut leaving = Visitor::of(&world, &bob);
    let app = hidden(&leaving.get("/shared").await.text, "app");
    assert_eq!(leaving.post("/shared/leave", &[("app", &app)]).await.location(), "/shared?done=left");
    assert!(!world.may(&bob, permission) && leaving.post("/shared/leave", &[("app", &app)]).await.status >= 400);
}

#[actix_web::test]
async fn an_app_that_two_people_gave_is_listed_once_and_left_once() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let permission = "app:uid#app-1:access";
    grant(&world, "ann", json!({ "user": "eve" }), format!("manage:{permission}"), None).await;
    for issuer in ["ann", "eve"] {
        grant(&world, issuer, json!({ "user": "bob" }), permission.to_owned(), None).await;
    }
    let mut leaving = Visitor::of(&world, &bob);
    let shown = leaving.get("/shared").await.text;
    assert_eq!(shown.matches("name=\"app\" value=\"app-1\"").count(), 1, "{shown}");
    for sender in ["ann", "eve"] {
        assert!(shown.contains(&format!("/shared/blocks?name={sender}")), "{sender}: {shown}");
    }
    assert_eq!(leaving.post("/shared/leave", &[("app", "app-1")]).await.location(), "/shared?done=left");
    assert!(!world.may(&bob, permission) && !leaving.get("/shared").await.text.contains("editor"));
    assert_eq!(world.counts().0, 1, "what eve has stays, and nothing is left to deny");
}

#[actix_web::test]
async fn what_was_given_is_found_by_what_it_is_and_by_the_name_of_who_has_it() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let team = group(&world, "ann", "Climbers", &["eve"]).await;
    let holders = [json!({ "user": "bob" }), json!({ "group": team }), json!({ "everyone": true })];
    for (name, holder) in ["plan.txt", "song.mp3", "sea.jpg"].into_iter().zip(holders) {
        let file = world.file(&format!("/ann/{name}"));
        grant(&world, "ann", holder, format!("fs:{file}:read"), None).await;
    }
    let mut giving = Visitor::of(&world, &ann);
    for (search, finds) in [
        ("", [true; 3]),
        ("bob", [true, false, false]),
        ("climb", [false, true, false]),
        ("every", [false, false, true]),
        ("SEA", [false, false, true]),
        ("user", [false; 3]),
    ] {
        let shown = giving.get(&format!("/shared/by-me?q={search}")).await.text;
        assert_eq!(["plan.txt", "song.mp3", "sea.jpg"].map(|name| shown.contains(name)), finds, "{search}");
    }
}

#[actix_web::test]
async fn what_waits_for_an_address_is_found_by_what_it_is_who_gives_it_and_to_whom() {
    let world = World::new();
    let ann = world.person("ann");
    for (file, to) in [("plan.txt", "kim@example.org"), ("song.mp3", "lou@example.org")] {
        world.file(&format!("/ann/{file}"));
        ann.shares(&world, &format!("/ann/{file}"), to).await;
    }
    let mut giving = Visitor::of(&world, &ann);
    for (search, finds) in [("", [true; 2]), ("PLAN", [true, false]), ("lou@", [false, true]), ("zz", [false; 2])] {
        let shown = giving.get(&format!("/shared/by-me?q={search}")).await.text;
        assert_eq!(["plan.txt", "song.mp3"].map(|name| shown.contains(name)), finds, "{search}");
    }
    let kim = world.unproven("kim");
    world.vouchsafe.confirm_user("kim").unwrap();
    let mut receiving = Visitor::of(&world, &kim);
    for (search, finds) in [("", true), ("pLan", true), ("ann", true), ("song", false), ("zz", false)] {
        let shown = receiving.get(&format!("/shared?q={search}")).await.text;
        assert_eq!(shown.contains("plan.txt"), finds, "{search}: {shown}");
    }
}

#[actix_web::test]
async fn who_does_not_see_what_he_gave_any_more_may_take_it_away_and_learns_no_new_name() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let own =
        grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), Some("2027-01-16T00:00:00Z")).await;
    let given = grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:read"), None).await;
    world.clock.advance(chrono::TimeDelta::hours(17));
    let moved = world.v1("POST", &format!("/v1/entries/{file}/move"), json!({ "path": "/ann/layoffs.txt" })).await;
    assert_eq!(moved.status, 200, "{own}");
    let mut giving = Visitor::of(&world, &bob);
    assert!(!giving.get("/shared/by-me?q=layoffs").await.text.contains("/shared/revoke"));
    let shown = giving.get("/shared/by-me").await.text;
    assert!(shown.contains("something you cannot see any more") && !shown.contains("layoffs"), "{shown}");
    assert!(!shown.contains(&format!("/entry/{file}")));
    let seen = hidden(&shown, "seen");
    let taken = giving.post("/shared/revoke", &[("grant", &given), ("seen", &seen)]).await;
    assert_eq!(taken.location(), "/shared/by-me?done=revoked");
}

#[actix_web::test]
async fn a_heading_stands_over_something() {
    let world = World::new();
    let ann = world.person("ann");
    let (file, other) = (world.file("/ann/plan.txt"), world.file("/ann/other.txt"));
    ann.shares(&world, "/ann/plan.txt", "kim@example.org").await;
    let kim = world.unproven("kim");
    world.vouchsafe.confirm_user("kim").unwrap();
    world.person("bob");
    for is_more in [false, true] {
        for (who, path, heading) in [(&kim, "/shared", "Yours already"), (&ann, "/shared/by-me", "<h2>Given</h2>")] {
            let shown = Visitor::of(&world, who).get(path).await.text;
            assert!(shown.contains("plan.txt") && shown.contains(heading) == is_more, "{path} {is_more}: {shown}");
        }
        for (who, on) in [("bob", file), ("kim", other)] {
            grant(&world, "ann", json!({ "user": who }), format!("fs:{on}:read"), None).await;
        }
    }
    let shown = Visitor::of(&world, &kim).get("/shared?q=plan").await.text;
    assert!(shown.contains("plan.txt") && !shown.contains("Yours already"), "nor where nothing else is found: {shown}");
}

#[actix_web::test]
async fn a_list_says_from_whom_and_until_when_as_the_page_of_the_entry_does() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let (folder, inside, file) = (world.dir("/ann/d"), world.file("/ann/d/in.txt"), world.file("/ann/f.txt"));
    let (early, late) = ("2099-03-05T00:00:00Z", "2099-04-05T00:00:00Z");
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let (to_bob, to_eve) = (json!({ "user": "bob" }), json!({ "user": "eve" }));
    let [read, app] = [format!("fs:{file}:read"), "app:uid#app-1:access".to_owned()];
    for (permission, until) in [(&read, Some(early)), (&app, None)] {
        let own = grant(&world, "ann", to_eve.clone(), format!("manage:{permission}"), None).await;
        grant(&world, "eve", to_bob.clone(), permission.clone(), None).await;
        grant(&world, "ann", to_bob.clone(), permission.clone(), until).await;
        let lowered = world.v1("PUT", &format!("/v1/grants/{own}"), json!({ "permission": permission })).await;
        assert_eq!(lowered.status, 200, "what eve gave sleeps from now on: {}", lowered.body);
    }
    grant(&world, "ann", to_bob.clone(), format!("fs:{inside}:read"), Some(early)).await;
    let mut visitor = Visitor::of(&world, &bob);
    let above = async |until| grant(&world, "ann", json!({ "user": "bob" }), format!("fs:{folder}:read"), until).await;
    for (is_above, last) in [(None, Some(early)), (Some(Some(late)), Some(late)), (Some(None), None)] {
        if let Some(until) = is_above {
            above(until).await;
        }
        let shown = visitor.get("/shared").await.text;
        let row = |name: &str| {
            let row = shown.split("<li class=\"card\">").find(|row| row.contains(name)).unwrap();
            (row.split("until <time datetime=\"").nth(1).map(|rest| &rest[..early.len()]), row.contains(">eve<"))
        };
        assert_eq!([row(">in.txt<"), row(">f.txt<")], [(last, false), (Some(early), false)], "{shown}");
        assert_eq!(row(">editor<"), (None, false), "{shown}");
    }
}
