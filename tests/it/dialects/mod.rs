//! The wire faces.

mod bookmarks;
mod puter;
