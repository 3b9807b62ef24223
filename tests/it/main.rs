//! Every test that crosses a crate.

mod dialects;
mod house;
mod journeys;
mod native;
mod permission;
mod share;
