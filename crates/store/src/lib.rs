//! Persistence: the only crate that knows diesel.

mod apply;
mod asks;
mod audit;
mod backend;
mod blocks;
mod changes;
mod email_proofs;
mod entries;
mod error;
#[cfg(test)]
mod fixture;
mod grant_lists;
mod grants;
mod groups;
mod holder;
mod idempotency;
mod index;
mod invites;
mod migrate;
mod notifications;
mod open;
mod outbox;
mod outbox_lists;
mod password_resets;
mod quota;
mod retire;
mod schema;
mod sessions;
mod source;
mod spoken;
pub mod sql_types;
mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod things;
mod transaction;
mod tx;
mod users;
mod versions;
mod wal_index;
#[cfg(test)]
mod worlds;
mod writer;

pub use apply::Because;
pub use asks::Ask;
pub use audit::{AuditFilter, AuditRecord};
pub use backend::Conn;
pub use changes::Change;
pub use email_proofs::EmailProof;
pub use entries::{Entry, NewEntry};
pub use error::StoreError;
pub use grant_lists::{GrantFilter, StoredGrant};
pub use groups::Group;
pub use idempotency::{Known, RequestKey, StoredAnswer};
pub use invites::{Invite, InviteFilter};
pub use notifications::{Notification, NotificationFilter};
pub use outbox::{Mail, Message, WEBHOOK};
pub use outbox_lists::{MessageFilter, MessageState};
pub use password_resets::PasswordReset;
pub use quota::Quota;
pub use sessions::{ActsAs, ServiceKey, Session, TokenHash};
pub use things::{App, Site};
pub use tx::{Deadline, Store, Tx, WriteTx};
pub use users::User;
pub use versions::Versions;
