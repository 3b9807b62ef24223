//! How transactions begin and end on each engine.

use crate::backend::Conn;
use diesel::{
    Connection, QueryResult,
    connection::{AnsiTransactionManager, TransactionManager},
};
#[cfg(feature = "postgres")]
use diesel::{RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::Bool};

type Manager = <Conn as Connection>::TransactionManager;

/// Held by whoever writes to a PostgreSQL schema: one writer at a time, over all nodes, as on SQLite. So what a write
/// decides by stays true until it commits, and revisions are given out in the order of the commits.
#[cfg(feature = "postgres")]
const ONE_WRITER: &str = "SELECT pg_advisory_xact_lock(7021965, hashtext(current_schema()))";

/// Begins a transaction that may write, and waits until nobody else writes.
pub(crate) fn begin_writing(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
            let locked = pg.batch_execute(ONE_WRITER);
            if locked.is_err() {
                roll_back(conn);
            }
            locked
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
    }
}

/// Begins a transaction that reads one consistent state.
pub(crate) fn begin_reading(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN DEFERRED"),
    }
}

/// Begins a transaction that may write to one consistent state, and will never be committed. On a server it does not
/// wait until nobody else writes, and keeps no one waiting for long: what it has to wait for itself ends it.
#[cfg(feature = "postgres")]
pub(crate) fn begin_rehearsing(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Pg(pg) => {
            AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ")?;
            let limited = pg.batch_execute("SET LOCAL lock_timeout = '200ms'");
            if limited.is_err() {
                roll_back(conn);
            }
            limited
        }
        Conn::Sqlite(_) => begin_writing(conn),
    }
}

/// Begins a transaction that will never be committed.
#[cfg(not(feature = "postgres"))]
pub(crate) fn begin_rehearsing(conn: &mut Conn) -> QueryResult<()> {
    begin_writing(conn)
}

pub(crate) fn commit(conn: &mut Conn) -> QueryResult<()> {
    <Manager as TransactionManager<Conn>>::commit_transaction(conn)
}

/// Gives a transaction up, or takes a savepoint back. Where that fails the connection is broken.
pub(crate) fn roll_back(conn: &mut Conn) {
    if let Err(error) = <Manager as TransactionManager<Conn>>::rollback_transaction(conn) {
        log::debug!("a transaction could not be given up: {error}");
    }
}

/// Begins a savepoint inside a transaction.
pub(crate) fn begin_inner(conn: &mut Conn) -> QueryResult<()> {
    <Manager as TransactionManager<Conn>>::begin_transaction(conn)
}

/// How many transactions and savepoints are open in each other.
pub(crate) fn depth(conn: &mut Conn) -> QueryResult<u32> {
    let status = <Manager as TransactionManager<Conn>>::transaction_manager_status_mut(conn);
    Ok(status.transaction_depth()?.map_or(0, |depth| depth.get()))
}

/// Whether the open transaction cannot go on.
pub(crate) fn is_lost(conn: &mut Conn) -> bool {
    depth(conn).is_err()
}

/// Whether the connection cannot be used for a transaction any more: one that was lost, or one that was left open.
pub(crate) fn is_broken(conn: &mut Conn) -> bool {
    <Manager as TransactionManager<Conn>>::is_broken_transaction_manager(conn)
}

/// Whether a server lets this connection only read, or cannot be asked. A session stays what it was when it began: it
/// is not told when writing is allowed again.
pub(crate) fn is_read_only(conn: &mut Conn) -> bool {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(pg) => diesel::select(sql::<Bool>("current_setting('transaction_read_only') = 'on'"))
            .get_result(pg)
            .unwrap_or(true),
        Conn::Sqlite(_) => false,
    }
}

/// Whether the other end does not answer any more.
pub(crate) fn is_dead(conn: &mut Conn) -> bool {
    diesel::r2d2::R2D2Connection::ping(conn).is_err()
}
