//! Who asks.

use crate::{AppUid, LinkId, SessionId, SiteId, UserId};

/// Who asks, or acts.
///
/// What somebody has and what acts for him may do are two things: an app and a token have what their person has *and*
/// what they were given themselves.
///
/// ```
/// use vouchsafe_types::{Actor, UserId};
///
/// let ann = UserId::mint();
/// let editor = Actor::App { app: "editor".parse()?, user: ann };
/// assert_eq!(editor.user(), Some(ann));
/// assert!(!editor.is_plain_user() && Actor::from(ann).is_plain_user());
/// assert_eq!(Actor::Service { name: "shop".into() }.user(), None);
/// # Ok::<(), vouchsafe_types::id::AppUidError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person with a session of his own.
    User(UserId),
    /// An app acting for a person: has what the person has *and* what it was given itself.
    App {
        /// The app.
        app: AppUid,
        /// The person it acts for.
        user: UserId,
    },
    /// An access token with its own list of permissions, acting for its issuer.
    Token {
        /// The token.
        token: SessionId,
        /// The person who made it.
        user: UserId,
    },
    /// A page that a site serves, acting for nobody: may read what lies in the directory of the site.
    Site {
        /// The site.
        site: SiteId,
        /// The site's owner, whom it never exceeds.
        user: UserId,
    },
    /// Whoever presents a link: nobody in particular, with what the link was given and no more.
    Link {
        /// The link.
        link: LinkId,
    },
    /// The host application, by service key: administers, and holds nothing itself.
    Service {
        /// The key's name.
        name: String,
    },
}

impl From<UserId> for Actor {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Actor {
    /// The person behind the actor, if there is one.
    ///
    /// ```
    /// use vouchsafe_types::{Actor, UserId};
    /// let ann = UserId::mint();
    /// assert_eq!(Actor::User(ann).user(), Some(ann));
    /// assert_eq!(Actor::Service { name: "shop".into() }.user(), None);
    /// ```
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::App { user, .. } | Self::Token { user, .. } | Self::Site { user, .. } => {
                Some(*user)
            }
            Self::Link { .. } | Self::Service { .. } => None,
        }
    }

    /// Whether the actor is a person's own session, neither app nor token.
    ///
    /// ```
    /// use vouchsafe_types::{Actor, UserId};
    /// let ann = UserId::mint();
    /// assert!(Actor::User(ann).is_plain_user());
    /// assert!(!Actor::App { app: "editor".parse().unwrap(), user: ann }.is_plain_user());
    /// ```
    #[must_use]
    pub const fn is_plain_user(&self) -> bool {
        matches!(self, Self::User(_))
    }
}
