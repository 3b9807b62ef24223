//! The wire faces.

mod puter;
