use chrono::TimeDelta;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use vouchsafe_types::{AppUid, SiteId, Username, duration};

/// Gives people access to files, folders and apps, and can always say who gave what to whom.
#[derive(Debug, Parser)]
#[command(name = "vouchsafe", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) flags: Flags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Settings that win over the file and the environment.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// The configuration file [default: vouchsafe.toml, if it is there].
    #[arg(long, global = true, env = "VOUCHSAFE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Where the data lies.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<String>,
    /// The database.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Migrates, then serves until SIGTERM or SIGINT.
    Serve,
    /// Serves a small world with one share of each kind already made.
    Demo,
    /// Brings the database up to date.
    Migrate {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Bearer tokens of users.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Keys with which host applications call /v1.
    #[command(subcommand)]
    ServiceKey(ServiceKeyCommand),
    /// Whether a user holds a permission.
    Check(Question),
    /// Why a user holds a permission, or does not.
    Explain(Question),
    /// Copies the database into a new file, also while a server runs on it.
    Backup(BackupFile),
    /// Puts a copy in the place of the database, while no server runs on it.
    Restore(RestoreFile),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints the settings in force, or names each faulty key.
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Makes an account with its home directory.
    Add(NewUser),
    /// Lists accounts by name.
    List,
    /// Vouches for the address of an account.
    Confirm {
        /// The account.
        name: Username,
    },
    /// Shuts an account out; what it gave lies dormant.
    Suspend {
        /// The account.
        name: Username,
    },
    /// Lets a suspended account in again.
    Restore {
        /// The account.
        name: Username,
    },
    /// Deletes an account with everything that is its own.
    Delete {
        /// The account.
        name: Username,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewUser {
    /// The name: letters, digits and `_`.
    pub(crate) name: Username,
    /// The e-mail address.
    #[arg(long)]
    pub(crate) email: String,
    /// Vouch for the address.
    #[arg(long)]
    pub(crate) confirmed: bool,
    /// The password.
    #[arg(long, conflicts_with = "password_stdin")]
    pub(crate) password: Option<String>,
    /// Read the password from standard input.
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Let the person administer the server.
    #[arg(long)]
    pub(crate) admin: bool,
    /// Let the person read what administrators see, and change nothing.
    #[arg(long)]
    pub(crate) auditor: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Prints a new token, alone.
    Issue {
        /// The account.
        name: Username,
        /// How long it lasts, such as `30d`, `12h`, `15m`.
        #[arg(long, default_value = "30d", value_parser = duration::parse)]
        ttl: TimeDelta,
        /// The app that will act for the user.
        #[arg(long, value_name = "APP_UID", conflicts_with = "site")]
        app: Option<AppUid>,
        /// The site of the user's whose pages will act: they read what the site serves.
        #[arg(long, value_name = "SITE_UUID")]
        site: Option<SiteId>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceKeyCommand {
    /// Prints a new key, alone; it is shown this once.
    Add {
        /// Its name.
        name: String,
    },
    /// Lists keys by name.
    List,
    /// Ends a key.
    Revoke {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Question {
    /// The user.
    pub(crate) name: Username,
    /// The permission, such as `fs:/alice/plan.txt:read`.
    pub(crate) permission: String,
}

#[derive(Debug, Args)]
pub(crate) struct BackupFile {
    /// The file to write; it must not exist.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreFile {
    /// A file that `backup` wrote.
    pub(crate) file: PathBuf,
    /// Afterwards look over what was restored, and ask it and the file the same 1,000 questions.
    #[arg(long)]
    pub(crate) verify: bool,
    /// Set a database aside that is there already.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
