//! Groups in Puter's words: made by a person, members added and removed by name.

use super::groups::missing;
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use vouchsafe_store::{Group, WriteTx};
use vouchsafe_types::{Actor, ChangeKind, DefaultGroup, GroupId, error::ApiError};

/// The most groups that one person makes in an hour.
const GROUPS_PER_HOUR: i64 = 20;
/// The most names in one request, and the most members and groups in one answer.
const MOST_NAMES: usize = 1_000;
/// What a group is called whose metadata names it not.
const NAMELESS: &str = "group";
/// The longest name of a group, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// A group that the caller owns, with at most 1,000 of its members by name.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedGroup {
    /// The group.
    pub group: Group,
    /// The names of its members.
    pub members: Vec<String>,
}

/// The groups that concern a person; at most 1,000 of each kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupsOfPerson {
    /// Those he owns.
    pub owned: Vec<OwnedGroup>,
    /// Those he is in; members are not told.
    pub joined: Vec<Group>,
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
            let made = tx.count_groups_made(owner, now - TimeDelta::hours(1))?;
            if self.settings.are_limits_on && made > GROUPS_PER_HOUR {
                return Err(ApiError::TooManyRequests {}.into());
            }
            let id = GroupId::mint();
            let name = name_in(&metadata).unwrap_or(NAMELESS).to_owned();
            tx.save_group(&Group { id, owner, name, metadata: Value::Object(metadata), created_at: now })?;
            tx.tell(ChangeKind::Group, actor, now, json!({ "group": id }));
            Ok(id)
        })
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

    /// The groups that the caller owns, with their members, and those he is in.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn groups_of(&self, actor: &Actor) -> Result<GroupsOfPerson, Fault> {
        let Actor::User(user) = *actor else { return Err(ApiError::Forbidden {}.into()) };
        let most = i64::try_from(MOST_NAMES).unwrap_or(i64::MAX);
        self.read(|tx| {
            let mut found = GroupsOfPerson { owned: Vec::new(), joined: tx.list_groups_with(user, most)? };
            for group in tx.list_groups_owned_by(user, most)? {
                let members = tx.list_members(group.id, None, most)?.into_iter().map(|(_, name)| name).collect();
                found.owned.push(OwnedGroup { group, members });
            }
            Ok(found)
        })
    }
}

fn name_in(metadata: &Map<String, Value>) -> Option<&str> {
    let is_name = |text: &&str| !text.is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control);
    ["name", "title"].iter().find_map(|key| metadata.get(*key)?.as_str().filter(is_name))
}
