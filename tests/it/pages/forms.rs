//! Headers, cookies, and the tokens of forms.

use vouchsafe_tests::{Visitor, World};

#[actix_web::test]
async fn every_page_says_how_it_is_to_be_kept() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let file = world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    let grant = world.v1("GET", &format!("/v1/grants?entry={file}"), serde_json::Value::Null).await;
    let grant = grant.body["items"][0]["id"].as_str().unwrap().to_owned();
    let plain = "/ /login /signup /forgot /confirm-email /?share_token=x /no/such/page /shared /shared/by-me \
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
    let mut visitor = Visitor::new(&world);
    let shown = visitor.get("/confirm-email?token=x").await;
    assert!(shown.status == 200 && shown.text.contains("Confirm my address"), "only a click proves");
}

#[actix_web::test]
async fn throttles_hold_for_forms_too() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let mut visitor = Visitor::new(&world);
    visitor.get("/login").await;
    let mut last = 0;
    for _ in 0..11 {
        last = visitor.post("/login", &[("username", "ann"), ("password", "wrong wrong")]).await.status;
    }
    assert_eq!(last, 429);
}

/// The actor of this name.
pub(super) fn actor(world: &World, name: &str) -> vouchsafe_types::Actor {
    vouchsafe_types::Actor::User(world.vouchsafe.user(name).unwrap().id)
}
