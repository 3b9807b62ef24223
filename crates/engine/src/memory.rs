//! Storage in memory: for tests, examples and small embeddings.
//!
//! Every list is searched from its beginning, so an answer takes time in proportion to all there is.

mod things;

pub use things::{MemoryEntry, MemorySite};

use crate::{
    plan::Changes,
    source::{GrantIndex, GrantSource, Located, Place, SpokenRow, Subject},
};
use chrono::DateTime;
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use vouchsafe_types::{
    AppUid, Capabilities, EntryId, Grant, GrantId, GroupId, Holder, Name, Resource, Restrictions, SiteId, UserId,
};

/// Users, groups, trees, apps, sites and grants in memory.
///
/// Its parts are open, to be changed at will. Three things must hold: every entry lies in a tree of `roots`, no directory
/// lies in itself, and no two entries of a directory have the same name.
///
/// ```
/// use vouchsafe_engine::{Engine, MemorySource, Moment};
/// use vouchsafe_types::{Access, Actor, Resource};
///
/// let mut source = MemorySource::default();
/// let (ann, bob) = (source.add_user(), source.add_user());
/// let home = source.add_root(ann, "ann");
/// let file = source.add_entry(home, "a.txt", true);
/// source.add_grant(ann, bob, home, Access::Read).exact = true;
///
/// let Ok(held) = Engine::default().holding(&mut source, &bob.into(), &file.into(), Moment::UNIX_EPOCH);
/// assert_eq!(held.capabilities, Access::Read.capabilities());
/// ```
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
    /// Sites.
    pub sites: BTreeMap<SiteId, MemorySite>,
    /// What the owners of files keep back there.
    pub restrictions: BTreeMap<EntryId, Restrictions>,
    /// Every grant.
    pub grants: Vec<Grant>,
}

impl MemorySource {
    /// A new active user, and the tree `/<name>` that is his.
    ///
    /// ```
    /// use vouchsafe_engine::{GrantSource, MemorySource};
    ///
    /// let mut source = MemorySource::default();
    /// let ann = source.add_person("ann");
    /// let Ok(home) = source.entry_at("/ann");
    /// assert_eq!(source.roots.get(&home.unwrap()), Some(&ann));
    /// ```
    pub fn add_person(&mut self, name: &str) -> UserId {
        let user = self.add_user();
        self.add_root(user, name);
        user
    }

    /// The entry at a path, made with the directories above it where they are missing. `None` when the path does not
    /// begin with the name of a tree, or leads through a file.
    ///
    /// ```
    /// use vouchsafe_engine::MemorySource;
    ///
    /// let mut source = MemorySource::default();
    /// source.add_person("ann");
    /// let photo = source.add_path("/ann/photos/sea.jpg", true);
    /// assert!(photo.is_some());
    /// assert_eq!(source.add_path("/ann/photos/sea.jpg", true), photo, "it is there already");
    /// assert_eq!(source.add_path("/nobody/photos", false), None);
    /// assert_eq!(source.add_path("/ann/photos/sea.jpg/x", true), None);
    /// ```
    pub fn add_path(&mut self, path: &str, is_file: bool) -> Option<EntryId> {
        let mut names = path.split('/').filter(|name| !name.is_empty()).peekable();
        let mut at = self.child(None, names.next()?)?;
        while let Some(name) = names.next() {
            if self.entries.get(&at)?.is_file {
                return None;
            }
            at = match self.child(Some(at), name) {
                Some(child) => child,
                None => self.add_entry(at, name, is_file && names.peek().is_none()),
            };
        }
        Some(at)
    }

    /// Moves an entry, with all that lies below it, into another directory, perhaps of another tree.
    ///
    /// ```
    /// use vouchsafe_engine::{GrantSource, MemorySource};
    ///
    /// let mut source = MemorySource::default();
    /// let [_, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let photos = source.add_path("/ann/photos", false).unwrap();
    /// let home = source.add_path("/bob", false).unwrap();
    /// source.move_entry(photos, home);
    /// let Ok(found) = source.entry_at("/bob/photos");
    /// assert_eq!(found, Some(photos));
    /// ```
    pub fn move_entry(&mut self, entry: EntryId, into: EntryId) {
        if let Some(moved) = self.entries.get_mut(&entry) {
            moved.parent = Some(into);
        }
    }

