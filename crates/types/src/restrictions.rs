//! What the owner of a file keeps back from everybody else, whatever they were given.

use crate::capability::{Capabilities, Capability};

/// What the owner of a file keeps back from everybody else, whatever they were given. It is a property of the file
/// itself and holds in every face; the owner is never restricted.
///
/// ```
/// use vouchsafe_types::{Access, Capability, Restrictions};
///
/// let both = Restrictions { denies_download: true, denies_sharing: true };
/// assert_eq!(both.cut(Access::Full.capabilities()), Access::Write.capabilities());
/// assert_eq!(both.cut(Access::Read.capabilities()), Access::Read.capabilities() - Capability::Download.into());
/// assert!(both.cut(Access::Review.capabilities()).has(Capability::Download), "only readers and commenters");
/// assert_eq!(Restrictions::NONE.cut(Access::Full.capabilities()), Access::Full.capabilities());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// Who may only read and comment takes no copy out: no download, print or copy.
    pub denies_download: bool,
    /// Nobody shares onwards, and nobody changes what others gave.
    pub denies_sharing: bool,
}

/// With one of these, somebody does more than read and comment.
const WORKING: Capabilities = Capabilities::of(&[
    Capability::Fill,
    Capability::Review,
    Capability::Filter,
    Capability::Edit,
    Capability::Write,
    Capability::Delete,
]);

impl Restrictions {
    /// No restrictions.
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Restrictions};
    /// assert_eq!(Restrictions::NONE.cut(Capabilities::ALL), Capabilities::ALL);
    /// assert_eq!(Restrictions::NONE, Restrictions::default());
    /// ```
    pub const NONE: Self = Self { denies_download: false, denies_sharing: false };

    /// What is left of `capabilities` that somebody was given. More capabilities never leave fewer.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability, Restrictions};
    /// let no_sharing = Restrictions { denies_sharing: true, ..Restrictions::NONE };
    /// assert_eq!(no_sharing.cut(Access::Manage.capabilities()), Access::Write.capabilities());
    /// let no_copies = Restrictions { denies_download: true, ..Restrictions::NONE };
    /// assert!(!no_copies.cut(Access::Comment.capabilities()).has(Capability::Download));
    /// ```
    #[must_use]
    pub fn cut(self, capabilities: Capabilities) -> Capabilities {
        let mut left = capabilities;
        if self.denies_sharing {
            left = left - Capabilities::SHARING;
        }
        if self.denies_download && !left.intersects(WORKING) {
            left = left - Capability::Download.into();
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_never_leaves_less() {
        let restrictions = [(true, false), (false, true), (true, true)]
            .map(|(denies_download, denies_sharing)| Restrictions { denies_download, denies_sharing });
        for restricted in restrictions {
            for bits in 0..=Capabilities::ALL.bits() {
                let less = Capabilities::from_bits(bits);
                assert!(less.covers(restricted.cut(less)));
                for more in Capability::ALL.map(|one| less | one.into()) {
                    assert!(restricted.cut(more).covers(restricted.cut(less)));
                }
            }
        }
    }
}
