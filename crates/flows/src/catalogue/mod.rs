//! What can be shared, as the host application tells us: entries, groups, apps, sites.

mod entries;
mod groups;
mod text;
mod things;

pub(crate) use entries::zus_ids;
pub use entries::{EntryChange, EntryKind, EntryWithPath};
pub use groups::{GroupChange, GroupWithMembers};
pub use things::{AppChange, SiteChange};
