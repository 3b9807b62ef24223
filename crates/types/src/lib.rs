//! The words of the domain: plain data, no I/O.

pub mod access;
pub mod actor;
pub mod audit;
pub mod capability;
pub mod clock;
mod default_group;
pub mod duration;
pub mod email;
pub mod error;
pub mod grant;
pub mod id;
pub mod json_type;
pub mod name;
pub mod permission;
pub mod quote;
pub mod recipient;
pub mod resource;
pub mod share;
pub mod tagged;
pub mod username;

pub use access::Access;
pub use actor::Actor;
pub use audit::{AuditAction, AuditEvent};
pub use capability::{Capabilities, Capability};
pub use clock::{Clock, FixedClock};
pub use default_group::DefaultGroup;
pub use email::Email;
pub use grant::{Grant, Holder};
pub use id::{
    AppUid, EntryId, GrantId, GroupId, InviteId, LinkId, MessageId, NotificationId, RequestId, SessionId, SiteId,
    UserId,
};
pub use name::{EntryName, EntryPath};
pub use permission::{Ask, Permission, PermissionError, Target};
pub use resource::{Name, Resource};
pub use username::Username;
