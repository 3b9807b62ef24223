//! The Züs face.

mod bad_input;
mod closed;
mod grants;
mod identity;
mod peer;
mod share_info;
mod share_requests;
mod wallet;
