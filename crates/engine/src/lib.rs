//! Decides who may do what; asks storage through one trait.

pub mod access;
mod check;
mod decision;
mod dormancy;
pub mod imply;
pub mod memory;
#[cfg(doctest)]
mod page;
pub mod plan;
#[cfg(test)]
mod properties;
pub mod reading;
#[cfg(any(test, feature = "testing"))]
pub mod reference;
mod resolve;
pub mod rewrite;
pub mod sandbox;
mod scan;
mod solve;
pub mod source;

pub use check::Engine;
pub use decision::{Bound, Decision, Holding};
pub use dormancy::Dormancy;
pub use memory::MemorySource;
pub use reading::{Explanation, Finding};
pub use sandbox::Sandbox;
pub use source::{GrantIndex, GrantSource, Limits, Located, Moment, Place, SpokenRow, Subject};
