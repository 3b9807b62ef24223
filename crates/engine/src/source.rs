//! The questions we ask of storage.

use chrono::{DateTime, Utc};
use vouchsafe_types::{
    Actor, AppUid, EntryId, Grant, GrantId, GroupId, Holder, LinkId, Resource, SessionId, SiteId, UserId,
};

/// Where a resource stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The resource itself.
    pub resource: Resource,
    /// The owner of the tree it lies in; `None` for a name that nobody owns.
    pub owner: Option<UserId>,
    /// Whether it is a file: then its own exact rows come before those of its folders.
    pub is_file: bool,
}

/// A grant that speaks about the asked resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenRow {
    /// The grant.
    pub grant: Grant,
    /// How far above the asked resource the grant's own resource is; 0 is the resource itself.
    pub distance: u32,
    /// Whether its issuer's account is active.
    pub is_issuer_active: bool,
}

/// What came of looking for a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// There is no such thing.
    Absent,
    /// It lies deeper in its tree than storage looks: nobody may do anything there.
    TooDeep,
    /// It stands here.
    At(Place),
}

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

/// Storage, as the engine sees it. All answers of one decision must come from one consistent view.
pub trait GrantSource {
    /// Why storage could not answer.
    type Error;

    /// Where `resource` stands.
    ///
    /// # Errors
    /// When storage cannot answer; likewise below.
    fn place(&mut self, resource: &Resource) -> Result<Located, Self::Error>;

    /// The grants on `resource` and on what is above it that speak for `subject`, expired ones included, in no
    /// particular order. At most `limit + 1` of them: one more than the limit says that there are too many.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Self::Error>;

    /// The grants to exactly this holder on exactly this resource, whoever gave them, expired ones included.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Self::Error>;

    /// Whether the user exists and is not suspended.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn is_active(&mut self, user: UserId) -> Result<bool, Self::Error>;

    /// The entry at an absolute path. `None` unless a source says otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, Self::Error> {
        let _ = path;
        Ok(None)
    }

    /// The app of that name. `None` unless a source says otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, Self::Error> {
        let _ = name;
        Ok(None)
    }

    /// The site of that name. `None` unless a source says otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, Self::Error> {
        let _ = name;
        Ok(None)
    }

    /// The directory `/<owner of the app>/AppData/<app>`. `None` unless a source says otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn app_data(&mut self, app: &AppUid) -> Result<Option<EntryId>, Self::Error> {
        let _ = app;
        Ok(None)
    }

    /// Whether `entry` is, or lies below, the directory `AppData/<app>` of anybody's home. No unless a source says
    /// otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, Self::Error> {
        let _ = (entry, app);
        Ok(false)
    }

    /// Whether `entry` is, or lies below, the directory that the site serves, and `owner` owns the site. No unless a
    /// source says otherwise.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn is_in_site(&mut self, entry: EntryId, site: SiteId, owner: UserId) -> Result<bool, Self::Error> {
        let _ = (entry, site, owner);
        Ok(false)
    }
}

/// Storage that can also be asked for lists: what revoking and "who has access" need beyond deciding.
pub trait GrantIndex: GrantSource {
    /// The grants on `resource` or on what lies below it, given by somebody whom `holder` reaches: the person, the
    /// members of the group, anybody for everyone; nobody for apps, tokens and links.
    ///
    /// # Errors
    /// When storage cannot answer; likewise below.
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Self::Error>;

    /// Who has grants on `resource` or on what is above it, expired ones included: each holder once, in the order
    /// of [`Holder`], those after `after`, at most `limit`.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Self::Error>;

    /// The users whom `holder` reaches, each once, in an order that stays, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Self::Error>;

    /// The grant with this id.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Self::Error>;
}

/// Bounds of one decision. What does not end within them is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most rows looked at.
    pub rows: usize,
    /// The most people visited.
    pub users: usize,
    /// The most dependencies followed between people and entries; bounds the time.
    pub steps: usize,
}

impl Limits {
    /// No bounds: for what must look at everything, as revoking does.
    pub const NONE: Self = Self { rows: usize::MAX, users: usize::MAX, steps: usize::MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 20_000, users: 1_000, steps: 100_000 }
    }
}

/// The moment a decision is about.
pub type Moment = DateTime<Utc>;
