//! What goes wrong around the real process: it is killed, its disk is full, its database goes away. Short versions; how
//! long the long ones are, `make test-faults` says.

mod backup;
mod clock;
mod database;
mod disk;
mod estate;
mod kills;
mod lane;
mod nodes;
mod storm;
