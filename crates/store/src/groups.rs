//! Groups and their members.

use crate::{
    Because, StoreError, Tx, WriteTx,
    backend::each,
    schema::{group_member, groups, users},
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use vouchsafe_types::{AuditAction, AuditEvent, GroupId, UserId};

/// A set of users, with an owner who decides about its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Id, never reused.
    pub id: GroupId,
    /// Who decides about members.
    pub owner: UserId,
    /// What to call it; need not be unique.
    pub name: String,
    /// What the owner keeps with it.
    pub metadata: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

pub(crate) type GroupRow = (Id, Id, String, Json, Ts);

pub(crate) fn group_of((id, owner, name, metadata, created_at): GroupRow) -> Group {
    Group { id: id.to(), owner: owner.to(), name, metadata: metadata.0, created_at: created_at.0 }
}

impl Tx<'_> {
    /// The group with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_group(&mut self, id: GroupId) -> Result<Option<Group>, StoreError> {
        let row: Option<GroupRow> = groups::table.find(Id::from(id)).first(self.conn).optional()?;
        Ok(row.map(group_of))
    }

    /// Ids and names of members, by name, at most `limit`, after the given name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_members(
        &mut self,
        group: GroupId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<(UserId, String)>, StoreError> {
        let rows: Vec<(Id, String)> = group_member::table
            .inner_join(users::table.on(users::id.eq(group_member::user_id)))
            .filter(group_member::group_id.eq(Id::from(group)))
            .filter(users::username.gt(after.unwrap_or_default()))
            .select((users::id, users::username))
            .order(users::username)
            .limit(limit)
            .load(self.conn)?;
        Ok(rows.into_iter().map(|(id, name)| (id.to(), name)).collect())
    }
}

impl Tx<'_> {
    /// The groups that a user owns, by age; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_groups_owned_by(&mut self, owner: UserId, limit: i64) -> Result<Vec<Group>, StoreError> {
        let owned = groups::table.filter(groups::owner_id.eq(Id::from(owner)));
        let rows: Vec<GroupRow> = owned.order((groups::created_at, groups::id)).limit(limit).load(self.conn)?;
        Ok(rows.into_iter().map(group_of).collect())
    }

    /// The groups that a user is in, by id; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_groups_with(&mut self, member: UserId, limit: i64) -> Result<Vec<Group>, StoreError> {
        let rows: Vec<GroupRow> = group_member::table
            .inner_join(groups::table.on(groups::id.eq(group_member::group_id)))
            .filter(group_member::user_id.eq(Id::from(member)))
            .order(group_member::group_id)
            .select(groups::all_columns)
            .limit(limit)
            .load(self.conn)?;
        Ok(rows.into_iter().map(group_of).collect())
    }

    pub(crate) fn list_group_ids_of(&mut self, owner: UserId) -> Result<Vec<GroupId>, StoreError> {
        let ids: Vec<Id> =
            groups::table.filter(groups::owner_id.eq(Id::from(owner))).select(groups::id).load(self.conn)?;
        Ok(ids.into_iter().map(Id::to).collect())
    }

    /// How many members a group has.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_members(&mut self, group: GroupId) -> Result<i64, StoreError> {
        Ok(group_member::table.filter(group_member::group_id.eq(Id::from(group))).count().get_result(self.conn)?)
    }

    /// Whether a user is in a group.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn is_member(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let member = group_member::table.find((Id::from(group), Id::from(user)));
        Ok(diesel::select(diesel::dsl::exists(member)).get_result(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Writes a new group, or what has changed about one.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn save_group(&mut self, group: &Group) -> Result<(), StoreError> {
        let changed = (
            groups::owner_id.eq(Id::from(group.owner)),
            groups::name.eq(&group.name),
            groups::metadata.eq(Json(group.metadata.clone())),
        );
        let key = (groups::id.eq(Id::from(group.id)), groups::created_at.eq(Ts(group.created_at)));
        let first = diesel::insert_into(groups::table).values((key, changed.clone()));
        each!(self.conn, c => first.on_conflict(groups::id).do_update().set(changed).execute(c))?;
        self.touch_identity();
        Ok(())
    }

    /// Deletes a group, its memberships, and the grants it has. That everybody has left it is one line of the audit,
    /// however many they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_group(&mut self, group: GroupId, because: Because<'_>) -> Result<(), StoreError> {
        self.retire_grants_of_group(group, because)?;
        diesel::delete(groups::table.find(Id::from(group))).execute(self.conn)?;
        self.touch_identity();
        let event = AuditEvent::of_group_end(group, because.actor, because.at, because.reason);
        self.audit_for(because, event)
    }

    /// Takes a user into a group, with an audit event; once more changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn add_member(&mut self, group: GroupId, user: UserId, because: Because<'_>) -> Result<(), StoreError> {
        let row = (group_member::group_id.eq(Id::from(group)), group_member::user_id.eq(Id::from(user)));
        let first = diesel::insert_into(group_member::table).values(row);
        let added = each!(self.conn, c => first.on_conflict_do_nothing().execute(c))?;
        self.membership(added, AuditAction::Join, group, user, because)
    }

    /// Takes a user out of a group, with an audit event; one who is not in it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn remove_member(&mut self, group: GroupId, user: UserId, because: Because<'_>) -> Result<(), StoreError> {
        let row = group_member::table.find((Id::from(group), Id::from(user)));
        let removed = diesel::delete(row).execute(self.conn)?;
        self.membership(removed, AuditAction::Leave, group, user, because)
    }

    fn membership(
        &mut self,
        changed: usize,
        action: AuditAction,
        group: GroupId,
        user: UserId,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        if changed == 0 {
            return Ok(());
        }
        self.touch_identity();
        let event = AuditEvent::of_member(action, group, user, because.actor, because.at, because.reason);
        self.audit_for(because, event)
    }
}
