//! What people call the folders that were shared with them, and where they put them.

use crate::{
    StoreError, Tx, WriteTx,
    backend::each,
    schema::mount,
    sql_types::{DbUuid, Id},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use std::collections::BTreeMap;
use vouchsafe_types::UserId;

/// A folder of somebody else's, as one person arranged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Who.
    pub user: UserId,
    /// The number of the folder.
    pub entry: i64,
    /// What he calls it; `None` for what its owner does.
    pub title: Option<String>,
    /// The number of the folder that he put it into; `None` for the top.
    pub parent: Option<i64>,
}

/// An entry on the way up from where somebody put something, or from what he put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Above {
    /// The number of the directory that it lies in; `None` for a home.
    pub parent: Option<i64>,
    /// Whose home it is.
    pub owner: Option<UserId>,
}

/// Finds the entries on the ways up from all that two people put somewhere, and from where they put it, each once.
const ABOVE: &str = "WITH RECURSIVE up (id, parent_id, owner_id) AS (\
    SELECT e.id, e.parent_id, e.owner_id FROM mount m CROSS JOIN entry e \
    WHERE m.user_id IN ($1, $2) AND m.parent_id IS NOT NULL AND e.id IN (m.parent_id, m.entry_id) \
    UNION SELECT e.id, e.parent_id, e.owner_id FROM up CROSS JOIN entry e WHERE e.id = up.parent_id) \
    SELECT id, parent_id, owner_id FROM up LIMIT $3";

/// So many values are named in one statement.
const BATCH: usize = 1_000;

#[derive(QueryableByName)]
struct AboveRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    parent_id: Option<i64>,
    #[diesel(sql_type = Nullable<DbUuid>)]
    owner_id: Option<Id>,
}

#[derive(Queryable)]
struct MountRow {
    user_id: Id,
    entry_id: i64,
    title: Option<String>,
    parent_id: Option<i64>,
}

impl From<MountRow> for Mount {
    fn from(row: MountRow) -> Self {
        Self { user: row.user_id.to(), entry: row.entry_id, title: row.title, parent: row.parent_id }
    }
}

impl Tx<'_> {
    /// How somebody arranged a folder, if he did.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_mount(&mut self, user: UserId, entry: i64) -> Result<Option<Mount>, StoreError> {
        let row: Option<MountRow> = mount::table.find((Id::from(user), entry)).first(self.conn).optional()?;
        Ok(row.map(Mount::from))
    }

    /// What somebody put into these folders, by number.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_mounts_in(&mut self, user: UserId, folders: &[i64]) -> Result<Vec<Mount>, StoreError> {
        let mut found: Vec<MountRow> = Vec::new();
        for some in folders.chunks(BATCH) {
            let his = mount::table.filter(mount::user_id.eq(Id::from(user)));
            let there = his.filter(mount::parent_id.eq_any(some.iter().copied()));
            found.extend(there.load::<MountRow>(self.conn)?);
        }
        found.sort_by_key(|row| row.entry_id);
        Ok(found.into_iter().map(Mount::from).collect())
    }

    /// What two people put somewhere, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_mounts_of(&mut self, both: [UserId; 2], limit: i64) -> Result<Vec<Mount>, StoreError> {
        let of_both = mount::table.filter(mount::user_id.eq_any(both.map(Id::from)));
        let placed = of_both.filter(mount::parent_id.is_not_null()).order((mount::user_id, mount::entry_id));
        Ok(placed.limit(limit).load::<MountRow>(self.conn)?.into_iter().map(Mount::from).collect())
    }

    /// The entries on the ways up from all that two people put somewhere, and from where they put it: at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_above_mounts_of(&mut self, both: [UserId; 2], limit: i64) -> Result<BTreeMap<i64, Above>, StoreError> {
        let [one, other] = both.map(Id::from);
        let query = diesel::sql_query(ABOVE).bind::<DbUuid, _>(one).bind::<DbUuid, _>(other);
        let rows: Vec<AboveRow> = query.bind::<BigInt, _>(limit).load(self.conn)?;
        let above = |row: &AboveRow| Above { parent: row.parent_id, owner: row.owner_id.map(Id::to) };
        Ok(rows.iter().map(|row| (row.id, above(row))).collect())
    }
}

impl WriteTx<'_> {
    /// Writes how somebody arranged a folder.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn save_mount(&mut self, new: &Mount) -> Result<(), StoreError> {
        let changed = (mount::title.eq(new.title.as_deref()), mount::parent_id.eq(new.parent));
        let key = (mount::user_id.eq(Id::from(new.user)), mount::entry_id.eq(new.entry));
        let first = diesel::insert_into(mount::table).values((key, changed));
        let key = (mount::user_id, mount::entry_id);
        each!(self.conn, c => first.on_conflict(key).do_update().set(changed).execute(c))?;
        Ok(())
    }

    /// Forgets how somebody arranged a folder.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_mount(&mut self, user: UserId, entry: i64) -> Result<(), StoreError> {
        diesel::delete(mount::table.find((Id::from(user), entry))).execute(self.conn)?;
        Ok(())
    }
}
