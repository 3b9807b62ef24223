//! How a connection to each engine is set up.

use crate::{backend::Conn, in_use::beside};
use diesel::{Connection, QueryResult, SqliteConnection, connection::SimpleConnection, r2d2::Error};
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How long a statement waits for another process that writes, in milliseconds.
const BUSY_TIMEOUT_MS: u32 = 5000;

/// FULL, because an acknowledged grant survives a power cut; writes that commit together pay for it together.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;";

pub(crate) fn sqlite(file: &Path) -> Result<SqliteConnection, Error> {
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).map_err(Error::ConnectionError)?;
    let set_up = format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; {PRAGMAS}");
    let end = Instant::now() + Duration::from_millis(BUSY_TIMEOUT_MS.into());
    // Of those who switch a new file to WAL at once all but one are refused without waiting, whatever the timeout:
    // SQLite does not wait for a lock while it holds a weaker one.
    while let Err(error) = conn.batch_execute(&set_up) {
        if !error.to_string().contains("database is locked") || Instant::now() > end {
            return Err(Error::QueryError(error));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(conn)
}

/// A connection that writes nothing, not even beside the file.
pub(crate) fn sqlite_to_read(file: &Path) -> Result<SqliteConnection, Error> {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // Without a journal nobody has it open, and what is asked like one that others use would get a journal.
    let how = if beside(file, "-wal").exists() { "readonly_shm=1" } else { "immutable=1" };
    let opened = SqliteConnection::establish(&format!("file:{path}?mode=ro&{how}"));
    let mut conn = opened.map_err(Error::ConnectionError)?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")).map_err(Error::QueryError)?;
    Ok(conn)
}

/// A statement is bounded, because a request that has gone cannot call it back. Every statement of ours is a walk from
/// index to index; left to itself the planner reads whole tables while they are small, or as long as it has not counted
/// them, and plans every statement anew.
#[cfg(feature = "postgres")]
const SETTINGS: &str =
    "SET client_min_messages = warning; SET timezone = 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '5s';
     SET idle_in_transaction_session_timeout = '60s'; SET enable_seqscan = off; SET enable_hashjoin = off;
     SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan;";

/// How long a server may keep silent before it counts as away: while it is reached, and while it should acknowledge
/// what was sent. Left to itself the system waits for many minutes. And of several servers only the one that is written
/// to is good enough, also for reading: a standby lags behind what was answered.
#[cfg(feature = "postgres")]
const LIMITS: [(&str, &str); 7] = [
    ("connect_timeout", "3"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
    ("application_name", "vouchsafe"),
    ("target_session_attrs", "primary"),
];

/// The URL with our limits, where the operator has not set his own.
#[cfg(feature = "postgres")]
pub(crate) fn with_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in LIMITS {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// For a migration: it may take as long as it takes, and reads whole tables.
#[cfg(feature = "postgres")]
const NO_LIMITS: &str = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
     SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on;";

/// Lets the statements of a connection take as long as they take, until [`set_limits`].
pub(crate) fn lift_limits(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute(NO_LIMITS),
        Conn::Sqlite(_) => Ok(()),
    }
}

/// Bounds the statements of a connection as when it was opened.
pub(crate) fn set_limits(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => pg.batch_execute(SETTINGS),
        Conn::Sqlite(_) => Ok(()),
    }
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres(url: &str) -> Result<diesel::PgConnection, Error> {
    let mut conn = diesel::PgConnection::establish(url).map_err(Error::ConnectionError)?;
    conn.batch_execute(SETTINGS).map_err(Error::QueryError)?;
    Ok(conn)
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::with_limits;

    #[test]
    fn a_limit_that_the_operator_set_stays() {
        let url = with_limits("postgres://u@h/d?connect_timeout=9");
        assert_eq!(url.matches("connect_timeout=").count(), 1, "{url}");
        assert!(url.starts_with("postgres://u@h/d?connect_timeout=9&keepalives_idle=10&"), "{url}");
        assert!(url.ends_with("&target_session_attrs=primary"), "{url}");
        assert!(with_limits("postgres://u@h/d").starts_with("postgres://u@h/d?connect_timeout=3&"));
    }
}
