//! The questions we ask of storage.
//!
//! To embed the engine is to answer them: [`GrantSource`] is enough to decide and to explain; [`GrantIndex`] is needed
//! to revoke, to leave, to verify readings and to list who has access. [`MemorySource`](crate::MemorySource) answers
//! both in plain Rust, and the example `embed` of this crate does so over data of its own.

mod index;
mod subject;

pub use index::GrantIndex;
pub use subject::Subject;

use crate::decision::Bound;
use chrono::{DateTime, Utc};
use vouchsafe_types::{AppUid, EntryId, Grant, Holder, Resource, Restrictions, SiteId, UserId};

/// Where a resource stands.
///
/// ```
/// use vouchsafe_engine::{GrantSource, Located, MemorySource};
/// use vouchsafe_types::Resource;
///
/// let mut source = MemorySource::default();
/// let ann = source.add_person("ann");
/// let file = Resource::Entry(source.add_path("/ann/photos/sea.jpg", true).unwrap());
/// let Ok(Located::At(place)) = source.place(&file) else { panic!("it is there") };
/// assert_eq!((place.owner, place.is_file), (Some(ann), true), "the owner of the tree, not of a row");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The resource itself.
    pub resource: Resource,
    /// The owner of the tree it lies in; `None` for a name that nobody owns.
    pub owner: Option<UserId>,
    /// Whether it is a file: then its own exact rows come before those of its folders.
    pub is_file: bool,
    /// What its owner keeps back from everybody else there. Only a file has any: nothing lies below it.
    pub restrictions: Restrictions,
}

impl Place {
    /// A place without restrictions.
    ///
    /// ```
    /// use vouchsafe_engine::Place;
    /// use vouchsafe_types::{EntryId, Restrictions, UserId};
    /// let place = Place::new(EntryId::mint(), Some(UserId::mint()), true);
    /// assert_eq!(place.restrictions, Restrictions::NONE);
    /// ```
    #[must_use]
    pub fn new(resource: impl Into<Resource>, owner: Option<UserId>, is_file: bool) -> Self {
        Self { resource: resource.into(), owner, is_file, restrictions: Restrictions::NONE }
    }
}

/// A grant that speaks about the asked resource.
///
/// ```
/// use vouchsafe_engine::{GrantSource, MemorySource, Subject};
/// use vouchsafe_types::{Access, Resource};
///
/// let mut source = MemorySource::default();
/// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
/// let photos = source.add_path("/ann/photos", false).unwrap();
/// let file = Resource::Entry(source.add_path("/ann/photos/2024/sea.jpg", true).unwrap());
/// source.add_grant(ann, bob, photos, Access::Read);
///
/// let Ok(rows) = source.rows(&file, &Subject::User(bob), 10);
/// assert_eq!((rows[0].distance, rows[0].is_issuer_active), (2, true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenRow {
    /// The grant.
    pub grant: Grant,
    /// How far above the asked resource the grant's own resource is; 0 is the resource itself.
    pub distance: u32,
    /// Whether its issuer's account is active.
    pub is_issuer_active: bool,
}

/// What came of looking for a resource. Nobody has anything on what is absent or too deep, its owner included.
///
/// ```
/// use vouchsafe_engine::{GrantSource, Located, MemorySource};
/// use vouchsafe_types::{EntryId, Resource};
/// let mut source = MemorySource::default();
/// assert_eq!(source.place(&Resource::Entry(EntryId::mint())), Ok(Located::Absent));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// There is no such thing.
    Absent,
    /// It lies deeper in its tree than storage looks: nobody may do anything there.
    TooDeep,
    /// It stands here.
    At(Place),
}

