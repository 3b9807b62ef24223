//! The wire: every dialect translates into flows.
//!
//! [`app`] is the whole server without its socket; [`AppState`] is what its handlers share.

mod access_log;
mod app;
mod asker;
mod auth;
mod basic;
mod cursor;
mod dialects;
mod error;
mod face;
mod fields;
mod guess;
mod idempotency;
mod json;
mod lanes;
mod limits;
mod metrics;
mod multipart;
mod ops;
mod pages;
mod peer;
mod print;
mod questions;
mod request_id;
mod state;
mod token;
mod turns;

pub use app::app;
pub use auth::{Call, OpenCall, ServiceOrUser};
pub use dialects::native::reading_view;
pub use error::Rejection;
pub use face::Face;
pub use json::JsonBody;
pub use lanes::CHANGES_AT_ONCE;
pub use limits::Recovery;
pub use state::{AppState, Options, ReadyProbe, UseCases};
