//! What somebody sees of the folders, and where he sees it.

use crate::{Fault, Vouchsafe, grants::holding};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{GrantSource, Subject};
use vouchsafe_store::{Entry, Tx};
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
pub(super) const MOST_FOLDERS: usize = 20_000;

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

impl Looker<'_> {
    /// What the looker may do there.
    pub(crate) fn has(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<Capabilities, Fault> {
        // Owners have everything, and trees can be large: this is not asked folder by folder.
        if matches!(self.actor, Actor::User(user) if *user == entry.owner) {
            return Ok(Capabilities::ALL);
        }
        Ok(holding(tx, self.actor, &Resource::Entry(entry.uuid), self.now)?.capabilities)
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
    fn reads(&self, tx: &mut Tx<'_>, number: i64) -> Result<bool, Fault> {
        Ok(self.find(tx, FolderRef::Number(number))?.is_some())
    }

    /// For whom a folder that the looker reads stands in his own tree as well: it is somebody else's, and shared on its
    /// own, by a grant to him, or by one to many that shows him no folder around it.
    pub(crate) fn mounted_for(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<Option<UserId>, Fault> {
        let Some(user) = self.actor.user().filter(|user| *user != entry.owner) else { return Ok(None) };
        let rows = tx.rows(&Resource::Entry(entry.uuid), &Subject::User(user), usize::MAX)?;
        let here = rows.iter().filter(|row| row.distance == 0).map(|row| &row.grant);
        let mut speaking =
            here.filter(|grant| !grant.capabilities.is_empty() && !grant.is_expired(self.now)).peekable();
        if speaking.peek().is_none() {
            return Ok(None);
        }
        let is_his = speaking.any(|grant| grant.holder == Holder::User(user));
        let is_around = match entry.parent {
            Some(parent) if !is_his => self.reads(tx, parent)?,
            Some(_) | None => false,
        };
        Ok((is_his || !is_around).then_some(user))
    }

    /// The folders of others that stand in the looker's own tree, by number.
    pub(super) fn mounts(&self, tx: &mut Tx<'_>) -> Result<Vec<Mounted>, Fault> {
        let Some(user) = self.actor.user() else { return Ok(Vec::new()) };
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let page = tx.list_entries_spoken_for(user, after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after = *last;
            for (number, _) in page {
                let Some(seen) = self.find(tx, FolderRef::Number(number))? else { continue };
                if self.mounted_for(tx, &seen.entry)?.is_some() {
                    found.push(self.mount_of(tx, user, seen.entry)?);
                }
            }
        }
    }

    /// A folder that is mounted for `user`, as he arranged it.
    pub(super) fn mount_of(&self, tx: &mut Tx<'_>, user: UserId, entry: Entry) -> Result<Mounted, Fault> {
        let Some(mount) = tx.find_mount(user, entry.id)? else {
            return Ok(Mounted { entry, title: None, place: None });
        };
        let place = match mount.parent {
            // What he may not read any more, or what has come to lie in the folder itself, is no place for it.
            Some(parent) => match self.find(tx, FolderRef::Number(parent))? {
                Some(at) if !self.is_inside(tx, &at.entry, entry.id)? && !self.is_root(tx, &at.entry)? => Some(parent),
                Some(_) | None => None,
            },
            None => None,
        };
        Ok(Mounted { entry, title: mount.title, place })
    }

    /// Whether, as the looker sees it, `inner` is the folder numbered `outer` or lies in it.
    pub(super) fn is_inside(&self, tx: &mut Tx<'_>, inner: &Entry, outer: i64) -> Result<bool, Fault> {
        let mut at = inner.clone();
        for _ in 0..DEEPEST {
            if at.id == outer {
                return Ok(true);
            }
            let above = match self.mounted_for(tx, &at)? {
                Some(user) => tx.find_mount(user, at.id)?.and_then(|mount| mount.parent),
                None => at.parent,
            };
            let Some(parent) = above else { return Ok(false) };
            let Some(parent) = tx.find_entry_numbered(parent)? else { return Ok(false) };
            at = parent;
        }
        Ok(true)
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
pub(super) struct Names(BTreeMap<UserId, (String, String)>);

impl Names {
    /// The username and what to show for it.
    pub(super) fn of(&mut self, tx: &mut Tx<'_>, user: UserId) -> Result<(String, String), Fault> {
        if let Some(known) = self.0.get(&user) {
            return Ok(known.clone());
        }
        let names = names_of(tx, user)?;
        self.0.insert(user, names.clone());
        Ok(names)
    }
}

/// The username and what to show for it; the id of one who is gone.
pub(crate) fn names_of(tx: &mut Tx<'_>, user: UserId) -> Result<(String, String), Fault> {
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
