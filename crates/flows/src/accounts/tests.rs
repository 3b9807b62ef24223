use super::{SignUp, UserChange};
use crate::{
    ActsAs, EntryKind, Fault, User,
    testing::{Refused, World, host},
};
use chrono::TimeDelta;
use serde_json::json;
use vouchsafe_types::{Access, Actor, Email, Holder, Resource, UserId, error::ApiError};

const PASSWORD: &str = "correct horse";

fn wanted(name: &str, email: &str) -> SignUp {
    SignUp { username: name.parse().unwrap(), email: Email::parse(email).unwrap(), password: PASSWORD.to_owned() }
}

fn with_email(email: &str, confirmed: bool) -> UserChange {
    UserChange { email: Some(Email::parse(email).unwrap()), email_confirmed: Some(confirmed), ..UserChange::default() }
}

impl World {
    fn put_user(&self, name: &str, change: &UserChange) -> Result<User, Fault> {
        self.vouchsafe.put_user(&name.parse().unwrap(), change).map(|(user, _)| user)
    }
}

#[test]
fn signing_up_makes_an_account_with_a_home_and_a_mail_and_signs_in() {
    let world = World::new();
    let (token, user) = world.vouchsafe.sign_up(&wanted("ann", "Ann@Example.org")).unwrap();
    assert!(!user.email_confirmed && !user.is_admin);
    let principal = world.vouchsafe.authenticate(&token).unwrap();
    assert_eq!((principal.actor, principal.user), (Actor::User(user.id), user.clone()));
    let home = world.home("ann");
    assert_eq!((home.entry.owner, home.entry.is_dir, home.parent), (user.id, true, None));
    let mails = world.take_mails();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].template.as_str(), mails[0].recipient.as_str()), ("confirm_email", "Ann@Example.org"));
    assert_eq!(mails[0].payload["username"], json!("ann"));
}

#[test]
fn a_closed_server_signs_nobody_up() {
    let world = World::with(|settings| settings.is_signup_open = false);
    assert_eq!(world.vouchsafe.sign_up(&wanted("ann", "ann@example.org")).code(), "forbidden");
    assert_eq!(world.vouchsafe.users(None, 10).unwrap(), []);
}

#[test]
fn a_taken_username_is_refused_and_nothing_is_written() {
    let world = World::new();
    let (ann, _) = world.person("ann");
    assert_eq!(world.vouchsafe.sign_up(&wanted("ann", "new@example.org")).code(), "username_already_in_use");
    let name = "ann".parse().unwrap();
    assert_eq!(world.vouchsafe.add_user(&name, &UserChange::default()).code(), "username_already_in_use");
    assert_eq!(world.vouchsafe.users(None, 10).unwrap(), [ann]);
    assert!(world.take_mails().is_empty());
}

#[test]
fn only_a_proven_owner_of_an_address_blocks_it() {
    let world = World::new();
    world.put_user("ann", &with_email("same@example.org", false)).unwrap();
    world.vouchsafe.sign_up(&wanted("bob", "same@example.org")).unwrap();
    world.put_user("ann", &with_email("same@example.org", true)).unwrap();
    assert_eq!(world.vouchsafe.sign_up(&wanted("eve", "SAME@example.ORG")).code(), "email_already_in_use");
    assert_eq!(world.vouchsafe.confirm_user("bob").code(), "email_already_in_use");
    assert_eq!(world.put_user("eve", &with_email("same@example.org", true)).code(), "email_already_in_use");
    assert_eq!(world.vouchsafe.user("eve").code(), "user_does_not_exist");
}

#[test]
fn a_password_has_8_to_1024_bytes() {
    let world = World::new();
    for (password, code) in [("1234567", "field_invalid"), (&"x".repeat(1025), "field_invalid")] {
        let wanted = SignUp { password: password.to_owned(), ..wanted("ann", "ann@example.org") };
        assert_eq!(world.vouchsafe.sign_up(&wanted).code(), code, "{} bytes", password.len());
    }
    let longest = SignUp { password: "x".repeat(1024), ..wanted("ann", "ann@example.org") };
    world.vouchsafe.sign_up(&longest).unwrap();
    world.vouchsafe.log_in("ann", &longest.password).unwrap();
}

