//! Storage in memory: for tests, examples and small embeddings.
//!
//! Every list is searched from its beginning, so an answer takes time in proportion to all there is.

mod answers;
mod things;

pub use things::{MemoryEntry, MemorySite};

use crate::plan::Changes;
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{
    AppUid, Capabilities, EntryId, Grant, GrantId, GroupId, Holder, Resource, Restrictions, SiteId, UserId,
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
    ///
    /// ```
    /// use vouchsafe_engine::MemorySource;
    /// use vouchsafe_types::Restrictions;
    ///
    /// let mut source = MemorySource::default();
    /// source.add_person("ann");
    /// let [dir, file] = ["/ann/d", "/ann/d/a.txt"].map(|path| source.add_path(path, path.ends_with(".txt")).unwrap());
    /// let kept_back = Restrictions { denies_download: true, ..Restrictions::NONE };
    /// source.restrictions.extend([(dir, kept_back), (file, kept_back)]);
    /// assert_eq!((source.restrictions_of(file), source.restrictions_of(dir)), (kept_back, Restrictions::NONE));
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::{GrantSource, MemorySource};
    /// let mut source = MemorySource::default();
    /// let ann = source.add_user();
    /// assert_eq!(source.is_active(ann), Ok(true));
    /// assert!(source.roots.is_empty(), "without a tree");
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::MemorySource;
    /// let mut source = MemorySource::default();
    /// let ann = source.add_user();
    /// let home = source.add_root(ann, "ann");
    /// let photos = source.add_entry(home, "photos", false);
    /// assert_eq!(source.add_path("/ann/photos", false), Some(photos), "it is there");
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let pages = world.dir("/ann/pages");
    /// let site = world.source.add_site(ann, "blog", Some(pages));
    /// assert!(world.may(Actor::Site { site, user: ann }, "fs:/ann/pages:read"));
    /// assert!(world.may(ann, "site:blog:access"));
    /// ```
    pub fn add_site(&mut self, owner: UserId, name: &str, root: Option<EntryId>) -> SiteId {
        let site = SiteId::mint();
        self.sites.insert(site, MemorySite { name: name.to_owned(), owner, root });
        site
    }

    /// A new grant, for good and ordinary; what comes back can be changed. Nothing is asked about the issuer: what he
    /// may not give is worth nothing.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = world.dir("/ann");
    /// world.source.add_grant(ann, Holder::Everyone, home, Access::Read);
    /// world.source.add_grant(ann, bob, home, Capabilities::NONE).exact = true;
    /// assert_eq!(world.access(bob, "/ann"), Access::None);
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = world.dir("/ann");
    /// let wish = Wish::new(ann, bob, home, Access::Read, "example");
    /// let Ok(Ok(given)) = world.engine.plan_give(&mut world.source, &wish, world.now) else { panic!("refused") };
    /// assert!(!world.may(bob, "fs:/ann:read"), "a plan changes nothing");
    /// world.source.apply(&given.changes);
    /// assert!(world.may(bob, "fs:/ann:read"));
    /// ```
    pub fn apply(&mut self, changes: &Changes) {
        self.grants.retain(|grant| !changes.delete.iter().any(|gone| gone.id == grant.id));
        for edit in &changes.update {
            self.grants.iter_mut().filter(|grant| grant.id == edit.after.id).for_each(|g| *g = edit.after.clone());
        }
        self.grants.extend(changes.insert.iter().cloned());
    }
}
