//! What faces ask that name entries by their number and show whole folders with their shares.

use crate::{
    Because, Entry, StoreError, Tx, User, WriteTx,
    below::{Found, grants_below},
    entries::{COLUMNS, EntryRow},
    holder::HolderColumns,
    schema::{entry, grants, users},
    sql_types::DbUuid,
    users::user_of,
};
use diesel::{
    dsl::exists,
    prelude::*,
    sql_types::{BigInt, SmallInt},
};
use std::collections::BTreeSet;
use vouchsafe_types::{AuditEvent, Grant, Holder, Restrictions};

/// Of the grants on an entry and below it, those of one holder, and none on the entry itself.
const OF_HOLDER: &str = "WHERE down.level > 0 AND x.holder_kind = $2 AND x.holder_id = $3";

impl Tx<'_> {
    /// What lies in a directory, directories first, each by name: at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn page_of_children(&mut self, of: &Entry, skip: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<EntryRow> = entry::table
            .filter(entry::parent_id.eq(of.id))
            .order((entry::is_dir.desc(), entry::name))
            .select(COLUMNS)
            .limit(limit)
            .offset(skip)
            .load(self.conn)?;
        let mut children = Vec::with_capacity(rows.len());
        for row in rows {
            children.extend(self.in_its_tree(Some(row))?);
        }
        Ok(children)
    }

    /// How many files and how many directories lie in a directory.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_children(&mut self, of: &Entry) -> Result<(i64, i64), StoreError> {
        let within = || entry::table.filter(entry::parent_id.eq(of.id));
        let files: i64 = within().filter(entry::is_dir.eq(false)).count().get_result(self.conn)?;
        let all: i64 = within().count().get_result(self.conn)?;
        Ok((files, all.saturating_sub(files)))
    }

    /// Which of these entries have grants of their own, to whomever.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn shared_among(&mut self, numbers: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
        let on = entry::table.filter(entry::id.eq_any(numbers.iter().copied()));
        let shared = on.filter(exists(grants::table.filter(grants::entry_id.eq(entry::id.nullable()))));
        let found: Vec<i64> = shared.select(entry::id).load(self.conn)?;
        Ok(found.into_iter().collect())
    }

    /// The grants that a person, group or everyone has below an entry, not on it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_grants_to_below(&mut self, holder: &Holder, above: &Entry) -> Result<Vec<Grant>, StoreError> {
        let HolderColumns { kind, id, .. } = HolderColumns::from(holder);
        let query = diesel::sql_query(format!("{}{OF_HOLDER}", grants_below(self.conn))).bind::<BigInt, _>(above.id);
        let found: Vec<Found> = query.bind::<SmallInt, _>(kind).bind::<DbUuid, _>(id).load(self.conn)?;
        self.list_grants_by_id(&found)
    }

    /// Accounts that are not suspended, by name: at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_people(&mut self, skip: i64, limit: i64) -> Result<Vec<User>, StoreError> {
        let active = users::table.filter(users::is_suspended.eq(false)).order(users::username);
        let rows = active.limit(limit).offset(skip).load(self.conn)?;
        rows.into_iter().map(user_of).collect()
    }

    /// How many accounts are not suspended.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_people(&mut self) -> Result<i64, StoreError> {
        Ok(users::table.filter(users::is_suspended.eq(false)).count().get_result(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Sets what the owner of a file keeps back there, with an audit event.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn set_restrictions(
        &mut self,
        of: &Entry,
        restrictions: Restrictions,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let Restrictions { denies_download, denies_sharing } = restrictions;
        diesel::update(entry::table.find(of.id).filter(entry::is_dir.eq(false)))
            .set((entry::denies_download.eq(denies_download), entry::denies_sharing.eq(denies_sharing)))
            .execute(self.conn)?;
        self.touch_tree(of.root);
        let Because { actor, at, reason, .. } = because;
        let event = AuditEvent::of_restrictions(of.uuid, (of.restrictions, restrictions), actor, at, reason);
        self.audit_for(because, event)
    }
}
