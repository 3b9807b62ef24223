//! The calls of `/v1`, one file per thing: what goes in, what comes out, and the methods of the client.

mod access;
mod apps;
mod audit;
mod changes;
mod checks;
mod entries;
mod grants;
mod groups;
mod holder;
mod invites;
mod readings;
mod revocations;
mod sites;
mod terms;
mod users;
mod what_if;

pub use access::{AccessLine, SharedEntry, ViaGrant};
pub use apps::{App, AppChange};
pub use audit::{AuditActor, AuditFilter, AuditRecord};
pub use changes::{ChangeActor, ChangeKind, Changed};
pub use checks::{Actor, BatchChecked, Checked, Explained, Question, Verdict};
pub use entries::{Entry, EntryChange, EntryKind};
pub use grants::{Grant, GrantFilter, NewGrant, WhyNot};
pub use groups::{Group, GroupChange};
pub use holder::{Holder, HolderFilter};
pub use invites::{Invite, InviteFilter};
pub use readings::{MissingReason, Node, Via};
pub use revocations::{RevokeMode, Revoked};
pub use sites::{Site, SiteChange};
pub use terms::GrantTerms;
pub use users::{User, UserChange};
pub use what_if::{Change, Consequences, Difference};
