//! The calls of `/v1`, one file per thing: what goes in, what comes out, and the methods of the client.

mod apps;
mod checks;
mod entries;
mod groups;
mod readings;
mod sites;
mod users;

pub use apps::{App, AppChange};
pub use checks::{Actor, BatchChecked, Checked, Explained, Question, Verdict};
pub use entries::{Entry, EntryChange, EntryKind};
pub use groups::{Group, GroupChange};
pub use readings::{Node, Via};
pub use sites::{Site, SiteChange};
pub use users::{User, UserChange};
