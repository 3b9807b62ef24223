use vouchsafe_types::{Actor, AppUid, GroupId, Holder, LinkId, SessionId, SiteId, UserId};

/// Whose rows are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A person: his own rows, those of the groups he is in, and those of everyone.
    User(UserId),
    /// An app: rows given to it for a person and for all of its users; without a person, only the latter.
    App {
        /// The app.
        app: AppUid,
        /// The person it acts for; `None` asks what all of its users get at most.
        user: Option<UserId>,
    },
    /// An access token: rows given to it.
    Token {
        /// The token.
        token: SessionId,
        /// The person who made it.
        user: UserId,
    },
    /// A page of a site: no rows; what a rule implies.
    Site {
        /// The site.
        site: SiteId,
        /// The site's owner.
        user: UserId,
    },
    /// A group: its rows and those of everyone; what any member has at least, unless a row of his own silences it.
    Group(GroupId),
    /// Everyone: the rows of everyone.
    Everyone,
    /// A link: its rows.
    Link(LinkId),
}

impl Subject {
    /// The person whose capabilities bound those of the subject, or are its own.
    #[must_use]
    pub const fn person(&self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::Token { user, .. } | Self::Site { user, .. } => Some(*user),
            Self::App { user, .. } => *user,
            Self::Group(_) | Self::Everyone | Self::Link(_) => None,
        }
    }

    /// Whose rows count for the actor. A service key administers and holds nothing itself.
    #[must_use]
    pub fn of_actor(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::User(user) => Some(Self::User(*user)),
            Actor::App { app, user } => Some(Self::App { app: app.clone(), user: Some(*user) }),
            Actor::Token { token, user } => Some(Self::Token { token: *token, user: *user }),
            Actor::Site { site, user } => Some(Self::Site { site: *site, user: *user }),
            Actor::Service { .. } => None,
        }
    }

    /// What a holder is when he asks. A token acts for who made it, and is nothing without `maker`.
    #[must_use]
    pub fn of_holder(holder: &Holder, maker: Option<UserId>) -> Option<Self> {
        Some(match holder {
            Holder::User(user) => Self::User(*user),
            Holder::Group(group) => Self::Group(*group),
            Holder::Everyone => Self::Everyone,
            Holder::App { app, user } => Self::App { app: app.clone(), user: *user },
            Holder::Token(token) => Self::Token { token: *token, user: maker? },
            Holder::Link(link) => Self::Link(*link),
        })
    }

    /// The holder whose grants count for the subject first; none for a site.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        Some(match self {
            Self::User(user) => Holder::User(*user),
            Self::Group(group) => Holder::Group(*group),
            Self::Everyone => Holder::Everyone,
            Self::App { app, user } => Holder::App { app: app.clone(), user: *user },
            Self::Token { token, .. } => Holder::Token(*token),
            Self::Link(link) => Holder::Link(*link),
            Self::Site { .. } => return None,
        })
    }
}
