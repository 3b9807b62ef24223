//! Who calls: passwords, application passwords, bearer tokens, tickets (1.2), and what comes before it (2.7).

use super::desk::{Desk, PREFIX, basic, no};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::UserChange;
use vouchsafe_tests::World;

const ROUTES: [(&str, &str); 19] = [
    ("GET", "/share"),
    ("GET", "/share/1"),
    ("PUT", "/share/1"),
    ("DELETE", "/share/1"),
    ("GET", "/folder"),
    ("POST", "/folder"),
    ("GET", "/folder/shared"),
    ("GET", "/folder/1"),
    ("PUT", "/folder/1"),
    ("DELETE", "/folder/1"),
    ("GET", "/folder/1/shares"),
    ("POST", "/folder/1/shares"),
    ("GET", "/folder/1/publictoken"),
    ("POST", "/folder/1/publictoken"),
    ("DELETE", "/folder/1/publictoken"),
    ("POST", "/folder/1/undelete"),
    ("GET", "/folder/1/children"),
    ("GET", "/folder/1/childorder"),
    ("GET", "/folder/999/count"),
];

fn set_password(world: &World, name: &str, password: &str) {
    let change = UserChange { password: Some(password.to_owned()), ..UserChange::default() };
    world.vouchsafe.put_user(&name.parse().unwrap(), &change).unwrap();
}

#[actix_web::test]
async fn nobody_is_told_anything_before_he_signs_in() {
    let desk = Desk::new();
    let empty = basic("ann", "");
    for (method, path) in ROUTES {
        for auth in ["", "Basic", "Basic !!!", empty.as_str(), "Bearer nothing", "Bearer ", "Digest x"] {
            let headers: &[(&str, &str)] = if auth.is_empty() { &[] } else { &[("authorization", auth)] };
            let (status, headers, body) = desk.world.probe(method, &format!("{PREFIX}{path}"), headers, "{").await;
            assert_eq!((status, body), no(401, "Please authenticate first"), "{method} {path} {auth}");
            let realm = "Basic realm=\"Nextcloud Bookmarks\", charset=\"UTF-8\"".to_owned();
            assert!(headers.contains(&("www-authenticate".to_owned(), realm)));
        }
    }
}

#[actix_web::test]
async fn a_password_signs_in_until_it_is_changed_or_the_account_is_shut() {
    let desk = Desk::new();
    set_password(&desk.world, "ann", "correct horse");
    let refused = no(401, "Please authenticate first");
    let with = async |name: &str, password: &str| desk.ask(&basic(name, password), "GET", "/folder", Value::Null).await;
    for _ in 0..3 {
        assert_eq!(with("ann", "correct horse").await.0, 200);
    }
    assert_eq!(with("ann@example.org", "correct horse").await.0, 200);
    for (name, password) in [("ann", "wrong horse"), ("bob", "correct horse"), ("nobody", "correct horse")] {
        assert_eq!(with(name, password).await, refused);
    }
    set_password(&desk.world, "ann", "battery staple");
    assert_eq!(with("ann", "correct horse").await, refused);
    assert_eq!(with("ann", "battery staple").await.0, 200);
    desk.world.vouchsafe.suspend_user("ann", true).unwrap();
    assert_eq!(with("ann", "battery staple").await, refused);
    assert_eq!(with("ann", &desk.ann.token).await, refused);
    let bearer = format!("Bearer {}", desk.ann.token);
    assert_eq!(desk.ask(&bearer, "GET", "/folder", Value::Null).await, refused);
}

#[actix_web::test]
async fn guesses_are_throttled_and_a_client_that_knows_the_password_is_not() {
    let desk = Desk::with(|settings| settings.are_limits_on = true);
    set_password(&desk.world, "ann", "correct horse");
    for _ in 0..15 {
        assert_eq!(desk.ask(&basic("ann", "correct horse"), "GET", "/folder", Value::Null).await.0, 200);
    }
    let mut last = (0, Value::Null);
    for _ in 0..12 {
        last = desk.ask(&basic("ann", "guess"), "GET", "/folder", Value::Null).await;
    }
    assert_eq!(last, no(429, "Too many requests."));
}

