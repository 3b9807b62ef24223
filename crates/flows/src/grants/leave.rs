//! Giving up what one was given.

use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use vouchsafe_engine::Engine;
use vouchsafe_store::WriteTx;
use vouchsafe_types::{Actor, Grant, Holder, Resource, UserId, error::ApiError};

impl Vouchsafe {
    /// Leaves an entry or an app: the caller's own rows on it go, with what hangs on them. If he would still reach it, through a
    /// group, everyone or a directory above, a deny of his own is written, which he alone may lift.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `subject_does_not_exist` for what he cannot see;
    /// `cannot_revoke_owner` for his own.
    pub fn leave(&self, actor: &Actor, resource: impl Into<Resource>) -> Result<(), Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let (resource, now) = (resource.into(), self.now());
        self.write("leave", |tx| {
            if leave_in(self, tx, *user, &resource, "left", now)? {
                return Ok(());
            }
            let is_own = match &resource {
                Resource::Entry(uuid) => tx.find_entry(*uuid)?.is_some_and(|found| found.owner == *user),
                Resource::App(_) | Resource::Site(_) | Resource::Named(_) => false,
            };
            Err(if is_own { ApiError::CannotRevokeOwner {} } else { ApiError::SubjectDoesNotExist {} }.into())
        })
    }
}

/// Leaves within a transaction. Gives whether there was anything to leave.
pub(crate) fn leave_in(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    user: UserId,
    resource: &Resource,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Some(changes) = Engine::default().plan_leave(&mut **tx, user, resource, now)? else { return Ok(false) };
    let is_own = |grant: &&Grant| grant.holder == Holder::User(user) && grant.resource == *resource;
    tx.count_fallen(changes.delete.iter().filter(|grant| !is_own(grant)).count());
    tx.apply(&changes, None, vouchsafe.because(&Actor::User(user), reason, now))?;
    Ok(true)
}
