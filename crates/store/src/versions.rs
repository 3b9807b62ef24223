//! The versions that caches are keyed by: one per tree, one for identity, and their order, the revision.

use crate::{StoreError, Tx, schema::version::dsl};
use diesel::{prelude::*, upsert::excluded};

/// The row that counts every committed change.
pub(crate) const REVISION: i64 = -1;
/// The row that counts changes of users, groups, memberships and named things.
pub(crate) const IDENTITY: i64 = 0;

/// What a decision was computed from. Equal versions mean that nothing it depends on has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Versions {
    /// Grows with every committed change, anywhere.
    pub revision: i64,
    /// Grows when users, groups, memberships or named things change.
    pub identity: i64,
    /// Grows when entries or grants in the tree change; 0 before the first change.
    pub tree: i64,
}

impl Tx<'_> {
    /// The versions in this view.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn versions(&mut self, tree: Option<i64>) -> Result<Versions, StoreError> {
        let tree = tree.unwrap_or(IDENTITY);
        let rows: Vec<(i64, i64)> =
            dsl::version.filter(dsl::id.eq(REVISION).or(dsl::id.eq(IDENTITY)).or(dsl::id.eq(tree))).load(self.conn)?;
        let find = |id| rows.iter().find(|(row, _)| *row == id).map_or(0, |(_, n)| *n);
        Ok(Versions { revision: find(REVISION), identity: find(IDENTITY), tree: find(tree) })
    }

    pub(crate) fn bump_version(&mut self, id: i64) -> Result<(), StoreError> {
        diesel::insert_into(dsl::version)
            .values((dsl::id.eq(id), dsl::n.eq(1)))
            .on_conflict(dsl::id)
            .do_update()
            .set(dsl::n.eq(dsl::n + excluded(dsl::n)))
            .execute(self.conn)?;
        Ok(())
    }
}
