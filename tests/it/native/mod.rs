//! The native face, `/v1`.

mod access;
mod audit;
mod bad_input;
mod catalogue;
mod changes;
mod check;
mod edit;
mod explain;
mod fields;
mod grants;
mod groups;
mod idempotency;
mod limits;
mod past;
mod privacy;
mod routes;
mod secrets;
mod terms;
mod what_if;
