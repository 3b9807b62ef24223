//! Storage in memory: for tests, examples and small embeddings.

use crate::source::{GrantSource, Place, SpokenRow, Subject};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use vouchsafe_types::{AppUid, EntryId, Grant, GroupId, Holder, Name, Resource, SiteId, UserId};

/// A file or directory in memory.
#[derive(Clone, Debug)]
pub struct MemoryEntry {
    /// The directory it lies in; `None` for the root of a tree.
    pub parent: Option<EntryId>,
    /// Its name.
    pub name: String,
    /// Whether it is a file.
    pub is_file: bool,
}

/// Users, groups, trees, apps, sites and grants in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    /// Users who exist, and whether they are active.
    pub users: BTreeMap<UserId, bool>,
    /// Members of each group.
    pub groups: BTreeMap<GroupId, BTreeSet<UserId>>,
    /// Every entry.
    pub entries: BTreeMap<EntryId, MemoryEntry>,
    /// Who owns the tree with this root.
    pub roots: BTreeMap<EntryId, UserId>,
    /// Apps: name and owner.
    pub apps: BTreeMap<AppUid, (String, UserId)>,
    /// Sites: name and owner.
    pub sites: BTreeMap<SiteId, (String, UserId)>,
    /// Every grant.
    pub grants: Vec<Grant>,
}

impl MemorySource {
    /// A new active user.
    pub fn add_user(&mut self) -> UserId {
        let user = UserId::mint();
        self.users.insert(user, true);
        user
    }

    /// A new tree owned by `owner`; gives its root directory.
    pub fn add_root(&mut self, owner: UserId, name: &str) -> EntryId {
        let root = EntryId::mint();
        self.entries.insert(root, MemoryEntry { parent: None, name: name.to_owned(), is_file: false });
        self.roots.insert(root, owner);
        root
    }

    /// A new entry in `parent`.
    pub fn add_entry(&mut self, parent: EntryId, name: &str, is_file: bool) -> EntryId {
        let entry = EntryId::mint();
        self.entries.insert(entry, MemoryEntry { parent: Some(parent), name: name.to_owned(), is_file });
        entry
    }

    /// The entry and everything above it, nearest first.
    #[must_use]
    pub fn chain(&self, entry: EntryId) -> Vec<EntryId> {
        std::iter::successors(Some(entry), |e| self.entries.get(e).and_then(|found| found.parent)).collect()
    }

    fn speaks_for(&self, holder: &Holder, subject: &Subject) -> bool {
        match (holder, subject) {
            (Holder::User(held), Subject::User(user)) => held == user,
            (Holder::Group(group), Subject::User(user)) => self.groups.get(group).is_some_and(|m| m.contains(user)),
            (Holder::Everyone, Subject::User(_)) => true,
            (Holder::App { app: held, user: whom }, Subject::App { app, user }) => {
                held == app && whom.is_none_or(|w| w == *user)
            }
            (Holder::Token(held), Subject::Token { token, .. }) => held == token,
            (Holder::User(_) | Holder::Group(_) | Holder::Everyone, Subject::App { .. } | Subject::Token { .. })
            | (Holder::App { .. } | Holder::Token(_) | Holder::Link(_), Subject::User(_))
            | (Holder::Token(_) | Holder::Link(_), Subject::App { .. })
            | (Holder::App { .. } | Holder::Link(_), Subject::Token { .. }) => false,
        }
    }

    fn levels(&self, resource: &Resource) -> Vec<Resource> {
        match resource {
            Resource::Entry(entry) => self.chain(*entry).into_iter().map(Resource::Entry).collect(),
            Resource::Named(name) => name.prefixes().into_iter().map(Resource::Named).collect(),
            Resource::App(_) | Resource::Site(_) => vec![resource.clone()],
        }
    }
}

/// A name has no owner; who may use it by himself is a matter of the rules that imply.
fn named_place(name: &Name) -> Place {
    Place { resource: Resource::Named(name.clone()), owner: None, is_file: false }
}

impl GrantSource for MemorySource {
    type Error = Infallible;

    fn place(&mut self, resource: &Resource) -> Result<Option<Place>, Infallible> {
        let at = |owner, is_file| Place { resource: resource.clone(), owner, is_file };
        Ok(match resource {
            Resource::Entry(entry) => self.entries.get(entry).map(|found| {
                let root = self.chain(*entry).last().copied();
                at(root.and_then(|r| self.roots.get(&r).copied()), found.is_file)
            }),
            Resource::App(app) => self.apps.get(app).map(|(_, owner)| at(Some(*owner), false)),
            Resource::Site(site) => self.sites.get(site).map(|(_, owner)| at(Some(*owner), false)),
            Resource::Named(name) => Some(named_place(name)),
        })
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Infallible> {
        let levels = self.levels(resource);
        let speaking = self.grants.iter().filter_map(|grant| {
            let level = levels.iter().position(|l| *l == grant.resource)?;
            self.speaks_for(&grant.holder, subject).then(|| SpokenRow {
                grant: grant.clone(),
                distance: u32::try_from(level).unwrap_or(u32::MAX),
                is_issuer_active: self.users.get(&grant.issuer).copied().unwrap_or(false),
            })
        });
        Ok(speaking.take(limit.saturating_add(1)).collect())
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        Ok(self.grants.iter().filter(|g| g.holder == *holder && g.resource == *resource).cloned().collect())
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, Infallible> {
        Ok(self.users.get(&user).copied().unwrap_or(false))
    }

    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, Infallible> {
        let mut at: Option<EntryId> = None;
        for name in path.split('/').filter(|s| !s.is_empty()) {
            let found = self.entries.iter().find(|(_, e)| e.parent == at && e.name == name);
            match found {
                Some((entry, _)) => at = Some(*entry),
                None => return Ok(None),
            }
        }
        Ok(at)
    }

    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, Infallible> {
        Ok(self.apps.iter().find(|(_, (n, _))| n == name).map(|(uid, _)| uid.clone()))
    }

    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, Infallible> {
        Ok(self.sites.iter().find(|(_, (n, _))| n == name).map(|(id, _)| *id))
    }

    fn app_data(&mut self, app: &AppUid) -> Result<Option<EntryId>, Infallible> {
        let Some((_, owner)) = self.apps.get(app).cloned() else { return Ok(None) };
        let Some(home) = self.roots.iter().find(|(_, o)| **o == owner).map(|(root, _)| *root) else { return Ok(None) };
        let child = |parent: EntryId, name: &str| {
            self.entries.iter().find(|(_, e)| e.parent == Some(parent) && e.name == name).map(|(id, _)| *id)
        };
        Ok(child(home, "AppData").and_then(|dir| child(dir, app.as_str())))
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, Infallible> {
        let names: Vec<&str> =
            self.chain(entry).iter().filter_map(|e| self.entries.get(e)).map(|e| e.name.as_str()).collect();
        Ok(matches!(names.as_slice(), [.., uid, "AppData", _] if *uid == app.as_str()))
    }
}