#[actix_web::test]
async fn who_goes_through_the_numbers_is_slowed_down_and_what_is_his_he_still_gets() {
    let desk = Desk::with(|settings| settings.are_limits_on = true);
    let folder = desk.folder(&desk.ann, "f", -1).await;
    // Guesses are counted together, whatever face they are made in.
    let guesses: Vec<String> = (0..1_000).map(|n| format!("fs:/bob/d/{n}:read")).collect();
    for _ in 0..2 {
        let body = json!({ "permissions": guesses });
        assert_eq!(desk.world.call("POST", "/auth/check-permissions", &desk.ann.token, body).await.status, 200);
    }
    let mut last = (0, Value::Null);
    for number in 0..60 {
        last = desk.get(&desk.ann, &format!("/share/{number}")).await;
        if last.0 == 429 {
            break;
        }
    }
    assert_eq!(last, no(429, "Too many requests."));
    assert!(desk.reads(&desk.ann, folder).await);
    assert_eq!(desk.get(&desk.bob, "/share/7").await, no(404, "Not found"), "others do not wait");
}

#[actix_web::test]
async fn a_token_of_a_persons_works_as_a_password_of_his_own_and_as_a_bearer() {
    let desk = Desk::new();
    let titles = |answer: (u16, Value)| answer.1["data"][0]["title"].clone();
    desk.folder(&desk.ann, "Mine", -1).await;
    assert_eq!(titles(desk.get(&desk.ann, "/folder").await), "Mine");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let auth = format!("{scheme} {}", desk.ann.token);
        assert_eq!(titles(desk.ask(&auth, "GET", "/folder", Value::Null).await), "Mine");
    }
    let of_another = desk.ask(&basic("bob", &desk.ann.token), "GET", "/folder", Value::Null).await;
    assert_eq!(of_another.0, 401);
}

#[actix_web::test]
async fn a_ticket_is_given_where_the_operator_wants_it_and_lasts_an_hour() {
    let desk = Desk::with(|settings| settings.are_tickets_on = true);
    let folder = desk.folder(&desk.ann, "Mine", -1).await;
    let (_, answer) = desk.get(&desk.ann, "/folder/77").await;
    let ticket = answer["ticket"].as_str().expect("errors carry one, too").to_owned();
    let by = async |ticket: &str| desk.ask(&format!("Bearer {ticket}"), "GET", "/folder", Value::Null).await;
    let (status, answer) = by(&ticket).await;
    assert_eq!((status, &answer["data"][0]["id"], &answer["ticket"]), (200, &json!(folder), &Value::Null));
    let (user, rest) = ticket.split_once('.').unwrap();
    let (_, seal) = rest.split_once('.').unwrap();
    for forged in [format!("{user}.9999999999.{seal}"), format!("{ticket}00"), user.to_owned(), "a.b.c".to_owned()] {
        assert_eq!(by(&forged).await.0, 401, "{forged}");
    }
    desk.world.clock.advance(TimeDelta::minutes(60));
    assert_eq!(by(&ticket).await.0, 401);

    let off = Desk::new();
    assert_eq!(off.get(&off.ann, "/folder").await.1["ticket"], Value::Null);
}

