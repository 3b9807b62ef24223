//! Requests that are done once, however often they come under the same `Idempotency-Key`.

use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicBool, Ordering};
use vouchsafe_store::{Known, RequestKey, StoredAnswer, WriteTx};

/// A request under its key. What it writes is written with the mark that it was done, in one transaction.
#[derive(Debug)]
pub struct Claim {
    request: RequestKey,
    /// Whether a transaction of this very request has left the mark.
    is_done: AtomicBool,
}

impl Claim {
    /// The request that somebody with `token` calls `key`: `parts` is everything that makes it what it is.
    #[must_use]
    pub fn new(token: &str, key: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let scope = Sha256::digest(token.as_bytes()).into();
        let request = RequestKey { scope, key: key.to_owned(), request_hash: hash.finalize().into() };
        Self { request, is_done: AtomicBool::new(false) }
    }

    /// Leaves the mark in a transaction, once per request.
    pub(crate) fn take(&self, tx: &mut WriteTx<'_>, now: DateTime<Utc>) -> Result<(), Fault> {
        if self.is_done.load(Ordering::SeqCst) || tx.claim_request(&self.request, now)? {
            return Ok(());
        }
        Err(Fault::Repeated)
    }

    /// Says that the transaction with the mark was committed.
    pub(crate) fn keep(&self) {
        self.is_done.store(true, Ordering::SeqCst);
    }
}

impl Vouchsafe {
    /// What is known of a request.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn known_request(&self, claim: &Claim) -> Result<Known, Fault> {
        let now = self.now();
        self.read(|tx| Ok(tx.find_request_key(&claim.request, now)?))
    }

    /// Keeps the answer to a request for 24 hours, unless it has one already, or its key stands for another request.
    /// Gives what was known of it before.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn keep_answer(&self, claim: &Claim, answer: &StoredAnswer) -> Result<Known, Fault> {
        let now = self.now();
        Ok(self.store.write("keep_answer", |tx| tx.keep_answer(&claim.request, answer, now))?)
    }
}
