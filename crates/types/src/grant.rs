//! Issuer gives holder capabilities on a resource.

use crate::{AppUid, Capabilities, GrantId, GroupId, LinkId, Resource, SessionId, UserId};
use chrono::{DateTime, Utc};

/// Who has a grant. Holders are ordered as the variants stand here, then by id.
///
/// ```
/// use vouchsafe_types::{GroupId, Holder, UserId};
///
/// let bob = Holder::from(UserId::mint());
/// let team = Holder::from(GroupId::mint());
/// assert!(bob < team && team < Holder::Everyone);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// One person.
    User(UserId),
    /// Every current member.
    Group(GroupId),
    /// Every active user.
    Everyone,
    /// An app, acting for one person or (`None`) for any of its users.
    App {
        /// The person it acts for, or everyone.
        user: Option<UserId>,
        /// The app.
        app: AppUid,
    },
    /// An access token, acting for its issuer.
    Token(SessionId),
    /// Whoever presents the link.
    Link(LinkId),
}

impl From<UserId> for Holder {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<GroupId> for Holder {
    fn from(group: GroupId) -> Self {
        Self::Group(group)
    }
}

impl Holder {
    /// How specific the holder is: a lower rank is a more specific subject (0 person, 1 group, 2 everyone).
    ///
    /// What acts for one person, and a link, rank as a person; an app for all of its users ranks as a group.
    ///
    /// ```
    /// use vouchsafe_types::{Holder, UserId};
    ///
    /// let app = |user| Holder::App { app: "editor".parse().unwrap(), user };
    /// assert_eq!(app(Some(UserId::mint())).rank(), 0);
    /// assert_eq!((app(None).rank(), Holder::Everyone.rank()), (1, 2));
    /// ```
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::User(_) | Self::App { user: Some(_), .. } | Self::Token(_) | Self::Link(_) => 0,
            Self::Group(_) | Self::App { user: None, .. } => 1,
            Self::Everyone => 2,
        }
    }

    /// Whether this is an app that acts for `person`, and for nobody else.
    ///
    /// ```
    /// use vouchsafe_types::{Holder, UserId};
    ///
    /// let ann = UserId::mint();
    /// let app = |user| Holder::App { app: "editor".parse().unwrap(), user };
    /// assert!(app(Some(ann)).is_app_of(ann));
    /// assert!(!app(None).is_app_of(ann) && !Holder::User(ann).is_app_of(ann));
    /// ```
    #[must_use]
    pub fn is_app_of(&self, person: UserId) -> bool {
        matches!(self, Self::App { user: Some(user), .. } if *user == person)
    }
}

/// One row in the table of grants.
///
/// That a row is there says nothing about what it gives: it is cut to what its issuer has, every time it is read.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use vouchsafe_types::{Access, Capabilities, EntryId, Grant, GrantId, Holder, Resource, UserId};
///
/// let midnight = DateTime::UNIX_EPOCH + TimeDelta::days(1);
/// let grant = Grant {
///     id: GrantId::mint(),
///     issuer: UserId::mint(),
///     holder: Holder::User(UserId::mint()),
///     resource: Resource::Entry(EntryId::mint()),
///     capabilities: Access::Read.capabilities(),
///     exact: false,
///     expires_at: Some(midnight),
///     created_at: DateTime::UNIX_EPOCH,
///     origin: "v1".into(),
/// };
/// assert!(grant.is_expired(midnight), "it ends at that very moment");
/// assert!(!grant.is_expired(midnight - TimeDelta::microseconds(1)));
///
/// let deny = Grant { capabilities: Capabilities::NONE, exact: true, ..grant };
/// assert!(deny.is_deny());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id, never reused.
    pub id: GrantId,
    /// Who gave it.
    pub issuer: UserId,
    /// Who has it.
    pub holder: Holder,
    /// On what.
    pub resource: Resource,
    /// What may be done; empty together with `exact` is a deny.
    pub capabilities: Capabilities,
    /// Whether it silences what is less specific.
    pub exact: bool,
    /// From when on it gives nothing.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Through which face it was made: `puter`, `v1`, `onlyoffice`, …
    pub origin: String,
}

impl Grant {
    /// Whether the grant has ended at `now`; it ends at the very moment of `expires_at`.
    ///
    /// ```
    /// # use chrono::{DateTime, TimeDelta};
    /// # use vouchsafe_types::*;
    /// # let grant = Grant {
    /// #     id: GrantId::mint(),
    /// #     issuer: UserId::mint(),
    /// #     holder: Holder::Everyone,
    /// #     resource: Resource::Entry(EntryId::mint()),
    /// #     capabilities: Access::Read.capabilities(),
    /// #     exact: false,
    /// #     expires_at: None,
    /// #     created_at: DateTime::UNIX_EPOCH,
    /// #     origin: "v1".into(),
    /// # };
    /// let tomorrow = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    /// assert!(!grant.is_expired(tomorrow), "it was given for good");
    /// assert!(Grant { expires_at: Some(tomorrow), ..grant }.is_expired(tomorrow));
    /// ```
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether this is a deny: exact, and without capabilities.
    ///
    /// ```
    /// # use vouchsafe_types::*;
    /// # let read = Grant {
    /// #     id: GrantId::mint(),
    /// #     issuer: UserId::mint(),
    /// #     holder: Holder::Everyone,
    /// #     resource: Resource::Entry(EntryId::mint()),
    /// #     capabilities: Access::Read.capabilities(),
    /// #     exact: false,
    /// #     expires_at: None,
    /// #     created_at: chrono::DateTime::UNIX_EPOCH,
    /// #     origin: "v1".into(),
    /// # };
    /// let only_read = Grant { exact: true, ..read.clone() };
    /// assert!(!read.is_deny() && !only_read.is_deny());
    /// assert!(Grant { capabilities: Capabilities::NONE, ..only_read }.is_deny());
    /// ```
    #[must_use]
    pub const fn is_deny(&self) -> bool {
        self.exact && self.capabilities.is_empty()
    }
}
