//! What somebody sees of the folders, and where he sees it.

use super::remembered::Remembered;
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Engine, GrantSource, Subject};
use vouchsafe_store::{Entry, StoreError, Tx};
use vouchsafe_types::{Actor, Capabilities, Capability, Holder, Resource, UserId};

/// Which folder is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderRef {
    /// The top: a person's home, or what a link is on.
    Root,
    /// By number.
    Number(i64),
}

/// Nobody's way through the folders is longer.
const DEEPEST: usize = 1_000;
/// So many entries are looked at together.
const PAGE: i64 = 1_000;
/// No person's tree is listed with more.
pub(crate) const MOST_FOLDERS: usize = 20_000;

/// Who looks, and when.
#[derive(Clone, Copy)]
pub(crate) struct Looker<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: DateTime<Utc>,
}

/// A folder that somebody may read, and what he may do there.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) entry: Entry,
    pub(crate) has: Capabilities,
}

/// A folder of somebody else's that stands in the looker's own tree.
#[derive(Debug, Clone)]
pub(super) struct Mounted {
    pub(super) entry: Entry,
    /// What he calls it, if not what its owner does.
    pub(super) title: Option<String>,
    /// The number of the folder that he put it into; `None` for the top.
    pub(super) place: Option<i64>,
}

/// What is looked up once for all that is in a list.
pub(super) struct Once<'a, 't> {
    pub(super) known: Remembered<'a, Tx<'t>>,
    /// What a folder is in, as the looker sees it.
    above: BTreeMap<i64, Option<i64>>,
}

impl<'a, 't> Once<'a, 't> {
    pub(super) fn new(tx: &'a mut Tx<'t>) -> Self {
        Self { known: Remembered::new(tx), above: BTreeMap::new() }
    }

    pub(super) fn tx(&mut self) -> &mut Tx<'t> {
        self.known.source
    }
}

