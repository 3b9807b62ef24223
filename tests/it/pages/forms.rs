//! Headers, cookies, and the tokens of forms.

use super::entry::{grant, hidden};
use futures_util::future::join;
use serde_json::json;
use vouchsafe_store::MessageFilter;
use vouchsafe_tests::{Visitor, World};

#[actix_web::test]
async fn every_page_says_how_it_is_to_be_kept() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let grant = world.v1("GET", &format!("/v1/grants?entry={file}"), serde_json::Value::Null).await;
    let grant = grant.body["items"][0]["id"].as_str().unwrap().to_owned();
    let plain = "/ /login /logout /signup /forgot /confirm-email /?share_token=x /no/such/page /shared /shared/by-me \
                 /shared/requests /shared/notifications /shared/blocks /entry/x /show/x /admin /admin/users";
    let entry = ["", "?who=bob", "/share", &format!("/grants/{grant}"), &format!("/grants/{grant}/revoke")];
    let entry = entry.map(|what| format!("/entry/{file}{what}"));
    for path in plain.split_whitespace().chain(entry.iter().map(String::as_str)) {
        for mut visitor in [Visitor::new(&world), Visitor::of(&world, &ann)] {
            for shown in [visitor.get(path).await, visitor.post(path, &[]).await] {
                let policy = shown.header("content-security-policy");
                let status = shown.status;
                assert!(policy.contains("default-src 'none'"), "{path} {status}");
                assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path} {status}");
                let kept = ["referrer-policy", "cache-control", "x-frame-options"].map(|name| shown.header(name));
                assert_eq!(kept, ["no-referrer", "no-store", "DENY"], "{path} {status}");
                assert!(shown.header("x-robots-tag").contains("noindex"), "{path} {status}");
                assert_eq!(shown.header("x-content-type-options"), "nosniff", "{path} {status}");
            }
        }
    }
}

#[actix_web::test]
async fn cookies_are_out_of_reach_for_scripts_and_other_sites() {
    for (origin, is_secure) in [("https://share.example", true), ("http://share.example", false)] {
        let world = World::with(|settings| settings.public_url = origin.into());
        let mut visitor = Visitor::new(&world);
        let shown = visitor.get("/login").await;
        let seed = shown.header("set-cookie");
        assert!(seed.contains("HttpOnly") && seed.contains("SameSite=Lax"), "{seed}");
        assert_eq!(seed.contains("Secure"), is_secure, "{seed}");
        let fields = [("username", "zoe"), ("email", "zoe@example.org"), ("password", "long enough")];
        let shown = visitor.post("/signup", &fields).await;
        let session = shown.header("set-cookie");
        assert_eq!((shown.status, shown.location()), (303, "/confirm-email"));
        assert!(session.starts_with("vouchsafe_session=") && session.contains("HttpOnly"), "{session}");
        assert!(session.contains("SameSite=Lax") && session.contains("Secure") == is_secure, "{session}");
        let out = visitor.get("/shared").await;
        assert_eq!(out.status, 200);
        visitor.post("/logout", &[]).await;
        assert_eq!(visitor.get("/shared").await.location(), "/login?next=%2Fshared");
    }
}

#[actix_web::test]
async fn a_form_counts_only_with_the_token_that_its_sender_was_shown() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let all = [("all", "yes"), ("block", "on")];
    let is_blocked = || world.vouchsafe.list_blocks(&actor(&world, "ann")).unwrap().all;
    let mut visitor = Visitor::of(&world, &ann);
    assert_eq!(visitor.post("/shared/blocks", &all).await.status, 400);
    let mut other = Visitor::of(&world, &bob);
    other.get("/shared/blocks").await;
    visitor.form_token = other.form_token.clone();
    assert_eq!(visitor.post("/shared/blocks", &all).await.status, 400);
    let mut stranger = Visitor::new(&world);
    stranger.get("/login").await;
    visitor.form_token = stranger.form_token.clone();
    assert_eq!(visitor.post("/shared/blocks", &all).await.status, 400);
    visitor.get("/shared/blocks").await;
    for header in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")]
    {
        visitor.headers = vec![(header.0, header.1.into())];
        assert_eq!(visitor.post("/shared/blocks", &all).await.status, 400, "{header:?}");
        assert!(!is_blocked());
    }
    visitor.headers = vec![("sec-fetch-site", "same-origin".into()), ("origin", "null".into())];
    assert_eq!(visitor.post("/shared/blocks", &all).await.status, 303);
    assert!(is_blocked());
}

