//! Grants to people and groups in Puter's words: a permission, and who shall have it.

use super::{
    authority,
    give::apply_wish,
    leave::leave_in,
    revoke::{revocable, shares},
};
use crate::{Fault, Vouchsafe, accounts::find_by_name, sharing::Struck};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_engine::{
    Engine, GrantSource,
    plan::{LEFT, Wish},
};
use vouchsafe_store::{Because, Tx, WriteTx};
use vouchsafe_types::{
    Actor, Capabilities, Capability, DefaultGroup, Email, GroupId, Holder, Permission, Target, UserId, error::ApiError,
};

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
            apply_wish(self, tx, &meant, &wish(issuer, holder, &meant), what.extra.as_ref(), because)?;
            Ok(())
        })
    }

    /// Takes a person's rows on what the permission is about: all of them for its owner and whoever may change what
    /// others gave, the caller's own gifts for anybody else; and with them what open invites for his proven address
    /// would give there. Naming oneself is leaving. An address names who has proven it, and whom was invited by it.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_user`]; who gave something may take it away although he could not give it any more.
    pub fn revoke_from_user(&self, actor: &Actor, whom: &str, what: &ByName) -> Result<(), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        let reason = what.reason_or(REVOKED);
        self.write("revoke_from_user", |tx| {
            let meant = authority::meant(tx, &what.permission)?;
            let (found, address) = named(tx, whom)?;
            let is_address = whom.contains('@');
            if found == Some(caller) {
                return leave_or_stay(self, tx, &meant, caller, reason, now);
            }
            let because = self.because(actor, reason, now);
            let has_struck = match &address {
                Some(address) => strike(tx, &meant, caller, address, because)?,
                None => false,
            };
            let mut grants = match found {
                Some(user) => revocable(tx, caller, &Holder::User(user), &meant.resource, now)?,
                None => Vec::new(),
            };
            // A deny that he wrote by leaving is no access of his, and his to lift.
            grants.retain(|grant| grant.origin != LEFT);
            // Whose address it is only those learn who may share with it.
            if (grants.is_empty() || is_address) && !has_struck {
                require_authority(tx, &meant, actor, now)?;
            }
            // And that there is nobody of that name.
            if found.is_none() && address.is_none() {
                find_by_name(tx, whom)?;
            }
            Ok(tx.revoke(grants, because)?)
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
            apply_wish(self, tx, &meant, &wish(issuer, holder, &meant), what.extra.as_ref(), because)?;
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

/// The person that a name or a proven address names, and the address by which he may have been invited.
fn named(tx: &mut Tx<'_>, text: &str) -> Result<(Option<UserId>, Option<String>), Fault> {
    if let Some(user) = tx.find_user_by_name(text)? {
        let address = user.email.filter(|_| user.email_confirmed);
        return Ok((Some(user.id), address.map(|email| email.canonical().to_owned())));
    }
    let Ok(email) = Email::parse(text) else { return Ok((None, None)) };
    let found = tx.find_user_by_confirmed_email(email.canonical())?;
    Ok((found.map(|user| user.id), Some(email.canonical().to_owned())))
}

/// Leaves what the caller was given; who has left already stays away.
fn leave_or_stay(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    meant: &authority::Meant,
    caller: UserId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if leave_in(vouchsafe, tx, caller, &meant.resource, reason, now)? {
        return Ok(());
    }
    let held = tx.grants_to(&Holder::User(caller), &meant.resource)?;
    if held.iter().any(|grant| grant.origin == LEFT) {
        return Ok(());
    }
    meant.require_sight(tx, &Actor::User(caller), now)
}

/// Strikes what is revoked from the invites to an address: the caller's own, and where he may change what others gave,
/// everybody's.
fn strike(
    tx: &mut WriteTx<'_>,
    meant: &authority::Meant,
    caller: UserId,
    address: &str,
    because: Because<'_>,
) -> Result<bool, Fault> {
    let may_all = meant.holding(tx, &Actor::User(caller), because.at)?.capabilities.has(Capability::Manage);
    let issuer = if may_all { None } else { Some(caller) };
    Struck { issuer, address, resource: &meant.resource, keep: Capabilities::NONE }.strike(tx, because)
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
            let mut known: BTreeMap<&str, bool> = BTreeMap::new();
            for text in permissions {
                if !known.contains_key(text.as_str()) {
                    known.insert(text, self.holds_one(tx, actor, text, now)?);
                }
            }
            Ok(permissions.iter().map(|text| known.get(text.as_str()).copied().unwrap_or(false)).collect())
        })
    }

    fn holds_one(&self, tx: &mut Tx<'_>, actor: &Actor, text: &str, now: DateTime<Utc>) -> Result<bool, Fault> {
        let Ok(permission) = text.parse::<Permission>() else { return Ok(false) };
        // COMPAT(puter): everybody reads the root of all trees.
        if permission.is_reading_of_root() {
            return Ok(true);
        }
        // COMPAT(puter): this family is an alias for granting only, and nobody holds it.
        if matches!(permission.target, Target::AppData(_)) {
            return Ok(false);
        }
        Ok(Engine::default().check(tx, actor, &permission, now)?.allowed)
    }
}
