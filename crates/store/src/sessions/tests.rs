use crate::{
    ActsAs, App, ServiceKey, Session, StoreError, User,
    fixture::{because, later, now},
    testing::TestDatabase,
};
use serde_json::json;
use vouchsafe_types::{Actor, Holder, Resource, SessionId, SiteId};

fn session(id: SessionId, of: &User, acts_as: ActsAs) -> Session {
    Session { id, user: of.id, acts_as, created_at: now(), expires_at: later(60) }
}

#[test]
fn a_session_is_read_back_as_what_it_is() {
    let db = TestDatabase::new();
    let (ann, _) = db.person("ann");
    let app = App {
        uid: "app-1".parse().unwrap(),
        name: "editor".into(),
        owner: ann.id,
        is_protected: false,
        shared_appdata: false,
        metadata: json!({}),
        index_url: None,
        created_at: now(),
    };
    db.writes(|tx| tx.save_app(&app));
    let kinds = [ActsAs::Person, ActsAs::App(app.uid), ActsAs::AccessToken, ActsAs::Site(SiteId::mint())];
    for (n, acts_as) in (0..).zip(kinds) {
        let made = session(SessionId::mint(), &ann, acts_as);
        db.writes(|tx| tx.insert_session(&made, &[n; 32]));
        assert_eq!(db.store.read(|tx| tx.find_session_by_id(made.id)).unwrap(), Some(made));
    }
}

#[test]
fn what_a_token_was_given_ends_with_it() {
    let db = TestDatabase::new();
    let (ann, home) = db.person("ann");
    let token = session(SessionId::mint(), &ann, ActsAs::AccessToken);
    db.writes(|tx| tx.insert_session(&token, &[1; 32]));
    db.grant(&ann, Holder::Token(token.id), Resource::Entry(home.uuid));
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.delete_session(&token, because(&actor)));
    assert_eq!(db.count_grants(), 0);
}

#[test]
fn a_session_ends_at_the_very_moment_it_expires() {
    let db = TestDatabase::new();
    let (ann, _) = db.person("ann");
    let session = session(SessionId::mint(), &ann, ActsAs::Person);
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
    let first = session(SessionId::mint(), &ann, ActsAs::Person);
    db.writes(|tx| {
        tx.insert_session(&first, &[1; 32])?;
        tx.insert_session(&session(SessionId::mint(), &ann, ActsAs::Person), &[2; 32])
    });
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.delete_session(&first, because(&actor)));
    db.writes(|tx| tx.delete_session(&first, because(&actor)));
    let is_there = |hash| db.store.read(|tx| tx.find_session(&hash, now())).unwrap().is_some();
    assert_eq!((is_there([1; 32]), is_there([2; 32])), (false, true));
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
