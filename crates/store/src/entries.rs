//! Files and directories. A row knows its parent; who owns it is known by the root of its tree.

use crate::{
    StoreError, Tx, WriteTx,
    schema::entry,
    spoken::MAX_DEPTH,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{EntryId, EntryName, EntryPath, Restrictions, UserId};

/// A file or directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, never reused.
    pub id: i64,
    /// Its id, never reused.
    pub uuid: EntryId,
    /// The number of the directory it lies in; `None` for a home.
    pub parent: Option<i64>,
    /// The number of the root of its tree: its owner's home.
    pub root: i64,
    /// The owner of the tree.
    pub owner: UserId,
    /// Its name.
    pub name: String,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Its size; 0 for a directory.
    pub size_bytes: i64,
    /// Its MIME type, if known.
    pub content_type: Option<String>,
    /// When it was made known to us.
    pub created_at: DateTime<Utc>,
    /// When its content changed last.
    pub modified_at: DateTime<Utc>,
    /// The container it was made in (Züs).
    pub allocation_id: String,
    /// What Züs finds it by; fixed at creation.
    pub lookup_hash: String,
    /// What to show instead of the name, where the name could not be it.
    pub title: Option<String>,
    /// What its owner keeps back from everybody else; nothing of a directory.
    pub restrictions: Restrictions,
}

/// What a new entry is.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// Its id.
    pub uuid: EntryId,
    /// The number of the directory it goes into.
    pub parent: Option<i64>,
    /// The owner, for a home only.
    pub owner: Option<UserId>,
    /// Its name.
    pub name: &'a str,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Its size.
    pub size_bytes: i64,
    /// Its MIME type, if known.
    pub content_type: Option<&'a str>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its content changed last.
    pub modified_at: DateTime<Utc>,
    /// The container it is made in.
    pub allocation_id: &'a str,
    /// What Züs finds it by.
    pub lookup_hash: &'a str,
}

/// The most entries that one statement deletes: a statement ends when its time is up, however much there is to delete.
const MOST_AT_ONCE: usize = 1_000;
/// How many levels the entries lie apart that one statement deletes: SQLite follows a deletion at most 1,000 levels
/// down, and the deeper it has to follow, the more each level costs.
const LEVELS_AT_ONCE: i64 = 50;

pub(crate) type EntryRow =
    (i64, Id, Option<i64>, String, bool, i64, Option<String>, Ts, Ts, String, String, Option<String>, bool, bool);

type Columns = (
    entry::id,
    entry::uuid,
    entry::parent_id,
    entry::name,
    entry::is_dir,
    entry::size_bytes,
    entry::content_type,
    entry::created_at,
    entry::modified_at,
    entry::allocation_id,
    entry::lookup_hash,
    entry::title,
    entry::denies_download,
    entry::denies_sharing,
);

pub(crate) const COLUMNS: Columns = (
    entry::id,
    entry::uuid,
    entry::parent_id,
    entry::name,
    entry::is_dir,
    entry::size_bytes,
    entry::content_type,
    entry::created_at,
    entry::modified_at,
    entry::allocation_id,
    entry::lookup_hash,
    entry::title,
    entry::denies_download,
    entry::denies_sharing,
);

/// An entry of a tree that is known.
pub(crate) fn entry_of(row: EntryRow, root: i64, owner: UserId) -> Entry {
    let (id, uuid, parent, name, is_dir, size_bytes, content_type, created_at, modified_at, ..) = row;
    let (.., allocation_id, hash, title, denies_download, denies_sharing) = row;
    Entry {
        id,
        uuid: uuid.to(),
        parent,
        root,
        owner,
        name,
        is_dir,
        size_bytes,
        content_type,
        created_at: created_at.0,
        modified_at: modified_at.0,
        allocation_id,
        lookup_hash: hash,
        title,
        restrictions: Restrictions { denies_download, denies_sharing },
    }
}

impl Tx<'_> {
    /// The entry with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_entry(&mut self, uuid: EntryId) -> Result<Option<Entry>, StoreError> {
        let row: Option<EntryRow> =
            entry::table.filter(entry::uuid.eq(Id::from(uuid))).select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// The entry with this lookup hash (Züs).
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_entry_by_lookup_hash(&mut self, hash: &str) -> Result<Option<Entry>, StoreError> {
        let row: Option<EntryRow> =
            entry::table.filter(entry::lookup_hash.eq(hash)).select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// The entry at a path, or under its id, where the path is one that is shown instead of the real one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_entry_at(&mut self, path: &EntryPath) -> Result<Option<Entry>, StoreError> {
        let names: Vec<&str> = path.names().iter().map(EntryName::as_str).collect();
        match self.follow(&names)? {
            Some((_, uuid)) => self.find_entry(uuid.to()),
            None => Ok(None),
        }
    }

    /// The home of a user.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_home(&mut self, owner: UserId) -> Result<Option<Entry>, StoreError> {
        let row: Option<EntryRow> =
            entry::table.filter(entry::owner_id.eq(Id::from(owner))).select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// The entry of this name in a directory.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_child(&mut self, parent: i64, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        let named = entry::table.filter(entry::parent_id.eq(parent)).filter(entry::name.eq(name.as_str()));
        let row: Option<EntryRow> = named.select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// The directory that an entry lies in; none for a home.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_parent(&mut self, of: &Entry) -> Result<Option<Entry>, StoreError> {
        let Some(parent) = of.parent else { return Ok(None) };
        let row: Option<EntryRow> = entry::table.find(parent).select(COLUMNS).first(self.conn).optional()?;
        self.in_its_tree(row)
    }

    /// The path of an entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn path_of(&mut self, of: &Entry) -> Result<String, StoreError> {
        let mut names = vec![of.name.clone()];
        let mut at = of.parent;
        while let Some(id) = at {
            let (name, parent): (String, Option<i64>) =
                entry::table.find(id).select((entry::name, entry::parent_id)).first(self.conn)?;
            names.push(name);
            at = parent;
        }
        names.reverse();
        Ok(format!("/{}", names.join("/")))
    }

    /// The numbers of an entry and of the directories that it lies in, from the inside out, as far as anything is
    /// looked for.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn line_of(&mut self, number: i64) -> Result<Vec<i64>, StoreError> {
        let deepest = usize::try_from(MAX_DEPTH).unwrap_or(usize::MAX);
        let (mut line, mut at) = (Vec::new(), Some(number));
        while let Some(number) = at.take_if(|_| line.len() <= deepest) {
            line.push(number);
            at = entry::table.find(number).select(entry::parent_id).first(self.conn)?;
        }
        Ok(line)
    }

    /// The uuid of the entry with this number.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn uuid_of(&mut self, id: i64) -> Result<Option<EntryId>, StoreError> {
        let uuid: Option<Id> = entry::table.find(id).select(entry::uuid).first(self.conn).optional()?;
        Ok(uuid.map(Id::to))
    }

    pub(crate) fn in_its_tree(&mut self, row: Option<EntryRow>) -> Result<Option<Entry>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        // Moves can push things deeper than anything is looked for; nobody finds them there until they come up again.
        let found = self.root_of(row.1.to())?;
        Ok(found.map(|(root, owner, _)| entry_of(row, root, owner)))
    }
}

