//! Who asked whom for what.

use crate::{
    Entry, StoreError, Tx, WriteTx,
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

/// Forgets what was asked for on an entry and on everything below it.
const FORGET_BELOW: &str = "WITH RECURSIVE down (id) AS (SELECT id FROM entry WHERE id = $1 \
    UNION ALL SELECT e.id FROM down CROSS JOIN entry e WHERE e.parent_id = down.id) \
    DELETE FROM ask WHERE entry_id IN (SELECT id FROM down)";

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
    /// Writes a request about an entry or an app, with which it goes; it takes the place of an earlier one about the same.
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
        diesel::sql_query(FORGET_BELOW).bind::<BigInt, _>(of.id).execute(self.conn)?;
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
