//! The kinds of app: each sees its own lists.

use std::{fmt, str::FromStr};

/// A kind of app. What one has shared or asked for, the others do not list; what it gave is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppType(&'static str);

/// There is no such kind of app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one of blimp, vult, bolt, chimney and chalk")]
pub struct UnknownAppType;

impl AppType {
    /// The kind of who does not say it.
    pub const DEFAULT: Self = Self("vult");

    const ALL: [&'static str; 5] = ["blimp", "vult", "bolt", "chimney", "chalk"];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for AppType {
    type Err = UnknownAppType;

    fn from_str(text: &str) -> Result<Self, UnknownAppType> {
        Self::ALL.into_iter().find(|known| *known == text).map(Self).ok_or(UnknownAppType)
    }
}

impl fmt::Display for AppType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
