//! The wire faces.

mod bookmarks;
mod onlyoffice;
mod puter;
mod zus;
