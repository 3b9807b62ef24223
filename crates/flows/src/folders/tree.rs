//! What is in a folder, and in the folders in it.

use super::{
    sight::{FolderRef, Looker, MOST_FOLDERS, Mounted, Names},
    view::{FolderItem, item, mounted_item},
};
use crate::{Fault, Vouchsafe};
use std::collections::BTreeMap;
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Actor, Capability, EntryPath, error::ApiError};

/// So many levels of items have their contents with them: what is put into each other is taken apart level by level, and
/// nobody shall decide how far that goes by what he moves and mounts.
const MOST_LAYERS: usize = EntryPath::MAX_NAMES;

/// An item, and the place of the one that it is in.
struct Node {
    item: FolderItem,
    within: Option<usize>,
}

/// A folder whose contents are still to be looked up: where it is among the nodes, none for the folder asked about.
struct Open {
    at: Option<usize>,
    entry: Entry,
}

/// Puts a listing together, level by level.
struct Walk<'a, 't, 'c> {
    looker: Looker<'a>,
    tx: &'a mut Tx<'t>,
    names: &'c mut Names,
    with_files: bool,
    root: Option<i64>,
    mounts: BTreeMap<Option<i64>, Vec<Mounted>>,
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
            let root = looker.root(tx)?.map(|root| root.id);
            let mut mounts: BTreeMap<Option<i64>, Vec<Mounted>> = BTreeMap::new();
            for mount in looker.mounts(tx)? {
                mounts.entry(mount.place).or_default().push(mount);
            }
            let names = &mut Names::default();
            let mut walk = Walk { looker, tx, names, with_files, root, mounts, nodes: Vec::new() };
            walk.run(seen.entry, layers)?;
            Ok(walk.nodes)
        })
    }

    /// The numbers of the folders of others that stand in the caller's own tree.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn mounted_folders(&self, actor: &Actor) -> Result<Vec<i64>, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| Ok(looker.mounts(tx)?.into_iter().map(|mount| mount.entry.id).collect()))
    }

    /// How many files are in a folder and below it.
    ///
    /// # Errors
    /// As [`Vouchsafe::folder_contents`].
    pub fn count_files(&self, actor: &Actor, folder: FolderRef) -> Result<usize, Fault> {
        Ok(self.nodes_in(actor, folder, None, true)?.iter().filter(|node| !node.item.is_folder).count())
    }
}

impl Walk<'_, '_, '_> {
    fn run(&mut self, folder: Entry, layers: Option<usize>) -> Result<(), Fault> {
        let mut open = vec![Open { at: None, entry: folder }];
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
        let mut found: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
        for entry in self.tx.list_children(&folders, self.with_files)? {
            found.entry(entry.parent.unwrap_or_default()).or_default().push(entry);
        }
        let mut next = Vec::new();
        for folder in open {
            let place = Some(folder.entry.id).filter(|id| Some(*id) != self.root);
            for entry in found.remove(&folder.entry.id).unwrap_or_default() {
                if self.looker.has(self.tx, &entry)?.has(Capability::Read) {
                    let shown = item(self.tx, entry.clone(), place, self.names)?;
                    self.add(shown, folder.at, entry, &mut next)?;
                }
            }
            for mount in self.mounts.remove(&place).unwrap_or_default() {
                let entry = mount.entry.clone();
                let shown = mounted_item(self.tx, mount, self.names)?;
                self.add(shown, folder.at, entry, &mut next)?;
            }
        }
        Ok(next)
    }

    fn add(
        &mut self,
        item: FolderItem,
        within: Option<usize>,
        entry: Entry,
        next: &mut Vec<Open>,
    ) -> Result<(), Fault> {
        if self.nodes.len() >= MOST_FOLDERS {
            return Err(ApiError::TooManyItems { max: MOST_FOLDERS }.into());
        }
        if item.is_folder {
            next.push(Open { at: Some(self.nodes.len()), entry });
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
