//! Since when the audit of an entry is its owner's.

use crate::Fault;
use serde_json::{Value, json};
use std::cmp::max;
use vouchsafe_store::{AuditRecord, Entry, Tx};
use vouchsafe_types::{AuditEvent, EntryId};

/// What the line of a move within a tree keeps: the line that had brought the entry into it, 0 when none had. A line
/// without it is itself such a one.
const KEPT: &str = "taken_over_by";

/// The line that brought an entry into its owner's tree, by being moved there with it or with a directory above; 0 when
/// it has always been there.
pub(crate) fn taken_over_by(tx: &mut Tx<'_>, entry: &Entry) -> Result<i64, Fault> {
    let (mut above, mut next) = (Vec::new(), Some(entry.clone()));
    while let Some(found) = next {
        above.push(found.uuid);
        next = tx.find_parent(&found)?;
    }
    let (mut line, mut known) = (i64::MAX, 0);
    while let Some(moved) = tx.find_last_move(&above, line)?.filter(|moved| moved.seq > known) {
        let Some(kept) = kept_in(&moved) else { return Ok(moved.seq) };
        // Of where it lay before, and what was above there, the line says all. What lay below was there or came later.
        let at = above.iter().position(|one| Some(*one) == moved.entry);
        above.truncate(at.unwrap_or(0));
        (line, known) = (moved.seq, kept);
    }
    Ok(known)
}

/// The last line of the audit about what had the id of an entry before it, or about it while it was in another's tree.
pub(super) fn last_of_others(tx: &mut Tx<'_>, entry: EntryId) -> Result<i64, Fault> {
    let Some(found) = tx.find_entry(entry)? else { return Ok(i64::MAX) };
    let first = tx.find_line_since(entry, found.created_at)?.unwrap_or(i64::MAX);
    Ok(max(first, taken_over_by(tx, &found)?).saturating_sub(1))
}

/// The event of a move, with what its line keeps.
pub(crate) fn with_taken_over(event: AuditEvent, line: i64) -> AuditEvent {
    let mut after = event.after.clone();
    if let Some(state) = after.as_mut().and_then(Value::as_object_mut) {
        state.insert(KEPT.to_owned(), json!(line));
    }
    AuditEvent { after, ..event }
}

/// Takes out what a line keeps for us only.
pub(super) fn hide(record: &mut AuditRecord) {
    if let Some(state) = record.after.as_mut().and_then(Value::as_object_mut) {
        state.remove(KEPT);
    }
}

fn kept_in(moved: &AuditRecord) -> Option<i64> {
    moved.after.as_ref()?.get(KEPT)?.as_i64()
}
