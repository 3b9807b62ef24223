//! Names and addresses become people.

use crate::Fault;
use vouchsafe_store::{Tx, User};
use vouchsafe_types::{Email, UserId, error::ApiError, recipient::Recipient};

/// Whom a request names, once we know.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// A person with an account.
    Person(User),
    /// An address that nobody has proven to be his.
    Address(Email),
}

/// Resolves one recipient for a sharer who may share something.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    sharer: UserId,
    recipient: &Recipient,
) -> Result<Result<Known, ApiError>, Fault> {
    let known = match recipient {
        Recipient::Username(username) => match tx.find_user_by_name(username.as_str())? {
            Some(user) => Known::Person(user),
            None => return Ok(Err(ApiError::UserDoesNotExist { username: username.as_str().to_owned() })),
        },
        // An account that never proved the address is treated like no account: its mail may be somebody else's.
        Recipient::Email(email) => match tx.find_user_by_confirmed_email(email.canonical())? {
            Some(user) => Known::Person(user),
            None => Known::Address(email.clone()),
        },
    };
    match &known {
        Known::Person(user) if user.id == sharer => Ok(Err(ApiError::CannotShareWithSelf {})),
        Known::Person(_) | Known::Address(_) => Ok(Ok(known)),
    }
}
