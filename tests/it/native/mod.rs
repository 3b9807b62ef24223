//! The native face, `/v1`.

mod bad_input;
mod catalogue;
mod check;
mod fields;
mod groups;
mod privacy;
mod routes;
