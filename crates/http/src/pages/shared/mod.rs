//! `/shared`: what one was given, what one gave, and what waits for one.

pub(super) mod blocks;
pub(super) mod lists;
pub(super) mod notices;
pub(super) mod requests;