/// Storage, as the engine sees it. All answers of one decision must come from one consistent view.
///
/// Four questions must be answered; the others are about paths, apps and sites, and a source that has none leaves them
/// out. Any error of [`Self::Error`] ends the decision: an answer that is missing is never taken for "no rows".
///
/// ```
/// use std::{collections::BTreeMap, convert::Infallible};
/// use vouchsafe_engine::{Engine, GrantSource, Located, Moment, Place, SpokenRow, Subject};
/// use vouchsafe_types::{Access, Actor, EntryId, Grant, GrantId, Holder, Permission, Resource, UserId};
///
/// /// Notes that lie in no directories, and are shared with people only.
/// #[derive(Default)]
/// struct Notes {
///     owners: BTreeMap<EntryId, UserId>,
///     grants: Vec<Grant>,
/// }
///
/// impl GrantSource for Notes {
///     type Error = Infallible;
///
///     fn place(&mut self, resource: &Resource) -> Result<Located, Infallible> {
///         let Resource::Entry(note) = resource else { return Ok(Located::Absent) };
///         let place = |owner: &UserId| Place::new(resource.clone(), Some(*owner), true);
///         Ok(self.owners.get(note).map(place).map_or(Located::Absent, Located::At))
///     }
///
///     fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Infallible> {
///         let Subject::User(user) = subject else { return Ok(Vec::new()) };
///         let speaking = self.grants_to(&Holder::User(*user), resource)?.into_iter();
///         let row = |grant| SpokenRow { grant, distance: 0, is_issuer_active: true };
///         Ok(speaking.map(row).take(limit.saturating_add(1)).collect())
///     }
///
///     fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
///         let fits = |grant: &&Grant| grant.holder == *holder && grant.resource == *resource;
///         Ok(self.grants.iter().filter(fits).cloned().collect())
///     }
///
///     fn is_active(&mut self, _: UserId) -> Result<bool, Infallible> {
///         Ok(true)
///     }
/// }
///
/// let (ann, bob, note) = (UserId::mint(), UserId::mint(), EntryId::mint());
/// let mut notes = Notes { owners: [(note, ann)].into(), grants: Vec::new() };
/// notes.grants.push(Grant {
///     id: GrantId::mint(),
///     issuer: ann,
///     holder: Holder::User(bob),
///     resource: Resource::Entry(note),
///     capabilities: Access::Read.capabilities(),
///     exact: false,
///     expires_at: None,
///     created_at: Moment::UNIX_EPOCH,
///     origin: "notes".into(),
/// });
/// let asked: Permission = format!("fs:{note}:read").parse()?;
/// let decision = Engine::default().check(&mut notes, &Actor::User(bob), &asked, Moment::UNIX_EPOCH);
/// assert!(decision.is_ok_and(|decision| decision.allowed));
/// # Ok::<(), vouchsafe_types::PermissionError>(())
/// ```
pub trait GrantSource {
    /// Why storage could not answer.
    type Error;

    /// Where `resource` stands.
    ///
    /// A named resource is always there, and nobody owns it: what somebody has on a name without a grant is a matter of
    /// the rules that imply. A source that knows no names may say that there are none.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let (there, gone) = (world.file("/ann/a.txt"), EntryId::mint());
    /// assert!(matches!(world.source.place(&there.into()), Ok(Located::At(place)) if place.owner == Some(ann)));
    /// assert!(matches!(world.source.place(&gone.into()), Ok(Located::Absent)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer; likewise below.
    fn place(&mut self, resource: &Resource) -> Result<Located, Self::Error>;

    /// The grants on `resource` and on what is above it that speak for `subject`, expired ones included, in no
    /// particular order. At most `limit + 1` of them: one more than the limit says that there are too many. The limit
    /// may be `usize::MAX`.
    ///
    /// | For | speak the grants to |
    /// |---|---|
    /// | [`Subject::User`] | the person, every group he is in, everyone |
    /// | [`Subject::App`] | the app for that person, and for all of its users; without a person, only the latter |
    /// | [`Subject::Token`], [`Subject::Link`] | exactly that token or link |
    /// | [`Subject::Group`] | the group, and everyone |
    /// | [`Subject::Everyone`] | everyone |
    /// | [`Subject::Site`] | nobody |
    ///
    /// Above an entry are the directories it lies in, above a name its prefixes, above apps and sites nothing.
    ///
    /// ```
    /// use vouchsafe_engine::{Subject, sandbox::*};
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let file = world.file("/ann/photos/sea.jpg");
    /// world.row(ann, Holder::Everyone, "fs:/ann:read");
    /// let Ok(rows) = world.source.rows(&file.into(), &Subject::User(bob), 10);
    /// assert_eq!((rows.len(), rows[0].distance), (1, 2), "two levels above");
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Self::Error>;

    /// The grants to exactly this holder on exactly this resource, whoever gave them, expired ones included.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let grant = world.row(ann, bob, "fs:/ann:read").clone();
    /// assert_eq!(world.source.grants_to(&bob.into(), &grant.resource), Ok(vec![grant.clone()]));
    /// assert_eq!(world.source.grants_to(&Holder::Everyone, &grant.resource), Ok(Vec::new()));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Self::Error>;

