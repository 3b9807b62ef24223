//! Whom a request names, before we know who that is.

use crate::{Email, Username, error::ApiError};
use serde_json::Value;

/// Whom a request names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// By name.
    Username(Username),
    /// By address.
    Email(Email),
}

impl Recipient {
    /// A name or an address.
    ///
    /// # Errors
    /// `invalid_username_or_email` for everything else.
    pub fn parse(value: &Value) -> Result<Self, ApiError> {
        let neither = || ApiError::InvalidUsernameOrEmail { value: value.clone() };
        let text = value.as_str().ok_or_else(neither)?;
        if Username::is_word(text) {
            return text.parse().map(Self::Username).ok().ok_or_else(neither);
        }
        Email::parse(text).map(Self::Email).ok().ok_or_else(neither)
    }
}
