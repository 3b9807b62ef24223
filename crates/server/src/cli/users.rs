use super::{
    args::{NewUser, UserCommand},
    dispatch::print_lines,
};
use crate::{config::Config, failure::Failure, run::open_migrated};
use std::io::Read;
use vouchsafe_flows::{User, UserChange, Vouchsafe};
use vouchsafe_types::Email;

/// How many accounts are read at a time.
const PAGE: i64 = 500;

/// Accounts.
pub(super) fn run(config: &Config, command: &UserCommand) -> Result<(), Failure> {
    let vouchsafe = open_migrated(config)?.vouchsafe;
    let user = match command {
        UserCommand::Add(new) => add(&vouchsafe, new)?,
        UserCommand::List => return list(&vouchsafe),
        UserCommand::Confirm { name } => vouchsafe.confirm_user(name.as_str())?,
        UserCommand::Suspend { name } => vouchsafe.suspend_user(name.as_str(), true)?,
        UserCommand::Restore { name } => vouchsafe.suspend_user(name.as_str(), false)?,
        UserCommand::Delete { name } => vouchsafe.delete_user(name.as_str())?,
    };
    print_lines([line(&user)])
}

fn add(vouchsafe: &Vouchsafe, new: &NewUser) -> Result<User, Failure> {
    let email = Email::parse(&new.email).map_err(|e| Failure::Usage(vec![format!("--email: {e}")]))?;
    let password = if new.password_stdin { Some(from_stdin()?) } else { new.password.clone() };
    let change = UserChange {
        email: Some(email),
        email_confirmed: Some(new.confirmed),
        is_admin: Some(new.admin),
        is_auditor: Some(new.auditor),
        password,
        ..UserChange::default()
    };
    Ok(vouchsafe.add_user(&new.name, &change)?)
}

fn from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(4096).read_to_string(&mut text);
    read.map_err(|e| Failure::Usage(vec![format!("--password-stdin: {e}")]))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn list(vouchsafe: &Vouchsafe) -> Result<(), Failure> {
    let mut after: Option<String> = None;
    loop {
        let page = vouchsafe.users(after.as_deref(), PAGE)?;
        print_lines(page.iter().map(line))?;
        match page.last() {
            Some(last) => after = Some(last.username.to_string()),
            None => return Ok(()),
        }
    }
}

fn line(user: &User) -> String {
    serde_json::json!({
        "username": user.username.as_str(),
        "uuid": user.id,
        "email": user.email.as_ref().map(Email::typed),
        "email_confirmed": user.email_confirmed,
        "admin": user.is_admin,
        "auditor": user.is_auditor,
        "suspended": user.is_suspended,
    })
    .to_string()
}
