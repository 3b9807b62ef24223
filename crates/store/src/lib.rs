//! Persistence: the only crate that knows diesel.