    /// What is kept back on an entry from everybody but its owner; nothing on a directory.
    #[must_use]
    pub fn restrictions_of(&self, entry: EntryId) -> Restrictions {
        let is_file = self.entries.get(&entry).is_some_and(|found| found.is_file);
        self.restrictions.get(&entry).copied().filter(|_| is_file).unwrap_or_default()
    }

    /// Suspends a user, or wakes him. Who is not known yet is so from now on.
    ///
    /// ```
    /// use vouchsafe_engine::{GrantSource, MemorySource};
    /// let mut source = MemorySource::default();
    /// let ann = source.add_user();
    /// source.set_active(ann, false);
    /// assert_eq!(source.is_active(ann), Ok(false));
    /// ```
    pub fn set_active(&mut self, user: UserId, is_active: bool) {
        self.users.insert(user, is_active);
    }

    fn child(&self, parent: Option<EntryId>, name: &str) -> Option<EntryId> {
        self.entries.iter().find(|(_, found)| found.parent == parent && found.name == name).map(|(entry, _)| *entry)
    }

    /// A new active user.
    pub fn add_user(&mut self) -> UserId {
        let user = UserId::mint();
        self.users.insert(user, true);
        user
    }

    /// A new tree owned by `owner`; gives its root directory.
    ///
    /// ```
    /// use vouchsafe_engine::{GrantSource, MemorySource};
    /// let mut source = MemorySource::default();
    /// let ann = source.add_user();
    /// let home = source.add_root(ann, "ann");
    /// let plan = source.add_entry(home, "plan.txt", true);
    /// assert_eq!(source.entry_at("/ann/plan.txt"), Ok(Some(plan)));
    /// ```
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

    /// A new group of these users.
    ///
    /// ```
    /// use vouchsafe_engine::{GrantIndex, MemorySource};
    /// let mut source = MemorySource::default();
    /// let ann = source.add_user();
    /// let team = source.add_group([ann]);
    /// assert_eq!(source.reached(&team.into(), None, 10), Ok(vec![ann]));
    /// ```
    pub fn add_group(&mut self, members: impl IntoIterator<Item = UserId>) -> GroupId {
        let group = GroupId::mint();
        self.groups.insert(group, members.into_iter().collect());
        group
    }

    /// A new site that serves `root`.
    pub fn add_site(&mut self, owner: UserId, name: &str, root: Option<EntryId>) -> SiteId {
        let site = SiteId::mint();
        self.sites.insert(site, MemorySite { name: name.to_owned(), owner, root });
        site
    }

    /// A new grant, for good and ordinary; what comes back can be changed. Nothing is asked about the issuer: what he
    /// may not give is worth nothing.
    pub fn add_grant(
        &mut self,
        issuer: UserId,
        holder: impl Into<Holder>,
        resource: impl Into<Resource>,
        capabilities: impl Into<Capabilities>,
    ) -> &mut Grant {
        let (id, created_at) = (GrantId::mint(), DateTime::UNIX_EPOCH);
        let (holder, resource, capabilities) = (holder.into(), resource.into(), capabilities.into());
        let (exact, expires_at, origin) = (false, None, "memory".to_owned());
        let grant = Grant { id, issuer, holder, resource, capabilities, exact, expires_at, created_at, origin };
        self.grants.push_mut(grant)
    }

    /// The entry and everything above it, nearest first.
    ///
    /// ```
    /// use vouchsafe_engine::MemorySource;
    /// let mut source = MemorySource::default();
    /// source.add_person("ann");
    /// let [home, photos] = ["/ann", "/ann/photos"].map(|path| source.add_path(path, false).unwrap());
    /// assert_eq!(source.chain(photos), [photos, home]);
    /// ```
    #[must_use]
    pub fn chain(&self, entry: EntryId) -> Vec<EntryId> {
        std::iter::successors(Some(entry), |e| self.entries.get(e).and_then(|found| found.parent)).collect()
    }

    /// Writes planned changes: see [`Changes`].
    pub fn apply(&mut self, changes: &Changes) {
        self.grants.retain(|grant| !changes.delete.iter().any(|gone| gone.id == grant.id));
        for edit in &changes.update {
            self.grants.iter_mut().filter(|grant| grant.id == edit.after.id).for_each(|g| *g = edit.after.clone());
        }
        self.grants.extend(changes.insert.iter().cloned());
    }

