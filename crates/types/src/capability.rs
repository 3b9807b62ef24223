//! The single things one may do, as a small set.

use std::{
    fmt,
    ops::{BitAnd, BitOr, Not, Sub},
    str::FromStr,
};

/// One thing one may do with a resource.
///
/// ```
/// use vouchsafe_types::Capability;
///
/// assert_eq!("download".parse(), Ok(Capability::Download));
/// assert_eq!(Capability::Share.name(), "share");
/// assert_eq!(Capability::ALL.len(), 14);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Capability {
    /// Know that it exists.
    See,
    /// List what a directory contains.
    List,
    /// Read the content; open a protected app or site.
    Read,
    /// Take a copy out: download, print, copy.
    Download,
    /// Add comments.
    Comment,
    /// Fill in form fields.
    Fill,
    /// Suggest changes.
    Review,
    /// Filter locally without changing what others see.
    Filter,
    /// Change the content in an editor.
    Edit,
    /// Replace, rename, and create inside.
    Write,
    /// Delete the entry itself.
    Delete,
    /// Give others up to what one has; change and revoke what one gave.
    Share,
    /// Hand on `share`, `delegate` and `manage`.
    Delegate,
    /// Change and revoke what others gave.
    Manage,
}

impl Capability {
    /// Every capability, in the order of their bits.
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Capability};
    /// assert_eq!(Capabilities::of(&Capability::ALL), Capabilities::ALL);
    /// ```
    pub const ALL: [Self; 14] = [
        Self::See,
        Self::List,
        Self::Read,
        Self::Download,
        Self::Comment,
        Self::Fill,
        Self::Review,
        Self::Filter,
        Self::Edit,
        Self::Write,
        Self::Delete,
        Self::Share,
        Self::Delegate,
        Self::Manage,
    ];

    /// The name in JSON and in permission texts; there, `manage` and `delegate` are said by `manage:` in front.
    ///
    /// ```
    /// assert_eq!(vouchsafe_types::Capability::Share.name(), "share");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::List => "list",
            Self::Read => "read",
            Self::Download => "download",
            Self::Comment => "comment",
            Self::Fill => "fill",
            Self::Review => "review",
            Self::Filter => "filter",
            Self::Edit => "edit",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Share => "share",
            Self::Delegate => "delegate",
            Self::Manage => "manage",
        }
    }
}

/// The text names no capability.
///
/// ```
/// use vouchsafe_types::{Capability, capability::UnknownCapability};
/// assert_eq!("fly".parse::<Capability>(), Err(UnknownCapability));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such capability")]
pub struct UnknownCapability;

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|c| c.name() == text).ok_or(UnknownCapability)
    }
}

/// A set of capabilities: `|` joins two, `&` keeps what both have, `-` takes away, `!` is everything else.
///
/// ```
/// use vouchsafe_types::{Capabilities, Capability};
///
/// let read = Capabilities::of(&[Capability::See, Capability::Read]);
/// assert!(read.has(Capability::Read) && !read.has(Capability::Write));
///
/// let more = read | Capability::Write.into();
/// assert_eq!((more & read, more - read), (read, Capability::Write.into()));
/// assert!(!(!read).intersects(read));
/// assert_eq!(format!("{more:?}"), r#"{"see", "read", "write"}"#);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Capabilities(u16);

