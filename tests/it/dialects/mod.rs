//! The wire faces.

mod puter;
mod zus;
