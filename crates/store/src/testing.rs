//! A database of its own for a test.

use crate::Store;
use tempfile::TempDir;

/// A migrated database in a directory that goes with it.
pub struct TestDatabase {
    /// The store.
    pub store: Store,
    directory: TempDir,
}

impl TestDatabase {
    /// A fresh, empty, migrated database.
    #[must_use]
    #[expect(clippy::new_without_default, clippy::expect_used, reason = "only tests make one, and want to stop here")]
    pub fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let store = Store::open(&url(&directory), 4).expect("a database");
        store.migrate().expect("migrations");
        Self { store, directory }
    }

    /// The URL under which a second store can open the same database.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.directory)
    }
}

fn url(directory: &TempDir) -> String {
    format!("sqlite://{}", directory.path().join("test.db").display())
}
