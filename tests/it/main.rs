//! Every test that crosses a crate.

mod dialects;
mod house;
mod journeys;
mod permission;
mod share;
