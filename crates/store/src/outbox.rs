//! Messages to be delivered, written in the transaction that caused them.

use crate::{
    StoreError, Tx, WriteTx,
    schema::outbox,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::exists, dsl::not, prelude::*};
use serde_json::Value;
use vouchsafe_types::MessageId;

/// A mail to be written from a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// The address, as typed by its owner.
    pub recipient: String,
    /// The name of the template.
    pub template: &'static str,
    /// What goes into it.
    pub payload: Value,
}

/// A message that waits to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its place in the order.
    pub seq: i64,
    /// Its id: the same on every attempt.
    pub id: MessageId,
    /// The address.
    pub recipient: String,
    /// The name of the template.
    pub template: String,
    /// What goes into it.
    pub payload: Value,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
}

type MessageRow = (i64, Id, String, String, Json, Ts, i32);

impl Tx<'_> {
    /// How many messages are neither delivered nor given up.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn count_open_messages(&mut self) -> Result<i64, StoreError> {
        let open = outbox::table.filter(outbox::delivered_at.is_null()).filter(outbox::abandoned_at.is_null());
        Ok(open.count().get_result(self.conn)?)
    }

    /// Messages that are due, at most one per recipient: the oldest that is open, so that order is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn list_due_messages(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Message>, StoreError> {
        let earlier = diesel::alias!(outbox as earlier);
        let is_behind = exists(
            earlier
                .filter(earlier.field(outbox::recipient).eq(outbox::recipient))
                .filter(earlier.field(outbox::seq).lt(outbox::seq))
                .filter(earlier.field(outbox::delivered_at).is_null())
                .filter(earlier.field(outbox::abandoned_at).is_null()),
        );
        let rows: Vec<MessageRow> = outbox::table
            .filter(outbox::delivered_at.is_null())
            .filter(outbox::abandoned_at.is_null())
            .filter(outbox::due_at.le(Ts(now)))
            .filter(not(is_behind))
            .order(outbox::seq)
            .limit(limit)
            .select((
                outbox::seq,
                outbox::id,
                outbox::recipient,
                outbox::template,
                outbox::payload,
                outbox::created_at,
                outbox::attempts,
            ))
            .load(self.conn)?;
        Ok(rows.into_iter().map(message_of).collect())
    }
}

fn message_of((seq, id, recipient, template, payload, created_at, attempts): MessageRow) -> Message {
    Message { seq, id: id.to(), recipient, template, payload: payload.0, created_at: created_at.0, attempts }
}

impl WriteTx<'_> {
    /// Queues a mail.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn queue_mail(&mut self, mail: &Mail, now: DateTime<Utc>) -> Result<MessageId, StoreError> {
        let id = MessageId::mint();
        diesel::insert_into(outbox::table)
            .values((
                outbox::id.eq(Id::from(id)),
                outbox::recipient.eq(&mail.recipient),
                outbox::template.eq(mail.template),
                outbox::payload.eq(Json(mail.payload.clone())),
                outbox::created_at.eq(Ts(now)),
                outbox::due_at.eq(Ts(now)),
            ))
            .execute(self.conn)?;
        Ok(id)
    }

    /// Says that a message was delivered. What it said is forgotten: links and codes are secrets.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn mark_delivered(&mut self, seq: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(outbox::table.find(seq))
            .set((
                outbox::delivered_at.eq(Some(Ts(now))),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::payload.eq(Json(Value::Null)),
                outbox::last_error.eq(None::<String>),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Says that a message could not be delivered; `retry_at` is when to try again, `None` to give up.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn mark_failed(
        &mut self,
        seq: i64,
        error: &str,
        retry_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        diesel::update(outbox::table.find(seq))
            .set((
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::last_error.eq(Some(error)),
                outbox::due_at.eq(Ts(retry_at.unwrap_or(now))),
                outbox::abandoned_at.eq(retry_at.is_none().then_some(Ts(now))),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
