//! People who are known by a signature key, and what they sign.

mod app_type;
mod caller;
mod csrf;
mod key;
mod once;
mod ticket;

pub use app_type::AppType;
pub use caller::{Caller, Identity};
pub(crate) use caller::{primary_client, set_keys};
pub use key::ClientKey;
pub use once::RequestProof;
pub(crate) use ticket::{Accepted, Ticket, is_too_long};
