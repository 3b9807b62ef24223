//! Groups.

use super::text::check_text;
use crate::{Fault, Vouchsafe, accounts::find_by_name};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_store::{Because, Group, Tx, WriteTx};
use vouchsafe_types::{Actor, ChangeKind, DefaultGroup, GroupId, error::ApiError};

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
    /// The names of its members, in order: one page of them.
    pub members: Vec<String>,
    /// The name after which the next page begins; `None` after the last one.
    pub next: Option<String>,
}

/// The most members shown at once, and taken at once.
const MAX_MEMBERS: usize = 1_000;

impl Vouchsafe {
    /// Makes a group, or says what has changed about it. Gives it, and whether it is new.
    ///
    /// # Errors
    /// `user_does_not_exist` for an unknown owner or member; `too_many_keys` for more than 1,000 members, named or there
    /// already; for a user, `forbidden` unless the group is his own, and `too_many_requests` after 20 in an hour;
    /// `immutable` for a default group; `field_invalid` for a name that is none.
    pub fn put_group(
        &self,
        actor: &Actor,
        id: GroupId,
        change: &GroupChange,
    ) -> Result<(GroupWithMembers, bool), Fault> {
        if change.members.as_ref().is_some_and(|m| m.len() > MAX_MEMBERS) {
            return Err(ApiError::TooManyKeys { key: "members".to_owned(), max: MAX_MEMBERS }.into());
        }
        if DefaultGroup::find(id).is_some() {
            return Err(ApiError::Immutable {}.into());
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
            if let (Actor::User(maker), true) = (actor, is_new) {
                self.count_group(tx, *maker, now)?;
            }
            let metadata = found.as_ref().map_or_else(|| json!({}), |g| g.metadata.clone());
            let created_at = found.as_ref().map_or(now, |g| g.created_at);
            tx.save_group(&Group { id, owner: owner.id, name: change.name.clone(), metadata, created_at })?;
            tx.tell(ChangeKind::Group, actor, now, json!({ "group": id }));
            if let Some(members) = &change.members {
                replace_members(tx, id, members, self.because(actor, "group edited", now))?;
            }
            Ok((with_members(tx, id, None, MAX_MEMBERS)?, is_new))
        })
    }

    /// A group, with its members by name, those after `after`, at most `limit`. A user sees the groups that he owns or is
    /// in, and the members of his own.
    ///
    /// # Errors
    /// `entity_not_found`, also for what the caller may not know of.
    pub fn group(
        &self,
        actor: &Actor,
        id: GroupId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<GroupWithMembers, Fault> {
        self.read(|tx| {
            let found = with_members(tx, id, after, limit)?;
            let owner = found.group.owner;
            match actor {
                Actor::Service { .. } => Ok(found),
                Actor::User(user) if *user == owner => Ok(found),
                Actor::User(user) if tx.is_member(id, *user)? => {
                    Ok(GroupWithMembers { members: Vec::new(), next: None, ..found })
                }
                Actor::User(_) | Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
                    Err(missing(id).into())
                }
            }
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
            tx.delete_group(id, self.because(actor, "group deleted", now))?;
            tx.tell(ChangeKind::GroupDeleted, actor, now, json!({ "group": id }));
            Ok(())
        })
    }
}

/// The host application may do everything; a person, with a session of his own, what is his.
pub(super) fn allowed(actor: &Actor, is_own: impl FnOnce(vouchsafe_types::UserId) -> bool) -> bool {
    match actor {
        Actor::Service { .. } => true,
        Actor::User(user) => is_own(*user),
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
    }
}

pub(crate) fn missing(id: GroupId) -> ApiError {
    ApiError::EntityNotFound { identifier: Value::from(id.to_string()) }
}

fn with_members(tx: &mut Tx<'_>, id: GroupId, after: Option<&str>, limit: usize) -> Result<GroupWithMembers, Fault> {
    let group = tx.find_group(id)?.ok_or_else(|| missing(id))?;
    let owner = tx.find_user(group.owner)?.map(|u| u.username.to_string()).unwrap_or_default();
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut members: Vec<String> = tx.list_members(id, after, most)?.into_iter().map(|(_, name)| name).collect();
    let has_more = members.len() > limit;
    members.truncate(limit);
    let next = members.last().filter(|_| has_more).cloned();
    Ok(GroupWithMembers { group, owner, members, next })
}

/// Makes these names, and no others, the members of a group.
fn replace_members(tx: &mut WriteTx<'_>, id: GroupId, names: &[String], because: Because<'_>) -> Result<(), Fault> {
    let most = i64::try_from(MAX_MEMBERS).unwrap_or(i64::MAX).saturating_add(1);
    let before = tx.list_members(id, None, most)?;
    if before.len() > MAX_MEMBERS {
        return Err(ApiError::TooManyKeys { key: "members".to_owned(), max: MAX_MEMBERS }.into());
    }
    let mut after = BTreeSet::new();
    for name in names {
        after.insert(find_by_name(tx, name)?.id);
    }
    for (user, _) in before {
        if !after.contains(&user) {
            tx.remove_member(id, user, because)?;
        }
    }
    for user in after {
        tx.add_member(id, user, because)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