#[test]
fn one_signs_in_by_name_or_by_a_proven_address() {
    let world = World::new();
    let (_, ann) = world.vouchsafe.sign_up(&wanted("ann", "ann@example.org")).unwrap();
    let log_in = |name: &str| world.vouchsafe.log_in(name, PASSWORD).map(|(_, user)| user.id);
    assert_eq!(log_in("ann").unwrap(), ann.id);
    assert_eq!(log_in("ann@example.org").code(), "credentials_invalid");
    world.vouchsafe.confirm_user("ann").unwrap();
    assert_eq!(log_in("ANN@example.org").unwrap(), ann.id);
    assert_eq!(log_in("ANN").code(), "credentials_invalid");
}

#[test]
fn a_wrong_password_an_unknown_name_and_no_password_are_answered_alike() {
    let world = World::new();
    world.vouchsafe.sign_up(&wanted("ann", "ann@example.org")).unwrap();
    world.person("bob");
    let refusal = |name: &str, password: &str| match world.vouchsafe.log_in(name, password) {
        Err(Fault::Api(error)) => error,
        other => panic!("{other:?}"),
    };
    for (name, password) in [("ann", "wrong horse"), ("nobody", PASSWORD), ("bob", PASSWORD), ("bob", "")] {
        assert_eq!(refusal(name, password), ApiError::CredentialsInvalid {}, "{name}");
    }
}

#[test]
fn a_token_ends_by_time_and_by_signing_out() {
    let world = World::with(|settings| settings.session_ttl = TimeDelta::hours(1));
    world.person("ann");
    let long = world.vouchsafe.issue_token("ann", ActsAs::Person, TimeDelta::days(1)).unwrap();
    let short = world.vouchsafe.issue_token("ann", ActsAs::Person, TimeDelta::hours(1)).unwrap();
    assert_ne!(long, short);
    world.wait(TimeDelta::hours(1));
    assert_eq!(world.vouchsafe.authenticate(&short).code(), "token_auth_failed");
    world.vouchsafe.authenticate(&long).unwrap();
    world.vouchsafe.log_out(&long).unwrap();
    assert_eq!(world.vouchsafe.authenticate(&long).code(), "token_auth_failed");
    world.vouchsafe.log_out(&long).unwrap();
}

#[test]
fn a_suspended_account_is_shut_out_and_comes_back_as_it_was() {
    let world = World::new();
    let (token, before) = world.vouchsafe.sign_up(&wanted("ann", "ann@example.org")).unwrap();
    world.vouchsafe.suspend_user("ann", true).unwrap();
    assert_eq!(world.vouchsafe.authenticate(&token).code(), "forbidden");
    assert_eq!(world.vouchsafe.log_in("ann", PASSWORD).code(), "forbidden");
    assert_eq!(world.vouchsafe.log_in("ann", "wrong horse").code(), "credentials_invalid");
    world.vouchsafe.suspend_user("ann", false).unwrap();
    assert_eq!(world.vouchsafe.authenticate(&token).unwrap().user, before);
}

#[test]
fn an_app_token_acts_for_the_person_through_the_app_and_may_not_share() {
    let world = World::new();
    let ann = world.put_user("ann", &with_email("ann@example.org", true)).unwrap();
    let uid: vouchsafe_types::AppUid = "app-1".parse().unwrap();
    let issue = || world.vouchsafe.issue_token("ann", ActsAs::App(uid.clone()), TimeDelta::days(1));
    assert_eq!(issue().code(), "entity_not_found");
    world.app("app-1", "ann", false);
    let principal = world.vouchsafe.authenticate(&issue().unwrap()).unwrap();
    assert_eq!(principal.actor, Actor::App { app: uid.clone(), user: ann.id });
    assert_eq!(principal.may_share(), Err(ApiError::Forbidden {}));
    let own = world.vouchsafe.issue_token("ann", ActsAs::Person, TimeDelta::days(1)).unwrap();
    assert_eq!(world.vouchsafe.authenticate(&own).unwrap().may_share(), Ok(()));
}

