//! What is shared by a ticket: a record of it, and a grant when the ticket is proven and names an entry that we know.

mod delete;
mod grant;
mod list;
mod post;

pub use delete::NamedShares;
pub(crate) use grant::{ReadGrant, give_read};
pub(crate) use list::reads;
pub use list::{Page, ShareInfoQuery, SharedInfo, Side};
pub use post::SharePost;
pub(crate) use post::has_ended;
