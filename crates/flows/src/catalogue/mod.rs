//! What can be shared, as the host application tells us: entries, groups, apps, sites.

mod entries;
mod groups;
mod own_groups;
mod seen;
mod text;
mod things;

pub(crate) use entries::{Draft, insert, require_on, zus_ids};
pub use entries::{EntryChange, EntryKind};
pub(crate) use groups::missing as missing_group;
pub use groups::{GroupChange, GroupWithMembers};
pub use own_groups::{GroupEdit, GroupsOfPerson, OwnedGroup};
pub use seen::EntryWithPath;
pub(crate) use seen::entry_seen_by;
pub use things::{AppChange, SiteChange};
