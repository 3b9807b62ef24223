use super::{
    args::{Cli, Command, ConfigCommand, Flags},
    backup, check, demo, keys, users,
};
use crate::{
    config::{Config, Faults},
    failure::Failure,
    logging, run as service,
};
use std::{env, io::Write};
use vouchsafe_flows::Store;

/// Does what the command line says.
pub(crate) fn run(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        Command::Serve => serve(&load(&cli.flags, &[])?),
        Command::Demo => demo::run(|defaults| load(&cli.flags, defaults)),
        Command::Migrate { dry_run } => migrate(&load(&cli.flags, &[])?, *dry_run),
        Command::Config(ConfigCommand::Check) => print_lines(load(&cli.flags, &[])?.lines()),
        Command::User(command) => users::run(&quiet(&cli.flags)?, command),
        Command::Token(command) => keys::token(&quiet(&cli.flags)?, command),
        Command::ServiceKey(command) => keys::service_key(&quiet(&cli.flags)?, command),
        Command::Check(question) => check::check(&quiet(&cli.flags)?, question),
        Command::Explain(question) => check::explain(&quiet(&cli.flags)?, question),
        Command::Backup(to) => backup::backup(&quiet(&cli.flags)?, to),
        Command::Restore(from) => backup::restore(&quiet(&cli.flags)?, from),
    }
}

/// The configuration; `defaults` stand in for what neither file, environment nor flags say.
fn load(flags: &Flags, defaults: &[(&'static str, &str)]) -> Result<Config, Failure> {
    let given = [("listen", &flags.listen), ("data_dir", &flags.data_dir), ("database_url", &flags.database_url)];
    let overrides: Vec<(&str, String)> =
        given.into_iter().filter_map(|(key, value)| value.clone().map(|v| (key, v))).collect();
    let environment = env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    Config::load(flags.config.as_deref(), defaults, environment, &overrides)
        .map_err(|Faults(lines)| Failure::Usage(lines))
}

/// The configuration of a command that does one thing and ends: only its errors are worth a line.
fn quiet(flags: &Flags) -> Result<Config, Failure> {
    let config = load(flags, &[])?;
    logging::start("error", config.is_log_json);
    Ok(config)
}

fn serve(config: &Config) -> Result<(), Failure> {
    logging::start(&config.log, config.is_log_json);
    service::serve(config, |_, _| Ok(()))
}

fn migrate(config: &Config, is_dry_run: bool) -> Result<(), Failure> {
    logging::start("error", config.is_log_json);
    if is_dry_run {
        return print_lines(Store::pending_at(&config.database_url)?);
    }
    print_lines(service::open(config, "")?.store.migrate()?)
}

/// Prints results. A reader that has gone is no reason to complain.
pub(super) fn print_lines(lines: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    Ok(())
}
