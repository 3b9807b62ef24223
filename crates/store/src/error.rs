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
    /// What was read cannot be what we wrote.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// Any other refusal by the database.
    #[error("database: {0}")]
    Database(DieselError),
}

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
                let passing = ["disk is full", "database is locked", "readonly database", "disk I/O"];
                if passing.iter().any(|p| text.contains(p)) { Self::Unavailable(text) } else { Self::Database(other) }
            }
        }
    }
}