#[actix_web::test]
async fn every_form_is_refused_without_a_token_and_to_a_stranger() {
    let world = World::new();
    let ann = world.person("ann");
    let file = world.file("/ann/a.txt");
    let id = "00000000-0000-4000-8000-000000000001";
    let paths = [
        "/login",
        "/logout",
        "/signup",
        "/confirm-email",
        "/confirm-email/again",
        "/forgot",
        "/link/accept",
        "/link/ask",
        "/shared/leave",
        "/shared/revoke",
        "/shared/blocks",
        "/admin/users",
        "/admin/outbox",
    ];
    let deep = [
        format!("/shared/requests/{id}"),
        format!("/shared/notifications/{id}"),
        format!("/entry/{file}/share"),
        format!("/entry/{file}/ask"),
        format!("/entry/{file}/grants/{id}"),
        format!("/entry/{file}/grants/{id}/revoke"),
    ];
    for path in paths.into_iter().map(str::to_owned).chain(deep.clone()) {
        let shown = Visitor::of(&world, &ann).post(&path, &[]).await;
        assert_eq!(shown.status, 400, "{path}");
        assert!(shown.text.contains("<h1>"), "a page, not JSON: {path}");
    }
    for path in paths.into_iter().skip(6).map(str::to_owned).chain(deep) {
        let mut stranger = Visitor::new(&world);
        stranger.get("/login").await;
        let shown = stranger.post(&path, &[]).await;
        assert!(shown.location().starts_with("/login"), "{path}: {}", shown.status);
    }
}

#[actix_web::test]
async fn wrong_fields_are_named_in_words_and_change_nothing() {
    let world = World::new();
    let mut visitor = Visitor::new(&world);
    visitor.get("/signup").await;
    let good = [("username", "zoe"), ("email", "zoe@example.org"), ("password", "long enough")];
    let with = |key: &'static str, value: &'static str| good.map(|(k, v)| if k == key { (k, value) } else { (k, v) });
    for (key, value, said) in [
        ("username", "z oe", "A name has letters"),
        ("email", "zoe", "no e-mail address"),
        ("password", "short", "A password has 8"),
    ] {
        let shown = visitor.post("/signup", &with(key, value)).await;
        assert_eq!(shown.status, 400, "{key}");
        assert!(shown.text.contains(said) && shown.text.contains("role=\"alert\""), "{key}");
    }
    assert_eq!(visitor.post("/signup", &with("username", "a\0b")).await.status, 400);
    assert!(world.vouchsafe.user("zoe").is_err());
    let shown = visitor.post("/login", &[("username", "zoe"), ("password", "x")]).await;
    assert_eq!(shown.status, 401);
    assert!(shown.text.contains("do not belong together"));
    assert_eq!(visitor.get("/shared?q=a%00b").await.status, 400);
}

#[actix_web::test]
async fn programs_still_get_json_where_a_page_lives() {
    let world = World::new();
    let answer = world.raw("POST", "/login", "", "application/json", r#"{"username":"a","password":"b"}"#).await;
    assert_eq!(answer.refusal(), (401, "credentials_invalid"));
    assert_eq!(world.raw("GET", "/confirm-email?token=x", "", "", "").await.refusal(), (400, "invalid_token"));
    let shown = Visitor::new(&world).get("/confirm-email?token=x").await;
    assert!(shown.status == 400 && shown.text.contains("<h1>"), "{}", shown.text);
}

#[actix_web::test]
async fn throttles_hold_for_forms_too() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let mut visitor = Visitor::new(&world);
    visitor.headers = vec![("x-forwarded-for", "192.0.2.1".to_owned())];
    visitor.get("/login").await;
    for (path, most) in [("/login", 10), ("/signup", 20), ("/forgot", 0)] {
        let fields = [("username", "a b"), ("password", "wrong wrong"), ("email", "ann@example.org")];
        for _ in 0..most {
            assert_ne!(visitor.post(path, &fields).await.status, 429, "{path}");
        }
        let shown = visitor.post(path, &fields).await;
        let pause: u64 = shown.header("retry-after").parse().unwrap();
        assert_eq!(shown.status, 429, "{path}");
        assert!(shown.text.contains(&format!("Please wait {pause} seconds")), "{path}: {}", shown.text);
    }
}

#[actix_web::test]
async fn what_went_wrong_is_told_to_who_has_signed_in_under_his_name() {
    let world = World::new();
    let ann = world.person("ann");
    for path in ["/no/such/page?done=left", "/admin", "/shared?q=a%00b", "/entry/x"] {
        for is_signed_in in [true, false] {
            let mut visitor = if is_signed_in { Visitor::of(&world, &ann) } else { Visitor::new(&world) };
            let shown = visitor.get(path).await;
            if shown.status == 303 {
                continue;
            }
            assert!(shown.status >= 400 && !shown.text.contains("role=\"status\""), "{path}: {}", shown.text);
            // What cannot be read at all says nothing about who sent it.
            let is_known = is_signed_in && !path.contains("%00");
            assert_eq!(shown.text.contains("<span class=\"name\" title=\"ann\">ann</span>"), is_known, "{path}");
            assert_eq!(shown.text.contains("href=\"/login\""), !is_known, "{path}: {}", shown.text);
        }
    }
    let mut visitor = Visitor::of(&world, &ann);
    visitor.get("/no/such/page").await;
    assert_eq!(visitor.post("/logout", &[]).await.location(), "/login?done=out", "and its button works");
}

