//! The wire faces.

mod onlyoffice;
mod puter;
