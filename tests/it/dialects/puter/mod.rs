//! The Puter face: one file per route, its answers beside it in `golden/`.

mod bad_input;
mod fields;
mod identity;
mod item_by_username;
mod notifications;
mod seeds;
mod sharelink;
