//! Support for the tests: a world of people and files, and ways to ask it things.

mod answer;
mod binary;
mod golden;
mod visitor;
mod world;

pub use answer::Answer;
pub use binary::{Served, run, serve};
pub use golden::assert_golden;
pub use visitor::{Shown, Visitor};
pub use world::{Person, World};
