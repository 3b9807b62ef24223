//! Grants that go because something they hang on goes, and the trees whose versions that changes.

use crate::{
    Because, Entry, StoreError, WriteTx,
    holder::HolderColumns,
    schema::{entry, grants},
    sql_types::Id,
};
use diesel::prelude::*;
use serde_json::Value;
use vouchsafe_engine::plan::Changes;
use vouchsafe_types::{AppUid, GroupId, Holder, UserId};

impl WriteTx<'_> {
    /// Says that every tree changed in which `user` gave or has something, and his own.
    pub(crate) fn touch_trees_of(&mut self, user: UserId) -> Result<(), StoreError> {
        let held = HolderColumns::from(&Holder::User(user));
        let uuids: Vec<Id> = grants::table
            .inner_join(entry::table.on(entry::id.nullable().eq(grants::entry_id)))
            .filter(
                grants::issuer_id
                    .eq(Id::from(user))
                    .or(grants::holder_kind.eq(held.kind).and(grants::holder_id.eq(held.id))),
            )
            .select(entry::uuid)
            .distinct()
            .load(self.conn)?;
        let home: Option<i64> =
            entry::table.filter(entry::owner_id.eq(Id::from(user))).select(entry::id).first(self.conn).optional()?;
        if let Some(home) = home {
            self.touch_tree(home);
        }
        self.touch_trees_with(uuids)
    }

    pub(crate) fn touch_trees_held_by_app(&mut self, app: &AppUid) -> Result<(), StoreError> {
        let uuids: Vec<Id> = grants::table
            .inner_join(entry::table.on(entry::id.nullable().eq(grants::entry_id)))
            .filter(grants::holder_app.eq(app.as_str()))
            .select(entry::uuid)
            .distinct()
            .load(self.conn)?;
        self.touch_trees_with(uuids)
    }

    fn touch_trees_with(&mut self, entries: Vec<Id>) -> Result<(), StoreError> {
        for uuid in entries {
            if let Some((root, _, _)) = self.root_of(uuid.to())? {
                self.touch_tree(root);
            }
        }
        Ok(())
    }

    /// Deletes the grants on an entry and everything below it, with an audit event each; with `issuer`, only what that
    /// person gave.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn retire_grants_below(
        &mut self,
        of: &Entry,
        issuer: Option<UserId>,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let mut delete = Vec::new();
        let mut open = vec![of.id];
        while let Some(id) = open.pop() {
            open.extend(entry::table.filter(entry::parent_id.eq(id)).select(entry::id).load::<i64>(self.conn)?);
            delete.extend(self.list_grants_on(id)?);
        }
        delete.retain(|grant| issuer.is_none_or(|issuer| grant.issuer == issuer));
        self.apply(&Changes { insert: None, delete }, &Value::Null, because)
    }

    /// Holders are no foreign keys, so what they have goes here: an id is never reused, but a row is not kept for nobody.
    pub(crate) fn delete_grants_held_by(&mut self, user: UserId) -> Result<(), StoreError> {
        let id = Id::from(user);
        let held = grants::table.filter(grants::holder_id.eq(id)).filter(grants::holder_kind.eq_any([0_i16, 3]));
        diesel::delete(held).execute(self.conn)?;
        Ok(())
    }

    pub(crate) fn delete_grants_held_by_group(&mut self, group: GroupId) -> Result<(), StoreError> {
        let held = HolderColumns::from(&Holder::Group(group));
        let theirs = grants::table.filter(grants::holder_kind.eq(held.kind)).filter(grants::holder_id.eq(held.id));
        let uuids: Vec<Id> = theirs
            .inner_join(entry::table.on(entry::id.nullable().eq(grants::entry_id)))
            .select(entry::uuid)
            .load(self.conn)?;
        self.touch_trees_with(uuids)?;
        diesel::delete(theirs).execute(self.conn)?;
        Ok(())
    }

    pub(crate) fn delete_grants_on_name(&mut self, name: &str) -> Result<(), StoreError> {
        diesel::delete(grants::table.filter(grants::name.eq(name))).execute(self.conn)?;
        Ok(())
    }
}
