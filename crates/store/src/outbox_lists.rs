//! The outbox as an administrator sees it: never what a message says, and to whom only in part.

use crate::{
    StoreError, Tx, WriteTx,
    schema::outbox,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::MessageId;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageState {
    /// Its place in the order.
    pub seq: i64,
    /// Its id.
    pub id: MessageId,
    /// The address.
    pub recipient: String,
    /// The name of the template.
    pub template: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub due_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it went out.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub abandoned_at: Option<DateTime<Utc>>,
}

/// Which messages to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageFilter {
    /// All of them.
    All,
    /// Neither delivered nor given up.
    Waiting,
    /// Given up.
    Abandoned,
}

type StateRow = (i64, Id, String, String, Ts, Ts, i32, Option<String>, Option<Ts>, Option<Ts>);

impl Tx<'_> {
    /// Messages before number `before`, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_messages(
        &mut self,
        filter: MessageFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<MessageState>, StoreError> {
        let page = outbox::table
            .filter(outbox::seq.lt(before))
            .order(outbox::seq.desc())
            .limit(limit)
            .select((
                outbox::seq,
                outbox::id,
                outbox::recipient,
                outbox::template,
                outbox::created_at,
                outbox::due_at,
                outbox::attempts,
                outbox::last_error,
                outbox::delivered_at,
                outbox::abandoned_at,
            ))
            .into_boxed();
        let page = match filter {
            MessageFilter::All => page,
            MessageFilter::Waiting => {
                page.filter(outbox::delivered_at.is_null()).filter(outbox::abandoned_at.is_null())
            }
            MessageFilter::Abandoned => page.filter(outbox::abandoned_at.is_not_null()),
        };
        let rows: Vec<StateRow> = page.load(self.conn)?;
        Ok(rows.into_iter().map(state_of).collect())
    }
}

fn state_of(row: StateRow) -> MessageState {
    let (seq, id, recipient, template, created_at, due_at, attempts, last_error, delivered_at, abandoned_at) = row;
    MessageState {
        seq,
        id: id.to(),
        recipient,
        template,
        created_at: created_at.0,
        due_at: due_at.0,
        attempts,
        last_error,
        delivered_at: delivered_at.map(|at| at.0),
        abandoned_at: abandoned_at.map(|at| at.0),
    }
}

impl WriteTx<'_> {
    /// Lets a message that waits, or was given up, be tried at once. Gives whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn retry_message(&mut self, id: MessageId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let open = outbox::table.filter(outbox::id.eq(Id::from(id))).filter(outbox::delivered_at.is_null());
        let again = (outbox::due_at.eq(Ts(now)), outbox::abandoned_at.eq(None::<Ts>), outbox::attempts.eq(0));
        Ok(diesel::update(open).set(again).execute(self.conn)? > 0)
    }
}
