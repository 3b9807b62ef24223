//! The answer with its reasons: every pathway from the actor back to an owner, or the step that is missing.
//!
//! [`Engine::explain`](crate::Engine::explain) tells, [`Explanation::verify`] checks what is told.
//!
//! Source: the scan results of Puter's permission service.

mod explain;
mod finding;
mod missing;
mod pathways;
mod refute;
mod shortest;
mod told;
mod verify;

pub use explain::Explanation;
pub use finding::{Finding, Path, Via};
pub use missing::{Missing, MissingReason};
pub use verify::Flaw;
