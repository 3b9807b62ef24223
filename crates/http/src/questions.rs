//! Many questions of one person at once: what they weigh, and how long their paths may be.

use crate::{error::Rejection, guess, state::UseCases, turns::Turn};
use vouchsafe_flows::User;
use vouchsafe_types::error::ApiError;

/// The most names in the paths of all of them.
const MAX_NAMES: usize = 20_000;
/// So many permissions weigh as much as one simple question, beside the one that every call is.
const PER_QUESTION: usize = 50;

/// A turn for questions of `caller`'s about these permissions, which stand in the body under `key`.
///
/// # Errors
/// `field_invalid` when their paths are too long altogether; `too_many_requests` when it was too often, too many of his
/// wait already, or too many of them are guesses.
pub(crate) async fn turn(
    cases: &UseCases,
    caller: &User,
    key: &str,
    permissions: &[&String],
) -> Result<Turn, Rejection> {
    let names: usize = permissions.iter().map(|text| text.bytes().filter(|byte| *byte == b'/').count()).sum();
    if names > MAX_NAMES {
        return Err(ApiError::invalid(key, format!("paths of at most {MAX_NAMES} names altogether"), None).into());
    }
    let weight = u32::try_from(permissions.len() / PER_QUESTION).unwrap_or(u32::MAX);
    cases.limits().read(caller.id, weight)?;
    guess::count_permissions(cases, caller, permissions.iter().copied())?;
    cases.limits().turn(caller.id).await
}
