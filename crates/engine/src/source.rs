//! The questions we ask of storage.

mod index;
mod subject;

pub use index::GrantIndex;
pub use subject::Subject;

use chrono::{DateTime, Utc};
use vouchsafe_types::{AppUid, EntryId, Grant, Holder, Resource, SiteId, UserId};

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
