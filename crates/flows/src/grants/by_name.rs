//! Grants to people and groups in Puter's words: a permission, and who shall have it.

use super::{
    authority,
    give::apply_wish,
    leave::leave_in,
    revoke::{revocable, shares},
};
use crate::{Fault, Vouchsafe, accounts::find_by_name};
use chrono::{DateTime, Utc};
use serde_json::Value;
use vouchsafe_engine::{Decision, Engine, plan::Wish};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::{Actor, DefaultGroup, GroupId, Holder, Permission, Target, UserId, error::ApiError};

/// Why a grant was made or taken away when the caller does not say.
pub(super) const GRANTED: &str = "granted via PermissionService";
pub(super) const REVOKED: &str = "revoked via PermissionService";

/// What is granted, or taken away, in the words of the Puter face.
#[derive(Debug, Clone, Default)]
pub struct ByName {
    /// What, on what, as text.
    pub permission: String,
    /// What the issuer keeps with the grant.
    pub extra: Option<Value>,
    /// Why, for the audit.
    pub reason: Option<String>,
}

impl ByName {
    pub(super) fn reason_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.reason.as_deref().unwrap_or(default)
    }
}

/// The wish that a grant by name stands for.
pub(super) fn wish(issuer: UserId, holder: Holder, meant: &authority::Meant) -> Wish {
    Wish {
        issuer,
        holder,
        resource: meant.resource.clone(),
        capabilities: meant.permission.granted(),
        is_exact: false,
        expires_at: None,
        origin: "puter",
        may_lower: false,
        is_accepted: false,
    }
}

pub(super) fn person(actor: &Actor) -> Result<UserId, ApiError> {
    match actor {
        Actor::User(user) => Ok(*user),
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } | Actor::Service { .. } => {
            Err(ApiError::Forbidden {})
        }
    }
}

impl Vouchsafe {
    /// Grants a permission to a person. What he has from the caller already is not lowered.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `permission_denied`, or for what the caller cannot see
    /// `subject_does_not_exist` and `entity_not_found`, before `user_does_not_exist`; `cannot_share_with_self`;
    /// `field_invalid` and `field_too_long` for a permission that is none, or gives nothing.
    pub fn grant_to_user(&self, actor: &Actor, username: &str, what: &ByName) -> Result<(), Fault> {
        let (issuer, now) = (person(actor)?, self.now());
        self.write("grant_to_user", |tx| {
            let meant = authority::meant(tx, &what.permission)?;
            meant.require_giver(tx, actor, false, now)?;
            meant.require_something()?;
            let holder = Holder::User(find_by_name(tx, username)?.id);
            let because = self.because(actor, what.reason_or(GRANTED), now);
            apply_wish(tx, &meant, &wish(issuer, holder, &meant), what.extra.as_ref(), because)?;
            Ok(())
        })
    }

    /// Takes a person's rows on what the permission is about: all of them for its owner and whoever may change what
    /// others gave, the caller's own gifts for anybody else. Naming oneself is leaving.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_user`]; who gave something may take it away although he could not give it any more.
    pub fn revoke_from_user(&self, actor: &Actor, username: &str, what: &ByName) -> Result<(), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        let reason = what.reason_or(REVOKED);
        self.write("revoke_from_user", |tx| {
            let meant = authority::meant(tx, &what.permission)?;
            let found = tx.find_user_by_name(username)?.map(|user| user.id);
            if found == Some(caller) && leave_in(self, tx, caller, &meant.resource, reason, now)? {
                return Ok(());
            }
            let grants = match found {
                Some(user) => revocable(tx, caller, &Holder::User(user), &meant.resource, now)?,
                None => Vec::new(),
            };
            if grants.is_empty() {
                if found == Some(caller) {
                    return meant.require_sight(tx, actor, now);
                }
                require_authority(tx, &meant, actor, now)?;
                // Only who may share learns that there is nobody of that name.
                find_by_name(tx, username)?;
            }
            Ok(tx.revoke(grants, self.because(actor, reason, now))?)
        })
    }

    /// Grants a permission to every current member of a group. The caller need not own the group, nor be in it.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_user`]; `entity_not_found` for an unknown group.
    pub fn grant_to_group(&self, actor: &Actor, group: &str, what: &ByName) -> Result<(), Fault> {
        let (issuer, now) = (person(actor)?, self.now());
        self.write("grant_to_group", |tx| {
            let meant = authority::meant(tx, &what.permission)?;
            meant.require_giver(tx, actor, false, now)?;
            meant.require_something()?;
            let holder = Holder::Group(find_group(tx, group)?);
            let because = self.because(actor, what.reason_or(GRANTED), now);
            apply_wish(tx, &meant, &wish(issuer, holder, &meant), what.extra.as_ref(), because)?;
            Ok(())
        })
    }

    /// Takes the caller's own grant from a group.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_group`], except that no authority is needed to take what one gave.
    pub fn revoke_from_group(&self, actor: &Actor, group: &str, what: &ByName) -> Result<(), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        self.write("revoke_from_group", |tx| {
            let meant = authority::meant(tx, &what.permission)?;
            let found = find_group(tx, group);
            let mut grants = match &found {
                Ok(group) => revocable(tx, caller, &Holder::Group(*group), &meant.resource, now)?,
                Err(_) => Vec::new(),
            };
            grants.retain(|grant| grant.issuer == caller);
            if grants.is_empty() {
                require_authority(tx, &meant, actor, now)?;
            }
            found?;
            Ok(tx.revoke(grants, self.because(actor, what.reason_or(REVOKED), now))?)
        })
    }
}

/// Refuses who has nothing to say about a resource.
pub(super) fn require_authority(
    tx: &mut WriteTx<'_>,
    meant: &authority::Meant,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let holding = meant.holding(tx, actor, now)?;
    if shares(&holding) {
        return Ok(());
    }
    meant.require_sight(tx, actor, now)?;
    Err(meant.refused(vouchsafe_engine::plan::Refusal::NotAllowed { permission: meant.permission.clone() }).into())
}

/// The group that is meant; a text that can be none is like an unknown one.
fn find_group(tx: &mut Tx<'_>, text: &str) -> Result<GroupId, Fault> {
    let missing = || ApiError::EntityNotFound { identifier: format!("group:{text}").into() };
    let id: GroupId = text.parse().ok().ok_or_else(missing)?;
    if DefaultGroup::find(id).is_none() && tx.find_group(id)?.is_none() {
        return Err(missing().into());
    }
    Ok(id)
}

impl Vouchsafe {
    /// Which of these permissions the actor holds, in their order; what is no permission is held by nobody.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn holds(&self, actor: &Actor, permissions: &[String]) -> Result<Vec<bool>, Fault> {
        let now = self.now();
        self.read(|tx| {
            let engine = Engine::default();
            let mut all = Vec::with_capacity(permissions.len());
            for text in permissions {
                let decision = match text.parse::<Permission>() {
                    // COMPAT(puter): this family is an alias for granting only, and nobody holds it.
                    Ok(Permission { target: Target::AppData(_), .. }) | Err(_) => Decision::REFUSED,
                    Ok(permission) => engine.check(tx, actor, &permission, now)?,
                };
                self.count_bound(&decision.holding);
                all.push(decision.allowed);
            }
            Ok(all)
        })
    }
}