#[actix_web::test]
async fn a_link_to_sign_out_asks_first() {
    let world = World::new();
    let ann = world.person("ann");
    let mut visitor = Visitor::of(&world, &ann);
    let asked = visitor.get("/logout").await;
    assert!(asked.status == 200 && asked.text.contains("Sign out?"), "{}", asked.text);
    assert_eq!(visitor.get("/shared").await.status, 200, "nothing has happened yet");
    assert_eq!(visitor.post("/logout", &[]).await.location(), "/login?done=out");
    assert_eq!(visitor.get("/logout").await.location(), "/login");
}

#[actix_web::test]
async fn an_answer_that_is_none_is_refused_and_changes_nothing() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let change = vouchsafe_flows::UserChange { is_admin: Some(true), ..Default::default() };
    world.vouchsafe.put_user(&"ann".parse().unwrap(), &change).unwrap();
    let file = world.file("/ann/a.txt");
    let read = vouchsafe_types::share::ShareAccess::Read;
    world.vouchsafe.ask_for_access(&actor(&world, "bob"), file, read, "").unwrap();
    let ask = format!("/shared/requests/{}", world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap()[0].id);
    world.vouchsafe.block(&actor(&world, "ann"), "eve", true).unwrap();
    world.vouchsafe.suspend_user("eve", true).unwrap();
    let other = format!("/entry/{}/ask", vouchsafe_types::EntryId::mint());
    let mut visitor = Visitor::of(&world, &ann);
    visitor.get("/shared").await;
    let before = world.counts();
    for (path, fields) in [
        (ask.as_str(), [("answer", ""), ("until", "")]),
        (&ask, [("answer", "yes"), ("until", "")]),
        ("/shared/blocks", [("name", "eve"), ("block", "")]),
        ("/shared/blocks", [("name", "eve"), ("block", "true")]),
        ("/shared/blocks", [("name", " "), ("block", "on")]),
        ("/admin/users", [("name", "eve"), ("suspend", "")]),
        ("/admin/users", [("name", "eve"), ("suspend", "no")]),
        (&other, [("access", "delete"), ("message", "")]),
    ] {
        let shown = visitor.post(path, &fields).await;
        assert_eq!(shown.status, 400, "{path} {fields:?}");
        assert!(!shown.text.contains('`') && !shown.text.contains("called ."), "{path} {fields:?}: {}", shown.text);
    }
    assert_eq!(world.counts(), before);
    assert_eq!(world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap().len(), 1);
    assert_eq!(world.vouchsafe.list_blocks(&actor(&world, "ann")).unwrap().people.len(), 1);
    assert!(world.vouchsafe.user("eve").unwrap().is_suspended);
}

#[actix_web::test]
async fn a_page_that_is_loaded_again_shares_nothing_again() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let (ann, _, eve) = world.people();
    let (file, other) = (world.file("/ann/a.txt"), world.file("/ann/b.txt"));
    for file in [file, other] {
        grant(&world, "ann", json!({ "user": "eve" }), format!("manage:fs:{file}"), None).await;
    }
    let (mut visitor, share) = (Visitor::of(&world, &ann), format!("/entry/{file}/share"));
    visitor.get(&format!("/entry/{file}")).await;
    let shared = visitor.post(&share, &[("recipients", "bob, nobody, zoe@example.org"), ("access", "read")]).await;
    let (to, before) = (shared.location().to_owned(), world.counts());
    assert!(shared.status == 303 && to.starts_with(&format!("/entry/{file}?told=")), "{to}");
    for _ in 0..2 {
        let shown = visitor.get(&to).await.text;
        for said in ["bob</strong>: done", "Nobody here is called nobody.", "zoe@example.org</strong>: done"] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert_eq!(world.counts(), before);
    }
    let elsewhere = to.replace(&file.to_string(), &other.to_string());
    let others = [visitor.get(&elsewhere).await, Visitor::of(&world, &eve).get(&to).await];
    assert!(others.iter().all(|shown| shown.status == 200 && !shown.text.contains("What came of it")));
    // What is too long to be kept is told at once.
    let long = "x".repeat(300_000);
    let shown = visitor.post(&share, &[("recipients", &format!("bob {long}")), ("access", "read")]).await;
    assert!(shown.status == 200 && shown.text.contains("bob</strong>: done"), "{}", shown.status);
}

