//! The Bookmarks face, bookmarks.md.

mod access;
mod authority;
mod desk;
mod folders;
mod leaving;
mod mounts;
mod public;
mod seed;
mod shares;
mod sign_in;
