//! The wire faces: each translates, none decides.

pub(crate) mod bookmarks;
pub(crate) mod native;
pub(crate) mod puter;
