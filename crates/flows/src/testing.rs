//! A small world for the tests of this crate: own database, standing clock, no network.

use crate::{EntryChange, EntryKind, EntryWithPath, Fault, Settings, User, UserChange, Vouchsafe};
use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use serde_json::Value;
use std::sync::Arc;
use vouchsafe_store::{Message, Store, testing::TestDatabase};
use vouchsafe_types::{Access, Actor, Clock, EntryId, EntryPath, FixedClock, Grant, GrantId, Holder, Resource};

pub(crate) struct World {
    pub(crate) vouchsafe: Vouchsafe,
    /// Keeps the file while the world is there.
    _db: TestDatabase,
    clock: Arc<FixedClock>,
}

/// What a refused use case answers.
pub(crate) trait Refused {
    fn code(self) -> &'static str;
}

impl<T> Refused for Result<T, Fault> {
    fn code(self) -> &'static str {
        match self {
            Ok(_) => "not refused",
            Err(Fault::Api(error)) => error.code(),
            Err(other) => panic!("our own trouble: {other}"),
        }
    }
}

pub(crate) fn host() -> Actor {
    Actor::Service { name: "host".to_owned() }
}

pub(crate) fn path(text: &str) -> EntryPath {
    EntryPath::strict(text).unwrap()
}

pub(crate) fn change(at: &str, kind: EntryKind) -> EntryChange {
    EntryChange {
        path: path(at),
        kind,
        owner: None,
        size_bytes: 0,
        content_type: None,
        modified_at: None,
        create_parents: false,
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(set: impl FnOnce(&mut Settings)) -> Self {
        let db = TestDatabase::new();
        let store = Arc::new(Store::open(&db.url(), 4).unwrap());
        let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let secret = SecretString::from("a secret of at least thirty-two bytes");
        let mut settings = Settings::new("http://vouchsafe.test".to_owned(), secret);
        settings.is_signup_open = true;
        set(&mut settings);
        let told: Arc<dyn Clock> = clock.clone();
        let vouchsafe = Vouchsafe::new(store, told, settings);
        Self { vouchsafe, _db: db, clock }
    }

    pub(crate) fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    pub(crate) fn person(&self, name: &str) -> (User, Actor) {
        let (user, _) = self.vouchsafe.put_user(&name.parse().unwrap(), &UserChange::default()).unwrap();
        let actor = Actor::User(user.id);
        (user, actor)
    }

    pub(crate) fn entry(&self, at: &str, kind: EntryKind) -> EntryWithPath {
        let change = EntryChange { create_parents: true, ..change(at, kind) };
        self.vouchsafe.put_entry(&host(), EntryId::mint(), &change).unwrap().0
    }

    pub(crate) fn home(&self, name: &str) -> EntryWithPath {
        self.vouchsafe.entry_at(&host(), &path(&format!("/{name}"))).unwrap().unwrap()
    }

    pub(crate) fn grant(&self, issuer: &User, holder: Holder, resource: Resource, access: Access) -> Grant {
        let grant = Grant {
            id: GrantId::mint(),
            issuer: issuer.id,
            holder,
            resource,
            capabilities: access.capabilities(),
            exact: false,
            expires_at: None,
            created_at: self.clock.now(),
            origin: "test".to_owned(),
        };
        self.vouchsafe.write("test", |tx| Ok(tx.insert_grant(&grant, &Value::Null)?)).unwrap();
        grant
    }

    pub(crate) fn count_grants(&self) -> i64 {
        self.vouchsafe.read(|tx| Ok(tx.count_grants()?)).unwrap()
    }

    /// The mails that wait, oldest first, one per recipient; they are taken out.
    pub(crate) fn take_mails(&self) -> Vec<Message> {
        let now = self.clock.now();
        let mails = self.vouchsafe.read(|tx| Ok(tx.list_due_messages(now, 100)?)).unwrap();
        for mail in &mails {
            self.vouchsafe.write("test", |tx| Ok(tx.mark_delivered(mail.seq, now)?)).unwrap();
        }
        mails
    }
}
