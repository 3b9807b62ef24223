//! What time it is, as a value that is handed in.

use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

/// Tells the time. The real one lives in the server; everything else receives it.
pub trait Clock: Send + Sync {
    /// The current time, cut to microseconds (what both databases keep).
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that stands still until it is moved: for tests and for replays.
#[derive(Debug)]
pub struct FixedClock(Mutex<DateTime<Utc>>);

impl FixedClock {
    /// A clock that shows `at`.
    #[must_use]
    pub const fn new(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock by `by`, which may be negative.
    pub fn advance(&self, by: chrono::TimeDelta) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *at += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
