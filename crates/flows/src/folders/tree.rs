//! What is in a folder, and in the folders in it.

use super::{
    sight::{FolderRef, Looker, MOST_FOLDERS, Mounted, Names, Once},
    view::{FolderItem, item, mounted_item},
};
use crate::{Fault, Vouchsafe};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_store::Entry;
use vouchsafe_types::{Actor, Capabilities, Capability, EntryPath, error::ApiError};

/// So many levels of items have their contents with them: what is put into each other is taken apart level by level,
/// and nobody shall decide how far that goes by what he moves and mounts.
const MOST_LAYERS: usize = EntryPath::MAX_NAMES;
/// So many entries are looked at together.
const BATCH: usize = 1_000;

/// An item, and the place of the one that it is in.
struct Node {
    item: FolderItem,
    within: Option<usize>,
}

/// A folder whose contents are still to be looked up: where it is among the nodes, none for the folder asked about; and
/// what the looker has there.
struct Open {
    at: Option<usize>,
    entry: Entry,
    has: Capabilities,
}

/// Puts a listing together, level by level.
struct Walk<'a, 't> {
    looker: Looker<'a>,
    once: Once<'a, 't>,
    names: Names,
    with_files: bool,
    root: Option<i64>,
    /// The folders of which is known what the looker put there: nothing stands in two places.
    placed: BTreeSet<i64>,
    nodes: Vec<Node>,
}

impl Vouchsafe {
    /// What is in a folder: the looker's own and what lies there by number, then what he put there by number. `layers`
    /// says how many levels of items have their own contents with them; `None` is all of them, up to 256.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller may not read; `too_many_items` for more than 20,000.
    pub fn folder_contents(
        &self,
        actor: &Actor,
        folder: FolderRef,
        layers: Option<usize>,
        with_files: bool,
    ) -> Result<Vec<FolderItem>, Fault> {
        let layers = Some(layers.map_or(MOST_LAYERS, |layers| layers.min(MOST_LAYERS)));
        Ok(assemble(self.nodes_in(actor, folder, layers, with_files)?, layers))
    }

    /// What is in a folder, level by level.
    fn nodes_in(
        &self,
        actor: &Actor,
        folder: FolderRef,
        layers: Option<usize>,
        with_files: bool,
    ) -> Result<Vec<Node>, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let seen = looker.find(tx, folder)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let root = looker.find(tx, FolderRef::Root)?.map(|root| root.entry.id);
            let (once, names, nodes) = (Once::new(tx), Names::default(), Vec::new());
            let mut walk = Walk { looker, once, names, with_files, root, placed: BTreeSet::new(), nodes };
            walk.run(Open { at: None, entry: seen.entry, has: seen.has }, layers)?;
            Ok(walk.nodes)
        })
    }

    /// The numbers of the folders of others that stand in the caller's own tree.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn mounted_folders(&self, actor: &Actor) -> Result<Vec<i64>, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| Ok(looker.mounts(&mut Once::new(tx))?.into_iter().map(|mount| mount.entry.id).collect()))
    }

    /// How many files are in a folder and below it.
    ///
    /// # Errors
    /// As [`Vouchsafe::folder_contents`].
    pub fn count_files(&self, actor: &Actor, folder: FolderRef) -> Result<usize, Fault> {
        Ok(self.nodes_in(actor, folder, None, true)?.iter().filter(|node| !node.item.is_folder).count())
    }
}

impl Walk<'_, '_> {
    fn run(&mut self, folder: Open, layers: Option<usize>) -> Result<(), Fault> {
        let mut open = vec![folder];
        for level in 0_usize.. {
            let next = self.level(&open)?;
            if next.is_empty() || layers.is_some_and(|layers| level >= layers) {
                break;
            }
            open = next;
        }
        Ok(())
    }

