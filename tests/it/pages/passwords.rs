//! A forgotten password.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::UserChange;
use vouchsafe_tests::{Visitor, World};

/// The token of the mail, if there was one.
fn mailed(world: &World) -> Option<String> {
    let late = vouchsafe_types::Clock::now(world.clock.as_ref()) + TimeDelta::days(1);
    let mails = world.store().read(|tx| tx.list_due_messages(late, 100)).unwrap();
    let mail = mails.iter().rev().find(|mail| mail.template == "reset_password")?;
    Some(mail.payload["link"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned())
}

#[actix_web::test]
async fn whoever_has_the_mail_sets_another_password_once() {
    let world = World::new();
    let ann = world.person("ann");
    let change = UserChange { password: Some("the old one".into()), ..UserChange::default() };
    world.vouchsafe.put_user(&"ann".parse().unwrap(), &change).unwrap();
    let mut visitor = Visitor::new(&world);
    visitor.get("/forgot").await;
    let unknown = visitor.post("/forgot", &[("email", "nobody@example.org")]).await;
    let known = visitor.post("/forgot", &[("email", "ann@example.org")]).await;
    assert_eq!((known.status, known.text), (unknown.status, unknown.text), "nobody learns who has an account");
    let token = mailed(&world).unwrap();
    assert_eq!(visitor.post("/forgot", &[("token", &token), ("password", "short")]).await.status, 400);
    let set = visitor.post("/forgot", &[("token", &token), ("password", "the new one")]).await;
    assert_eq!(set.location(), "/login?done=password");
    let dead = visitor.post("/forgot", &[("token", &token), ("password", "the third one")]).await;
    let asks_for = ["name=\"email\"", "name=\"password\""].map(|field| dead.text.contains(field));
    assert_eq!((dead.status, asks_for), (400, [true, false]), "another link is had here: {}", dead.text);
    assert!(
        world.vouchsafe.log_in("ann", "the old one").is_err() && world.vouchsafe.log_in("ann", "the new one").is_ok()
    );
    assert!(world.vouchsafe.authenticate(&ann.token).is_err(), "whoever was in is out");
}

#[actix_web::test]
async fn no_mail_goes_to_an_address_that_is_not_proven_and_a_link_ends() {
    let world = World::new();
    world.unproven("bob");
    world.person("ann");
    let forgot = |name: &str| {
        let email = vouchsafe_types::Email::parse(&format!("{name}@example.org")).unwrap();
        world.vouchsafe.forgot_password(&email).unwrap();
    };
    forgot("bob");
    assert_eq!(mailed(&world), None);
    forgot("ann");
    let token = mailed(&world).unwrap();
    world.clock.advance(TimeDelta::hours(1));
    assert!(Visitor::new(&world).get(&format!("/forgot?token={token}")).await.text.contains("does not work"));
    assert!(world.vouchsafe.reset_password(&token, "long enough").is_err());
}

#[actix_web::test]
async fn a_link_does_not_outlive_the_address_that_it_was_mailed_to() {
    let world = World::new();
    world.person("ann");
    let change = |body: Value| world.v1("PUT", "/v1/users/ann", body);
    let address = |name: &str, is_confirmed: bool| json!({ "email": name, "email_confirmed": is_confirmed });
    let (old, new) = ("ann@example.org", "new@example.org");
    for (changes, is_good) in [
        (vec![json!({ "display_name": "Ann" }), address("Ann@Example.org", true)], true),
        (vec![address(new, true)], false),
        (vec![address(new, true), address(old, true)], false),
        (vec![json!({ "email_confirmed": false }), json!({ "email_confirmed": true })], false),
    ] {
        assert_eq!(change(address(old, true)).await.status, 200);
        // Another mail is sent only after a while.
        world.clock.advance(TimeDelta::minutes(2));
        world.vouchsafe.forgot_password(&vouchsafe_types::Email::parse(old).unwrap()).unwrap();
        let token = mailed(&world).unwrap();
        assert!(world.vouchsafe.check_password_reset(&token).is_ok());
        for body in &changes {
            assert_eq!(change(body.clone()).await.status, 200, "{body}");
        }
        let set = world.vouchsafe.reset_password(&token, "not hers to set");
        assert_eq!(set.is_ok(), is_good, "{changes:?}");
    }
}

#[actix_web::test]
async fn who_is_suspended_is_told_so_if_he_has_the_password() {
    let world = World::new();
    world.person("ann");
    let change = UserChange { password: Some("long enough".into()), ..UserChange::default() };
    world.vouchsafe.put_user(&"ann".parse().unwrap(), &change).unwrap();
    world.vouchsafe.suspend_user("ann", true).unwrap();
    let mut visitor = Visitor::new(&world);
    visitor.get("/login").await;
    for (password, status, said) in [("long enough", 403, "is suspended"), ("wrong", 401, "do not belong together")] {
        let shown = visitor.post("/login", &[("username", "ann"), ("password", password)]).await;
        assert!(shown.status == status && shown.text.contains(said), "{said}: {}", shown.text);
    }
}
