//! The Bookmarks face, bookmarks.md.

mod access;
mod authority;
mod desk;
mod edits;
mod folders;
mod heavy;
mod leaving;
mod mounts;
mod public;
mod seed;
mod shares;
mod sign_in;
