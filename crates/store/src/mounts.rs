//! What people call the folders that were shared with them, and where they put them.

use crate::{StoreError, Tx, WriteTx, backend::each, schema::mount, sql_types::Id};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
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

/// Finds what people put into a folder or below it.
const BELOW: &str = "WITH RECURSIVE down (id) AS (SELECT id FROM entry WHERE id = $1 \
    UNION ALL SELECT e.id FROM down CROSS JOIN entry e WHERE e.parent_id = down.id) \
    SELECT m.user_id, m.entry_id, m.title, m.parent_id FROM down CROSS JOIN mount m WHERE m.parent_id = down.id";

#[derive(Queryable, QueryableByName)]
struct MountRow {
    #[diesel(sql_type = crate::sql_types::DbUuid)]
    user_id: Id,
    #[diesel(sql_type = BigInt)]
    entry_id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    title: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
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

    /// What people put into a folder or below it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_mounts_in(&mut self, entry: i64) -> Result<Vec<Mount>, StoreError> {
        let rows: Vec<MountRow> = diesel::sql_query(BELOW).bind::<BigInt, _>(entry).load(self.conn)?;
        Ok(rows.into_iter().map(Mount::from).collect())
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
