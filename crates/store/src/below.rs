//! What lies below an entry, found from above: each entry by its parent, and what hangs on an entry by the entry.

use crate::{
    StoreError, Tx,
    backend::Conn,
    sql_types::{DbUuid, Id},
};
use diesel::{prelude::*, sql_types::BigInt};

/// Something with an id, which a statement of our own found.
#[derive(QueryableByName)]
pub(crate) struct Found {
    #[diesel(sql_type = DbUuid)]
    pub(crate) id: Id,
}

/// An entry, and how many levels it lies below the one that was asked about.
#[derive(QueryableByName)]
pub(crate) struct Lower {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) level: i64,
}

/// Joins the rows of `table` whose `column` is an entry in `down`, by the index on that column.
///
/// PostgreSQL plans by what it has counted. Where one directory holds nearly everything, it takes every directory to be
/// such a one, and would go through the whole table for each; `OFFSET 0` keeps it from that.
fn joined(conn: &Conn, table: &str, column: &str, name: &str) -> String {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => format!("JOIN LATERAL (SELECT * FROM {table} WHERE {column} = down.id OFFSET 0) {name} ON TRUE"),
        Conn::Sqlite(_) => format!("CROSS JOIN {table} {name} ON {name}.{column} = down.id"),
    }
}

/// `down`: the entry of the first parameter, and everything below it, with the level of each.
pub(crate) fn down(conn: &Conn) -> String {
    let children = joined(conn, "entry", "parent_id", "e");
    format!(
        "WITH RECURSIVE down (id, uuid, level) AS (SELECT id, uuid, CAST(0 AS BIGINT) FROM entry WHERE id = $1 \
         UNION ALL SELECT e.id, e.uuid, down.level + 1 FROM down {children}) "
    )
}

/// `columns` of everything in a table that hangs on `down`, one row each.
pub(crate) fn hanging(conn: &Conn, columns: &str, (table, column): (&str, &str)) -> String {
    format!("{}SELECT {columns} FROM down {} ", down(conn), joined(conn, table, column, "x"))
}

/// `columns` of the grants in `down`.
pub(crate) fn grants_below(conn: &Conn) -> String {
    hanging(conn, "x.id", ("\"grant\"", "entry_id"))
}

impl Tx<'_> {
    /// An entry and everything below it, the deepest first.
    pub(crate) fn list_lower(&mut self, entry: i64) -> Result<Vec<Lower>, StoreError> {
        let query = format!("{}SELECT id, level FROM down ORDER BY level DESC", down(self.conn));
        Ok(diesel::sql_query(query).bind::<BigInt, _>(entry).load(self.conn)?)
    }
}
