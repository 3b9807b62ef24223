//! The page on permissions: its examples are tests of this crate.
#![doc = include_str!("../../../docs/PERMISSIONS.md")]
