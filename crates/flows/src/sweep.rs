//! What has ended is taken away, a bounded number at a time.

use crate::{Fault, Vouchsafe, sharing::sweep_ended};
use chrono::TimeDelta;
use vouchsafe_engine::GrantSource;
use vouchsafe_types::{Actor, Holder, Resource};

/// The most of a kind that one sweep takes away: a sweep is one write, and others wait for it.
const AT_ONCE: i64 = 100;
/// No quota looks further back.
const QUOTA_MEMORY: TimeDelta = TimeDelta::days(2);
/// For so long an administrator sees what was sent to whom.
const OUTBOX_MEMORY: TimeDelta = TimeDelta::days(30);

/// What the audit says of what goes because it has ended.
pub(crate) const ENDED: &str = "ended";

/// Who is at it when nobody asked for it.
pub(crate) fn ourselves() -> Actor {
    Actor::Service { name: "vouchsafe".to_owned() }
}

impl Vouchsafe {
    /// Takes away sessions and access tokens that have ended, with the grants that they had, ended invites, ended links
    /// whose maker wants them gone then, what no quota counts any more, messages that were delivered 30 days ago, and
    /// answers that were kept for 24 hours: at most 100 of each. Gives how many there were.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn sweep(&self) -> Result<usize, Fault> {
        let now = self.now();
        let actor = ourselves();
        let because = self.because(&actor, ENDED, now);
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
            let messages = tx.forget_messages(now - OUTBOX_MEMORY, AT_ONCE)?;
            let answers = tx.forget_requests(now, AT_ONCE)?;
            Ok(sessions.len() + invites + links.len() + uses + messages + answers)
        })
    }
}
