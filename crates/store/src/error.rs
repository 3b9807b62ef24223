//! What can go wrong with storage.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of storage. A failed query is never "no rows".
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row of that key exists already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The database cannot be reached, is full, or a batch of writes could not be committed.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// Another transaction was in the way, and nothing was written: the same may work when it is done again whole.
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// What an operator asked for, and why it is not done. Nothing was changed.
    #[error("{0}")]
    Refused(String),
    /// The database was migrated by a newer program: it may mean something else by what it holds.
    #[error("the database knows the migration `{0}`, which this program does not: it is older than the database")]
    Newer(String),
    /// What was read cannot be what we wrote.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// Any other refusal by the database.
    #[error("database: {0}")]
    Database(DieselError),
}

/// What a write may fail with: storage's own failures among others, told apart so that it can be done again.
pub trait StoreFailure: From<StoreError> {
    /// Storage's own failure, if it is one.
    fn of_store(&self) -> Option<&StoreError>;
}

impl StoreFailure for StoreError {
    fn of_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// What PostgreSQL says when it has ended one of two transactions that waited for each other.
const DEADLOCK: &str = "deadlock detected";

/// What the engines say of troubles that pass by themselves, or that an operator ends: a disk, a lock, a server that is
/// away or was told to stop.
const PASSING: [&str; 16] = [
    "disk is full",
    "database is locked",
    "readonly database",
    "disk I/O",
    "unable to open database file",
    "server closed the connection",
    "could not receive data from server",
    "could not send data to server",
    "terminating connection",
    "could not connect",
    "connection to server",
    "no connection to the server",
    "SSL connection has been closed",
    "the database system is",
    "canceling statement due to",
    "No space left on device",
];

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, about) => {
                Self::Duplicate(about.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, about) => {
                Self::Contended(about.message().to_owned())
            }
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection was lost".to_owned()),
            // An operator, or a disk that is nearly full, has seen to it that nothing is written for a while.
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::ReadOnlyTransaction,
                about,
            ) => Self::Unavailable(about.message().to_owned()),
            DieselError::DeserializationError(about) => Self::Corrupt(about.to_string()),
            other => {
                let text = other.to_string();
                if text.contains(DEADLOCK) {
                    Self::Contended(text)
                } else if PASSING.iter().any(|passing| text.contains(passing)) {
                    Self::Unavailable(text)
                } else {
                    Self::Database(other)
                }
            }
        }
    }
}
