//! How many levels of directories lie below a directory. Kept with it, so that a move knows how deep things come to lie
//! without looking at them.

use crate::{Entry, StoreError, Tx, WriteTx, schema::entry};
use diesel::prelude::*;

impl Tx<'_> {
    /// How many levels of directories lie below an entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn height_of(&mut self, of: &Entry) -> Result<usize, StoreError> {
        let height: i32 = entry::table.find(of.id).select(entry::height).first(self.conn)?;
        usize::try_from(height).map_err(|error| StoreError::Corrupt(format!("a height: {error}")))
    }
}

impl WriteTx<'_> {
    /// Puts right the heights of a directory and of those above it, after a directory came into it or left it.
    pub(crate) fn settle_heights(&mut self, is_dir: bool, within: Option<i64>) -> Result<(), StoreError> {
        let mut at = within.filter(|_| is_dir);
        while let Some(number) = at {
            let (before, above): (i32, Option<i64>) =
                entry::table.find(number).select((entry::height, entry::parent_id)).first(self.conn)?;
            let dirs = entry::table.filter(entry::parent_id.eq(number)).filter(entry::is_dir);
            let highest: Option<i32> =
                dirs.select(entry::height).order(entry::height.desc()).first(self.conn).optional()?;
            let height = highest.map_or(0, |highest| highest + 1);
            if height == before {
                break;
            }
            diesel::update(entry::table.find(number)).set(entry::height.eq(height)).execute(self.conn)?;
            at = above;
        }
        Ok(())
    }
}
