//! What the caller gave one person on an entry: read it, and set it.

use super::{
    authority::Meant,
    by_name::{GRANTED, person, wish},
    give::apply_wish,
};
use crate::{
    Fault, Vouchsafe,
    accounts::find_by_name,
    sharing::{find_target, is_root},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{GrantSource, plan::Wish};
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{
    Actor, Ask, Capability, EntryId, Holder, Permission, Resource, UserId, error::ApiError, share::EntryTarget,
};

/// What may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AclMode {
    /// That it is there.
    See,
    /// What is in it.
    List,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Writing and sharing.
    Manage,
}

impl AclMode {
    fn on(self, entry: EntryId) -> Meant {
        let one = |capability| Meant::on(Resource::Entry(entry), Ask::One(capability), 0);
        match self {
            Self::See => one(Capability::See),
            Self::List => one(Capability::List),
            Self::Read => one(Capability::Read),
            Self::Write => one(Capability::Write),
            Self::Manage => Meant::on(Resource::Entry(entry), Ask::Whole, 1),
        }
    }
}

/// What one person shall have on an entry from the caller.
#[derive(Debug, Clone)]
pub struct SetAcl {
    /// Who, by username.
    pub user: String,
    /// On what.
    pub target: EntryTarget,
    /// What.
    pub mode: AclMode,
    /// Whether more stays as it is.
    pub only_if_higher: bool,
}

impl Vouchsafe {
    /// Sets what one person has on an entry from the caller: one mode per issuer, holder and entry.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `subject_does_not_exist` and `permission_denied` before
    /// `user_does_not_exist`; `cannot_share_with_self`.
    pub fn set_acl(&self, actor: &Actor, set: &SetAcl) -> Result<(), Fault> {
        let (issuer, now) = (person(actor)?, self.now());
        self.write("set_acl", |tx| {
            if is_root(&set.target) {
                return Err(ApiError::PermissionDenied { permission: "fs:/".to_owned() }.into());
            }
            let entry = find_target(tx, &set.target)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let meant = set.mode.on(entry);
            meant.require_giver(tx, actor, false, now)?;
            let holder = Holder::User(find_by_name(tx, &set.user)?.id);
            let wish = Wish { may_lower: !set.only_if_higher, ..wish(issuer, holder, &meant) };
            apply_wish(self, tx, &meant, &wish, None, self.because(actor, GRANTED, now))?;
            Ok(())
        })
    }

    /// What the caller gave one person on an entry and on what is above it, by path; where he gave nothing, nothing.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `subject_does_not_exist` before `user_does_not_exist`, which
    /// only who may share there is told.
    pub fn stat_acl(
        &self,
        actor: &Actor,
        user: &str,
        target: &EntryTarget,
    ) -> Result<BTreeMap<String, Vec<String>>, Fault> {
        let (issuer, now) = (person(actor)?, self.now());
        self.read(|tx| {
            if is_root(target) {
                return Ok(BTreeMap::new());
            }
            let entry = find_target(tx, target)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let meant = AclMode::See.on(entry);
            meant.require_sight(tx, actor, now)?;
            let holder = match find_by_name(tx, user) {
                // Who is unknown is told only to who could share with him.
                Err(Fault::Api(ApiError::UserDoesNotExist { .. }))
                    if !meant.holding(tx, actor, now)?.capabilities.has(Capability::Share) =>
                {
                    return Ok(BTreeMap::new());
                }
                found => Holder::User(found?.id),
            };
            let mut permissions = BTreeMap::new();
            let mut at = tx.find_entry(entry)?;
            while let Some(entry) = at {
                let given = given_on(tx, issuer, &holder, &entry, now)?;
                // What is above may have gone out of the caller's sight, and its name with it.
                if !given.is_empty() && sees(tx, actor, &entry, now)? {
                    permissions.insert(shown_path(tx, issuer, &entry)?, given);
                }
                at = tx.find_parent(&entry)?;
            }
            Ok(permissions)
        })
    }
}

fn sees(tx: &mut Tx<'_>, actor: &Actor, entry: &Entry, now: DateTime<Utc>) -> Result<bool, Fault> {
    Ok(AclMode::See.on(entry.uuid).holding(tx, actor, now)?.capabilities.has(Capability::See))
}

fn given_on(
    tx: &mut Tx<'_>,
    issuer: UserId,
    holder: &Holder,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Fault> {
    let resource = Resource::Entry(entry.uuid);
    let rows = tx.grants_to(holder, &resource)?;
    let mine = rows.iter().filter(|grant| grant.issuer == issuer && !grant.is_expired(now) && !grant.is_deny());
    Ok(mine.map(|grant| Permission::describing(&resource, grant.capabilities).to_string()).collect())
}

/// Where an entry lies in one's own tree; in anybody else's, under its id.
fn shown_path(tx: &mut Tx<'_>, viewer: UserId, entry: &Entry) -> Result<String, Fault> {
    if entry.owner == viewer {
        return Ok(tx.path_of(entry)?);
    }
    let owner = super::view::username(tx, entry.owner)?;
    Ok(format!("/{owner}/{}/{}", entry.uuid, entry.name))
}
