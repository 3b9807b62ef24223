//! Issuer gives holder capabilities on a resource.

use crate::{AppUid, Capabilities, GrantId, GroupId, LinkId, Resource, SessionId, UserId};
use chrono::{DateTime, Utc};

/// Who has a grant. Holders are ordered as the variants stand here, then by id.
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

impl Holder {
    /// How specific the holder is: a lower rank is a more specific subject (0 person, 1 group, 2 everyone).
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::User(_) | Self::App { user: Some(_), .. } | Self::Token(_) | Self::Link(_) => 0,
            Self::Group(_) | Self::App { user: None, .. } => 1,
            Self::Everyone => 2,
        }
    }

    /// Whether this is an app that acts for `person`.
    #[must_use]
    pub fn is_app_of(&self, person: UserId) -> bool {
        matches!(self, Self::App { user: Some(user), .. } if *user == person)
    }
}

/// One row in the table of grants.
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
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether this is a deny: exact, and without capabilities.
    #[must_use]
    pub const fn is_deny(&self) -> bool {
        self.exact && self.capabilities.is_empty()
    }
}
