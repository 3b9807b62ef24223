//! `/admin`: the server, for administrators; auditors only read.

pub(super) mod audit;
pub(super) mod health;
pub(super) mod outbox;
pub(super) mod shares;
mod sheet;
pub(super) mod users;
