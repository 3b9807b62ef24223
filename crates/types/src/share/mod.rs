//! A share: what a person asks for, and what he is told.

mod by_username;
mod item;
mod report;
mod request;

pub use by_username::AccessByUsername;
pub use item::{EntryTarget, ShareAccess, ShareItem};
pub use report::{ShareReport, ShareStatus};
pub use request::ShareRequest;
