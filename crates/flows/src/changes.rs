//! What changed, for who follows it.

use crate::{Changed, Fault, Vouchsafe};

/// Some of the changes after a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// In the order of their revisions; those of one revision are never torn apart.
    pub items: Vec<Changed>,
    /// The revision after which there are more; `None` when there are none now.
    pub next: Option<i64>,
}

impl Vouchsafe {
    /// The newest revision.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn revision(&self) -> Result<i64, Fault> {
        Ok(self.store.versions(None)?.revision)
    }

    /// The changes after a revision, about `limit` of them.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn changes(&self, after: i64, limit: i64) -> Result<Changes, Fault> {
        self.read(|tx| {
            let (items, has_more) = tx.list_changes(after, limit)?;
            let next = items.last().filter(|_| has_more).map(|change| change.revision);
            Ok(Changes { items, next })
        })
    }
}
