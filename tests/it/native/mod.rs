//! The native face, `/v1`.

mod access;
mod audit;
mod bad_input;
mod catalogue;
mod check;
mod explain;
mod fields;
mod grants;
mod groups;
mod privacy;
mod routes;
mod what_if;
