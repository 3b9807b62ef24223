//! Groups in Puter's words: made by a person, members added and removed by name.

use super::groups::missing;
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use vouchsafe_store::{Group, Quota, WriteTx};
use vouchsafe_types::{Actor, ChangeKind, DefaultGroup, GroupId, UserId, error::ApiError};

/// The most groups that one person makes in an hour.
const GROUPS_PER_HOUR: i64 = 20;
/// The most names in one request, and the most members and groups in one answer.
const MOST_NAMES: usize = 1_000;
/// The most members of all groups in one answer.
const MOST_MEMBERS: usize = 10_000;
/// What a group is called whose metadata names it not.
const NAMELESS: &str = "group";
/// The longest name of a group, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// A group that the caller owns, with at most 1,000 of its members by name.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedGroup {
    /// The group.
    pub group: Group,
    /// The names of its members, or of the first of them.
    pub members: Vec<String>,
    /// How many there are.
    pub member_count: usize,
}

/// The groups that concern a person; at most 1,000 of each kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupsOfPerson {
    /// Those he owns.
    pub owned: Vec<OwnedGroup>,
    /// Those he is in; members are not told.
    pub joined: Vec<Group>,
    /// Whether there are no more groups.
    pub is_complete: bool,
}

/// Who joins a group, and who leaves it, by username.
#[derive(Debug, Clone, Default)]
pub struct GroupEdit {
    /// They join; unknown names are passed over.
    pub add: Vec<String>,
    /// They leave.
    pub remove: Vec<String>,
}

impl Vouchsafe {
    /// Makes a group of the caller's, without members. `metadata` is kept as it is; its `name` or `title` names the group.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `too_many_requests` after 20 groups in an hour.
    pub fn create_group(&self, actor: &Actor, metadata: Map<String, Value>) -> Result<GroupId, Fault> {
        let Actor::User(owner) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let (owner, now) = (*owner, self.now());
        self.write("create_group", |tx| {
            self.count_group(tx, owner, now)?;
            let id = GroupId::mint();
            let name = name_in(&metadata).unwrap_or(NAMELESS).to_owned();
            let metadata = Value::Object(metadata.clone());
            tx.save_group(&Group { id, owner, name, metadata, created_at: now })?;
            tx.tell(ChangeKind::Group, actor, now, json!({ "group": id }));
            Ok(id)
        })
    }

    /// Counts a group that a person makes, in whatever face; that he deletes it later gives him nothing back.
    ///
    /// # Errors
    /// `too_many_requests` after 20 groups in an hour.
    pub(super) fn count_group(&self, tx: &mut WriteTx<'_>, owner: UserId, now: DateTime<Utc>) -> Result<(), Fault> {
        let made = tx.count_used(owner, Quota::Groups, now - TimeDelta::hours(1))?;
        if self.settings.are_limits_on && made > GROUPS_PER_HOUR {
            return Err(ApiError::TooManyRequests {}.into());
        }
        Ok(tx.count_use(owner, Quota::Groups, now)?)
    }

    /// Changes who is in a group. Unknown names are passed over, and somebody who is in it already stays in it once.
    ///
    /// # Errors
    /// `entity_not_found`; `forbidden` for who does not own it, and for a default group; `too_many_keys` for more than
    /// 1,000 names.
    pub fn edit_group(&self, actor: &Actor, id: GroupId, edit: &GroupEdit) -> Result<(), Fault> {
        let now = self.now();
        self.write("edit_group", |tx| self.edit_group_in(tx, actor, id, edit, now))
    }

    /// Edits within a transaction.
    pub(crate) fn edit_group_in(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        id: GroupId,
        edit: &GroupEdit,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        if edit.add.len() > MOST_NAMES || edit.remove.len() > MOST_NAMES {
            return Err(ApiError::TooManyKeys { key: "users".to_owned(), max: MOST_NAMES }.into());
        }
        if DefaultGroup::find(id).is_some() {
            return Err(ApiError::Forbidden {}.into());
        }
        let group = tx.find_group(id)?.ok_or_else(|| missing(id))?;
        if !super::groups::allowed(actor, |user| group.owner == user) {
            return Err(ApiError::Forbidden {}.into());
        }
        let because = self.because(actor, "group edited", now);
        for name in &edit.remove {
            if let Some(user) = tx.find_user_by_name(name)? {
                tx.remove_member(id, user.id, because)?;
            }
        }
        for name in &edit.add {
            if let Some(user) = tx.find_user_by_name(name)? {
                tx.add_member(id, user.id, because)?;
            }
        }
        Ok(())
    }

    /// The groups that the caller owns, with their members, and those he is in: at most 1,000 of each, at most 1,000
    /// members of one group and 10,000 altogether.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn groups_of(&self, actor: &Actor) -> Result<GroupsOfPerson, Fault> {
        let Actor::User(user) = *actor else { return Err(ApiError::Forbidden {}.into()) };
        self.read(|tx| {
            let mut joined = tx.list_groups_with(user, one_more(MOST_NAMES))?;
            let mut groups = tx.list_groups_owned_by(user, one_more(MOST_NAMES))?;
            let is_complete = joined.len() <= MOST_NAMES && groups.len() <= MOST_NAMES;
            joined.truncate(MOST_NAMES);
            groups.truncate(MOST_NAMES);
            let (mut owned, mut left) = (Vec::with_capacity(groups.len()), MOST_MEMBERS);
            for group in groups {
                let most = left.min(MOST_NAMES);
                let listed = tx.list_members(group.id, None, i64::try_from(most).unwrap_or(i64::MAX))?;
                let members: Vec<String> = listed.into_iter().map(|(_, name)| name).collect();
                left = left.saturating_sub(members.len());
                let member_count = if members.len() < most {
                    members.len()
                } else {
                    usize::try_from(tx.count_members(group.id)?).unwrap_or(usize::MAX)
                };
                owned.push(OwnedGroup { group, members, member_count });
            }
            Ok(GroupsOfPerson { owned, joined, is_complete })
        })
    }
}

fn one_more(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)
}

fn name_in(metadata: &Map<String, Value>) -> Option<&str> {
    let is_name = |text: &&str| !text.is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control);
    ["name", "title"].iter().find_map(|key| metadata.get(*key)?.as_str().filter(is_name))
}
