//! Giving up what one was given.

use crate::{Fault, Vouchsafe, sharing::strike_from_user};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine, GrantSource,
    plan::{Changes, LEFT},
};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::{Actor, Grant, Holder, Resource, UserId, error::ApiError};

impl Vouchsafe {
    /// Leaves an entry or an app: the caller's own rows on it go, with what hangs on them. If he would still reach it,
    /// through a group, everyone or a directory above, now or later, a deny of his own is written, which is his to
    /// lift. What he was sent gives him no more than an exact row that goes.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `subject_does_not_exist` for what he cannot see;
    /// `cannot_revoke_owner` for his own.
    pub fn leave(&self, actor: &Actor, resource: impl Into<Resource>) -> Result<(), Fault> {
        let (resource, now) = (resource.into(), self.now());
        self.write("leave", |tx| leave_now(self, tx, actor, &resource, now))
    }
}

/// Leaves within a transaction.
pub(crate) fn leave_now(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let (user, changes) = plan_leaving(tx, actor, resource, now)?;
    apply_left(vouchsafe, tx, (user, resource), &changes, "left", now)
}

/// Who leaves, and the changes by which he does.
///
/// # Errors
/// As [`Vouchsafe::leave`].
pub(crate) fn plan_leaving(
    tx: &mut Tx<'_>,
    actor: &Actor,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Result<(UserId, Changes), Fault> {
    let Actor::User(user) = *actor else { return Err(ApiError::Forbidden {}.into()) };
    if let Some(changes) = Engine::default().plan_leave(tx, user, resource, now)? {
        return Ok((user, changes));
    }
    let is_own = match resource {
        Resource::Entry(uuid) => tx.find_entry(*uuid)?.is_some_and(|found| found.owner == user),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => false,
    };
    Err(if is_own { ApiError::CannotRevokeOwner {} } else { ApiError::SubjectDoesNotExist {} }.into())
}

/// Leaves within a transaction, for a reason of its own. Gives whether there was anything to leave.
pub(crate) fn leave_in(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    user: UserId,
    resource: &Resource,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Some(changes) = Engine::default().plan_leave(&mut **tx, user, resource, now)? else { return Ok(false) };
    apply_left(vouchsafe, tx, (user, resource), &changes, reason, now)?;
    Ok(true)
}

fn apply_left(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    (user, resource): (UserId, &Resource),
    changes: &Changes,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let is_own = |grant: &&Grant| grant.holder == Holder::User(user) && grant.resource == *resource;
    tx.count_fallen(changes.delete.iter().filter(|grant| !is_own(grant)).count());
    let (actor, has_held) = (Actor::User(user), |grant: &&Grant| grant.exact && !grant.is_expired(now));
    let because = vouchsafe.because(&actor, reason, now);
    tx.apply(changes, None, because)?;
    // An exact row held him to what it gave: what he was sent gives him no more by his leaving.
    for row in changes.delete.iter().filter(is_own).filter(has_held) {
        strike_from_user(tx, None, user, (resource, row.capabilities), because)?;
    }
    Ok(())
}

/// What somebody wrote there by leaving.
pub(crate) fn own_denies(tx: &mut Tx<'_>, user: UserId, resource: &Resource) -> Result<Vec<Grant>, Fault> {
    let mut rows = tx.grants_to(&Holder::User(user), resource)?;
    rows.retain(|grant| grant.is_deny() && grant.origin == LEFT);
    Ok(rows)
}