#[actix_web::test]
async fn a_page_from_elsewhere_changes_nothing_with_the_password_that_a_browser_kept() {
    let desk = Desk::new();
    let (kept, told) = (basic("ann", &desk.ann.token), format!("Bearer {}", desk.ann.token));
    let (site, origin) = (|text| ("sec-fetch-site", text), |text| ("origin", text));
    let (evil, here, extension) =
        ("https://evil.example", "http://vouchsafe.test", "moz-extension://0f9d1c1e-1f0b-4b0e-8d55-2f6f7a0c3b11");
    let folder = desk.folder(&desk.ann, "f", -1).await;
    let share = desk.share(&desk.ann, folder, &desk.bob, false, false).await;
    let changes = [
        ("POST", format!("/folder/{folder}/shares?participant=eve&type=0&canWrite=1&canShare=1")),
        ("PUT", format!("/share/{share}?canWrite=1&canShare=1")),
        ("DELETE", format!("/share/{share}")),
        ("POST", "/folder?title=x".to_owned()),
    ];
    for foreign in [
        vec![site("cross-site"), origin(evil)],
        vec![site("same-site")],
        vec![site("cross-site"), origin(here)],
        vec![origin(evil)],
        vec![origin("null")],
    ] {
        for (method, path) in &changes {
            let headers = [foreign.clone(), vec![("authorization", kept.as_str()), ("content-type", "text/plain")]];
            let (status, ..) = desk.world.probe(method, &format!("{PREFIX}{path}"), &headers.concat(), "x").await;
            assert_eq!(status, 403, "{method} {path} {foreign:?}");
        }
        // It does not come to know whether the password would do, and a password that it knows itself is no secret of
        // ours.
        for (auth, method, expected) in
            [(basic("ann", "wrong").as_str(), "POST", 403), (told.as_str(), "POST", 200), (kept.as_str(), "GET", 200)]
        {
            let headers = [foreign.clone(), vec![("authorization", auth)]].concat();
            let (status, ..) = desk.world.probe(method, &format!("{PREFIX}/folder?title=by"), &headers, "").await;
            assert_eq!(status, expected, "{method} {foreign:?}");
        }
    }
    assert_eq!(desk.list(&desk.ann, &format!("/folder/{folder}/shares")).await.len(), 1);
    for own in
        [vec![site("same-origin"), origin(here)], vec![site("none"), origin(extension)], vec![origin(here)], vec![]]
    {
        let headers = [own.clone(), vec![("authorization", kept.as_str())]].concat();
        let (status, ..) = desk.world.probe("POST", &format!("{PREFIX}/folder?title=own"), &headers, "").await;
        assert_eq!(status, 200, "{own:?}");
    }
}

#[actix_web::test]
async fn our_own_trouble_is_an_internal_error_everywhere_and_names_nothing() {
    let desk = Desk::new();
    desk.folder(&desk.ann, "f", -1).await;
    let share = json!({ "participant": "bob", "type": 0 });
    let flags = json!({ "canWrite": true, "canShare": true });
    desk.world.run("ALTER TABLE entry RENAME TO gone");
    for (method, path, body) in [
        ("POST", "/folder/1/shares", share),
        ("GET", "/folder/1/shares", Value::Null),
        ("PUT", "/share/1", flags),
        ("DELETE", "/share/1", Value::Null),
        ("GET", "/share/1", Value::Null),
        ("GET", "/share", Value::Null),
        ("GET", "/folder/shared", Value::Null),
        ("POST", "/folder", json!({ "title": "x" })),
        ("GET", "/folder", Value::Null),
        ("PUT", "/folder/1", json!({ "title": "x" })),
        ("DELETE", "/folder/1", Value::Null),
        ("GET", "/folder/1/publictoken", Value::Null),
        ("POST", "/folder/1/publictoken", Value::Null),
        ("DELETE", "/folder/1/publictoken", Value::Null),
        ("POST", "/folder/1/undelete", Value::Null),
        ("GET", "/folder/1/children", Value::Null),
        ("GET", "/folder/1/childorder", Value::Null),
        ("GET", "/folder/1/count", Value::Null),
    ] {
        assert_eq!(desk.call(&desk.ann, method, path, body).await, no(500, "Internal error"), "{method} {path}");
    }
    let alone = (500, json!({ "status": "error", "data": "Internal error" }));
    assert_eq!(desk.get(&desk.ann, "/folder/1").await, alone, "here alone the text is in no list");
}
