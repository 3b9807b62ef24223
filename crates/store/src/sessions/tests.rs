use crate::{
    ServiceKey, Session, StoreError,
    fixture::{because, later, now},
    testing::TestDatabase,
};
use vouchsafe_types::{Actor, SessionId};

#[test]
fn a_session_ends_at_the_very_moment_it_expires() {
    let db = TestDatabase::new();
    let (ann, _) = db.person("ann");
    let session = Session { id: SessionId::mint(), user: ann.id, app: None, created_at: now(), expires_at: later(60) };
    db.writes(|tx| tx.insert_session(&session, &[7; 32]));
    let find = |hash, at| db.store.read(|tx| tx.find_session(&hash, at)).unwrap();
    assert_eq!(find([7; 32], later(59)), Some((session, ann)));
    assert_eq!(find([7; 32], later(60)), None);
    assert_eq!(find([8; 32], now()), None);
}

#[test]
fn a_session_ends_when_it_is_deleted_and_when_its_user_is() {
    let db = TestDatabase::new();
    let (ann, _) = db.person("ann");
    let new = |id| Session { id, user: ann.id, app: None, created_at: now(), expires_at: later(60) };
    db.writes(|tx| {
        tx.insert_session(&new(SessionId::mint()), &[1; 32])?;
        tx.insert_session(&new(SessionId::mint()), &[2; 32])
    });
    assert!(db.writes(|tx| tx.delete_session(&[1; 32])));
    assert!(!db.writes(|tx| tx.delete_session(&[1; 32])), "there is nothing left to end");
    let is_there = |hash| db.store.read(|tx| tx.find_session(&hash, now())).unwrap().is_some();
    assert_eq!((is_there([1; 32]), is_there([2; 32])), (false, true));
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.delete_user(ann.id, because(&actor)));
    assert!(!is_there([2; 32]));
}

#[test]
fn a_service_key_is_found_by_its_hash_until_it_is_revoked() {
    let db = TestDatabase::new();
    let key = ServiceKey { name: "host".to_owned(), created_at: now() };
    db.writes(|tx| tx.insert_service_key(&key, &[1; 32]));
    let again = db.store.write("test", |tx| tx.insert_service_key(&key, &[2; 32])).unwrap_err();
    assert!(matches!(again, StoreError::Duplicate(_)));
    let find = || db.store.read(|tx| tx.find_service_key(&[1; 32])).unwrap();
    assert_eq!(find(), Some(key));
    let before = db.store.versions(None).unwrap().identity;
    assert!(db.writes(|tx| tx.delete_service_key("host")));
    assert_eq!(find(), None);
    assert!(db.store.versions(None).unwrap().identity > before, "keys kept in memory must be asked for again");
}
