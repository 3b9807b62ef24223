//! Numbers about the running service, for whoever watches it.

use crate::{Fault, Vouchsafe};
use vouchsafe_engine::Bound;

impl Vouchsafe {
    /// How many decisions were refused because they did not end within the engine's limits: of every use case, by all
    /// handles on the same store, since the process began.
    #[must_use]
    pub fn bounded_decisions(&self) -> u64 {
        Bound::ALL.into_iter().map(|bound| self.store.refused_at(bound)).sum()
    }

    /// The same, for each limit by its name.
    #[must_use]
    pub fn bounded_decisions_by_bound(&self) -> [(&'static str, u64); Bound::ALL.len()] {
        Bound::ALL.map(|bound| (bound.name(), self.store.refused_at(bound)))
    }

    /// How many grants have fallen because others were revoked, since the process began.
    #[must_use]
    pub fn fallen_grants(&self) -> u64 {
        self.store.fallen_grants()
    }

    /// How many messages wait in the outbox now.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn waiting_messages(&self) -> Result<i64, Fault> {
        self.read(|tx| Ok(tx.count_open_messages()?))
    }
}
