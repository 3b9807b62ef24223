//! Messages to be delivered, written in the transaction that caused them.

use crate::{
    StoreError, Tx, WriteTx,
    schema::outbox,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::exists, dsl::not, prelude::*};
use serde_json::Value;
use vouchsafe_types::MessageId;

/// What stands in place of a template for a webhook; its recipient is a URL.
pub const WEBHOOK: &str = "webhook";

/// The longest time for which a message waits to be tried again, or is somebody's.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// What messages go through. What is slow here does not hold up what goes elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The mail server.
    Mail,
    /// The receiver of webhooks.
    Webhook,
}

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

    /// Messages that are due and that nobody is at, whichever way they go, oldest first. One that waits, or that
    /// somebody is at, holds up what was written to its recipient after it, so that order is kept. What was never tried
    /// is due at once.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn list_due_messages(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Message>, StoreError> {
        self.list_due(&[Way::Mail, Way::Webhook], now, limit)
    }

    /// The same, of those that go one of these ways.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_due(&mut self, ways: &[Way], now: DateTime<Utc>, limit: i64) -> Result<Vec<Message>, StoreError> {
        let are_events: Vec<bool> = ways.iter().map(|way| *way == Way::Webhook).collect();
        // A time that is further ahead than anybody ever waits was written by a clock that has gone back since.
        let (now, far) = (Ts(now), Ts(now + LONGEST_WAIT));
        let earlier = diesel::alias!(outbox as earlier);
        let (due_at, claimed_until) = (earlier.field(outbox::due_at), earlier.field(outbox::claimed_until));
        let waits = due_at.gt(now).and(due_at.le(far)).and(earlier.field(outbox::attempts).gt(0));
        let is_taken = claimed_until.gt(now).and(claimed_until.le(far)).assume_not_null();
        let is_held_up = exists(
            earlier
                .filter(earlier.field(outbox::recipient).eq(outbox::recipient))
                .filter(earlier.field(outbox::seq).lt(outbox::seq))
                .filter(earlier.field(outbox::delivered_at).is_null())
                .filter(earlier.field(outbox::abandoned_at).is_null())
                .filter(waits.or(is_taken)),
        );
        let is_due = outbox::due_at.le(now).or(outbox::due_at.gt(far)).or(outbox::attempts.eq(0));
        let is_free = outbox::claimed_until.is_null().or(outbox::claimed_until.le(now));
        let rows: Vec<MessageRow> = outbox::table
            .filter(outbox::delivered_at.is_null())
            .filter(outbox::abandoned_at.is_null())
            .filter(is_due)
            .filter(is_free.or(outbox::claimed_until.gt(far)))
            .filter(not(is_held_up))
            .filter(outbox::template.eq(WEBHOOK).eq_any(are_events))
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
    /// Takes messages that are due and go this way for oneself until `until`: no other node lists them before that.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn claim_due_messages(
        &mut self,
        way: Way,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let due = self.list_due(&[way], now, limit)?;
        for message in &due {
            let claimed = outbox::claimed_until.eq(Some(Ts(until)));
            diesel::update(outbox::table.find(message.seq)).set(claimed).execute(self.conn)?;
        }
        Ok(due)
    }

    /// Gives messages back that were claimed and not tried: these, or all of them.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn release_messages(&mut self, which: Option<&[i64]>) -> Result<(), StoreError> {
        let none = outbox::claimed_until.eq(None::<Ts>);
        match which {
            Some(seqs) => {
                diesel::update(outbox::table.filter(outbox::seq.eq_any(seqs))).set(none).execute(self.conn)?
            }
            None => diesel::update(outbox::table.filter(outbox::claimed_until.is_not_null()))
                .filter(outbox::delivered_at.is_null())
                .filter(outbox::abandoned_at.is_null())
                .set(none)
                .execute(self.conn)?,
        };
        Ok(())
    }

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
                outbox::claimed_until.eq(None::<Ts>),
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
                outbox::claimed_until.eq(None::<Ts>),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}

impl WriteTx<'_> {
    /// Forgets messages that went out before `before`, at most `limit`. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn forget_messages(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        let old = outbox::table.filter(outbox::delivered_at.lt(Some(Ts(before)))).order(outbox::delivered_at);
        let old: Vec<i64> = old.select(outbox::seq).limit(limit).load(self.conn)?;
        Ok(diesel::delete(outbox::table.filter(outbox::seq.eq_any(old))).execute(self.conn)?)
    }
}

#[cfg(test)]
mod tests;
