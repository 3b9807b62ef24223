//! Somebody asks an owner for what a ticket or a hash names; the owner approves or declines.

mod answer;
mod ask;
mod list;
mod notices;

pub use answer::Answer;
pub use ask::Ask;
pub(crate) use ask::{NewRequest, open_request};
pub use list::RequestQuery;
pub(crate) use notices::tell_requester;
