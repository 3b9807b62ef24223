//! The name by which a person is known to others.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A username: 1 to 64 ASCII letters, digits and `_`; compared byte by byte.
///
/// ```
/// use vouchsafe_types::{Username, username::UsernameError};
///
/// let bob: Username = "Bob_1".parse()?;
/// assert_eq!(bob.as_str(), "Bob_1");
/// assert_ne!(Ok(bob), "bob_1".parse());
/// assert_eq!("b-ob".parse::<Username>(), Err(UsernameError));
/// assert!(Username::is_word(&"b".repeat(65)), "the form of a name, although nobody's");
/// # Ok::<(), UsernameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// The text is no username.
///
/// ```
/// use vouchsafe_types::{Username, username::UsernameError};
/// for text in ["", "ann smith", "jörg", &"a".repeat(Username::MAX_CHARS + 1)] {
///     assert_eq!(text.parse::<Username>(), Err(UsernameError));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a username is 1 to 64 of `A-Z a-z 0-9 _`")]
pub struct UsernameError;

impl Username {
    /// The longest, in characters.
    ///
    /// ```
    /// use vouchsafe_types::Username;
    /// assert!("a".repeat(Username::MAX_CHARS).parse::<Username>().is_ok());
    /// ```
    pub const MAX_CHARS: usize = 64;

    /// Whether the text has the form of a username, whatever its length.
    ///
    /// ```
    /// use vouchsafe_types::Username;
    /// assert!(Username::is_word("ann_7") && !Username::is_word("ann@example.org") && !Username::is_word(""));
    /// ```
    #[must_use]
    pub fn is_word(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    /// The name as text.
    ///
    /// ```
    /// use vouchsafe_types::Username;
    /// let ann: Username = "ann".parse()?;
    /// assert_eq!(ann.as_str(), "ann");
    /// # Ok::<(), vouchsafe_types::username::UsernameError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = UsernameError;

    fn try_from(text: String) -> Result<Self, UsernameError> {
        if text.len() <= Self::MAX_CHARS && Self::is_word(&text) { Ok(Self(text)) } else { Err(UsernameError) }
    }
}

impl std::str::FromStr for Username {
    type Err = UsernameError;

    fn from_str(text: &str) -> Result<Self, UsernameError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_underscores_up_to_64_make_a_name() {
        for text in ["a", "_", "9", "Bob_1", &"a".repeat(64)] {
            assert_eq!(text.parse::<Username>().unwrap().as_str(), text);
        }
        for text in ["", " ", "b-ob", "bob ", "bob\n", "jörg", "b\0ob", "a/b", "..", &"a".repeat(65)] {
            assert_eq!(text.parse::<Username>(), Err(UsernameError), "{text:?}");
        }
    }

    #[test]
    fn names_are_compared_byte_by_byte() {
        assert_ne!("Bob".parse::<Username>(), "bob".parse::<Username>());
    }

    #[test]
    fn json_holds_the_bare_name_and_is_checked() {
        let name: Username = serde_json::from_str("\"bob\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"bob\"");
        assert!(serde_json::from_str::<Username>("\"b-ob\"").is_err());
    }
}
