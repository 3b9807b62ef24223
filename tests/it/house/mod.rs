//! Our own rules, tested.

mod architecture;
mod catalogue;
mod migrations;
