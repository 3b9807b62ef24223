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

/// What the engines say of troubles that pass by themselves, or that an operator ends: a disk, a lock, a server that is
/// away or was told to stop.
const PASSING: [&str; 14] = [
    "disk is full",
    "database is locked",
    "readonly database",
    "disk I/O",
    "unable to open database file",
    "server closed the connection",
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
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, about) => {
                Self::Unavailable(about.message().to_owned())
            }
            DieselError::DeserializationError(about) => Self::Corrupt(about.to_string()),
            other => {
                let text = other.to_string();
                if PASSING.iter().any(|passing| text.contains(passing)) {
                    Self::Unavailable(text)
                } else {
                    Self::Database(other)
                }
            }
        }
    }
}
