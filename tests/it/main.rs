//! Every test that crosses a crate.

mod dialects;
mod faults;
mod house;
mod journeys;
mod native;
mod operations;
mod pages;
mod permission;
mod share;
mod worlds;
