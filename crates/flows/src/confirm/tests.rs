use crate::{
    User, UserChange,
    testing::{Refused, World},
};
use chrono::TimeDelta;
use vouchsafe_types::{Actor, Email};

/// What a person reads in his mail.
struct Mailed {
    code: String,
    token: String,
}

impl World {
    fn unproven(&self, name: &str, email: &str) -> (User, Actor) {
        let change = UserChange { email: Some(Email::parse(email).unwrap()), ..UserChange::default() };
        let (user, _) = self.vouchsafe.put_user(&name.parse().unwrap(), &change).unwrap();
        let actor = Actor::User(user.id);
        (user, actor)
    }

    fn mailed(&self, actor: &Actor) -> Mailed {
        self.vouchsafe.send_confirm_email(actor).unwrap();
        let mails = self.take_mails();
        assert_eq!(mails.len(), 1);
        let text = |key: &str| mails[0].payload[key].as_str().unwrap().to_owned();
        let token = text("link").strip_prefix("http://vouchsafe.test/confirm-email?token=").unwrap().to_owned();
        Mailed { code: text("code"), token }
    }
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[test]
fn the_link_proves_the_address_once_and_needs_no_session() {
    let world = World::new();
    let (ann, actor) = world.unproven("ann", "ann@example.org");
    let mailed = world.mailed(&actor);
    let proven = world.vouchsafe.confirm_email_by_link(&mailed.token).unwrap();
    assert_eq!(proven, User { email_confirmed: true, ..ann });
    assert_eq!(world.vouchsafe.user("ann").unwrap(), proven);
    assert_eq!(world.vouchsafe.confirm_email_by_link(&mailed.token).code(), "invalid_token");
    assert_eq!(world.vouchsafe.confirm_email_by_code(&actor, &mailed.code).code(), "invalid_token");
    world.vouchsafe.send_confirm_email(&actor).unwrap();
    assert!(world.take_mails().is_empty(), "a proven address needs no mail");
}

#[test]
fn the_code_proves_the_address_of_the_person_it_was_sent_to_only() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "ann@example.org");
    let (_, bob) = world.unproven("bob", "bob@example.org");
    let mailed = world.mailed(&ann);
    assert_eq!(world.vouchsafe.confirm_email_by_code(&bob, &mailed.code).code(), "invalid_token");
    assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, wrong(&mailed.code)).code(), "invalid_token");
    assert!(world.vouchsafe.confirm_email_by_code(&ann, &mailed.code).unwrap().email_confirmed);
    assert!(!world.vouchsafe.user("bob").unwrap().email_confirmed);
}

#[test]
fn five_wrong_codes_end_the_code_but_not_the_link() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "ann@example.org");
    let mailed = world.mailed(&ann);
    for _ in 0..5 {
        assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, wrong(&mailed.code)).code(), "invalid_token");
    }
    assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, &mailed.code).code(), "invalid_token");
    assert!(!world.vouchsafe.user("ann").unwrap().email_confirmed);
    assert!(world.vouchsafe.confirm_email_by_link(&mailed.token).unwrap().email_confirmed);
}

#[test]
fn link_and_code_end_after_a_day() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "ann@example.org");
    let mailed = world.mailed(&ann);
    world.wait(TimeDelta::hours(24));
    assert_eq!(world.vouchsafe.confirm_email_by_link(&mailed.token).code(), "invalid_token");
    assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, &mailed.code).code(), "invalid_token");
}

#[test]
fn another_mail_is_sent_after_a_minute_and_ends_the_first() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "ann@example.org");
    let first = world.mailed(&ann);
    world.wait(TimeDelta::seconds(59));
    world.vouchsafe.send_confirm_email(&ann).unwrap();
    assert!(world.take_mails().is_empty(), "too soon");
    world.wait(TimeDelta::seconds(1));
    let second = world.mailed(&ann);
    assert_eq!(world.vouchsafe.confirm_email_by_link(&first.token).code(), "invalid_token");
    assert!(world.vouchsafe.confirm_email_by_link(&second.token).unwrap().email_confirmed);
}

#[test]
fn a_proof_of_an_address_that_was_changed_meanwhile_proves_nothing() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "old@example.org");
    let mailed = world.mailed(&ann);
    world.unproven("ann", "new@example.org");
    assert_eq!(world.vouchsafe.confirm_email_by_link(&mailed.token).code(), "invalid_token");
    assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, &mailed.code).code(), "invalid_token");
    assert!(!world.vouchsafe.user("ann").unwrap().email_confirmed);
}

#[test]
fn of_two_with_the_same_address_the_first_to_prove_it_has_it() {
    let world = World::new();
    let (_, ann) = world.unproven("ann", "same@example.org");
    let (_, bob) = world.unproven("bob", "same@example.org");
    let (anns, bobs) = (world.mailed(&ann), world.mailed(&bob));
    world.vouchsafe.confirm_email_by_link(&bobs.token).unwrap();
    assert_eq!(world.vouchsafe.confirm_email_by_link(&anns.token).code(), "email_already_in_use");
    assert_eq!(world.vouchsafe.confirm_email_by_code(&ann, &anns.code).code(), "email_already_in_use");
    assert!(!world.vouchsafe.user("ann").unwrap().email_confirmed);
}

#[test]
fn only_a_persons_own_session_asks_for_a_mail_and_he_needs_an_address() {
    let world = World::new();
    let (ann, actor) = world.person("ann");
    assert_eq!(world.vouchsafe.send_confirm_email(&actor).code(), "field_missing");
    let through_app = Actor::App { app: "app-1".parse().unwrap(), user: ann.id };
    for other in [through_app, crate::testing::host()] {
        assert_eq!(world.vouchsafe.send_confirm_email(&other).code(), "forbidden");
        assert_eq!(world.vouchsafe.confirm_email_by_code(&other, "000000").code(), "forbidden");
    }
}

#[test]
fn a_mail_counts_as_sent_while_what_is_in_it_still_proves_the_address() {
    let world = World::new();
    let (_, actor) = world.unproven("ann", "ann@example.org");
    let is_sent = || world.vouchsafe.is_confirm_email_sent(&actor).unwrap();
    assert!(!is_sent(), "who was entered by the host was sent nothing");
    let mailed = world.mailed(&actor);
    assert!(is_sent());
    world.wait(TimeDelta::hours(24));
    assert!(!is_sent());
    let again = world.mailed(&actor);
    assert!(is_sent() && again.token != mailed.token);
    world.vouchsafe.confirm_email_by_link(&again.token).unwrap();
    assert!(!is_sent());
}
