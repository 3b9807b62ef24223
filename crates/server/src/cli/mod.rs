//! The command line: results on standard output, everything else on standard error.

mod args;
mod backup;
mod check;
mod demo;
mod demo_shares;
mod dispatch;
mod keys;
mod users;

pub(crate) use args::Cli;
pub(crate) use dispatch::run;
