//! Random worlds, and what happens in them: the engine, over any storage, against the reference.
//!
//! A [`Story`] is one random life as plain data; [`live`] lives it and compares everything at every step. A failure is
//! told with the smallest story that still fails, and with the seed that gives it again.

mod check;
mod deed;
mod dice;
mod doing;
mod graphs;
#[cfg(test)]
mod hard;
mod judge;
mod lists;
mod live;
mod plans;
mod print;
mod proofs;
mod removal;
mod shrink;
mod stage;
mod story;
#[cfg(test)]
mod tests;
mod world;

pub use check::Trouble;
pub use deed::Deed;
pub use dice::Dice;
pub use graphs::Graph;
pub use live::{live, live_all};
pub use stage::{Alone, Event, Stage};
pub use story::{Row, Spot, Story, What, Whom};
pub use world::World;