#[actix_web::test]
async fn a_form_that_is_sent_twice_shares_once_and_one_that_is_filled_in_otherwise_again() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let (page, share) = (format!("/entry/{file}"), format!("/entry/{file}/share"));
    let (mut one, mut other) = (Visitor::of(&world, &ann), Visitor::of(&world, &ann));
    let once = hidden(&one.get(&page).await.text, "once");
    other.get(&page).await;
    let fields = [("once", &*once), ("recipients", "bob, zoe@example.org"), ("access", "read")];
    let mails = || world.store().read(|tx| tx.list_messages(MessageFilter::All, i64::MAX, 10)).unwrap().len();
    let (shared, again) = join(one.post(&share, &fields), other.post(&share, &fields)).await;
    assert_eq!((shared.status, again.status, mails()), (303, 303, 2), "a double click");
    world.clock.advance(chrono::TimeDelta::hours(3));
    let late = one.post(&share, &fields).await;
    assert_eq!([again.location(), late.location()], [shared.location(); 2]);
    assert_eq!(mails(), 2);
    let shown = other.get(again.location()).await.text;
    assert!(shown.contains("bob</strong>: done") && shown.contains("zoe@example.org</strong>: done"), "{shown}");
    let report = shown.split("What came of it").nth(1).unwrap();
    assert!(report.split("</time>").next().unwrap().contains("15 Jan 2027, 08:00 UTC"), "and when: {shown}");
    let fields = [("once", &*once), ("recipients", "eve"), ("access", "read")];
    assert_ne!(one.post(&share, &fields).await.location(), shared.location());
    assert!(world.may(&eve, &format!("fs:{file}:read")));
    assert_ne!(hidden(&one.get(&page).await.text, "once"), once);
    // What was done for nobody may be tried again.
    let fields = [("once", &*once), ("recipients", "ghost"), ("access", "read")];
    let none = one.post(&share, &fields).await;
    assert!(one.get(none.location()).await.text.contains("Nobody here is called ghost."));
    let ghost = world.person("ghost");
    one.post(&share, &fields).await;
    assert!(world.may(&ghost, &format!("fs:{file}:read")));
}

#[actix_web::test]
async fn the_form_offers_what_who_shares_may_give() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let choices = async |who| {
        let shown = Visitor::of(&world, who).get(&format!("/entry/{file}")).await.text;
        let offered = ["read", "write", "manage"]
            .map(|access| shown.contains(&format!("type=\"radio\" name=\"access\" value=\"{access}\"")));
        (offered, shown.contains("Share with more people"))
    };
    assert_eq!(choices(&ann).await, ([true; 3], true));
    for (permission, offered) in [
        (format!("fs:{file}:share"), [false; 3]),
        (format!("manage:fs:{file}:read"), [true, false, false]),
        (format!("manage:fs:{file}"), [true, true, false]),
    ] {
        let id = grant(&world, "ann", json!({ "user": "bob" }), permission.clone(), None).await;
        assert_eq!(choices(&bob).await, (offered, offered[0]), "{permission}");
        let mut visitor = Visitor::of(&world, &bob);
        visitor.get(&format!("/entry/{file}")).await;
        for (access, may) in ["read", "write", "manage"].into_iter().zip(offered) {
            let fields = [("recipients", "eve"), ("access", access)];
            let shared = visitor.post(&format!("/entry/{file}/share"), &fields).await;
            assert_eq!(shared.status == 303, may, "{permission} {access}: as it is offered, so it is answered");
        }
        world.v1("DELETE", &format!("/v1/grants/{id}"), serde_json::Value::Null).await;
    }
}

#[actix_web::test]
async fn what_was_never_told_is_not_put_away() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let shown = Visitor::of(&world, &bob).get("/shared/notifications").await.text;
    let own = shown.split("action=\"/shared/notifications/").nth(1).unwrap().split('"').next().unwrap();
    let unknown = vouchsafe_types::NotificationId::mint().to_string();
    for (who, id, status) in [(&ann, own, 422), (&bob, &unknown, 422), (&bob, own, 303)] {
        let mut visitor = Visitor::of(&world, who);
        visitor.get("/shared/notifications").await;
        assert_eq!(visitor.post(&format!("/shared/notifications/{id}"), &[]).await.status, status, "{} {id}", who.name);
    }
}

/// The actor of this name.
pub(super) fn actor(world: &World, name: &str) -> vouchsafe_types::Actor {
    vouchsafe_types::Actor::User(world.vouchsafe.user(name).unwrap().id)
}
