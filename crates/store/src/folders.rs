//! Directories as folders: by their numbers, with what lies directly in them, and who shares them.

use crate::{
    Entry, Group, StoreError, StoredGrant, Tx, WriteTx,
    backend::MultiBackend,
    entries::{COLUMNS, EntryRow, entry_of},
    grant_lists::{StoredColumns, stored},
    grants::grants_with,
    groups::{GroupRow, group_of},
    schema::{entry, grants, groups, users},
    sql_types::Id,
    users::is_storable,
};
use diesel::{dsl::not, prelude::*};
use std::collections::HashMap;
use vouchsafe_types::{Holder, UserId};

/// So many values are named in one statement.
const BATCH: usize = 1_000;

impl Tx<'_> {
    /// The entry of this number.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_entry_numbered(&mut self, number: i64) -> Result<Option<Entry>, StoreError> {
        let row: Option<EntryRow> = entry::table.find(number).select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// What lies directly in these directories, by number; without files if they are not wanted.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_children(&mut self, of: &[&Entry], with_files: bool) -> Result<Vec<Entry>, StoreError> {
        let trees: HashMap<i64, (i64, UserId)> = of.iter().map(|dir| (dir.id, (dir.root, dir.owner))).collect();
        let mut found = Vec::new();
        for some in of.chunks(BATCH) {
            let parents = some.iter().map(|dir| dir.id);
            let mut wanted = entry::table
                .filter(entry::parent_id.eq_any(parents))
                .order(entry::id)
                .select(COLUMNS)
                .into_boxed::<MultiBackend>();
            if !with_files {
                wanted = wanted.filter(entry::is_dir);
            }
            found.extend(wanted.load::<EntryRow>(self.conn)?);
        }
        let with_tree = |row: EntryRow| row.2.and_then(|parent| trees.get(&parent)).copied().map(|tree| (row, tree));
        Ok(found.into_iter().filter_map(with_tree).map(|(row, (root, owner))| entry_of(row, root, owner)).collect())
    }

    /// The grant of this number.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_grant_numbered(&mut self, number: i64) -> Result<Option<StoredGrant>, StoreError> {
        let query = grants_with!(grants::seq, grants::extra).filter(grants::seq.eq(number));
        query.first::<StoredColumns>(self.conn).optional()?.map(stored).transpose()
    }

    /// The grants on an entry and on everything below it, by number; of more than `limit` so many, and any of them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_grants_in(&mut self, of: &Entry, limit: i64) -> Result<Vec<StoredGrant>, StoreError> {
        let ids = self.find_grants_below(of.id, limit)?;
        let mut rows: Vec<StoredColumns> = Vec::with_capacity(ids.len());
        for some in ids.chunks(BATCH) {
            let ids = some.iter().map(|found| found.id);
            rows.extend(
                grants_with!(grants::seq, grants::extra)
                    .filter(grants::id.eq_any(ids))
                    .load::<StoredColumns>(self.conn)?,
            );
        }
        rows.sort_by_key(|row| row.0);
        rows.into_iter().map(stored).collect()
    }

    /// The groups of this name; at most `limit`, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_groups_named(&mut self, name: &str, limit: i64) -> Result<Vec<Group>, StoreError> {
        if !is_storable(name) {
            return Ok(Vec::new());
        }
        let named = groups::table.filter(groups::name.eq(name)).order(groups::id).limit(limit);
        Ok(named.load::<GroupRow>(self.conn)?.into_iter().map(group_of).collect())
    }

    /// Whether a user was given something of his own on an entry or below it. What keeps him out is nothing given.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn has_grants_in(&mut self, user: UserId, of: &Entry) -> Result<bool, StoreError> {
        let held = |StoredGrant { grant, .. }: &StoredGrant| grant.holder == Holder::User(user) && !grant.is_deny();
        Ok(self.list_grants_in(of, i64::MAX)?.iter().any(held))
    }
}

impl WriteTx<'_> {
    /// Writes what to show instead of the name of an entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn set_title(&mut self, of: &Entry, title: Option<&str>) -> Result<(), StoreError> {
        diesel::update(entry::table.filter(entry::uuid.eq(Id::from(of.uuid))))
            .set(entry::title.eq(title))
            .execute(self.conn)?;
        self.touch_tree(of.root);
        Ok(())
    }
}
