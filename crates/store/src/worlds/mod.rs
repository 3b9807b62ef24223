//! Random worlds over the real database, against the reference; and graphs that are hard to decide about.

mod database;
mod filling;
mod hard;
mod random;
