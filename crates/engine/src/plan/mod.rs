//! A request and the facts become rows to write. Nothing here writes.

mod changes;
mod give;
mod leave;
mod refusal;
mod revoke;

pub use changes::{Changes, Edit};
pub use give::{Given, Wish};
pub use leave::LEFT;
pub use refusal::{Refusal, may_give, may_revoke};
pub use revoke::{Revocation, RevokeMode};
