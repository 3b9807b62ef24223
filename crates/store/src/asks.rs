//! Who asked whom for what.

use crate::{
    Entry, StoreError, Tx, WriteTx,
    below::{Found, hanging},
    schema::{ask, entry},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::BigInt};
use vouchsafe_types::{AppUid, AskId, Resource, UserId};

/// A request for access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Its id.
    pub id: AskId,
    /// Who wants it.
    pub requester: UserId,
    /// Who is to give it.
    pub answerer: UserId,
    /// What, as text, by id.
    pub permission: String,
    /// What he says to it.
    pub message: String,
    /// When he asked last.
    pub asked_at: DateTime<Utc>,
    /// When it was answered; `None` while it waits.
    pub answered_at: Option<DateTime<Utc>>,
}

type AskRow = (Id, Id, Id, String, String, Ts, Option<Ts>, Option<i64>, Option<String>);

fn ask_of(row: AskRow) -> Ask {
    let (id, requester, answerer, permission, message, asked_at, answered_at, ..) = row;
    Ask {
        id: id.to(),
        requester: requester.to(),
        answerer: answerer.to(),
        permission,
        message,
        asked_at: asked_at.0,
        answered_at: answered_at.map(|at| at.0),
    }
}

impl Tx<'_> {
    /// The request with this id, answered or not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_ask(&mut self, id: AskId) -> Result<Option<Ask>, StoreError> {
        Ok(ask::table.find(Id::from(id)).first::<AskRow>(self.conn).optional()?.map(ask_of))
    }

    /// What `requester` asked `answerer` about this very permission.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_ask_for(
        &mut self,
        requester: UserId,
        answerer: UserId,
        permission: &str,
    ) -> Result<Option<Ask>, StoreError> {
        let found = ask::table
            .filter(ask::requester_id.eq(Id::from(requester)))
            .filter(ask::answerer_id.eq(Id::from(answerer)))
            .filter(ask::permission.eq(permission));
        Ok(found.first::<AskRow>(self.conn).optional()?.map(ask_of))
    }

    /// Requests that wait for somebody's answer, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_open_asks(&mut self, answerer: UserId, offset: i64, limit: i64) -> Result<Vec<Ask>, StoreError> {
        let rows: Vec<AskRow> = ask::table
            .filter(ask::answerer_id.eq(Id::from(answerer)))
            .filter(ask::answered_at.is_null())
            .order((ask::asked_at, ask::id))
            .limit(limit)
            .offset(offset)
            .load(self.conn)?;
        Ok(rows.into_iter().map(ask_of).collect())
    }
}

