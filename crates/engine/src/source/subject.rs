use vouchsafe_types::{Actor, AppUid, GroupId, Holder, LinkId, SessionId, SiteId, UserId};

/// Whose rows are asked for.
///
/// ```
/// use vouchsafe_engine::{Engine, MemorySource, Moment, Subject};
/// use vouchsafe_types::{Access, Resource};
///
/// let mut source = MemorySource::default();
/// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
/// let home = source.add_path("/ann", false).unwrap();
/// let team = source.add_group([bob]);
/// source.add_grant(ann, team, home, Access::Read);
///
/// // What the group has, whoever is in it:
/// let held = Engine::default().holding_of(&mut source, Subject::Group(team), &home.into(), Moment::UNIX_EPOCH);
/// assert!(held.is_ok_and(|held| held.capabilities == Access::Read.capabilities()));
/// ```
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
    /// A group: its rows and those of everyone. Any member has that at least, unless an exact row says otherwise that
    /// speaks for him and not for the group.
    Group(GroupId),
    /// Everyone: the rows of everyone.
    Everyone,
    /// A link: its rows.
    Link(LinkId),
}

impl Subject {
    /// The person whose capabilities bound those of the subject, or are its own.
    ///
    /// ```
    /// use vouchsafe_engine::Subject;
    /// use vouchsafe_types::UserId;
    /// let ann = UserId::mint();
    /// assert_eq!(Subject::App { app: "editor".parse().unwrap(), user: Some(ann) }.person(), Some(ann));
    /// assert_eq!(Subject::Everyone.person(), None);
    /// ```
    #[must_use]
    pub const fn person(&self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::Token { user, .. } | Self::Site { user, .. } => Some(*user),
            Self::App { user, .. } => *user,
            Self::Group(_) | Self::Everyone | Self::Link(_) => None,
        }
    }

    /// Whose rows count for the actor. A service key administers and holds nothing itself.
    ///
    /// ```
    /// use vouchsafe_engine::Subject;
    /// use vouchsafe_types::{Actor, UserId};
    /// let ann = UserId::mint();
    /// assert_eq!(Subject::of_actor(&Actor::User(ann)), Some(Subject::User(ann)));
    /// assert_eq!(Subject::of_actor(&Actor::Service { name: "shop".into() }), None);
    /// ```
    #[must_use]
    pub fn of_actor(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::User(user) => Some(Self::User(*user)),
            Actor::App { app, user } => Some(Self::App { app: app.clone(), user: Some(*user) }),
            Actor::Token { token, user } => Some(Self::Token { token: *token, user: *user }),
            Actor::Site { site, user } => Some(Self::Site { site: *site, user: *user }),
            Actor::Link { link } => Some(Self::Link(*link)),
            Actor::Service { .. } => None,
        }
    }

    /// What a holder is when he asks. A token acts for who made it, and is nothing without `maker`.
    ///
    /// ```
    /// use vouchsafe_engine::Subject;
    /// use vouchsafe_types::{Holder, SessionId, UserId};
    /// let (ann, token) = (UserId::mint(), SessionId::mint());
    /// assert_eq!(Subject::of_holder(&Holder::User(ann), None), Some(Subject::User(ann)));
    /// assert_eq!(Subject::of_holder(&Holder::Token(token), Some(ann)), Some(Subject::Token { token, user: ann }));
    /// assert_eq!(Subject::of_holder(&Holder::Token(token), None), None);
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::Subject;
    /// use vouchsafe_types::{Holder, SiteId, UserId};
    /// assert_eq!(Subject::Everyone.holder(), Some(Holder::Everyone));
    /// assert_eq!(Subject::Site { site: SiteId::mint(), user: UserId::mint() }.holder(), None);
    /// ```
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
