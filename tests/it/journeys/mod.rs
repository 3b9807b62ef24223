//! The real binary over a real socket.

mod client;
mod commands;
mod deploy;
mod server;