impl WriteTx<'_> {
    /// Writes a request about an entry or an app, with which it goes; it takes the place of an earlier one about the
    /// same.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn save_ask(&mut self, new: &Ask, on: &Resource) -> Result<(), StoreError> {
        let (number, app): (Option<i64>, Option<&str>) = match on {
            Resource::Entry(uuid) => {
                let by_uuid = entry::table.filter(entry::uuid.eq(Id::from(*uuid)));
                (by_uuid.select(entry::id).first(self.conn).optional()?, None)
            }
            Resource::App(uid) => (None, Some(AppUid::as_str(uid))),
            Resource::Site(_) | Resource::Named(_) => (None, None),
        };
        let earlier = ask::table
            .filter(ask::requester_id.eq(Id::from(new.requester)))
            .filter(ask::answerer_id.eq(Id::from(new.answerer)))
            .filter(ask::permission.eq(&new.permission));
        diesel::delete(earlier).execute(self.conn)?;
        diesel::insert_into(ask::table)
            .values((
                ask::id.eq(Id::from(new.id)),
                ask::requester_id.eq(Id::from(new.requester)),
                ask::answerer_id.eq(Id::from(new.answerer)),
                ask::permission.eq(&new.permission),
                ask::message.eq(&new.message),
                ask::asked_at.eq(Ts(new.asked_at)),
                ask::answered_at.eq(new.answered_at.map(Ts)),
                ask::entry_id.eq(number),
                ask::app_uid.eq(app),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Forgets what was asked for on an entry and everything below it: it is another's now.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn forget_asks_below(&mut self, of: &Entry) -> Result<(), StoreError> {
        let query = diesel::sql_query(hanging(self.conn, "x.id", ("ask", "entry_id")));
        let found: Vec<Found> = query.bind::<BigInt, _>(of.id).load(self.conn)?;
        for some in found.chunks(1_000) {
            let ids = some.iter().map(|found| found.id);
            diesel::delete(ask::table.filter(ask::id.eq_any(ids))).execute(self.conn)?;
        }
        Ok(())
    }

    /// Says that all that somebody asked `answerer` for on an entry was answered.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn close_asks_on(
        &mut self,
        requester: UserId,
        answerer: UserId,
        on: &Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let open = ask::table
            .filter(ask::requester_id.eq(Id::from(requester)))
            .filter(ask::answerer_id.eq(Id::from(answerer)))
            .filter(ask::entry_id.eq(on.id))
            .filter(ask::answered_at.is_null());
        diesel::update(open).set(ask::answered_at.eq(Some(Ts(now)))).execute(self.conn)?;
        Ok(())
    }

    /// Says that a request was answered. Gives whether it still waited: of two answers, one counts.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn close_ask(&mut self, id: AskId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let open = ask::table.filter(ask::id.eq(Id::from(id))).filter(ask::answered_at.is_null());
        Ok(diesel::update(open).set(ask::answered_at.eq(Some(Ts(now)))).execute(self.conn)? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AccessRequest, AccessRequestKey, App, RequestStatus,
        fixture::{later, now},
        testing::TestDatabase,
    };
    use diesel::connection::SimpleConnection;

    macro_rules! step {
        ($face:literal, $way:literal) => {
            include_str!(concat!("../../../migrations/", $face, "/2026-11-27-000016_asks_of/", $way, ".sql"))
        };
    }

    fn asked(requester: UserId, answerer: UserId, permission: String) -> Ask {
        let id = AskId::mint();
        Ask { id, requester, answerer, permission, message: String::new(), asked_at: now(), answered_at: None }
    }

    fn pending(requester: UserId, owner: UserId, on: &Entry, app_type: &str) -> AccessRequest {
        let key =
            AccessRequestKey { app_type: app_type.to_owned(), owner, requester, lookup_hash: on.lookup_hash.clone() };
        AccessRequest {
            id: 0,
            key,
            owner_client_id: String::new(),
            client_id: String::new(),
            auth_ticket: String::new(),
            message: "from elsewhere".to_owned(),
            link: String::new(),
            status: RequestStatus::Pending,
            attempt: 1,
            created_at: later(1),
            updated_at: later(1),
        }
    }

    fn editor(owner: UserId) -> App {
        App {
            uid: "app-1".parse().unwrap(),
            name: "editor".to_owned(),
            owner,
            is_protected: true,
            shared_appdata: false,
            metadata: serde_json::Value::Null,
            index_url: None,
            created_at: now(),
        }
    }

    #[test]
    fn requests_that_are_older_than_what_they_are_about_get_it_or_go_and_those_of_other_faces_wait_too() {
        let db = TestDatabase::new();
        let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
        let [a, b, c] = ["a", "b", "c"].map(|name| db.file(&home, name));
        let (on_entry, on_app) = (format!("manage:fs:{}", a.uuid), "app:uid#app-1:access".to_owned());
        let (up, down) = match TestDatabase::is_postgres() {
            true => (step!("postgres", "up"), step!("postgres", "down")),
            false => (step!("sqlite", "up"), step!("sqlite", "down")),
        };
        db.writes(|tx| {
            tx.save_app(&editor(ann.id))?;
            let stale = format!("fs:{}:read", vouchsafe_types::EntryId::mint());
            for permission in [on_entry.clone(), on_app.clone(), stale, "app:uid#app:access".to_owned()] {
                tx.save_ask(&asked(bob.id, ann.id, permission), &Resource::Entry(home.uuid))?;
            }
            for (asks, of, on, app_type) in [
                (bob.id, ann.id, &a, "x"),
                (bob.id, ann.id, &b, "x"),
                (bob.id, ann.id, &b, "y"),
                (ann.id, bob.id, &c, "x"),
            ] {
                tx.insert_access_request(&pending(asks, of, on, app_type))?;
            }
            tx.conn.batch_execute(down)?;
            tx.conn.batch_execute(up)?;
            Ok(())
        });
        let (of_anns, of_bobs) = db
            .store
            .read(|tx| Ok::<_, StoreError>((tx.list_open_asks(ann.id, 0, 9)?, tx.list_open_asks(bob.id, 0, 9)?)))
            .unwrap();
        let mut left: Vec<&str> = of_anns.iter().map(|ask| &*ask.permission).collect();
        left.sort_unstable();
        let to_read = format!("fs:{}:read", b.uuid);
        assert_eq!(left, [&*on_app, &*to_read, &*on_entry]);
        assert_eq!(of_bobs, [], "what is not his, nobody asks him for on a page");
        db.writes(|tx| tx.forget_asks_below(&home));
        let left = db.store.read(|tx| tx.list_open_asks(ann.id, 0, 9)).unwrap();
        assert_eq!(left.into_iter().map(|ask| ask.permission).collect::<Vec<_>>(), [on_app]);
    }
}
