//! The named sets of capabilities: what people and dialects ask for.

use crate::capability::{Capabilities, Capability};
use std::str::FromStr;

use Capability::{Comment, Delegate, Download, Edit, Fill, Filter, List, Manage, Read, Review, See, Share, Write};

/// A named set of capabilities.
///
/// `See < List < Read < Write < Manage`; ONLYOFFICE's four lie between `Read` and `Write` and are not ordered among
/// themselves, except that `Review` includes `Comment` and `Fill`.
///
/// ```
/// use vouchsafe_types::{Access, Capability};
///
/// assert!(Access::Read.capabilities().has(Capability::Download));
/// assert!(!Access::Write.capabilities().has(Capability::Delete), "only the owner deletes the entry itself");
/// assert!(!Access::Manage.capabilities().has(Capability::Delegate), "a manager makes no managers");
/// assert_eq!("manage".parse(), Ok(Access::Manage));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing: as an exact grant, a deny.
    None,
    /// Know that it exists.
    See,
    /// See, and list what a directory contains.
    List,
    /// List, read and download.
    Read,
    /// Read and comment (ONLYOFFICE 6).
    Comment,
    /// Read and fill in forms (ONLYOFFICE 7).
    Fill,
    /// Read, comment, fill and suggest changes (ONLYOFFICE 5).
    Review,
    /// Read, comment, filter and edit in the editor (ONLYOFFICE 8).
    Filter,
    /// Everything up to replacing, renaming and creating inside.
    Write,
    /// Write, and share up to that (Puter's `manage`).
    Manage,
    /// Write, share, and full say over what others gave (ONLYOFFICE 1).
    Full,
    /// Everything.
    Owner,
}

const READ: Capabilities = Capabilities::of(&[See, List, Read, Download]);
const WRITE: Capabilities = Capabilities::of(&[See, List, Read, Download, Comment, Fill, Review, Filter, Edit, Write]);
const MANAGE: Capabilities =
    Capabilities::of(&[See, List, Read, Download, Comment, Fill, Review, Filter, Edit, Write, Share]);
const FULL: Capabilities =
    Capabilities::of(&[See, List, Read, Download, Comment, Fill, Review, Filter, Edit, Write, Share, Delegate, Manage]);

impl Access {
    /// Every access, from the least to the most.
    ///
    /// ```
    /// use vouchsafe_types::Access;
    /// for access in Access::ALL {
    ///     assert_eq!(access.name().parse(), Ok(access), "each by its name");
    /// }
    /// ```
    pub const ALL: [Self; 12] = [
        Self::None,
        Self::See,
        Self::List,
        Self::Read,
        Self::Comment,
        Self::Fill,
        Self::Review,
        Self::Filter,
        Self::Write,
        Self::Manage,
        Self::Full,
        Self::Owner,
    ];

    /// What it consists of.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities, Capability};
    ///
    /// assert_eq!(Access::List.capabilities(), Capabilities::of(&[Capability::See, Capability::List]));
    /// assert_eq!(Access::Owner.capabilities(), Capabilities::ALL);
    /// ```
    #[must_use]
    pub const fn capabilities(self) -> Capabilities {
        match self {
            Self::None => Capabilities::NONE,
            Self::See => Capabilities::of(&[See]),
            Self::List => Capabilities::of(&[See, List]),
            Self::Read => READ,
            Self::Comment => Capabilities::of(&[See, List, Read, Download, Comment]),
            Self::Fill => Capabilities::of(&[See, List, Read, Download, Fill]),
            Self::Review => Capabilities::of(&[See, List, Read, Download, Comment, Fill, Review]),
            Self::Filter => Capabilities::of(&[See, List, Read, Download, Comment, Filter, Edit]),
            Self::Write => WRITE,
            Self::Manage => MANAGE,
            Self::Full => FULL,
            Self::Owner => Capabilities::ALL,
        }
    }

    /// The largest access that `capabilities` cover: never overstates.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability};
    ///
    /// let reads_and_shares = Access::Read.capabilities() | Capability::Share.into();
    /// assert_eq!(Access::nearest(reads_and_shares), Access::Read);
    /// ```
    #[must_use]
    pub fn nearest(capabilities: Capabilities) -> Self {
        let fits = |access: &Self| capabilities.covers(access.capabilities());
        Self::ALL.into_iter().filter(fits).max_by_key(|a| a.capabilities().len()).unwrap_or(Self::None)
    }

    /// The name in JSON. In a permission text, `manage` stands in front; `full` and `owner` are no words there.
    ///
    /// ```
    /// assert_eq!(vouchsafe_types::Access::Read.name(), "read");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::See => "see",
            Self::List => "list",
            Self::Read => "read",
            Self::Comment => "comment",
            Self::Fill => "fill",
            Self::Review => "review",
            Self::Filter => "filter",
            Self::Write => "write",
            Self::Manage => "manage",
            Self::Full => "full",
            Self::Owner => "owner",
        }
    }
}

impl From<Access> for Capabilities {
    fn from(access: Access) -> Self {
        access.capabilities()
    }
}

/// The text names no access.
///
/// ```
/// use vouchsafe_types::{Access, access::UnknownAccess};
/// assert_eq!("admin".parse::<Access>(), Err(UnknownAccess));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such access")]
pub struct UnknownAccess;

impl FromStr for Access {
    type Err = UnknownAccess;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|a| a.name() == text).ok_or(UnknownAccess)
    }
}

/// What a grant of a single capability consists of: itself, and what makes it usable.
///
/// Everything beyond `list` stands on `read`; `review` brings `comment` and `fill`. Reading brings no `download` by
/// itself: [`Access::Read`] does.
///
/// ```
/// use vouchsafe_types::{Access, Capability, access::closure};
///
/// assert_eq!(closure(Capability::See), Access::See.capabilities());
/// assert!(closure(Capability::Comment).has(Capability::Read));
/// assert!(!closure(Capability::Comment).has(Capability::Download));
/// ```
#[must_use]
pub fn closure(capability: Capability) -> Capabilities {
    match capability {
        See => Access::See.capabilities(),
        List => Access::List.capabilities(),
        Read => Capabilities::of(&[See, List, Read]),
        Write => WRITE,
        Review => Access::Review.capabilities(),
        Download | Comment | Fill | Filter | Edit | Capability::Delete | Share | Delegate | Manage => {
            Capabilities::of(&[See, List, Read]) | Capabilities::from(capability)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_nested() {
        let levels = [
            Access::None,
            Access::See,
            Access::List,
            Access::Read,
            Access::Write,
            Access::Manage,
            Access::Full,
            Access::Owner,
        ];
        for pair in levels.windows(2) {
            assert!(pair[1].capabilities().covers(pair[0].capabilities()), "{pair:?}");
            assert_ne!(pair[1].capabilities(), pair[0].capabilities());
        }
    }

    #[test]
    fn the_nearest_access_never_overstates() {
        for bits in 0..=Capabilities::ALL.bits() {
            let capabilities = Capabilities::from_bits(bits);
            assert!(capabilities.covers(Access::nearest(capabilities).capabilities()));
        }
        for access in Access::ALL {
            assert_eq!(Access::nearest(access.capabilities()), access);
        }
    }

    #[test]
    fn write_does_not_delete_and_manage_does_not_delegate() {
        assert!(!WRITE.has(Capability::Delete));
        assert!(!MANAGE.has(Delegate) && !MANAGE.has(Manage));
    }
}
