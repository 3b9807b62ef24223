//! Requests that came with an `Idempotency-Key`, and what they were answered.

use crate::{StoreError, Tx, WriteTx, schema::idempotency, sql_types::Ts};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);

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
    /// The entity tag, with its quotes.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

type Row = (Vec<u8>, Ts, Option<i32>, Option<String>, Option<String>, Option<Vec<u8>>);

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
                idempotency::etag,
                idempotency::body,
            ))
            .first(self.conn)
            .optional()?;
        Ok(match row {
            None => Known::New,
            Some((_, at, ..)) if at.0 <= now - KEPT => Known::New,
            Some((hash, ..)) if hash != request.request_hash => Known::Other,
            Some((_, _, Some(status), Some(content_type), etag, Some(body))) => {
                let status = u16::try_from(status).map_err(|error| StoreError::Corrupt(error.to_string()))?;
                Known::Answered(StoredAnswer { status, content_type, etag, body })
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
        if self.find_request_key(request, now)? != Known::New {
            return Ok(false);
        }
        let row = (
            idempotency::scope.eq(request.scope.as_slice()),
            idempotency::key.eq(&request.key),
            idempotency::request_hash.eq(request.request_hash.as_slice()),
            idempotency::created_at.eq(Ts(now)),
        );
        // One that is too old to count may still be there.
        diesel::delete(idempotency::table.find((request.scope.as_slice(), &request.key))).execute(self.conn)?;
        diesel::insert_into(idempotency::table).values(row).execute(self.conn)?;
        Ok(true)
    }

    /// Keeps the answer to a request, unless it has one already, or its key stands for another request. Gives what was
    /// known of it before.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn keep_answer(
        &mut self,
        request: &RequestKey,
        answer: &StoredAnswer,
        now: DateTime<Utc>,
    ) -> Result<Known, StoreError> {
        let known = self.find_request_key(request, now)?;
        match known {
            Known::New => drop(self.claim_request(request, now)?),
            Known::Unanswered => {}
            Known::Other | Known::Answered(_) => return Ok(known),
        }
        diesel::update(idempotency::table.find((request.scope.as_slice(), &request.key)))
            .set((
                idempotency::status.eq(Some(i32::from(answer.status))),
                idempotency::content_type.eq(Some(answer.content_type.as_str())),
                idempotency::etag.eq(answer.etag.as_deref()),
                idempotency::body.eq(Some(answer.body.as_slice())),
            ))
            .execute(self.conn)?;
        Ok(known)
    }

    /// Throws away requests that are too old to count, the oldest first. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn forget_requests(&mut self, now: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        let old: Vec<(Vec<u8>, String)> = idempotency::table
            .filter(idempotency::created_at.le(Ts(now - KEPT)))
            .order(idempotency::created_at)
            .select((idempotency::scope, idempotency::key))
            .limit(limit)
            .load(self.conn)?;
        for key in &old {
            diesel::delete(idempotency::table.find((&key.0, &key.1))).execute(self.conn)?;
        }
        Ok(old.len())
    }
}
