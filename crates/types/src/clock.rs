//! What time it is, as a value that is handed in.

use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

/// Tells the time. The real one lives in the server; everything else receives it.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use vouchsafe_types::Clock;
///
/// /// Shows the time of the request that is replayed.
/// struct Replay(DateTime<Utc>);
///
/// impl Clock for Replay {
///     fn now(&self) -> DateTime<Utc> {
///         self.0
///     }
/// }
/// assert_eq!(Replay(DateTime::UNIX_EPOCH).now(), DateTime::UNIX_EPOCH);
/// ```
pub trait Clock: Send + Sync {
    /// The current time, cut to microseconds (what both databases keep).
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{Clock, FixedClock};
    /// let clock: &dyn Clock = &FixedClock::new(DateTime::UNIX_EPOCH);
    /// assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
    /// ```
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that stands still until it is moved: for tests and for replays.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use vouchsafe_types::{Clock, FixedClock};
///
/// let clock = FixedClock::new(DateTime::UNIX_EPOCH);
/// clock.advance(TimeDelta::hours(1));
/// assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::hours(1));
/// ```
#[derive(Debug)]
pub struct FixedClock(Mutex<DateTime<Utc>>);

impl FixedClock {
    /// A clock that shows `at`.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{Clock, FixedClock};
    /// static NOON: FixedClock = FixedClock::new(DateTime::UNIX_EPOCH);
    /// assert_eq!(NOON.now(), NOON.now(), "it stands still");
    /// ```
    #[must_use]
    pub const fn new(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock by `by`, which may be negative.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use vouchsafe_types::{Clock, FixedClock};
    /// let clock = FixedClock::new(DateTime::UNIX_EPOCH);
    /// clock.advance(TimeDelta::days(2));
    /// clock.advance(TimeDelta::days(-1));
    /// assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
    /// ```
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
