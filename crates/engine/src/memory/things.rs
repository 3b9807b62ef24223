//! What lies in memory.

use vouchsafe_types::{EntryId, UserId};

/// A file or directory in memory.
#[derive(Clone, Debug)]
pub struct MemoryEntry {
    /// The directory it lies in; `None` for the root of a tree.
    pub parent: Option<EntryId>,
    /// Its name.
    pub name: String,
    /// Whether it is a file.
    pub is_file: bool,
}

/// A site in memory.
#[derive(Clone, Debug)]
pub struct MemorySite {
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// The directory it serves.
    pub root: Option<EntryId>,
}
