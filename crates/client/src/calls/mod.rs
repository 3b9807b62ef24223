//! The calls of `/v1`, one file per thing: what goes in, what comes out, and the methods of the client.

mod apps;
mod entries;
mod groups;
mod sites;
mod users;

pub use apps::{App, AppChange};
pub use entries::{Entry, EntryChange, EntryKind};
pub use groups::{Group, GroupChange};
pub use sites::{Site, SiteChange};
pub use users::{User, UserChange};
