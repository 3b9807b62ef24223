//! `/entry/{uuid}`: who has access to it, and why.

pub(super) mod grant;
pub(super) mod page;
pub(super) mod people;
pub(super) mod revoke;
pub(super) mod share;
pub(super) mod show;
