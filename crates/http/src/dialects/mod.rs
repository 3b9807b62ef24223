//! The wire faces: each translates, none decides.

pub(crate) mod native;
pub(crate) mod puter;
pub(crate) mod zus;
