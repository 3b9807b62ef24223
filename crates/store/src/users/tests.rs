use crate::{
    StoreError,
    fixture::{because, later, now, user},
    testing::TestDatabase,
};
use vouchsafe_types::{Actor, Email};

#[test]
fn an_address_has_one_confirmed_owner_and_any_number_of_others() {
    let db = TestDatabase::new();
    let mut ann = user("ann", Some("Same@example.org"));
    let mut bob = user("bob", Some("same@Example.org"));
    db.writes(|tx| {
        tx.insert_user(&ann)?;
        tx.insert_user(&bob)
    });
    let find = || db.store.read(|tx| tx.find_user_by_confirmed_email("same@example.org")).unwrap();
    assert_eq!(find(), None, "nobody has proven it");
    ann.email_confirmed = true;
    let host = Actor::Service { name: "test".to_owned() };
    db.writes(|tx| tx.update_user(&ann, because(&host)));
    assert_eq!(find(), Some(ann), "both forms come back");
    bob.email_confirmed = true;
    let second = db.store.write("test", |tx| tx.update_user(&bob, because(&host))).unwrap_err();
    assert!(matches!(second, StoreError::Duplicate(_)));
}

#[test]
fn users_are_found_by_their_very_name_and_listed_in_order() {
    let db = TestDatabase::new();
    for name in ["bob", "ann", "Ann", "ann_"] {
        db.person(name);
    }
    let find = |name: &str| db.store.read(|tx| tx.find_user_by_name(name)).unwrap().map(|u| u.username.to_string());
    assert_eq!(find("Ann").as_deref(), Some("Ann"));
    assert_eq!(find("ANN"), None);
    let list = |after: Option<&str>, limit| {
        let users = db.store.read(|tx| tx.list_users(after, limit)).unwrap();
        users.into_iter().map(|u| u.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10), ["Ann", "ann", "ann_", "bob"]);
    assert_eq!(list(Some("ann"), 1), ["ann_"]);
}

#[test]
fn a_password_is_replaced_and_goes_with_the_user() {
    let db = TestDatabase::new();
    let (ann, _) = db.person("ann");
    let find = || db.store.read(|tx| tx.find_password_hash(ann.id)).unwrap();
    assert_eq!(find(), None);
    db.writes(|tx| tx.set_password_hash(ann.id, "one", now()));
    db.writes(|tx| tx.set_password_hash(ann.id, "two", later(1)));
    assert_eq!(find().as_deref(), Some("two"));
}

#[test]
fn only_a_proven_address_may_share() {
    let mut ann = user("ann", Some("ann@example.org"));
    assert_eq!(ann.may_share().unwrap_err().code(), "email_must_be_confirmed");
    ann.email_confirmed = true;
    assert!(ann.may_share().is_ok());
    let email: Option<Email> = None;
    ann.email = email;
    assert_eq!(ann.may_share().unwrap_err().code(), "email_must_be_confirmed");
}
