//! The words of the domain: plain data, no I/O.
//!
//! An *issuer* gives a *holder* capabilities on a *resource*: that is a [`Grant`]. What is asked and given is written as
//! a [`Permission`], such as `fs:<uuid>:read`. Who may do what in the end is decided by `vouchsafe-engine`; this crate
//! only has the words. It knows no clock, no storage and no settings, so any service can use it as it is.
//!
//! ```
//! use vouchsafe_types::{Access, Capability, EntryId, Permission, Resource};
//!
//! let photo = EntryId::mint();
//! let asked: Permission = format!("fs:{photo}:read").parse()?;
//!
//! // What one must have to pass a check of it, and what a grant of it consists of:
//! assert!(asked.demanded().has(Capability::Read));
//! assert_eq!(asked.granted(), Access::Read.capabilities());
//!
//! // And back: capabilities on a resource as text.
//! let text = Permission::describing(&Resource::Entry(photo), Access::Manage.capabilities()).to_string();
//! assert_eq!(text, format!("manage:fs:{photo}"));
//! # Ok::<(), vouchsafe_types::PermissionError>(())
//! ```
//!
//! # The modules
//!
//! | To say | there is |
//! |---|---|
//! | who asks, who has, what is shared | [`actor`], [`grant`], [`resource`], [`id`], [`username`], [`email`], [`name`] |
//! | what may be done | [`capability`] (one thing), [`access`] (a named set), [`permission`] (the text) |
//! | what happened | [`audit`], and [`clock`] for when |
//! | what a person asks for when he shares | [`share`], [`recipient`], [`tagged`] |
//! | what is wrong with a request | [`error`], the catalogue; [`quote`] and [`json_type`] for its messages |

pub mod access;
pub mod actor;
pub mod audit;
pub mod capability;
mod change;
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
mod restrictions;
pub mod share;
pub mod tagged;
pub mod username;

pub use access::Access;
pub use actor::Actor;
pub use audit::{AuditAction, AuditEvent};
pub use capability::{Capabilities, Capability};
pub use change::ChangeKind;
pub use clock::{Clock, FixedClock};
pub use default_group::DefaultGroup;
pub use email::Email;
pub use grant::{Grant, Holder};
pub use id::{
    AppUid, AskId, EntryId, GrantId, GroupId, InviteId, LinkId, MessageId, NotificationId, RequestId, SessionId,
    SiteId, UserId,
};
pub use name::{EntryName, EntryPath};
pub use permission::{Ask, Permission, PermissionError, Target};
pub use resource::{Name, Resource};
pub use restrictions::Restrictions;
pub use username::Username;
