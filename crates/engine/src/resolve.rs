//! Exact rows and silence: which of the rows that speak are heard.
//!
//! Uses stored facts only. What the issuers may do plays no part here, so that the rest of the decision only adds.

use crate::source::{Moment, SpokenRow};
use std::cmp::Reverse;
use vouchsafe_types::{Access, Capabilities};

/// The rows heard on the entry that lies `from` above the asked one. Takes time in proportion to the rows.
///
/// Source: ONLYOFFICE's order of rows (rank, level, most restrictive), among exact rows only.
pub(crate) fn heard(rows: &[SpokenRow], from: u32, is_file: bool, now: Moment) -> Vec<&SpokenRow> {
    let speaking = || rows.iter().filter(|r| r.distance >= from && !r.grant.is_expired(now));
    let exact = || speaking().filter(|r| r.grant.exact);
    let order = |row: &SpokenRow| governing_order(row, from, is_file);
    let Some(governing) = exact().map(order).min() else {
        return speaking().collect();
    };
    let nearest = |rank: u8| exact().filter(|x| x.grant.holder.rank() <= rank).map(|x| x.distance).min();
    let silence = [nearest(0), nearest(1), nearest(2)];
    // An exact row silences what is neither nearer nor more specific.
    let is_silenced = |row: &SpokenRow| {
        let nearest = silence.get(usize::from(row.grant.holder.rank())).copied().flatten();
        nearest.is_some_and(|nearest| nearest <= row.distance)
    };
    speaking().filter(|row| if row.grant.exact { order(row) == governing } else { !is_silenced(row) }).collect()
}

/// The exact rows with the least of these govern.
fn governing_order(row: &SpokenRow, from: u32, is_file: bool) -> (bool, u8, u32, Reverse<u8>, u32) {
    let is_inherited = is_file && row.distance > from;
    let (level, size) = restrictiveness(row.grant.capabilities);
    (is_inherited, row.grant.holder.rank(), row.distance, Reverse(level), size)
}

/// How restrictive a set is: the level first, then the number of its capabilities.
fn restrictiveness(capabilities: Capabilities) -> (u8, u32) {
    let level = match Access::nearest(capabilities) {
        Access::Owner | Access::Full | Access::Manage | Access::Write => 0,
        Access::Filter => 1,
        Access::Review => 2,
        Access::Fill => 3,
        Access::Comment => 4,
        Access::Read => 5,
        Access::List => 6,
        Access::See => 7,
        Access::None => 8,
    };
    (level, capabilities.len())
}
