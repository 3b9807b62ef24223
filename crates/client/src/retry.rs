//! When a call is sent again, and after how long.

use std::time::Duration;

/// How often, and for how long, a call that failed in passing is sent again.
///
/// Only calls that may be repeated are: every `GET`, `PUT` and `DELETE`, and the questions that write nothing
/// ([`check`](crate::Client::check), [`check_batch`](crate::Client::check_batch),
/// [`explain`](crate::Client::explain), [`what_if`](crate::Client::what_if)).
/// [`give`](crate::Client::give) and [`move_entry`](crate::Client::move_entry) are sent once, whatever happens.
/// A `PUT` that is sent again writes the same again, also over what somebody else wrote in between, unless it was tied
/// to a [tag](crate::Tagged::tag).
///
/// Failures in passing are: no connection, a timeout, an answer that breaks off, and the statuses 429, 502, 503 and
/// 504.
/// The pause before the n-th retry is `first_delay` times 2ⁿ⁻¹ and at most `max_delay`, of which a random part
/// of up to one half is left out, so that many clients do not come back at once. What the server asks for in
/// `Retry-After` is waited in addition.
///
/// ```
/// use std::time::Duration;
/// use vouchsafe_client::RetryPolicy;
/// let patient = RetryPolicy { max_retries: 8, max_total: Duration::from_secs(300), ..RetryPolicy::default() };
/// assert_eq!(RetryPolicy::never().max_retries, 0);
/// # let _ = patient;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many times a call is sent again after the first attempt.
    pub max_retries: u32,
    /// The longest pause before the first retry.
    pub first_delay: Duration,
    /// The longest pause before any retry, without `Retry-After`.
    pub max_delay: Duration,
    /// No retry begins later than this after the call began; one that would have to is not waited for.
    /// A call thus takes at most this and one timeout more.
    pub max_total: Duration,
}

impl RetryPolicy {
    /// Every call is sent once.
    ///
    /// ```
    /// use vouchsafe_client::{Client, RetryPolicy};
    /// let once = Client::builder("http://127.0.0.1:4100", "vsk_1").retry(RetryPolicy::never()).build();
    /// assert!(once.is_ok());
    /// ```
    #[must_use]
    pub fn never() -> Self {
        Self { max_retries: 0, ..Self::default() }
    }

    /// The pause before the next attempt, or none when this was the last.
    ///
    /// `retries` were made so far; the server `asked` for a pause; the call began `elapsed` ago; `chance` is 0 to 1000.
    pub(crate) fn pause(
        &self,
        retries: u32,
        asked: Option<Duration>,
        elapsed: Duration,
        chance: u32,
    ) -> Option<Duration> {
        if retries >= self.max_retries {
            return None;
        }
        let doubled = self.first_delay.saturating_mul(2_u32.saturating_pow(retries));
        let full = doubled.min(self.max_delay);
        let own = full.saturating_sub((full / 2_000).saturating_mul(chance.min(1_000)));
        let pause = own.saturating_add(asked.unwrap_or_default());
        if elapsed.saturating_add(pause) > self.max_total { None } else { Some(pause) }
    }
}

impl Default for RetryPolicy {
    /// 3 retries, after 100 ms, 200 ms and 400 ms, within a minute.
    fn default() -> Self {
        Self {
            max_retries: 3,
            first_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(5),
            max_total: Duration::from_mins(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RetryPolicy;
    use std::time::Duration;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_end() {
        let policy = RetryPolicy { max_retries: 5, max_delay: ms(500), ..RetryPolicy::default() };
        let pauses: Vec<_> = (0..7).map(|retries| policy.pause(retries, None, ms(0), 0)).collect();
        let expected = [100, 200, 400, 500, 500].map(|n| Some(ms(n)));
        assert_eq!(pauses, [&expected[..], &[None, None]].concat());
    }

    #[test]
    fn chance_shortens_a_pause_by_at_most_one_half() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.pause(0, None, ms(0), 1_000), Some(ms(50)));
        assert_eq!(policy.pause(0, None, ms(0), 500), Some(ms(75)));
    }

    #[test]
    fn what_the_server_asks_for_is_waited_in_addition() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.pause(0, Some(ms(2_000)), ms(0), 0), Some(ms(2_100)));
    }

    #[test]
    fn a_pause_that_would_take_too_long_is_not_begun() {
        let policy = RetryPolicy { max_total: ms(1_000), ..RetryPolicy::default() };
        assert_eq!(policy.pause(0, None, ms(900), 0), Some(ms(100)));
        assert_eq!(policy.pause(0, None, ms(901), 0), None);
        assert_eq!(policy.pause(0, Some(ms(1_000)), ms(0), 0), None);
        assert_eq!(policy.pause(0, Some(Duration::MAX), Duration::MAX, 0), None);
    }

    #[test]
    fn extreme_policies_do_not_overflow() {
        let most = RetryPolicy {
            max_retries: u32::MAX,
            first_delay: Duration::MAX,
            max_delay: Duration::MAX,
            max_total: Duration::MAX,
        };
        assert!(most.pause(u32::MAX - 1, Some(Duration::MAX), Duration::MAX, 0).is_some());
        assert_eq!(RetryPolicy::never().pause(0, None, ms(0), 0), None);
    }
}