#[test]
fn putting_a_user_twice_changes_nothing_and_makes_one_home() {
    let world = World::new();
    let (name, change) = ("ann".parse().unwrap(), with_email("ann@example.org", true));
    let (first, is_new) = world.vouchsafe.put_user(&name, &change).unwrap();
    let (again, is_new_again) = world.vouchsafe.put_user(&name, &change).unwrap();
    assert_eq!((is_new, is_new_again, &first), (true, false, &again));
    let (same, _) = world.vouchsafe.put_user(&name, &UserChange::default()).unwrap();
    assert_eq!(same, first, "what is not said stays");
    assert_eq!(world.home("ann").entry.owner, first.id);
}

#[test]
fn an_id_is_given_once_and_stays() {
    let world = World::new();
    let with = |id| UserChange { uuid: Some(id), ..UserChange::default() };
    let id = UserId::mint();
    assert_eq!(world.put_user("ann", &with(id)).unwrap().id, id);
    assert_eq!(world.put_user("ann", &with(id)).unwrap().id, id);
    assert_eq!(world.put_user("ann", &with(UserId::mint())).code(), "immutable");
    assert_eq!(world.put_user("bob", &with(id)).code(), "conflict");
    assert_eq!(world.vouchsafe.user("bob").code(), "user_does_not_exist");
}

#[test]
fn a_changed_address_is_unproven_until_somebody_vouches_for_it() {
    let world = World::new();
    world.put_user("ann", &with_email("ann@example.org", true)).unwrap();
    let only = |email: &str| UserChange { email_confirmed: None, ..with_email(email, false) };
    assert!(world.put_user("ann", &only("ANN@example.org")).unwrap().email_confirmed, "the same address, typed anew");
    assert!(!world.put_user("ann", &only("new@example.org")).unwrap().email_confirmed);
    assert!(world.vouchsafe.confirm_user("ann").unwrap().email_confirmed);
    world.person("bob");
    assert_eq!(world.vouchsafe.confirm_user("bob").code(), "field_missing");
}

#[test]
fn deleting_a_user_frees_his_name_but_nothing_of_his_comes_back() {
    let world = World::new();
    let ((ann, _), (bob, _)) = (world.person("ann"), world.person("bob"));
    let file = world.entry("/ann/a.txt", EntryKind::File);
    let bobs = world.entry("/bob/b.txt", EntryKind::File);
    world.grant(&ann, Holder::User(bob.id), Resource::Entry(file.entry.uuid), Access::Read);
    world.grant(&bob, Holder::User(ann.id), Resource::Entry(bobs.entry.uuid), Access::Read);
    let token = world.vouchsafe.issue_token("ann", ActsAs::Person, TimeDelta::days(1)).unwrap();
    assert_eq!(world.vouchsafe.delete_user_as(&Actor::User(ann.id), "ann").code(), "forbidden");
    world.vouchsafe.delete_user_as(&host(), "ann").unwrap();
    assert_eq!(world.count_grants(), 0);
    assert_eq!(world.vouchsafe.authenticate(&token).code(), "token_auth_failed");
    assert_eq!(world.vouchsafe.entry(&host(), file.entry.uuid).code(), "subject_does_not_exist");
    let (second, actor) = world.person("ann");
    assert_ne!(second.id, ann.id);
    assert_ne!(world.home("ann").entry.id, 1, "numbers are not used again");
    assert_eq!(world.vouchsafe.entry(&actor, bobs.entry.uuid).code(), "subject_does_not_exist");
    assert_eq!(world.vouchsafe.delete_user("nobody").code(), "user_does_not_exist");
}