    fn is_member(&self, group: GroupId, user: UserId) -> bool {
        self.groups.get(&group).is_some_and(|members| members.contains(&user))
    }

    fn speaks_for(&self, holder: &Holder, subject: &Subject) -> bool {
        match subject {
            Subject::User(user) => self.does_reach(holder, *user),
            Subject::App { app, user } => {
                matches!(holder, Holder::App { app: held, user: whom } if held == app && (whom.is_none() || whom == user))
            }
            Subject::Token { token, .. } => *holder == Holder::Token(*token),
            Subject::Group(group) => matches!(holder, Holder::Everyone) || *holder == Holder::Group(*group),
            Subject::Everyone => *holder == Holder::Everyone,
            Subject::Link(link) => *holder == Holder::Link(*link),
            Subject::Site { .. } => false,
        }
    }

    fn does_reach(&self, holder: &Holder, user: UserId) -> bool {
        match holder {
            Holder::User(held) => *held == user,
            Holder::Group(group) => self.is_member(*group, user),
            Holder::Everyone => true,
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
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
    Place::new(Resource::Named(name.clone()), None, false)
}

impl GrantSource for MemorySource {
    type Error = Infallible;

    fn place(&mut self, resource: &Resource) -> Result<Located, Infallible> {
        let at = |owner, is_file| Place::new(resource.clone(), owner, is_file);
        let found = match resource {
            Resource::Entry(entry) => self.entries.get(entry).map(|found| {
                let root = self.chain(*entry).last().copied();
                let place = at(root.and_then(|r| self.roots.get(&r).copied()), found.is_file);
                Place { restrictions: self.restrictions_of(*entry), ..place }
            }),
            Resource::App(app) => self.apps.get(app).map(|(_, owner)| at(Some(*owner), false)),
            Resource::Site(site) => self.sites.get(site).map(|found| at(Some(found.owner), false)),
            Resource::Named(name) => Some(named_place(name)),
        };
        Ok(found.map_or(Located::Absent, Located::At))
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
            match self.child(at, name) {
                Some(entry) => at = Some(entry),
                None => return Ok(None),
            }
        }
        Ok(at)
    }

    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, Infallible> {
        Ok(self.apps.iter().find(|(_, (n, _))| n == name).map(|(uid, _)| uid.clone()))
    }

    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, Infallible> {
        Ok(self.sites.iter().find(|(_, site)| site.name == name).map(|(id, _)| *id))
    }

    fn app_data(&mut self, app: &AppUid) -> Result<Option<EntryId>, Infallible> {
        let Some((_, owner)) = self.apps.get(app).cloned() else { return Ok(None) };
        let Some(home) = self.roots.iter().find(|(_, o)| **o == owner).map(|(root, _)| *root) else { return Ok(None) };
        Ok(self.child(Some(home), "AppData").and_then(|dir| self.child(Some(dir), app.as_str())))
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, Infallible> {
        let names: Vec<&str> =
            self.chain(entry).iter().filter_map(|e| self.entries.get(e)).map(|e| e.name.as_str()).collect();
        Ok(matches!(names.as_slice(), [.., uid, "AppData", _] if *uid == app.as_str()))
    }

    fn is_in_site(&mut self, entry: EntryId, site: SiteId, owner: UserId) -> Result<bool, Infallible> {
        let root = self.sites.get(&site).filter(|site| site.owner == owner).and_then(|site| site.root);
        Ok(root.is_some_and(|root| self.chain(entry).contains(&root)))
    }
}

impl GrantIndex for MemorySource {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        let hangs = |g: &&Grant| self.does_reach(holder, g.issuer) && self.levels(&g.resource).contains(resource);
        Ok(self.grants.iter().filter(hangs).cloned().collect())
    }

    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Infallible> {
        let levels = self.levels(resource);
        let all: BTreeSet<&Holder> =
            self.grants.iter().filter(|g| levels.contains(&g.resource)).map(|g| &g.holder).collect();
        Ok(all.into_iter().filter(|h| after.is_none_or(|after| *h > after)).take(limit).cloned().collect())
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Infallible> {
        let all = self.users.keys().copied().filter(|user| self.does_reach(holder, *user));
        Ok(all.filter(|user| after.is_none_or(|after| *user > after)).take(limit).collect())
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Infallible> {
        Ok(self.grants.iter().find(|grant| grant.id == id).cloned())
    }
}
