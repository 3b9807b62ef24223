//! The use cases, deaf to HTTP: what a Rust service embeds and what the command line calls.

mod fault;
mod settings;
mod vouchsafe;

pub use fault::Fault;
pub use settings::Settings;
pub use vouchsafe::Vouchsafe;
