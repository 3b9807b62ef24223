//! The two groups that every account is in or out of by itself.

use crate::GroupId;
use uuid::{Uuid, uuid};

/// A group whose members follow from their accounts: nobody adds or removes them, and nobody owns it.
///
/// ```
/// use vouchsafe_types::{DefaultGroup, GroupId};
///
/// let confirmed = DefaultGroup::User;
/// assert!(confirmed.has(true) && !confirmed.has(false));
/// assert_eq!(DefaultGroup::find(confirmed.id()), Some(confirmed));
/// assert_eq!(DefaultGroup::find(GroupId::mint()), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultGroup {
    /// Everybody with a proven address.
    User,
    /// Everybody without one.
    Temp,
}

impl DefaultGroup {
    /// Both.
    ///
    /// ```
    /// use vouchsafe_types::DefaultGroup;
    /// for is_confirmed in [true, false] {
    ///     let all = DefaultGroup::ALL.into_iter().filter(|group| group.has(is_confirmed));
    ///     assert_eq!(all.count(), 1, "every account is in exactly one of them");
    /// }
    /// ```
    pub const ALL: [Self; 2] = [Self::User, Self::Temp];

    const fn uuid(self) -> Uuid {
        match self {
            Self::User => uuid!("6f1d27c8-5a3e-4b80-9d14-0c6be2f7a801"),
            Self::Temp => uuid!("6f1d27c8-5a3e-4b80-9d14-0c6be2f7a802"),
        }
    }

    /// The id of the group: the same on every server.
    ///
    /// ```
    /// use vouchsafe_types::{DefaultGroup, Holder};
    /// // Whoever has proven an address:
    /// let holder = Holder::Group(DefaultGroup::User.id());
    /// assert_ne!(holder, Holder::Group(DefaultGroup::Temp.id()));
    /// ```
    #[must_use]
    pub fn id(self) -> GroupId {
        self.uuid().into()
    }

    /// The default group with this id, if it is one.
    ///
    /// ```
    /// use vouchsafe_types::{DefaultGroup, GroupId};
    /// assert_eq!(DefaultGroup::find(DefaultGroup::Temp.id()), Some(DefaultGroup::Temp));
    /// assert_eq!(DefaultGroup::find(GroupId::mint()), None);
    /// ```
    #[must_use]
    pub fn find(id: GroupId) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.id() == id)
    }

    /// Whether an account whose address is proven, or not, is in it.
    ///
    /// ```
    /// use vouchsafe_types::DefaultGroup;
    /// assert!(DefaultGroup::User.has(true) && DefaultGroup::Temp.has(false));
    /// ```
    #[must_use]
    pub const fn has(self, is_confirmed: bool) -> bool {
        match self {
            Self::User => is_confirmed,
            Self::Temp => !is_confirmed,
        }
    }
}
