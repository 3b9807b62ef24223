//! The real binary over a real socket.

mod commands;
mod server;
