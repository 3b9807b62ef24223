//! What holds in every world, tried over random ones.

mod access;
mod decisions;
mod revoking;
mod world;
