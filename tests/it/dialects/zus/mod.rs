//! The Züs face.

mod again;
mod bad_input;
mod closed;
mod grants;
mod identity;
mod page;
mod peer;
mod requests_on_pages;
mod share_info;
mod share_requests;
mod taken_back;
mod wallet;
