use super::{
    args::{ServiceKeyCommand, TokenCommand},
    dispatch::print_lines,
};
use crate::{config::Config, failure::Failure, run::open_migrated};
use vouchsafe_flows::ActsAs;

/// Bearer tokens of users.
pub(super) fn token(config: &Config, command: &TokenCommand) -> Result<(), Failure> {
    let TokenCommand::Issue { name, ttl, app, site } = command;
    let acts_as = match (app, site) {
        (Some(app), _) => ActsAs::App(app.clone()),
        (None, Some(site)) => ActsAs::Site(*site),
        (None, None) => ActsAs::Person,
    };
    print_lines([open_migrated(config)?.vouchsafe.issue_token(name.as_str(), acts_as, *ttl)?])
}

/// Keys of host applications.
pub(super) fn service_key(config: &Config, command: &ServiceKeyCommand) -> Result<(), Failure> {
    let vouchsafe = open_migrated(config)?.vouchsafe;
    match command {
        ServiceKeyCommand::Add { name } => print_lines([vouchsafe.add_service_key(name)?]),
        ServiceKeyCommand::List => {
            print_lines(vouchsafe.service_keys()?.into_iter().map(|key| {
                serde_json::json!({ "name": key.name, "created_at": key.created_at.to_rfc3339() }).to_string()
            }))
        }
        ServiceKeyCommand::Revoke { name } => Ok(vouchsafe.revoke_service_key(name)?),
    }
}
