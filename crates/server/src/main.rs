//! The binary: reads settings, wires up, listens.

mod cli;
mod config;
mod database;
mod failure;
mod logging;
mod run;
mod secret;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run(&cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
