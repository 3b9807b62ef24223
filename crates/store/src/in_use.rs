//! Who has a database file open: everybody who does holds a lock on a file beside it, shared; who puts another database
//! in its place holds it alone. The system lets go of it however a process ends.

use crate::StoreError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// A lock on a database file, as long as this value lives.
pub(crate) struct InUse(#[expect(dead_code, reason = "it is held, not read")] File);

/// The file beside a database whose name ends in `suffix`.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Opened for reading, which is enough to lock it: whoever made it may be another user.
fn lock_file(database: &Path) -> Result<File, StoreError> {
    let path = beside(database, "-lock");
    let opened = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)
        }
        outcome => outcome,
    };
    opened.map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))
}

impl InUse {
    /// Together with all others who have it open.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while another database is being put in its place.
    pub(crate) fn by_many(database: &Path) -> Result<Self, StoreError> {
        let file = lock_file(database)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(StoreError::Unavailable("a backup is being restored over this database".to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(StoreError::Unavailable(error.to_string())),
        }
    }

    /// Alone.
    ///
    /// # Errors
    /// [`StoreError::Refused`] while anybody has it open.
    pub(crate) fn by_one(database: &Path) -> Result<Self, StoreError> {
        let file = lock_file(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Refused(format!(
                "{}: a server or a command is using this database; stop it first",
                database.display()
            ))),
            Err(TryLockError::Error(error)) => Err(StoreError::Unavailable(error.to_string())),
        }
    }
}