impl WriteTx<'_> {
    /// Writes a new entry and gives its number.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the id or the name in that directory is taken.
    pub fn insert_entry(&mut self, new: &NewEntry<'_>) -> Result<i64, StoreError> {
        self.insert_line(std::slice::from_ref(new))
    }

    /// Writes new entries, each into the one before it, and gives the number of the last one.
    ///
    /// # Errors
    /// As above; [`StoreError::Corrupt`] without any.
    pub fn insert_line(&mut self, new: &[NewEntry<'_>]) -> Result<i64, StoreError> {
        let (mut last, mut parent) = (None, None);
        for one in new {
            parent = last.or(one.parent);
            last = Some(self.insert_row(one, parent)?);
        }
        let (Some(one), Some(number)) = (new.last(), last) else {
            return Err(StoreError::Corrupt("no entry to write".to_owned()));
        };
        match self.root_of(one.uuid)? {
            Some((root, _, _)) => self.touch_tree(root),
            None => return Err(StoreError::Corrupt("an entry too deep for any tree".to_owned())),
        }
        self.settle_heights(one.is_dir, parent)?;
        Ok(number)
    }

    pub(crate) fn insert_row(&mut self, new: &NewEntry<'_>, parent: Option<i64>) -> Result<i64, StoreError> {
        Ok(diesel::insert_into(entry::table)
            .values((
                entry::uuid.eq(Id::from(new.uuid)),
                entry::parent_id.eq(parent),
                entry::owner_id.eq(new.owner.map(Id::from)),
                entry::name.eq(new.name),
                entry::is_dir.eq(new.is_dir),
                entry::size_bytes.eq(new.size_bytes),
                entry::content_type.eq(new.content_type),
                entry::created_at.eq(Ts(new.created_at)),
                entry::modified_at.eq(Ts(new.modified_at)),
                entry::allocation_id.eq(new.allocation_id),
                entry::lookup_hash.eq(new.lookup_hash),
            ))
            .returning(entry::id)
            .get_result(self.conn)?)
    }

    /// Writes what has changed about a file's content.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn update_content(
        &mut self,
        of: &Entry,
        size_bytes: i64,
        content_type: Option<&str>,
        modified_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        diesel::update(entry::table.find(of.id))
            .set((
                entry::size_bytes.eq(size_bytes),
                entry::content_type.eq(content_type),
                entry::modified_at.eq(Ts(modified_at)),
            ))
            .execute(self.conn)?;
        self.touch_tree(of.root);
        Ok(())
    }

    /// Puts an entry into another directory, under another name: its row and some above it change, none below it. A new
    /// name takes the place of the title.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name there is taken.
    pub fn move_entry(&mut self, of: &Entry, parent: &Entry, name: &EntryName) -> Result<(), StoreError> {
        diesel::update(entry::table.find(of.id))
            .set((
                entry::parent_id.eq(parent.id),
                entry::name.eq(name.as_str()),
                entry::title.eq(of.title.as_deref().filter(|_| of.name == name.as_str())),
            ))
            .execute(self.conn)?;
        if of.parent != Some(parent.id) {
            self.settle_heights(of.is_dir, Some(parent.id))?;
            self.settle_heights(of.is_dir, of.parent)?;
        }
        self.touch_tree(of.root);
        self.touch_tree(parent.root);
        Ok(())
    }

    /// Deletes an entry with everything below it, and every grant there. Takes time in proportion to what lies below.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_entry(&mut self, of: &Entry) -> Result<(), StoreError> {
        let lower = self.list_lower(of.id)?;
        let steps = lower.chunk_by(|one, next| one.level / LEVELS_AT_ONCE == next.level / LEVELS_AT_ONCE);
        for step in steps.flat_map(|levels| levels.chunks(MOST_AT_ONCE)) {
            let numbers = step.iter().map(|lower| lower.id);
            diesel::delete(entry::table.filter(entry::id.eq_any(numbers))).execute(self.conn)?;
        }
        self.settle_heights(of.is_dir, of.parent)?;
        self.touch_tree(of.root);
        Ok(())
    }
}

mod heights;
#[cfg(test)]
mod tests;
