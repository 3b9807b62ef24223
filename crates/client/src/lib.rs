//! The typed client of Vouchsafe's `/v1`, for applications that let Vouchsafe decide who may do what.
//!
//! [`Client`] has one method per call. Everything that can go wrong is an [`Error`]; what the server refuses is a
//! [`Refusal`] inside it. Lists are [`Pages`]. What is sent again after a failure in passing, and what never, is said
//! at [`RetryPolicy`].
//!
//! Answers may grow: fields that this client does not know are passed over, and words that it does not know are kept
//! as [`Open::Other`].
//!
//! ```no_run
//! use vouchsafe_client::{Actor, Client, Question};
//!
//! # async fn example() -> Result<(), vouchsafe_client::Error> {
//! let client = Client::new("http://127.0.0.1:4100", "vsk_1")?;
//! let question = Question::new(Actor::user("bob"), "fs:/alice/plan.txt:read");
//! if !client.check(&question).await?.allowed {
//!     println!("no: {:?}", client.explain(&question).await?.reading);
//! }
//! # Ok(())
//! # }
//! ```

mod builder;
mod calls;
mod client;
mod error;
mod open;
mod pages;
mod refusal;
mod retry;
#[cfg(test)]
mod stub;
mod transport;

pub use builder::ClientBuilder;
pub use calls::{
    AccessLine, Actor, App, AppChange, AuditActor, AuditFilter, AuditRecord, BatchChecked, Change, ChangeActor,
    ChangeKind, Changed, Checked, Consequences, Difference, Entry, EntryChange, EntryKind, Explained, Grant,
    GrantFilter, GrantTerms, Group, GroupChange, Holder, HolderFilter, Invite, InviteFilter, MissingReason, NewGrant,
    Node, Question, RevokeMode, Revoked, SharedEntry, Site, SiteChange, User, UserChange, Verdict, Via, ViaGrant,
    WhyNot,
};
pub use client::Client;
pub use error::Error;
pub use open::{Open, Word};
pub use pages::{Page, Pages};
pub use refusal::Refusal;
pub use retry::RetryPolicy;
pub use secrecy::SecretString;
pub use transport::{BaseUrlError, Saved, Tagged};
pub use vouchsafe_types::{
    Access, AppUid, Capability, EntryId, GrantId, GroupId, InviteId, Permission, SiteId, UserId,
};