impl Capabilities {
    /// The empty set: an exact grant of it is a deny.
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Capability};
    /// assert!(!Capability::ALL.into_iter().any(|one| Capabilities::NONE.has(one)));
    /// ```
    pub const NONE: Self = Self(0);
    /// Everything: what an owner has.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities};
    /// assert_eq!(Access::Owner.capabilities(), Capabilities::ALL);
    /// ```
    pub const ALL: Self = Self((1 << Capability::ALL.len()) - 1);
    /// What has to do with giving, and not with using.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities};
    /// assert_eq!(Access::Full.capabilities() & Capabilities::SHARING, Capabilities::SHARING);
    /// assert!(!Access::Write.capabilities().intersects(Capabilities::SHARING));
    /// ```
    pub const SHARING: Self = Self::of(&[Capability::Share, Capability::Delegate, Capability::Manage]);

    /// The set of exactly these.
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Capability};
    /// const FORM: Capabilities = Capabilities::of(&[Capability::See, Capability::Fill]);
    /// assert_eq!(FORM.len(), 2);
    /// ```
    #[must_use]
    pub const fn of(list: &[Capability]) -> Self {
        let mut bits = 0;
        let mut rest = list;
        while let [first, tail @ ..] = rest {
            bits |= Self::bit(*first);
            rest = tail;
        }
        Self(bits)
    }

    #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum, below 14")]
    const fn bit(capability: Capability) -> u16 {
        1 << (capability as u16)
    }

    /// Whether `capability` is in the set.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability};
    /// let manager = Access::Manage.capabilities();
    /// assert!(manager.has(Capability::Share) && !manager.has(Capability::Manage), "he shares, and makes no managers");
    /// ```
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & Self::bit(capability) != 0
    }

    /// Whether every member of `other` is in the set.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities};
    /// let (read, write) = (Access::Read.capabilities(), Access::Write.capabilities());
    /// assert!(write.covers(read) && !read.covers(write));
    /// assert!(read.covers(Capabilities::NONE), "of nothing, every member is there");
    /// ```
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets have a member in common.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability};
    /// assert!(Access::Read.capabilities().intersects(Access::See.capabilities()));
    /// assert!(!Access::Read.capabilities().intersects(Capability::Write.into()));
    /// ```
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities};
    /// let (read, write) = (Access::Read.capabilities(), Access::Write.capabilities());
    /// assert!((read - write).is_empty() && !(write - read).is_empty());
    /// assert!(Capabilities::NONE.is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many members the set has.
    ///
    /// ```
    /// use vouchsafe_types::Access;
    /// assert_eq!(Access::Read.capabilities().len(), 4, "see, list, read, download");
    /// ```
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The members, in the order of their bits.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability};
    /// assert!(Access::List.capabilities().iter().eq([Capability::See, Capability::List]));
    /// ```
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |c| self.has(*c))
    }

    /// The set as stored: bit `n` stands for the capability of that place in [`Capability::ALL`].
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Capability};
    /// assert_eq!(Capabilities::of(&[Capability::See, Capability::Read]).bits(), 0b101);
    /// ```
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set from its stored form; bits that mean nothing are dropped.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capabilities};
    /// let stored: u16 = Access::Write.capabilities().bits();
    /// assert_eq!(Capabilities::from_bits(stored), Access::Write.capabilities());
    /// assert_eq!(Capabilities::from_bits(u16::MAX), Capabilities::ALL);
    /// ```
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// The names of the members, in the order of their bits.
    ///
    /// ```
    /// assert_eq!(vouchsafe_types::Access::List.capabilities().names(), ["see", "list"]);
    /// ```
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Capability::name).collect()
    }
}

impl BitAnd for Capabilities {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Capabilities {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Sub for Capabilities {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Not for Capabilities {
    type Output = Self;
    fn not(self) -> Self {
        Self::ALL - self
    }
}

impl From<Capability> for Capabilities {
    fn from(capability: Capability) -> Self {
        Self(Self::bit(capability))
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bits_survive_a_round_trip() {
        for capability in Capability::ALL {
            assert_eq!(capability.name().parse(), Ok(capability));
            let set = Capabilities::from(capability);
            assert_eq!(Capabilities::from_bits(set.bits()).names(), [capability.name()]);
        }
        assert_eq!(Capabilities::from_bits(u16::MAX), Capabilities::ALL);
        assert_eq!("Read".parse::<Capability>(), Err(UnknownCapability));
    }

    #[test]
    fn the_complement_of_nothing_is_everything() {
        assert_eq!(!Capabilities::NONE, Capabilities::ALL);
        assert!(Capabilities::ALL.covers(Capabilities::NONE));
        assert_eq!(Capabilities::ALL.len(), 14);
    }
}
