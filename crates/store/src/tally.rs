//! What is counted while the process runs, and never stored.

use std::sync::atomic::{AtomicU64, Ordering};
use vouchsafe_engine::Bound;

/// Counts over one store.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rows: AtomicU64,
    users: AtomicU64,
    steps: AtomicU64,
    depth: AtomicU64,
    fallen: AtomicU64,
    #[cfg(any(test, feature = "testing"))]
    asked: AtomicU64,
}

impl Tally {
    const fn of(&self, bound: Bound) -> &AtomicU64 {
        match bound {
            Bound::Rows => &self.rows,
            Bound::Users => &self.users,
            Bound::Steps => &self.steps,
            Bound::Depth => &self.depth,
        }
    }

    /// Counts a refused decision, and says so.
    pub(crate) fn refuse(&self, bound: Bound) {
        self.of(bound).fetch_add(1, Ordering::Relaxed);
        log::warn!(bound = bound.name(); "a decision did not end within its limits and was refused");
    }

    pub(crate) fn refused_at(&self, bound: Bound) -> u64 {
        self.of(bound).load(Ordering::Relaxed)
    }

    pub(crate) fn fell(&self, count: u64) {
        self.fallen.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn fallen(&self) -> u64 {
        self.fallen.load(Ordering::Relaxed)
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn ask(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}
