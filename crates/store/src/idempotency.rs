//! Requests that came with an `Idempotency-Key`, and what they were answered.

use crate::{StoreError, Tx, WriteTx, backend::each, schema::idempotency, sql_types::Ts};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How many old answers are thrown away with each new one: more than are made.
const SWEPT: i64 = 10;

/// Which request: by whom, under which key, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// A hash of who asks.
    pub scope: [u8; 32],
    /// What he calls the request.
    pub key: String,
    /// A hash of all of it.
    pub request_hash: [u8; 32],
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// The key stands for another request.
    Other,
    /// It was done, or is being done, and its answer is not known.
    Unanswered,
    /// It was done, and answered with this.
    Answered(StoredAnswer),
}

/// An answer as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

type Row = (Vec<u8>, Ts, Option<i32>, Option<String>, Option<Vec<u8>>);

impl Tx<'_> {
    /// What is known of a request at `now`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_request_key(&mut self, request: &RequestKey, now: DateTime<Utc>) -> Result<Known, StoreError> {
        let row: Option<Row> = idempotency::table
            .find((request.scope.as_slice(), &request.key))
            .select((
                idempotency::request_hash,
                idempotency::created_at,
                idempotency::status,
                idempotency::content_type,
                idempotency::body,
            ))
            .first(self.conn)
            .optional()?;
        Ok(match row {
            None => Known::New,
            Some((_, at, ..)) if at.0 <= now - KEPT => Known::New,
            Some((hash, ..)) if hash != request.request_hash => Known::Other,
            Some((_, _, Some(status), Some(content_type), Some(body))) => {
                let status = u16::try_from(status).map_err(|error| StoreError::Corrupt(error.to_string()))?;
                Known::Answered(StoredAnswer { status, content_type, body })
            }
            Some(_) => Known::Unanswered,
        })
    }
}

impl WriteTx<'_> {
    /// Claims a request: written in the transaction that does it, so that it is done once. Gives whether it was new.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn claim_request(&mut self, request: &RequestKey, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let old: Vec<(Vec<u8>, String)> = idempotency::table
            .filter(idempotency::created_at.le(Ts(now - KEPT)))
            .order(idempotency::created_at)
            .select((idempotency::scope, idempotency::key))
            .limit(SWEPT)
            .load(self.conn)?;
        for key in old {
            diesel::delete(idempotency::table.find(key)).execute(self.conn)?;
        }
        if self.find_request_key(request, now)? != Known::New {
            return Ok(false);
        }
        let row = (
            idempotency::scope.eq(request.scope.as_slice()),
            idempotency::key.eq(&request.key),
            idempotency::request_hash.eq(request.request_hash.as_slice()),
            idempotency::created_at.eq(Ts(now)),
        );
        diesel::delete(idempotency::table.find((request.scope.as_slice(), &request.key))).execute(self.conn)?;
        diesel::insert_into(idempotency::table).values(row).execute(self.conn)?;
        Ok(true)
    }

    /// Keeps the answer to a request.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn keep_answer(
        &mut self,
        request: &RequestKey,
        answer: &StoredAnswer,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let answered = (
            idempotency::status.eq(Some(i32::from(answer.status))),
            idempotency::content_type.eq(Some(answer.content_type.as_str())),
            idempotency::body.eq(Some(answer.body.as_slice())),
        );
        let row = (
            idempotency::scope.eq(request.scope.as_slice()),
            idempotency::key.eq(&request.key),
            idempotency::request_hash.eq(request.request_hash.as_slice()),
            idempotency::created_at.eq(Ts(now)),
        );
        let first = diesel::insert_into(idempotency::table).values((row, answered));
        let key = (idempotency::scope, idempotency::key);
        each!(self.conn, c => first.on_conflict(key).do_update().set(answered).execute(c))?;
        Ok(())
    }
}
