//! What lies in memory.

use vouchsafe_types::{EntryId, UserId};

/// A file or directory in memory.
///
/// ```
/// use vouchsafe_engine::{MemorySource, memory::MemoryEntry};
/// let mut source = MemorySource::default();
/// source.add_person("ann");
/// let plan = source.add_path("/ann/plan.txt", true).unwrap();
/// let MemoryEntry { name, is_file, parent } = &source.entries[&plan];
/// assert_eq!((name.as_str(), *is_file, parent.is_some()), ("plan.txt", true, true));
/// ```
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
///
/// ```
/// use vouchsafe_engine::{MemorySource, memory::MemorySite};
/// let mut source = MemorySource::default();
/// let ann = source.add_person("ann");
/// let blog = source.add_site(ann, "blog", None);
/// let MemorySite { owner, root, .. } = &source.sites[&blog];
/// assert_eq!((*owner, *root), (ann, None), "it serves nothing yet");
/// ```
#[derive(Clone, Debug)]
pub struct MemorySite {
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// The directory it serves.
    pub root: Option<EntryId>,
}
