//! The use cases in worlds that somebody made up: at random, or to be hard to decide about.
//!
//! The engine itself is compared with its reference in 100,000 random worlds in `crates/engine/src/worlds` (over
//! memory) and `crates/store/src/worlds` (over the database).

mod hard;
mod kept;
mod lists;
mod town;
