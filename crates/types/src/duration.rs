//! Lengths of time as people write them.

use chrono::TimeDelta;

/// The longest: a hundred years, in seconds.
const MAX_SECONDS: i64 = 100 * 366 * 86_400;

/// The text or number is no length of time.
///
/// ```
/// use vouchsafe_types::duration::{self, UnknownDuration};
/// for text in ["", "30", "d", "-1d", "0s", "1.5h", "2 weeks"] {
///     assert_eq!(duration::parse(text), Err(UnknownDuration));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no length of time such as `30d`, `12h`, `15m`, `60s`")]
pub struct UnknownDuration;

/// A whole number and `s`, `m`, `h` or `d`; from one second to a hundred years.
///
/// ```
/// use vouchsafe_types::duration;
/// assert_eq!(duration::parse("15m"), Ok(chrono::TimeDelta::minutes(15)));
/// ```
///
/// # Errors
/// [`UnknownDuration`].
pub fn parse(text: &str) -> Result<TimeDelta, UnknownDuration> {
    let (at, unit) = text.char_indices().last().ok_or(UnknownDuration)?;
    let number: i64 = text.get(..at).and_then(|digits| digits.parse().ok()).ok_or(UnknownDuration)?;
    let unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(UnknownDuration),
    };
    seconds(number.checked_mul(unit).ok_or(UnknownDuration)?)
}

/// So many seconds, from one to a hundred years.
///
/// ```
/// use vouchsafe_types::duration::{self, UnknownDuration};
/// assert_eq!(duration::seconds(60), duration::parse("1m"));
/// assert_eq!(duration::seconds(0), Err(UnknownDuration));
/// assert_eq!(duration::seconds(i64::MAX), Err(UnknownDuration));
/// ```
///
/// # Errors
/// [`UnknownDuration`].
pub fn seconds(count: i64) -> Result<TimeDelta, UnknownDuration> {
    if (1..=MAX_SECONDS).contains(&count) { Ok(TimeDelta::seconds(count)) } else { Err(UnknownDuration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_a_number_and_a_unit() {
        for (text, length) in [
            ("60s", TimeDelta::minutes(1)),
            ("15m", TimeDelta::minutes(15)),
            ("12h", TimeDelta::hours(12)),
            ("30d", TimeDelta::days(30)),
        ] {
            assert_eq!(parse(text), Ok(length));
        }
        for text in ["", "d", "-1d", "0s", "30", "1.5h", "30é", "9999999999999999d", "999999d", " 1d", "1 d"] {
            assert_eq!(parse(text), Err(UnknownDuration), "{text}");
        }
    }

    #[test]
    fn seconds_have_the_same_bounds() {
        assert_eq!(seconds(90), Ok(TimeDelta::seconds(90)));
        for count in [0, -1, i64::MIN, i64::MAX, MAX_SECONDS + 1] {
            assert_eq!(seconds(count), Err(UnknownDuration), "{count}");
        }
    }
}
