//! How a connection to each engine is set up.

use diesel::{Connection, SqliteConnection, connection::SimpleConnection, r2d2::Error};
use std::path::Path;

/// How long a statement waits for another process that writes, in milliseconds.
const BUSY_TIMEOUT_MS: u32 = 5000;

/// FULL, because an acknowledged grant survives a power cut; writes that commit together pay for it together.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;";

pub(crate) fn sqlite(file: &Path) -> Result<SqliteConnection, Error> {
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).map_err(Error::ConnectionError)?;
    // The timeout comes first: switching to WAL takes a lock.
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; {PRAGMAS}")).map_err(Error::QueryError)?;
    Ok(conn)
}

/// A statement is bounded, because a request that has gone cannot call it back. Every statement of ours is a walk from
/// index to index; left to itself the planner reads whole tables while they are small, or as long as it has not counted
/// them, and plans every statement anew.
#[cfg(feature = "postgres")]
const SETTINGS: &str = "SET timezone = 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '10s';
     SET idle_in_transaction_session_timeout = '60s'; SET enable_seqscan = off; SET enable_hashjoin = off;
     SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan;";

#[cfg(feature = "postgres")]
pub(crate) fn postgres(url: &str) -> Result<diesel::PgConnection, Error> {
    let mut conn = diesel::PgConnection::establish(url).map_err(Error::ConnectionError)?;
    conn.batch_execute(SETTINGS).map_err(Error::QueryError)?;
    Ok(conn)
}
