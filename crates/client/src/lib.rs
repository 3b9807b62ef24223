//! The typed client of Vouchsafe's `/v1`, for applications that let Vouchsafe decide who may do what.
//!
//! [`Client`] has one method per call. Everything that can go wrong is an [`Error`]; what the server refuses is a
//! [`Refusal`] inside it.
//!
//! Answers may grow: fields that this client does not know are passed over, and words that it does not know are kept
//! as [`Open::Other`].

mod builder;
mod calls;
mod client;
mod error;
mod open;
mod refusal;
#[cfg(test)]
mod stub;
mod transport;

pub use builder::ClientBuilder;
pub use calls::{
    App, AppChange, Entry, EntryChange, EntryKind, Group, GroupChange, Site, SiteChange, User, UserChange,
};
pub use client::Client;
pub use error::Error;
pub use open::{Open, Word};
pub use refusal::Refusal;
pub use secrecy::SecretString;
pub use transport::{BaseUrlError, Saved};
pub use vouchsafe_types::{Access, AppUid, Capability, EntryId, GrantId, GroupId, Permission, SiteId, UserId};
