//! The wire: every dialect translates into flows.
