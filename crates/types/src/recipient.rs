//! Whom a request names, before we know who that is.

use crate::{Email, Username, error::ApiError};
use serde_json::Value;

/// Whom a request names. A name has the form of a username; everything else must be an address.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::recipient::Recipient;
///
/// assert_eq!(Recipient::parse(&json!("bob")), Ok(Recipient::Username("bob".parse().unwrap())));
/// assert!(matches!(Recipient::parse(&json!("bob@example.org")), Ok(Recipient::Email(_))));
/// assert_eq!(Recipient::parse(&json!(5)).unwrap_err().code(), "invalid_username_or_email");
/// ```
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
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::recipient::Recipient;
    ///
    /// let code = |value| Recipient::parse(&value).unwrap_err().code();
    /// assert_eq!(code(json!("b".repeat(65))), "user_does_not_exist");
    /// assert_eq!(code(json!("bob@host")), "invalid_username_or_email");
    /// ```
    ///
    /// # Errors
    /// `user_does_not_exist` for a name that is too long to be anybody's, `invalid_username_or_email` for everything
    /// else.
    pub fn parse(value: &Value) -> Result<Self, ApiError> {
        let neither = || ApiError::InvalidUsernameOrEmail { value: value.clone() };
        let text = value.as_str().ok_or_else(neither)?;
        if Username::is_word(text) {
            let nobody = || ApiError::UserDoesNotExist { username: text.to_owned() };
            return text.parse().map(Self::Username).ok().ok_or_else(nobody);
        }
        Email::parse(text).map(Self::Email).ok().ok_or_else(neither)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_word_is_a_name_and_an_address_an_address() {
        assert_eq!(Recipient::parse(&json!("Bob_1")), Ok(Recipient::Username("Bob_1".parse().unwrap())));
        let address = "Bob@example.org";
        assert_eq!(Recipient::parse(&json!(address)), Ok(Recipient::Email(Email::parse(address).unwrap())));
    }

    #[test]
    fn a_word_too_long_to_be_a_name_is_nobody() {
        assert!(Recipient::parse(&json!("a".repeat(64))).is_ok());
        let username = "a".repeat(65);
        assert_eq!(Recipient::parse(&json!(username)), Err(ApiError::UserDoesNotExist { username }));
    }

    #[test]
    fn everything_else_is_named_in_the_refusal() {
        let values = [
            json!(5),
            json!(null),
            json!(true),
            json!({"username": "bob"}),
            json!(["bob"]),
            json!(""),
            json!(" bob"),
            json!("bob\n"),
            json!("b-ob"),
            json!("jörg"),
            json!("bob@host"),
        ];
        for value in values {
            let error = Recipient::parse(&value).unwrap_err();
            assert_eq!((error.code(), error.status()), ("invalid_username_or_email", 400));
            assert_eq!(error.fields().get("value"), Some(&value));
        }
    }
}
