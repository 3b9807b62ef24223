//! The ONLYOFFICE face.

mod at_once;
mod batch;
mod bodies;
mod desk;
mod entries;
mod invites;
mod link_terms;
mod links;
mod parity;
mod refusals;
mod restrictions;
mod rows;
mod table;
mod told;
