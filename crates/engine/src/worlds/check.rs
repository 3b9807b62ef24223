use std::fmt::{self, Debug, Display};

/// What is wrong, in words.
///
/// ```
/// use vouchsafe_engine::worlds::Trouble;
/// assert_eq!(Trouble("one row too many".into()).to_string(), "one row too many");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(pub String);

impl Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Trouble {
    /// Storage could not answer, or could not do what was told.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Trouble;
    /// assert_eq!(Trouble::storage("disk full").to_string(), r#"storage: "disk full""#);
    /// ```
    pub fn storage(error: impl Debug) -> Self {
        Self(format!("storage: {error:?}"))
    }
}

/// Goes on if the two are equal.
pub(super) fn same<T: Debug + PartialEq>(what: impl Display, got: &T, right: &T) -> Result<(), Trouble> {
    if got == right { Ok(()) } else { Err(Trouble(format!("{what}: got {got:?}, right is {right:?}"))) }
}

/// Goes on if it holds.
pub(super) fn holds(what: impl Display, does: bool) -> Result<(), Trouble> {
    if does { Ok(()) } else { Err(Trouble(what.to_string())) }
}
