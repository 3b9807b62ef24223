//! Tells without asking the database whether anybody has committed since we looked last.
//!
//! The header of the WAL index changes with every commit, whoever makes it: this process or another. It lies at the
//! start of the `-shm` file, where 48 bytes are read with one system call.
//!
//! Source: "WAL-mode File Format" (sqlite.org/walformat.html), section 2.1, the first copy of the WAL-index header.

use std::{
    fs::File,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

/// What the header looked like. Equal headers mean that nothing was committed in between.
pub(crate) type Header = [u8; 48];

/// The WAL index of one database.
pub(crate) struct WalIndex {
    path: PathBuf,
    open: RwLock<Option<File>>,
}

impl WalIndex {
    pub(crate) fn new(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-shm");
        Self { path: path.into(), open: RwLock::new(None) }
    }

    /// The header now; `None` when it cannot be told, and the database must be asked.
    pub(crate) fn header(&self) -> Option<Header> {
        if let Some(file) = self.open.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && let Some(header) = read(file)
        {
            return Some(header);
        }
        let file = File::open(&self.path).ok()?;
        let header = read(&file);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(file);
        header
    }
}

/// A header that says that it is initialised, of a file that is still there under its name.
fn read(file: &File) -> Option<Header> {
    let mut header: Header = [0; 48];
    file.read_exact_at(&mut header, 0).ok()?;
    let is_initialised = header.get(12).is_some_and(|byte| *byte != 0);
    (is_initialised && file.metadata().is_ok_and(|m| m.nlink() > 0)).then_some(header)
}
