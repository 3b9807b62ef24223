//! Names and paths of files and directories.

use std::fmt;

/// One segment of a path: 1 to 255 bytes, neither `.` nor `..`, without `/`, control and bidi characters.
///
/// ```
/// use vouchsafe_types::{EntryName, name::NameError};
///
/// assert_eq!("a:b.txt".parse::<EntryName>()?.as_str(), "a:b.txt");
/// assert_eq!("..".parse::<EntryName>(), Err(NameError::Dots));
/// assert_eq!("invoice\u{202e}fdp.exe".parse::<EntryName>(), Err(NameError::Control));
/// # Ok::<(), NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName(String);

/// Why a text is no name.
///
/// ```
/// use vouchsafe_types::{EntryName, name::NameError};
/// assert_eq!("a/b".parse::<EntryName>(), Err(NameError::Slash));
/// assert_eq!(NameError::Slash.to_string(), "a name cannot contain `/`");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Empty.
    #[error("a name cannot be empty")]
    Empty,
    /// `.` or `..`.
    #[error("`.` and `..` are no names")]
    Dots,
    /// A slash.
    #[error("a name cannot contain `/`")]
    Slash,
    /// A control or bidi character.
    #[error("a name cannot contain control or direction characters")]
    Control,
    /// Longer than 255 bytes.
    #[error("a name is at most 255 bytes")]
    TooLong,
}

