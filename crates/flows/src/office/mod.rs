//! The sharing settings of files and folders as a whole: who is shown on an entry with what, and many of them set at
//! once. Entries are named by their number, people and groups by their ids. The words are those of the ONLYOFFICE face.

mod batch;
mod begun;
mod folder;
mod format;
mod level;
mod link_access;
mod links;
mod notice;
mod people;
mod records;
mod set;
mod target;
#[cfg(test)]
mod tests;

pub use batch::Merged;
pub use folder::{EntryCard, FolderPage};
pub use format::Opener;
pub use link_access::{LinkKey, ProvenLink};
pub use links::{LinkOptions, LinkRecord};
pub use records::{EntryShares, ShareRecord, Sharee};
pub use set::{SetShare, Setting, ShareChange, SubjectId};
pub use target::{OfficeTarget, TargetKind};
