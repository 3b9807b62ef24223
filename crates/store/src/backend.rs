//! The connection, its pool, and how both are set up.

use crate::error::StoreError;
use diesel::{Connection, ConnectionError, SqliteConnection, connection::SimpleConnection, r2d2};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

/// A connection to the database.
pub type Conn = SqliteConnection;

/// A pool of connections for reading.
pub(crate) type Pool = r2d2::Pool<Manager>;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT_MS: u32 = 5000;

/// FULL, because an acknowledged grant survives a power cut; writes that commit together pay for it together.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;";

/// Opens connections to one SQLite file.
#[derive(Debug, Clone)]
pub(crate) struct Manager {
    file: String,
}

impl Manager {
    /// For a URL of the form `sqlite://<path>`.
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        match url.strip_prefix("sqlite://") {
            Some(file) if !file.is_empty() => Ok(Self { file: file.to_owned() }),
            Some(_) | None => Err(StoreError::Unavailable("the database URL is not `sqlite://<path>`".to_owned())),
        }
    }

    /// The path of the database file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// A connection of its own, outside the pool.
    pub(crate) fn open(&self) -> Result<Conn, r2d2::Error> {
        let mut conn = Conn::establish(&self.file).map_err(r2d2::Error::ConnectionError)?;
        // The timeout comes first: switching to WAL takes a lock.
        conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; {PRAGMAS}"))
            .map_err(r2d2::Error::QueryError)?;
        Ok(conn)
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        self.open()
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, _conn: &mut Conn) -> bool {
        std::thread::panicking()
    }
}

/// A pool of `size` connections; waits at most 5 s for a free one.
pub(crate) fn pool(manager: Manager, size: u32) -> Result<Pool, StoreError> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(5))
        .build(manager)
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

/// Names of the migrations that are not applied yet, oldest first.
pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let pending = conn.pending_migrations(MIGRATIONS).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    Ok(pending.iter().map(|m| m.name().to_string()).collect())
}

/// Applies what is pending and gives the names of what was applied.
pub(crate) fn migrate(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let applied = conn.run_pending_migrations(MIGRATIONS).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

/// Takes back every migration, newest first: for the tests that go up, down and up.
pub(crate) fn revert_all(conn: &mut Conn) -> Result<(), StoreError> {
    conn.revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(|e| StoreError::Unavailable(e.to_string()))
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<r2d2::Error> for StoreError {
    fn from(error: r2d2::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}
