//! People, entries and grants for the tests of this crate.

use crate::{Because, Conn, Entry, NewEntry, StoreError, User, WriteTx, testing::TestDatabase};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, connection::InstrumentationEvent};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use vouchsafe_types::{Access, Actor, Email, EntryId, Grant, GrantId, Holder, Resource, UserId};

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

pub(crate) fn because(actor: &Actor) -> Because<'_> {
    Because { actor, request_id: Some("request"), reason: "test", at: now() }
}

pub(crate) fn user(name: &str, email: Option<&str>) -> User {
    let email = email.map(|text| Email::parse(text).unwrap());
    User { email, ..User::new(UserId::mint(), name.parse().unwrap(), now()) }
}

/// The statements that go over a connection from now on, each with what is bound in it.
pub(crate) fn watch(conn: &mut Conn) -> Arc<Mutex<Vec<String>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            kept.lock().unwrap().push(query.to_string());
        }
    });
    seen
}

impl TestDatabase {
    pub(crate) fn writes<T: Send>(&self, f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send) -> T {
        self.store.write("test", f).unwrap()
    }

    /// A person with a home.
    pub(crate) fn person(&self, name: &str) -> (User, Entry) {
        let user = user(name, None);
        let home = self.writes(|tx| {
            tx.insert_user(&user)?;
            tx.add(None, Some(user.id), name, true)
        });
        (user, home)
    }

    pub(crate) fn dir(&self, parent: &Entry, name: &str) -> Entry {
        self.writes(|tx| tx.add(Some(parent.id), None, name, true))
    }

    pub(crate) fn file(&self, parent: &Entry, name: &str) -> Entry {
        self.writes(|tx| tx.add(Some(parent.id), None, name, false))
    }

    pub(crate) fn grant(&self, issuer: &User, holder: Holder, on: Resource) -> Grant {
        self.row(issuer, holder, on, Access::Read)
    }

    pub(crate) fn deny(&self, issuer: &User, holder: Holder, on: Resource) -> Grant {
        self.row(issuer, holder, on, Access::None)
    }

    fn row(&self, issuer: &User, holder: Holder, on: Resource, access: Access) -> Grant {
        let grant = Grant {
            id: GrantId::mint(),
            issuer: issuer.id,
            holder,
            resource: on,
            capabilities: access.capabilities(),
            exact: access == Access::None,
            expires_at: None,
            created_at: now(),
            origin: "test".to_owned(),
        };
        self.writes(|tx| tx.insert_grant(&grant, &Value::Null));
        grant
    }

    pub(crate) fn count_grants(&self) -> i64 {
        self.store.read(|tx| tx.count_grants()).unwrap()
    }
}

impl WriteTx<'_> {
    /// So many directories, each in the one before it. Gives the last.
    pub(crate) fn add_line(&mut self, within: &Entry, count: usize) -> Result<Entry, StoreError> {
        let ids: Vec<(EntryId, String)> = (0..count).map(|_| EntryId::mint()).map(|id| (id, id.to_string())).collect();
        let line: Vec<NewEntry<'_>> = ids.iter().map(|(uuid, hash)| new_entry(*uuid, hash, "d", true)).collect();
        let line = line.into_iter().map(|new| NewEntry { parent: Some(within.id), ..new });
        self.insert_line(&line.collect::<Vec<_>>())?;
        Ok(self.find_entry(ids.last().unwrap().0)?.unwrap())
    }

    pub(crate) fn add(
        &mut self,
        parent: Option<i64>,
        owner: Option<UserId>,
        name: &str,
        is_dir: bool,
    ) -> Result<Entry, StoreError> {
        let uuid = EntryId::mint();
        let hash = uuid.to_string();
        self.insert_entry(&NewEntry { parent, owner, ..new_entry(uuid, &hash, name, is_dir) })?;
        Ok(self.find_entry(uuid)?.unwrap())
    }
}

fn new_entry<'a>(uuid: EntryId, lookup_hash: &'a str, name: &'a str, is_dir: bool) -> NewEntry<'a> {
    NewEntry {
        uuid,
        parent: None,
        owner: None,
        name,
        is_dir,
        size_bytes: 0,
        content_type: None,
        created_at: now(),
        modified_at: now(),
        allocation_id: "a",
        lookup_hash,
    }
}
