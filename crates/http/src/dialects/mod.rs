//! The wire faces: each translates, none decides.

pub(crate) mod bookmarks;
pub(crate) mod native;
pub(crate) mod onlyoffice;
pub(crate) mod puter;
pub(crate) mod zus;
