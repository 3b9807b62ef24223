//! The versions that caches are keyed by: one per tree, one for identity, and their order, the revision.

use crate::{
    StoreError, Tx,
    backend::each,
    schema::version::dsl,
    wal_index::{Header, WalIndex},
};
use diesel::{prelude::*, upsert::excluded};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// The row that counts every committed change.
pub(crate) const REVISION: i64 = -1;
/// The row that counts changes of users, groups, memberships and named things.
pub(crate) const IDENTITY: i64 = 0;

/// What a decision was computed from. Equal versions mean that nothing it depends on has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Versions {
    /// Grows with every committed change, anywhere.
    pub revision: i64,
    /// Grows when users, groups, memberships or named things change.
    pub identity: i64,
    /// Grows when entries or grants in the tree change; 0 before the first change.
    pub tree: i64,
}

/// The most trees whose versions are kept at once.
const MOST_TREES: usize = 10_000;

/// Versions that were read, and the state of the database they hold in.
pub(crate) struct KnownVersions {
    /// None where only the database can tell: on a server that others write to.
    index: Option<WalIndex>,
    read: Mutex<Read>,
}

/// The state of the database, and the versions of trees in it.
type Read = (Option<Header>, HashMap<Option<i64>, Versions>);

impl KnownVersions {
    pub(crate) fn new(file: Option<&PathBuf>) -> Self {
        Self { index: file.map(|file| WalIndex::new(file)), read: Mutex::default() }
    }

    /// The versions of a tree: those that are known while nobody has committed, else what `ask` reads.
    pub(crate) fn get(
        &self,
        tree: Option<i64>,
        ask: impl FnOnce() -> Result<Versions, StoreError>,
    ) -> Result<Versions, StoreError> {
        // INVARIANT: the header is read before the database, so what is kept is never older than its header says.
        let Some(header) = self.index.as_ref().and_then(WalIndex::header) else { return ask() };
        let lock = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut known = lock();
            if known.0 != Some(header) || known.1.len() >= MOST_TREES {
                *known = (Some(header), HashMap::new());
            }
            if let Some(versions) = known.1.get(&tree) {
                return Ok(*versions);
            }
        }
        let versions = ask()?;
        let mut known = lock();
        if known.0 == Some(header) {
            known.1.insert(tree, versions);
        }
        Ok(versions)
    }
}

impl Tx<'_> {
    /// The versions in this view.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn versions(&mut self, tree: Option<i64>) -> Result<Versions, StoreError> {
        let tree = tree.unwrap_or(IDENTITY);
        let wanted = dsl::version.filter(dsl::id.eq(REVISION).or(dsl::id.eq(IDENTITY)).or(dsl::id.eq(tree)));
        let rows: Vec<(i64, i64)> = each!(self.conn, c => wanted.load(c))?;
        let find = |id| rows.iter().find(|(row, _)| *row == id).map_or(0, |(_, n)| *n);
        Ok(Versions { revision: find(REVISION), identity: find(IDENTITY), tree: find(tree) })
    }

    pub(crate) fn bump_version(&mut self, id: i64) -> Result<(), StoreError> {
        let first = diesel::insert_into(dsl::version).values((dsl::id.eq(id), dsl::n.eq(1_i64)));
        let more = dsl::n.eq(dsl::n + excluded(dsl::n));
        each!(self.conn, c => first.on_conflict(dsl::id).do_update().set(more).execute(c))?;
        Ok(())
    }
}
