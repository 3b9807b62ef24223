//! Storage that is asked everything once: a list asks it the same things about one person, one issuer, one folder.

use std::collections::{HashMap, hash_map};
use vouchsafe_engine::{Bound, GrantSource, Located, SpokenRow, Subject};
use vouchsafe_types::{AppUid, EntryId, Grant, Holder, Resource, SiteId, UserId};

/// Answers from memory what was asked before, for as long as nobody writes: within one view of the data.
pub(crate) struct Remembered<'s, S> {
    /// What is remembered.
    pub(crate) source: &'s mut S,
    places: HashMap<Resource, Located>,
    rows: HashMap<(Resource, Subject), Vec<SpokenRow>>,
    active: HashMap<UserId, bool>,
}

impl<'s, S> Remembered<'s, S> {
    pub(crate) fn new(source: &'s mut S) -> Self {
        Self { source, places: HashMap::new(), rows: HashMap::new(), active: HashMap::new() }
    }
}

impl<S: GrantSource> GrantSource for Remembered<'_, S> {
    type Error = S::Error;

    fn place(&mut self, resource: &Resource) -> Result<Located, S::Error> {
        if let Some(known) = self.places.get(resource) {
            return Ok(known.clone());
        }
        let found = self.source.place(resource)?;
        self.places.insert(resource.clone(), found.clone());
        Ok(found)
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, S::Error> {
        let new = match self.rows.entry((resource.clone(), subject.clone())) {
            hash_map::Entry::Occupied(known) => {
                return Ok(known.get().iter().take(limit.saturating_add(1)).cloned().collect());
            }
            hash_map::Entry::Vacant(new) => new,
        };
        let found = self.source.rows(resource, subject, limit)?;
        // Of too many there may be still more.
        if found.len() <= limit {
            new.insert(found.clone());
        }
        Ok(found)
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, S::Error> {
        self.source.grants_to(holder, resource)
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, S::Error> {
        match self.active.entry(user) {
            hash_map::Entry::Occupied(known) => Ok(*known.get()),
            hash_map::Entry::Vacant(new) => Ok(*new.insert(self.source.is_active(user)?)),
        }
    }

    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, S::Error> {
        self.source.entry_at(path)
    }

    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, S::Error> {
        self.source.app_named(name)
    }

    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, S::Error> {
        self.source.site_named(name)
    }

    fn app_data(&mut self, app: &AppUid) -> Result<Option<EntryId>, S::Error> {
        self.source.app_data(app)
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, S::Error> {
        self.source.is_in_app_data(entry, app)
    }

    fn is_in_site(&mut self, entry: EntryId, site: SiteId, owner: UserId) -> Result<bool, S::Error> {
        self.source.is_in_site(entry, site, owner)
    }

    fn refused_at(&mut self, bound: Bound) {
        self.source.refused_at(bound);
    }
}
