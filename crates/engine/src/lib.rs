//! Decides who may do what; asks storage through one trait.

mod check;
mod decision;
pub mod imply;
pub mod memory;
pub mod plan;
#[cfg(test)]
mod properties;
pub mod reading;
#[cfg(any(test, feature = "testing"))]
pub mod reference;
mod resolve;
pub mod rewrite;
mod scan;
mod solve;
pub mod source;

pub use check::Engine;
pub use decision::{Bound, Decision, Holding};
pub use memory::MemorySource;
pub use reading::{Explanation, Finding};
pub use source::{GrantSource, Limits, Moment, Place, SpokenRow, Subject};
