//! The use cases, deaf to HTTP: what a Rust service embeds and what the command line calls.

mod accounts;
mod catalogue;
mod check;
mod confirm;
mod decisions;
mod fault;
mod health;
mod notifications;
mod secrets;
mod service_keys;
mod settings;
mod sharing;
#[cfg(test)]
mod testing;
mod vouchsafe;

pub use accounts::{Principal, SignUp, UserChange};
pub use catalogue::{AppChange, EntryChange, EntryKind, EntryWithPath, GroupChange, GroupWithMembers, SiteChange};
pub use check::{Check, Checked, Explained};
pub use decisions::Asked;
pub use fault::Fault;
pub use settings::Settings;
pub use vouchsafe::Vouchsafe;
pub use vouchsafe_store::{
    App, Entry, Group, Invite, Notification, NotificationFilter, ServiceKey, Site, Store, StoreError, User,
};