    /// Whether the user exists and is not suspended. Who is not has nothing, and gives nothing.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// assert_eq!((world.source.is_active(ann), world.source.is_active(UserId::mint())), (Ok(true), Ok(false)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn is_active(&mut self, user: UserId) -> Result<bool, Self::Error>;

    /// The entry at an absolute path. `None` unless a source says otherwise.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, _) = Sandbox::of(["ann"]);
    /// let home = world.dir("/ann");
    /// assert_eq!((world.source.entry_at("/ann"), world.source.entry_at("/bob")), (Ok(Some(home)), Ok(None)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, Self::Error> {
        let _ = path;
        Ok(None)
    }

    /// The app of that name. `None` unless a source says otherwise.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// use vouchsafe_types::AppUid;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let uid: AppUid = "app-1".parse().unwrap();
    /// world.source.apps.insert(uid.clone(), ("editor".into(), ann));
    /// assert_eq!(world.source.app_named("editor"), Ok(Some(uid)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, Self::Error> {
        let _ = name;
        Ok(None)
    }

    /// The site of that name. `None` unless a source says otherwise.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let blog = world.source.add_site(ann, "blog", None);
    /// assert_eq!(world.source.site_named("blog"), Ok(Some(blog)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, Self::Error> {
        let _ = name;
        Ok(None)
    }

    /// The directory `/<owner of the app>/AppData/<app>`. `None` unless a source says otherwise.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// use vouchsafe_types::AppUid;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let uid: AppUid = "app-1".parse().unwrap();
    /// world.source.apps.insert(uid.clone(), ("editor".into(), ann));
    /// let data = world.dir("/ann/AppData/app-1");
    /// assert_eq!(world.source.app_data(&uid), Ok(Some(data)));
    /// ```
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
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, _) = Sandbox::of(["ann"]);
    /// let state = world.file("/ann/AppData/app-1/state.json");
    /// assert_eq!(world.source.is_in_app_data(state, &"app-1".parse().unwrap()), Ok(true));
    /// assert_eq!(world.source.is_in_app_data(state, &"app-2".parse().unwrap()), Ok(false));
    /// ```
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
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let (pages, index) = (world.dir("/ann/pages"), world.file("/ann/pages/index.html"));
    /// let site = world.source.add_site(ann, "blog", Some(pages));
    /// assert_eq!(world.source.is_in_site(index, site, ann), Ok(true));
    /// assert_eq!(world.source.is_in_site(index, site, bob), Ok(false), "it is not his site");
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn is_in_site(&mut self, entry: EntryId, site: SiteId, owner: UserId) -> Result<bool, Self::Error> {
        let _ = (entry, site, owner);
        Ok(false)
    }

    /// Is told that a question did not end within its [`Limits`] and was refused: for who counts that.
    ///
    /// ```
    /// use vouchsafe_engine::{Bound, GrantSource, MemorySource};
    /// MemorySource::default().refused_at(Bound::Rows); // memory counts nothing
    /// ```
    fn refused_at(&mut self, _: Bound) {}
}

/// Bounds of one decision. What does not end within them is denied.
///
/// ```
/// use vouchsafe_engine::Limits;
/// assert_eq!(Limits::default(), Limits { rows: 20_000, users: 1_000, steps: 100_000 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most rows looked at.
    pub rows: usize,
    /// The most subjects whose rows are asked for: who asks, and the issuers behind him.
    pub users: usize,
    /// The most dependencies followed between people and entries; bounds the time.
    pub steps: usize,
}

impl Limits {
    /// No bounds: for what must look at everything, as revoking does.
    ///
    /// ```
    /// use vouchsafe_engine::{Limits, sandbox::*};
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// world.engine = Engine::default().with_limits(Limits::NONE);
    /// assert_eq!(world.explain(ann, "fs:/ann:read").decision.holding.bound, None);
    /// ```
    pub const NONE: Self = Self { rows: usize::MAX, users: usize::MAX, steps: usize::MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 20_000, users: 1_000, steps: 100_000 }
    }
}

/// The moment a decision is about, in UTC. The engine has no clock: whoever asks says when.
///
/// ```
/// use vouchsafe_engine::{Moment, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let ends: Moment = "2030-01-01T00:00:00Z".parse().unwrap();
/// world.row(ann, bob, "fs:/ann:read").expires_at = Some(ends);
/// assert!(world.now < ends && world.may(bob, "fs:/ann:read"));
/// world.now = ends;
/// assert!(!world.may(bob, "fs:/ann:read"));
/// ```
pub type Moment = DateTime<Utc>;
