//! Picks rows by number, for who compares two databases.

use crate::{
    StoreError, Tx,
    schema::{entry, grants},
    sql_types::Id,
};
use diesel::{dsl::max, prelude::*};
use vouchsafe_types::EntryId;

impl Tx<'_> {
    /// The greatest numbers of an entry and of a grant.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn last_numbers(&mut self) -> Result<(i64, i64), StoreError> {
        let entries: Option<i64> = entry::table.select(max(entry::id)).first(self.conn)?;
        let grants: Option<i64> = grants::table.select(max(grants::seq)).first(self.conn)?;
        Ok((entries.unwrap_or(0), grants.unwrap_or(0)))
    }

    /// The first entry whose number is greater.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn entry_after(&mut self, number: i64) -> Result<Option<EntryId>, StoreError> {
        let found: Option<Id> = entry::table
            .filter(entry::id.gt(number))
            .order(entry::id)
            .select(entry::uuid)
            .first(self.conn)
            .optional()?;
        Ok(found.map(Id::to))
    }
}