/// Whether a character turns the direction of text: it can make a name look like another.
pub(crate) const fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl EntryName {
    /// The longest, in bytes.
    ///
    /// ```
    /// use vouchsafe_types::{EntryName, name::NameError};
    /// let longest = "a".repeat(EntryName::MAX_BYTES);
    /// assert!(longest.parse::<EntryName>().is_ok());
    /// assert_eq!(format!("{longest}a").parse::<EntryName>(), Err(NameError::TooLong));
    /// ```
    pub const MAX_BYTES: usize = 255;

    /// The name as text.
    ///
    /// ```
    /// use vouchsafe_types::EntryName;
    /// let name: EntryName = "a b.txt".parse()?;
    /// assert_eq!(name.as_str(), "a b.txt", "as it was written");
    /// # Ok::<(), vouchsafe_types::name::NameError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for EntryName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text {
            "" => Err(NameError::Empty),
            "." | ".." => Err(NameError::Dots),
            _ if text.len() > Self::MAX_BYTES => Err(NameError::TooLong),
            _ if text.contains('/') => Err(NameError::Slash),
            _ if text.chars().any(|c| c.is_control() || is_bidi(c)) => Err(NameError::Control),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// An absolute path without `.`, `..` and doubled slashes; the root has no names.
///
/// ```
/// use vouchsafe_types::EntryPath;
///
/// let path = EntryPath::strict("/ann/photos/sea.jpg")?;
/// let (folder, name) = path.split().unwrap();
/// assert_eq!((folder.to_string().as_str(), name.as_str()), ("/ann/photos", "sea.jpg"));
/// assert_eq!(path.names().len(), 3);
/// # Ok::<(), vouchsafe_types::name::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntryPath(Vec<EntryName>);

/// Why a text is no path.
///
/// ```
/// use vouchsafe_types::{EntryPath, name::{NameError, PathError}};
/// assert_eq!(EntryPath::normalise("ann/a.txt"), Err(PathError::Relative));
/// assert_eq!(EntryPath::strict("/ann//a.txt"), Err(PathError::Name(NameError::Empty)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It does not start with `/`.
    #[error("a path starts with `/`")]
    Relative,
    /// Longer than 4096 bytes or deeper than 256 names.
    #[error("a path is at most 4096 bytes and 256 names")]
    TooLong,
    /// One of its names is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl EntryPath {
    /// The longest, in bytes.
    ///
    /// ```
    /// use vouchsafe_types::{EntryPath, name::PathError};
    /// let long = "/a".repeat(EntryPath::MAX_BYTES);
    /// assert_eq!(EntryPath::normalise(&long), Err(PathError::TooLong));
    /// ```
    pub const MAX_BYTES: usize = 4096;
    /// The most names.
    ///
    /// ```
    /// use vouchsafe_types::{EntryPath, name::PathError};
    /// assert!(EntryPath::normalise(&"/a".repeat(EntryPath::MAX_NAMES)).is_ok());
    /// assert_eq!(EntryPath::normalise(&"/a".repeat(EntryPath::MAX_NAMES + 1)), Err(PathError::TooLong));
    /// ```
    pub const MAX_NAMES: usize = 256;

    /// A path; `.`, `..` and empty segments are resolved away, and `..` stops at the root.
    ///
    /// ```
    /// use vouchsafe_types::EntryPath;
    /// assert_eq!(EntryPath::normalise("/ann//photos/../../../bob/./a")?.to_string(), "/bob/a");
    /// # Ok::<(), vouchsafe_types::name::PathError>(())
    /// ```
    ///
    /// # Errors
    /// Why it is none.
    pub fn normalise(text: &str) -> Result<Self, PathError> {
        let rest = text.strip_prefix('/').ok_or(PathError::Relative)?;
        if text.len() > Self::MAX_BYTES {
            return Err(PathError::TooLong);
        }
        let mut names = Vec::new();
        for segment in rest.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    names.pop();
                }
                name => names.push(name.parse()?),
            }
        }
        if names.len() > Self::MAX_NAMES { Err(PathError::TooLong) } else { Ok(Self(names)) }
    }

    /// A path as the host application writes it: nothing is resolved away.
    ///
    /// ```
    /// use vouchsafe_types::{EntryPath, name::{NameError, PathError}};
    /// assert!(EntryPath::strict("/ann/photos").is_ok());
    /// assert_eq!(EntryPath::strict("/ann/../bob"), Err(PathError::Name(NameError::Dots)));
    /// assert_eq!(EntryPath::strict("ann"), Err(PathError::Relative));
    /// ```
    ///
    /// # Errors
    /// Why it is none; `.`, `..` and empty segments are refused.
    pub fn strict(text: &str) -> Result<Self, PathError> {
        let rest = text.strip_prefix('/').ok_or(PathError::Relative)?;
        if text.len() > Self::MAX_BYTES {
            return Err(PathError::TooLong);
        }
        let names = rest.split('/').map(str::parse).collect::<Result<Vec<_>, _>>()?;
        if names.len() > Self::MAX_NAMES { Err(PathError::TooLong) } else { Ok(Self(names)) }
    }

    /// The names, outermost first.
    ///
    /// ```
    /// use vouchsafe_types::EntryPath;
    /// let path = EntryPath::normalise("/ann/photos/./sea.jpg")?;
    /// let names: Vec<&str> = path.names().iter().map(|name| name.as_str()).collect();
    /// assert_eq!(names, ["ann", "photos", "sea.jpg"]);
    /// # Ok::<(), vouchsafe_types::name::PathError>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> &[EntryName] {
        &self.0
    }

    /// The directory it lies in, and its name there; `None` for the root.
    ///
    /// ```
    /// # use vouchsafe_types::EntryPath;
    /// assert_eq!(EntryPath::normalise("/")?.split(), None);
    /// # Ok::<(), vouchsafe_types::name::PathError>(())
    /// ```
    #[must_use]
    pub fn split(&self) -> Option<(Self, &EntryName)> {
        let (name, parent) = self.0.split_last()?;
        Some((Self(parent.to_vec()), name))
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|name| write!(f, "/{}", name.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_and_never_leave_the_root() {
        let path = |text| EntryPath::normalise(text).map(|p| p.to_string());
        assert_eq!(path("/a//b/./c/../d/"), Ok("/a/b/d".into()));
        assert_eq!(path("/../../a"), Ok("/a".into()));
        assert_eq!(path("a"), Err(PathError::Relative));
        assert_eq!(path("/a\0b"), Err(PathError::Name(NameError::Control)));
        assert_eq!(path("/a\u{202e}b"), Err(PathError::Name(NameError::Control)));
    }

    #[test]
    fn each_fault_of_a_name_is_told_apart() {
        for (text, fault) in [
            ("", NameError::Empty),
            (".", NameError::Dots),
            ("..", NameError::Dots),
            ("a/b", NameError::Slash),
            ("a\0", NameError::Control),
            ("a\n", NameError::Control),
            ("a\u{7f}", NameError::Control),
            ("a\u{85}", NameError::Control),
            ("a\u{2066}b", NameError::Control),
            (&"ö".repeat(128), NameError::TooLong),
        ] {
            assert_eq!(text.parse::<EntryName>(), Err(fault), "{text:?}");
        }
        for text in ["a", "...", ".hidden", " ", "a b", "ö", "a\\b", "a:b", &"a".repeat(255)] {
            assert_eq!(text.parse::<EntryName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_path_has_a_parent_until_the_root() {
        let path = EntryPath::normalise("/a/b").unwrap();
        let (parent, name) = path.split().unwrap();
        assert_eq!((parent.to_string().as_str(), name.as_str()), ("/a", "b"));
        let root = EntryPath::normalise("/").unwrap();
        assert_eq!((root.to_string().as_str(), root.split()), ("/", None));
    }

    #[test]
    fn a_path_is_at_most_4096_bytes() {
        let text = format!("/{}", "a".repeat(15)).repeat(256);
        assert_eq!(text.len(), EntryPath::MAX_BYTES);
        for parse in [EntryPath::normalise, EntryPath::strict] {
            assert!(parse(&text).is_ok());
            assert_eq!(parse(&format!("{text}b")), Err(PathError::TooLong));
        }
    }

    #[test]
    fn a_strict_path_is_taken_as_it_is_or_refused() {
        assert_eq!(EntryPath::strict("/a/../b"), Err(PathError::Name(NameError::Dots)));
        assert_eq!(EntryPath::strict("/a//b"), Err(PathError::Name(NameError::Empty)));
        assert_eq!(EntryPath::strict(&format!("/{}", "a".repeat(256))), Err(PathError::Name(NameError::TooLong)));
        assert_eq!(EntryPath::strict(&"/a".repeat(257)), Err(PathError::TooLong));
    }
}
