//! What has ended is taken away, a bounded number at a time.

use crate::{Fault, Vouchsafe, sharing::sweep_ended};
use chrono::TimeDelta;
use vouchsafe_engine::GrantSource;
use vouchsafe_types::{Actor, Holder, Resource};

/// The most of a kind that one sweep takes away: a sweep is one write, and others wait for it.
const AT_ONCE: i64 = 100;
/// No quota looks further back.
const QUOTA_MEMORY: TimeDelta = TimeDelta::days(2);

impl Vouchsafe {
    /// Takes away sessions and access tokens that have ended, with the grants that they had, ended invites, ended links
    /// whose maker wants them gone then, and what no quota counts any more: at most 100 of each. Gives how many there were.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn sweep(&self) -> Result<usize, Fault> {
        let now = self.now();
        let actor = Actor::Service { name: "vouchsafe".to_owned() };
        let because = self.because(&actor, "ended", now);
        self.write("sweep", |tx| {
            let sessions = tx.list_ended_sessions(now, AT_ONCE)?;
            for session in &sessions {
                tx.delete_session(session, because)?;
            }
            let invites = sweep_ended(tx, now, AT_ONCE, because)?;
            let links = tx.list_ended_links(now, AT_ONCE)?;
            for link in &links {
                let mut rows = tx.grants_to(&Holder::Link(link.id), &Resource::Entry(link.entry))?;
                rows.retain(|grant| grant.is_expired(now));
                tx.revoke(rows, because)?;
            }
            let uses = tx.forget_uses(now - QUOTA_MEMORY, AT_ONCE)?;
            Ok(sessions.len() + invites + links.len() + uses)
        })
    }
}
