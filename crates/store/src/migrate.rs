//! Migrations: the same names on both engines, applied by one process at a time.

use crate::{StoreError, backend::Conn, open, transaction};
use diesel::{
    backend::Backend,
    migration::{Migration, MigrationSource, MigrationVersion},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::BTreeSet;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Names of the migrations that are not applied yet, oldest first.
///
/// # Errors
/// [`StoreError::Newer`] when the database knows migrations that we do not.
pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    refuse_newer(conn)?;
    let names = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => conn.pending_migrations(POSTGRES).map(names),
        Conn::Sqlite(conn) => conn.pending_migrations(SQLITE).map(names),
    };
    names.map_err(unavailable)
}

/// Applies what is pending, all of it or nothing, and gives the names of what was applied.
///
/// # Errors
/// [`StoreError::Newer`] as above; [`StoreError::Unavailable`] when a migration fails.
pub(crate) fn migrate(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    alone(conn, |conn| {
        refuse_newer(conn)?;
        let applied: Outcome<Vec<String>> = match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(conn) => {
                conn.run_pending_migrations(POSTGRES).map(|all| all.iter().map(ToString::to_string).collect())
            }
            Conn::Sqlite(conn) => {
                conn.run_pending_migrations(SQLITE).map(|all| all.iter().map(ToString::to_string).collect())
            }
        };
        applied.map_err(unavailable)
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

/// In one transaction, while nobody else writes, and for as long as it takes: another node may be at it, and tables may be
/// large.
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

/// A database that a newer program has migrated may mean something else by what it holds.
pub(crate) fn refuse_newer(conn: &mut Conn) -> Result<(), StoreError> {
    let applied: Outcome<BTreeSet<String>> = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => MigrationHarness::<diesel::pg::Pg>::applied_migrations(conn).map(versions),
        Conn::Sqlite(conn) => MigrationHarness::<Sqlite>::applied_migrations(conn).map(versions),
    };
    let known = known().map_err(unavailable)?;
    match applied.map_err(unavailable)?.difference(&known).next() {
        Some(unknown) => Err(StoreError::Newer(unknown.clone())),
        None => Ok(()),
    }
}

/// The versions of the migrations that we know: the same on both engines.
fn known() -> Outcome<BTreeSet<String>> {
    let all: Vec<Box<dyn Migration<Sqlite>>> = MigrationSource::<Sqlite>::migrations(&SQLITE)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn versions(all: Vec<MigrationVersion<'static>>) -> BTreeSet<String> {
    all.iter().map(ToString::to_string).collect()
}

fn names<DB: Backend>(all: Vec<Box<dyn Migration<DB>>>) -> Vec<String> {
    all.iter().map(|migration| migration.name().to_string()).collect()
}

fn unavailable(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