    /// Adds what is in these folders. Gives the folders among it.
    fn level(&mut self, open: &[Open]) -> Result<Vec<Open>, Fault> {
        let folders: Vec<&Entry> = open.iter().map(|folder| &folder.entry).collect();
        let inside = self.once.tx().list_children(&folders, self.with_files)?;
        let shared = self.shared_among(&inside)?;
        let mut found: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
        for entry in inside {
            found.entry(entry.parent.unwrap_or_default()).or_default().push(entry);
        }
        let mut mounts = self.mounts_in(open)?;
        let mut next = Vec::new();
        for folder in open {
            let place = Some(folder.entry.id).filter(|id| Some(*id) != self.root);
            for entry in found.remove(&folder.entry.id).unwrap_or_default() {
                let is_shared = shared.contains(&entry.id);
                // It stands where the looker put it, and nowhere else: not twice, and not once more in each around it.
                // Who does not see the whole tree, as an app, finds it here.
                let may_be_mounted = is_shared && entry.is_dir && self.root.is_some();
                if may_be_mounted && self.looker.mounted_by(&mut self.once, &entry)?.is_some() {
                    continue;
                }
                let is_asked = is_shared || self.is_asked_about(&entry);
                let has = if is_asked { self.looker.has_by(&mut self.once.known, &entry)? } else { folder.has };
                if has.has(Capability::Read) {
                    let shown = item(self.once.tx(), entry.clone(), place, &mut self.names)?;
                    self.add(shown, Open { at: folder.at, entry, has }, &mut next)?;
                }
            }
            for mount in mounts.remove(&folder.entry.id).unwrap_or_default() {
                let entry = mount.entry.clone();
                let has = self.looker.has_by(&mut self.once.known, &entry)?;
                let shown = mounted_item(self.once.tx(), mount, &mut self.names)?;
                self.add(shown, Open { at: folder.at, entry, has }, &mut next)?;
            }
        }
        Ok(next)
    }

    /// Which entries of others have grants of their own.
    fn shared_among(&mut self, entries: &[Entry]) -> Result<BTreeSet<i64>, Fault> {
        let of_others: Vec<i64> = entries.iter().filter(|e| !self.looker.owns(e)).map(|e| e.id).collect();
        let mut shared = BTreeSet::new();
        for some in of_others.chunks(BATCH) {
            shared.extend(self.once.tx().shared_among(some)?);
        }
        Ok(shared)
    }

    /// Whether has to be asked what the looker has on what has no grants of its own. A person or a link has what he has on
    /// the folder that it is in; apps and sites are given places that no grant names.
    fn is_asked_about(&self, entry: &Entry) -> bool {
        !self.looker.owns(entry) && !matches!(self.looker.actor, Actor::User(_) | Actor::Link { .. })
    }

    /// The folders of others that the looker put into these; those at his top, if it is among them.
    fn mounts_in(&mut self, open: &[Open]) -> Result<BTreeMap<i64, Vec<Mounted>>, Fault> {
        let Some(user) = self.looker.actor.user() else { return Ok(BTreeMap::new()) };
        let places: Vec<i64> = open.iter().map(|folder| folder.entry.id).filter(|id| self.placed.insert(*id)).collect();
        let mut found: BTreeMap<i64, Vec<Mounted>> = BTreeMap::new();
        if let Some(root) = self.root.filter(|root| places.contains(root)) {
            let mut top = self.looker.mounts(&mut self.once)?;
            top.retain(|mount| mount.place.is_none());
            found.insert(root, top);
        }
        for arranged in self.once.tx().list_mounts_in(user, &places)? {
            if let Some(mount) = self.looker.mount(&mut self.once, arranged.entry)?
                && let Some(place) = mount.place
            {
                found.entry(place).or_default().push(mount);
            }
        }
        Ok(found)
    }

    /// Adds an item, which is in what `inside` says; what is in it, if it is a folder, is still to be looked up.
    fn add(&mut self, item: FolderItem, inside: Open, next: &mut Vec<Open>) -> Result<(), Fault> {
        if self.nodes.len() >= MOST_FOLDERS {
            return Err(ApiError::TooManyItems { max: MOST_FOLDERS }.into());
        }
        let within = inside.at;
        if item.is_folder {
            next.push(Open { at: Some(self.nodes.len()), ..inside });
        }
        self.nodes.push(Node { item, within });
        Ok(())
    }
}

/// Puts the items into each other; those that were not opened have no contents, not even none.
fn assemble(nodes: Vec<Node>, layers: Option<usize>) -> Vec<FolderItem> {
    let mut levels: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in &nodes {
        levels.push(node.within.and_then(|at| levels.get(at)).map_or(0, |level| level + 1));
    }
    let mut contents: BTreeMap<Option<usize>, Vec<FolderItem>> = BTreeMap::new();
    for (at, (node, level)) in nodes.into_iter().zip(levels).enumerate().rev() {
        let is_open = node.item.is_folder && layers.is_none_or(|layers| level < layers);
        let mut inside = contents.remove(&Some(at)).unwrap_or_default();
        inside.reverse();
        let children = is_open.then_some(inside);
        contents.entry(node.within).or_default().push(FolderItem { children, ..node.item });
    }
    let mut top = contents.remove(&None).unwrap_or_default();
    top.reverse();
    top
}
