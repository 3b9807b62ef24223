//! Taking grants away, with what hangs on them.

use super::{
    edit::{IfMatch, tag},
    view::GrantView,
};
use crate::{Fault, Vouchsafe, sharing::strike_from_user};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_engine::{
    Engine, GrantSource, Holding, Located,
    plan::{self, Revocation, RevokeMode},
};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::{
    Actor, Capabilities, Capability, EntryId, Grant, GrantId, Holder, Resource, UserId, error::ApiError,
};

/// What becomes of the grants that hang on a revoked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// They fall with it.
    #[default]
    Cascade,
    /// Who revokes takes them over, as far as he may give what they give; for a host application, the owner does.
    Promote,
    /// Nothing is revoked while there are any.
    Restrict,
}

/// What came of revoking.
#[derive(Debug, Clone, PartialEq)]
pub enum Revoked {
    /// These grants are gone.
    Gone {
        /// The revoked one first.
        removed: Vec<GrantView>,
        /// The state without them.
        revision: i64,
    },
    /// Nothing was revoked: these hang on it.
    Depended(Vec<GrantView>),
}

impl Vouchsafe {
    /// Revokes a grant: for who gave it, for who has it, for who may change what others gave, and for a host application.
    ///
    /// # Errors
    /// `entity_not_found` for a grant that is not there, or that the caller has nothing to do with; `forbidden` for an
    /// app or token, and for who may see it and not revoke it; `precondition_failed`.
    pub fn revoke(&self, actor: &Actor, id: GrantId, mode: Mode, seen: &IfMatch) -> Result<Revoked, Fault> {
        let now = self.now();
        self.write("revoke", |tx| {
            seen.require(&tag(&visible_grant(tx, actor, id, now)?))?;
            let grants = match revoke_in(self, tx, actor, id, mode, now)? {
                Revocation::Planned(changes) => changes.delete,
                Revocation::Depended(grants) => return Ok(Revoked::Depended(views(tx, grants, now)?)),
            };
            let removed = grants.into_iter().map(|grant| GrantView::gone(tx, grant)).collect::<Result<_, Fault>>()?;
            Ok(Revoked::Gone { removed, revision: tx.next_revision()? })
        })
    }

    /// Of these grants, which stand on `entry`, those that the caller may revoke, and so may lower, too.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn revocable_on(
        &self,
        actor: &Actor,
        entry: EntryId,
        grants: &[GrantView],
    ) -> Result<BTreeSet<GrantId>, Fault> {
        let Actor::User(user) = *actor else { return Err(ApiError::Forbidden {}.into()) };
        let (resource, now) = (Resource::Entry(entry), self.now());
        self.read(|tx| {
            let has = holding(tx, actor, &resource, now)?;
            let here = grants.iter().map(|view| &view.grant).filter(|grant| grant.resource == resource);
            Ok(here.filter(|grant| plan::may_revoke(&has, user, grant)).map(|grant| grant.id).collect())
        })
    }
}

pub(crate) fn views(tx: &mut Tx<'_>, grants: Vec<Grant>, now: DateTime<Utc>) -> Result<Vec<GrantView>, Fault> {
    grants.into_iter().map(|grant| GrantView::of(tx, grant, now)).collect()
}

/// Revokes the grant within a transaction. Gives what was written.
pub(crate) fn revoke_in(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    id: GrantId,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Revocation, Fault> {
    let grant = revocable_grant(tx, actor, id, now)?;
    let mode = match (mode, actor) {
        (Mode::Cascade, _) => RevokeMode::Cascade,
        (Mode::Restrict, _) => RevokeMode::Restrict,
        (Mode::Promote, Actor::User(user)) => RevokeMode::Promote(*user),
        (Mode::Promote, _) => match owner_of(tx, &grant.resource)? {
            Some(owner) => RevokeMode::Promote(owner),
            None => RevokeMode::Cascade,
        },
    };
    let because = vouchsafe.because(actor, "revoked", now);
    let planned = Engine::default().plan_revoke(&mut **tx, vec![grant.clone()], mode, now)?;
    if let Revocation::Planned(changes) = &planned {
        tx.count_fallen(changes.delete.len().saturating_sub(1));
        tx.apply(changes, None, because)?;
        // Who gives up what is his own may take up later what he was sent.
        if let Holder::User(holder) = &grant.holder
            && *actor != Actor::User(*holder)
        {
            strike_from_user(tx, Some(grant.issuer), *holder, (&grant.resource, Capabilities::NONE), because)?;
        }
    }
    Ok(planned)
}

/// A grant that the caller has to do with: he gave it, has it, or may share what it stands on.
///
/// # Errors
/// `entity_not_found`.
pub(super) fn visible_grant(tx: &mut Tx<'_>, actor: &Actor, id: GrantId, now: DateTime<Utc>) -> Result<Grant, Fault> {
    let missing = || ApiError::EntityNotFound { identifier: format!("grant:{id}").into() };
    let grant = tx.find_grant(id)?.ok_or_else(missing)?.grant;
    let is_seen = match actor {
        Actor::Service { .. } => true,
        Actor::User(user) => {
            let is_party = grant.issuer == *user || grant.holder == Holder::User(*user);
            is_party || shares(&holding(tx, actor, &grant.resource, now)?)
        }
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
    };
    if is_seen { Ok(grant) } else { Err(missing().into()) }
}

/// A grant that the caller may revoke.
///
/// # Errors
/// As [`visible_grant`]; `forbidden`.
pub(crate) fn revocable_grant(tx: &mut Tx<'_>, actor: &Actor, id: GrantId, now: DateTime<Utc>) -> Result<Grant, Fault> {
    let grant = visible_grant(tx, actor, id, now)?;
    let may = match actor {
        Actor::Service { .. } => true,
        Actor::User(user) => plan::may_revoke(&holding(tx, actor, &grant.resource, now)?, *user, &grant),
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
    };
    if may { Ok(grant) } else { Err(ApiError::Forbidden {}.into()) }
}

/// The rows of `holder` on `resource` that `user` may revoke.
pub(super) fn revocable(
    tx: &mut Tx<'_>,
    user: UserId,
    holder: &Holder,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, Fault> {
    let has = holding(tx, &Actor::User(user), resource, now)?;
    let mut grants = tx.grants_to(holder, resource)?;
    grants.retain(|grant| plan::may_revoke(&has, user, grant));
    Ok(grants)
}

/// Whether somebody who holds this may share.
pub(crate) fn shares(holding: &Holding) -> bool {
    holding.capabilities.has(Capability::Share)
}

pub(crate) fn holding(
    tx: &mut Tx<'_>,
    actor: &Actor,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Result<Holding, Fault> {
    Ok(Engine::default().holding(tx, actor, resource, now)?)
}

fn owner_of(tx: &mut Tx<'_>, resource: &Resource) -> Result<Option<UserId>, Fault> {
    match tx.located(resource)?.0 {
        Located::At(place) => Ok(place.owner),
        Located::Absent | Located::TooDeep => Ok(None),
    }
}
