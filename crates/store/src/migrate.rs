//! Migrations: the same names on both engines, applied by one process at a time.

use crate::{StoreError, backend::Conn, open, transaction};
use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    migration::{Migration, MigrationSource},
    sql_query,
    sql_types::Text,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::{BTreeMap, BTreeSet};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Names of the migrations that are not applied yet, oldest first. Writes nothing.
///
/// # Errors
/// [`StoreError::Newer`] when the database knows migrations that we do not.
pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let applied = applied(conn)?;
    let known = known().map_err(unavailable)?;
    match applied.iter().find(|version| !known.contains_key(*version)) {
        Some(unknown) => Err(StoreError::Newer(unknown.clone())),
        None => Ok(known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect()),
    }
}

/// A database that a newer program has migrated may mean something else by what it holds.
pub(crate) fn refuse_newer(conn: &mut Conn) -> Result<(), StoreError> {
    pending(conn).map(drop)
}

/// Names of all migrations, oldest first.
pub(crate) fn names() -> Result<Vec<String>, StoreError> {
    Ok(known().map_err(unavailable)?.into_values().collect())
}

/// Applies what is pending, all of it or nothing, and gives the names of what was applied.
///
/// # Errors
/// [`StoreError::Newer`] as above; [`StoreError::Unavailable`] when a migration fails.
pub(crate) fn migrate(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    alone(conn, |conn| {
        // A server that may only be read for a while still lets us start.
        let names = pending(conn)?;
        if names.is_empty() {
            return Ok(names);
        }
        let applied: Outcome<()> = match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(conn) => conn.run_pending_migrations(POSTGRES).map(|_| ()),
            Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|_| ()),
        };
        applied.map(|()| names).map_err(unavailable)
    })
}

/// Takes back every migration, newest first: for the tests that go up, down and up.
pub(crate) fn revert_all(conn: &mut Conn) -> Result<(), StoreError> {
    alone(conn, |conn| {
        let reverted: Outcome<()> = match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(conn) => conn.revert_all_migrations(POSTGRES).map(|_| ()),
            Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(|_| ()),
        };
        reverted.map_err(unavailable)
    })
}

/// In one transaction, while nobody else writes, and for as long as it takes: another node may be at it, and tables may
/// be large.
fn alone<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
    open::lift_limits(conn)?;
    let outcome = transaction::begin_writing(conn).map_err(StoreError::from).and_then(|()| match f(conn) {
        Ok(value) => transaction::commit(conn).map(|()| value).map_err(StoreError::from),
        Err(error) => {
            transaction::roll_back(conn);
            Err(error)
        }
    });
    let limited = open::set_limits(conn);
    let value = outcome?;
    limited?;
    Ok(value)
}

/// The versions that the database says it has. Diesel would make the table that they are in first.
fn applied(conn: &mut Conn) -> Result<BTreeSet<String>, StoreError> {
    let table = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => "SELECT tablename::text AS version FROM pg_tables WHERE schemaname = current_schema()",
        Conn::Sqlite(_) => "SELECT name AS version FROM sqlite_master WHERE type = 'table'",
    };
    let tables = versions(conn, table)?;
    if !tables.contains("__diesel_schema_migrations") {
        return Ok(BTreeSet::new());
    }
    Ok(versions(conn, "SELECT version FROM __diesel_schema_migrations")?)
}

fn versions(conn: &mut Conn, query: &str) -> QueryResult<BTreeSet<String>> {
    Ok(sql_query(query).load::<Version>(conn)?.into_iter().map(|row| row.version).collect())
}

/// The names of the migrations that we know, by their versions: the same on both engines.
fn known() -> Outcome<BTreeMap<String, String>> {
    let all: Vec<Box<dyn Migration<Sqlite>>> = MigrationSource::<Sqlite>::migrations(&SQLITE)?;
    Ok(all.iter().map(|one| (one.name().version().to_string(), one.name().to_string())).collect())
}

fn unavailable(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests;
