//! Groups.

use super::text::check_text;
use crate::{Fault, Vouchsafe, accounts::find_by_name};
use serde_json::{Value, json};
use vouchsafe_store::{Group, Tx};
use vouchsafe_types::{Actor, GroupId, error::ApiError};

/// What the host application says about a group.
#[derive(Debug, Clone)]
pub struct GroupChange {
    /// The name of its owner.
    pub owner: String,
    /// What to call it.
    pub name: String,
    /// The names of all its members; `None` leaves them as they are.
    pub members: Option<Vec<String>>,
}

/// A group with the names of its owner and members.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupWithMembers {
    /// The group.
    pub group: Group,
    /// The name of its owner.
    pub owner: String,
    /// The names of its members, in order; at most 1,000 are shown.
    pub members: Vec<String>,
}

/// The most members shown at once, and taken at once.
const MAX_MEMBERS: usize = 1_000;

impl Vouchsafe {
    /// Makes a group, or says what has changed about it. Gives it, and whether it is new.
    ///
    /// # Errors
    /// `user_does_not_exist` for an unknown owner or member; `too_many_keys` for more than 1,000 members; for a user,
    /// `forbidden` unless the group is his own; `field_invalid` for a name that is none.
    pub fn put_group(
        &self,
        actor: &Actor,
        id: GroupId,
        change: &GroupChange,
    ) -> Result<(GroupWithMembers, bool), Fault> {
        if change.members.as_ref().is_some_and(|m| m.len() > MAX_MEMBERS) {
            return Err(ApiError::TooManyKeys { key: "members".to_owned(), max: MAX_MEMBERS }.into());
        }
        check_text("name", &change.name)?;
        let now = self.now();
        self.write("put_group", |tx| {
            let owner = find_by_name(tx, &change.owner)?;
            let found = tx.find_group(id)?;
            let is_own = |user| owner.id == user && found.as_ref().is_none_or(|g| g.owner == user);
            if !allowed(actor, is_own) {
                return Err(ApiError::Forbidden {}.into());
            }
            let is_new = found.is_none();
            let metadata = found.as_ref().map_or_else(|| json!({}), |g| g.metadata.clone());
            let created_at = found.as_ref().map_or(now, |g| g.created_at);
            tx.save_group(&Group { id, owner: owner.id, name: change.name.clone(), metadata, created_at })?;
            if let Some(members) = &change.members {
                tx.remove_all_members(id)?;
                for name in members {
                    let member = find_by_name(tx, name)?;
                    tx.add_member(id, member.id)?;
                }
            }
            Ok((with_members(tx, id)?, is_new))
        })
    }

    /// A group. A user sees the groups that he owns or is in.
    ///
    /// # Errors
    /// `entity_not_found`, also for what the caller may not know of.
    pub fn group(&self, actor: &Actor, id: GroupId) -> Result<GroupWithMembers, Fault> {
        self.read(|tx| {
            let found = with_members(tx, id)?;
            let owner = found.group.owner;
            let is_seen = match actor.user() {
                None => true,
                Some(user) => owner == user || tx.is_member(id, user)?,
            };
            if is_seen { Ok(found) } else { Err(missing(id).into()) }
        })
    }

    /// Deletes a group, its memberships, and the grants it has.
    ///
    /// # Errors
    /// `entity_not_found`, also for a group that is not the caller's own.
    pub fn delete_group(&self, actor: &Actor, id: GroupId) -> Result<(), Fault> {
        let now = self.now();
        self.write("delete_group", |tx| {
            let found = tx.find_group(id)?.ok_or_else(|| missing(id))?;
            if !allowed(actor, |user| found.owner == user) {
                return Err(missing(id).into());
            }
            Ok(tx.delete_group(id, self.because(actor, "group deleted", now))?)
        })
    }
}

/// The host application may do everything; a person, with a session of his own, what is his.
pub(super) fn allowed(actor: &Actor, is_own: impl FnOnce(vouchsafe_types::UserId) -> bool) -> bool {
    match actor {
        Actor::Service { .. } => true,
        Actor::User(user) => is_own(*user),
        Actor::App { .. } | Actor::Token { .. } => false,
    }
}

fn missing(id: GroupId) -> ApiError {
    ApiError::EntityNotFound { identifier: Value::from(id.to_string()) }
}

fn with_members(tx: &mut Tx<'_>, id: GroupId) -> Result<GroupWithMembers, Fault> {
    let group = tx.find_group(id)?.ok_or_else(|| missing(id))?;
    let owner = tx.find_user(group.owner)?.map(|u| u.username.to_string()).unwrap_or_default();
    let most = i64::try_from(MAX_MEMBERS).unwrap_or(i64::MAX);
    let members = tx.list_members(id, None, most)?.into_iter().map(|(_, name)| name).collect();
    Ok(GroupWithMembers { group, owner, members })
}

#[cfg(test)]
mod tests;