impl Looker<'_> {
    /// What the looker may do there.
    pub(crate) fn has(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<Capabilities, Fault> {
        self.has_by(tx, entry)
    }

    pub(super) fn has_by<S: GrantSource<Error = StoreError>>(
        &self,
        source: &mut S,
        entry: &Entry,
    ) -> Result<Capabilities, Fault> {
        // Owners have everything, and trees can be large: this is not asked folder by folder.
        if self.owns(entry) {
            return Ok(Capabilities::ALL);
        }
        let resource = Resource::Entry(entry.uuid);
        Ok(Engine::default().holding(source, self.actor, &resource, self.now)?.capabilities)
    }

    /// Whether the looker is the owner himself.
    pub(super) fn owns(&self, entry: &Entry) -> bool {
        matches!(self.actor, Actor::User(user) if *user == entry.owner)
    }

    /// The top of the looker's tree.
    pub(crate) fn root(&self, tx: &mut Tx<'_>) -> Result<Option<Entry>, Fault> {
        match self.actor {
            Actor::Link { link } => match tx.find_link(*link)? {
                Some((link, _)) => Ok(tx.find_entry(link.entry)?),
                None => Ok(None),
            },
            actor => match actor.user() {
                Some(user) => Ok(tx.find_home(user)?),
                None => Ok(None),
            },
        }
    }

    pub(crate) fn is_root(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<bool, Fault> {
        Ok(self.root(tx)?.is_some_and(|root| root.id == entry.id))
    }

    /// A folder that the looker may read.
    pub(crate) fn find(&self, tx: &mut Tx<'_>, folder: FolderRef) -> Result<Option<Seen>, Fault> {
        let found = match folder {
            FolderRef::Root => self.root(tx)?,
            FolderRef::Number(number) => tx.find_entry_numbered(number)?,
        };
        let Some(entry) = found.filter(|entry| entry.is_dir) else { return Ok(None) };
        let has = self.has(tx, &entry)?;
        Ok(has.has(Capability::Read).then_some(Seen { entry, has }))
    }

    /// Whether the looker may read what has this number.
    fn reads(&self, once: &mut Once<'_, '_>, number: i64) -> Result<bool, Fault> {
        match once.tx().find_entry_numbered(number)? {
            Some(entry) => Ok(self.has_by(&mut once.known, &entry)?.has(Capability::Read)),
            None => Ok(false),
        }
    }

    /// For whom a folder that the looker reads stands in his own tree as well: it is somebody else's, and shared on its
    /// own, by a grant of reading to him that works, or by one to many that shows him no folder around it.
    pub(crate) fn mounted_for(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<Option<UserId>, Fault> {
        self.mounted_by(&mut Once::new(tx), entry)
    }

    pub(super) fn mounted_by(&self, once: &mut Once<'_, '_>, entry: &Entry) -> Result<Option<UserId>, Fault> {
        let Some(user) = self.actor.user().filter(|user| *user != entry.owner) else { return Ok(None) };
        let rows = once.known.rows(&Resource::Entry(entry.uuid), &Subject::User(user), usize::MAX)?;
        let mut is_shared = false;
        for row in rows.iter().filter(|row| row.distance == 0 && row.grant.capabilities.has(Capability::Read)) {
            let given = Engine::default().gives(&mut once.known, &row.grant, self.now)?;
            if !given.is_ok_and(|given| given.has(Capability::Read)) {
                continue;
            }
            if row.grant.holder == Holder::User(user) {
                return Ok(Some(user));
            }
            is_shared = true;
        }
        let is_around = match entry.parent {
            Some(parent) if is_shared => self.reads(once, parent)?,
            Some(_) | None => false,
        };
        Ok((is_shared && !is_around).then_some(user))
    }

    /// The folders of others that stand in the looker's own tree, by number.
    pub(super) fn mounts(&self, once: &mut Once<'_, '_>) -> Result<Vec<Mounted>, Fault> {
        let Some(user) = self.actor.user() else { return Ok(Vec::new()) };
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let page = once.tx().list_entries_spoken_for(user, after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after = *last;
            for (number, _) in page {
                found.extend(self.mount(once, number)?);
            }
        }
    }

    /// The folder of this number, if it stands in the looker's own tree and is somebody else's.
    pub(super) fn mount(&self, once: &mut Once<'_, '_>, number: i64) -> Result<Option<Mounted>, Fault> {
        let Some(entry) = once.tx().find_entry_numbered(number)?.filter(|entry| entry.is_dir) else { return Ok(None) };
        if !self.has_by(&mut once.known, &entry)?.has(Capability::Read) {
            return Ok(None);
        }
        self.mount_of(once, entry).map(Result::ok)
    }

    /// A folder that the looker reads as it stands in his own tree; itself again, if it does not.
    pub(super) fn mount_of(&self, once: &mut Once<'_, '_>, entry: Entry) -> Result<Result<Mounted, Entry>, Fault> {
        let Some(user) = self.mounted_by(once, &entry)? else { return Ok(Err(entry)) };
        let Some(mount) = once.tx().find_mount(user, entry.id)? else {
            return Ok(Ok(Mounted { entry, title: None, place: None }));
        };
        let place = match mount.parent {
            Some(parent) if self.is_place(once, user, (parent, entry.id))? => Some(parent),
            Some(_) | None => None,
        };
        Ok(Ok(Mounted { entry, title: mount.title, place }))
    }

    /// Whether a folder can stand there: not in what the looker may not read any more, nor in what has come to lie in
    /// the folder itself. At the top it stands anyway.
    fn is_place(&self, once: &mut Once<'_, '_>, user: UserId, (at, of): (i64, i64)) -> Result<bool, Fault> {
        let Some(seen) = self.find(once.tx(), FolderRef::Number(at))? else { return Ok(false) };
        let is_top = seen.entry.parent.is_none() && seen.entry.owner == user;
        Ok(!is_top && !self.is_below(once, at, of)?)
    }

    /// Whether, as the looker sees it, `inner` is the folder numbered `outer` or lies in it.
    pub(super) fn is_inside(&self, tx: &mut Tx<'_>, inner: &Entry, outer: i64) -> Result<bool, Fault> {
        self.is_below(&mut Once::new(tx), inner.id, outer)
    }

    fn is_below(&self, once: &mut Once<'_, '_>, inner: i64, outer: i64) -> Result<bool, Fault> {
        let mut at = inner;
        for _ in 0..DEEPEST {
            if at == outer {
                return Ok(true);
            }
            let Some(above) = self.above(once, at)? else { return Ok(false) };
            at = above;
        }
        Ok(true)
    }

    fn above(&self, once: &mut Once<'_, '_>, at: i64) -> Result<Option<i64>, Fault> {
        if let Some(known) = once.above.get(&at) {
            return Ok(*known);
        }
        let above = match once.tx().find_entry_numbered(at)? {
            Some(entry) => match self.mounted_by(once, &entry)? {
                Some(user) => once.tx().find_mount(user, at)?.and_then(|mount| mount.parent),
                None => entry.parent,
            },
            None => None,
        };
        once.above.insert(at, above);
        Ok(above)
    }
}

/// What a public token opens, as the tree that it is the top of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRoot {
    /// What the folder is called.
    pub title: String,
    /// The name of its owner, as shown.
    pub owner: String,
}

/// Names of people, each looked up once.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<UserId, (String, String)>);

impl Names {
    /// The username and what to show for it.
    pub(crate) fn of(&mut self, tx: &mut Tx<'_>, user: UserId) -> Result<(String, String), Fault> {
        if let Some(known) = self.0.get(&user) {
            return Ok(known.clone());
        }
        let names = names_of(tx, user)?;
        self.0.insert(user, names.clone());
        Ok(names)
    }
}

/// The username and what to show for it; the id of one who is gone.
fn names_of(tx: &mut Tx<'_>, user: UserId) -> Result<(String, String), Fault> {
    Ok(match tx.find_user(user)? {
        Some(found) => {
            let name = found.username.to_string();
            let shown = found.display_name.filter(|text| !text.is_empty()).unwrap_or_else(|| name.clone());
            (name, shown)
        }
        None => (user.to_string(), user.to_string()),
    })
}

impl Vouchsafe {
    /// What is at the top of the tree that the caller sees.
    ///
    /// # Errors
    /// `subject_does_not_exist` when he sees none.
    pub fn linked_root(&self, actor: &Actor) -> Result<LinkedRoot, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let seen = looker.find(tx, FolderRef::Root)?;
            let seen = seen.ok_or(vouchsafe_types::error::ApiError::SubjectDoesNotExist {})?;
            let (_, owner) = names_of(tx, seen.entry.owner)?;
            Ok(LinkedRoot { title: seen.entry.title.unwrap_or(seen.entry.name), owner })
        })
    }
}
