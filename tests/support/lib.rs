//! Support for the tests: a world of people and files, and ways to ask it things.

mod answer;
mod binary;
mod cluster;
mod golden;
mod mailbox;
mod visitor;
mod wire;
mod world;

pub use answer::Answer;
pub use binary::{Served, database_url, launch, run, serve, serve_as};
pub use cluster::{Cluster, is_root};
pub use golden::assert_golden;
pub use mailbox::{Mail, Mailbox};
pub use visitor::{Shown, Visitor};
pub use wire::{Reply, Wire};
pub use world::{Person, World};
