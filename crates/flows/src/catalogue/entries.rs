//! Files and directories.

mod make;

pub(crate) use make::{Draft, insert, zus_ids};

use super::{
    seen::{EntryWithPath, entry_seen_by},
    text::check_text,
};
use crate::{
    Fault, Vouchsafe,
    audit::{taken_over_by, with_taken_over},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_engine::Engine;
use vouchsafe_store::{Entry, Tx, WriteTx};
use vouchsafe_types::{
    Actor, AuditEvent, Capability, ChangeKind, EntryId, EntryName, EntryPath, Resource, error::ApiError,
};

/// A file or a directory; fixed at creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A directory.
    Dir,
}

/// What the host application says about an entry.
#[derive(Debug, Clone)]
pub struct EntryChange {
    /// Where it lies; below somebody's home.
    pub path: EntryPath,
    /// What it is.
    pub kind: EntryKind,
    /// Whose tree it must lie in, as a check.
    pub owner: Option<String>,
    /// Its size in bytes, not negative.
    pub size_bytes: i64,
    /// Its MIME type.
    pub content_type: Option<String>,
    /// When its content changed last. When not said: now, if anything else changed.
    pub modified_at: Option<DateTime<Utc>>,
    /// Whether missing directories above it are made, too.
    pub create_parents: bool,
}

impl Vouchsafe {
    /// Makes an entry known, or says what has changed about it. Gives it, and whether it is new.
    ///
    /// # Errors
    /// For a user, `subject_does_not_exist` or `forbidden` outside what he may write. `cannot_write_to_root`;
    /// `dest_does_not_exist` without the directory above; `dest_is_not_a_directory`; `item_with_same_name_exists`;
    /// `conflict` when the entry lies elsewhere or is of the other kind; `field_invalid` for another owner, a negative
    /// size, or a content type with control characters.
    pub fn put_entry(
        &self,
        actor: &Actor,
        uuid: EntryId,
        change: &EntryChange,
    ) -> Result<(EntryWithPath, bool), Fault> {
        if change.size_bytes < 0 {
            return Err(ApiError::invalid("size", "0 or more", Some(change.size_bytes.to_string())).into());
        }
        change.content_type.as_deref().map_or(Ok(()), |text| check_text("content_type", text))?;
        let now = self.now();
        self.write("put_entry", |tx| match tx.find_entry(uuid)? {
            Some(found) => {
                require(tx, actor, &found, Capability::Write, now)?;
                if update(tx, &found, change, now)? {
                    tx.tell(ChangeKind::Entry, actor, now, effect(uuid));
                }
                Ok((entry_seen_by(tx, actor, uuid)?, false))
            }
            None => {
                make::create(tx, actor, uuid, change, now)?;
                tx.tell(ChangeKind::Entry, actor, now, effect(uuid));
                Ok((entry_seen_by(tx, actor, uuid)?, true))
            }
        })
    }

    /// An entry that the caller may see.
    ///
    /// # Errors
    /// `subject_does_not_exist`, also for what the caller may not know of.
    pub fn entry(&self, actor: &Actor, uuid: EntryId) -> Result<EntryWithPath, Fault> {
        let now = self.now();
        self.read(|tx| {
            require_on(tx, actor, uuid, Capability::See, now)?;
            entry_seen_by(tx, actor, uuid)
        })
    }

    /// The entry at a path, if there is one that the caller may see.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn entry_at(&self, actor: &Actor, path: &EntryPath) -> Result<Option<EntryWithPath>, Fault> {
        let found = self.read(|tx| Ok(tx.find_entry_at(path)?))?;
        match found.map(|entry| self.entry(actor, entry.uuid)).transpose() {
            Err(Fault::Api(ApiError::SubjectDoesNotExist {})) => Ok(None),
            other => other,
        }
    }

    /// Moves an entry with everything below it; nothing below it is touched. Another owner's tree takes it over.
    ///
    /// # Errors
    /// `cannot_move_item_into_itself`; `immutable` for a home; `forbidden` where it would lie too deep; and as
    /// [`Vouchsafe::put_entry`]. For a user, moving into another's tree needs ownership of what is moved.
    pub fn move_entry(&self, actor: &Actor, uuid: EntryId, to: &EntryPath) -> Result<EntryWithPath, Fault> {
        let now = self.now();
        self.write("move_entry", |tx| {
            self.move_in(tx, actor, uuid, to, now)?;
            entry_seen_by(tx, actor, uuid)
        })
    }

    /// Moves within a transaction.
    pub(crate) fn move_in(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        uuid: EntryId,
        to: &EntryPath,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let found = require_on(tx, actor, uuid, Capability::Write, now)?;
        let (above, name) = to.split().ok_or(ApiError::CannotWriteToRoot {})?;
        let parent = directory(tx, actor, &above, now)?;
        self.place_in(tx, actor, (&found, &parent, name), now)
    }

    /// Puts an entry into a directory where the caller may write, under a name. Where it leaves another one, he must be
    /// allowed to write there, too, and neither it nor what is below it comes to lie deeper than a path goes; what does
    /// already may come up.
    pub(crate) fn place_in(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        (found, parent, name): (&Entry, &Entry, &EntryName),
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        if found.parent.is_none() {
            return Err(ApiError::Immutable {}.into());
        }
        let line = tx.line_of(parent.id)?;
        if line.contains(&found.id) {
            return Err(ApiError::CannotMoveItemIntoItself {}.into());
        }
        let left = tx.find_parent(found)?.filter(|left| left.id != parent.id);
        if let Some(left) = &left {
            let levels_below = if found.is_dir { tx.height_of(found)? + 1 } else { 0 };
            let before = tx.line_of(found.id)?.len();
            if line.len() >= before && line.len() + levels_below >= EntryPath::MAX_NAMES {
                return Err(ApiError::Forbidden {}.into());
            }
            // What leaves a directory is gone from there. Who sees the entry and not where it lies is told no more than
            // who sees both.
            require(tx, actor, left, Capability::Write, now).map_err(|fault| match fault {
                Fault::Api(ApiError::SubjectDoesNotExist {}) => ApiError::Forbidden {}.into(),
                other => other,
            })?;
        }
        if let Some(there) = tx.find_child(parent.id, name)?
            && there.id != found.id
        {
            return Err(taken(name).into());
        }
        let is_handed_over = found.root != parent.root;
        if is_handed_over {
            refuse_handing_over(actor, found)?;
            // What the old owner's authority carried ends; his successor gives anew.
            tx.retire_grants_below(found, Some(found.owner), self.because(actor, "moved to another owner", now))?;
            tx.forget_asks_below(found)?;
        }
        if let Some(left) = left {
            let because = self.because(actor, "moved", now);
            let event = AuditEvent::of_place(found.uuid, (left.uuid, Some(parent.uuid)), actor, now, because.reason);
            let event = match is_handed_over {
                true => event,
                false => with_taken_over(event, taken_over_by(tx, found)?),
            };
            tx.audit_for(because, event)?;
        }
        tx.move_entry(found, parent, name)?;
        tx.tell(ChangeKind::EntryMoved, actor, now, json!({ "entry": found.uuid, "parent": parent.uuid }));
        Ok(())
    }

    /// Deletes an entry with everything below it, and every grant there.
    ///
    /// # Errors
    /// `subject_does_not_exist`; `immutable` for a home; `forbidden` for a user who may not delete it.
    pub fn delete_entry(&self, actor: &Actor, uuid: EntryId) -> Result<(), Fault> {
        let now = self.now();
        self.write("delete_entry", |tx| self.delete_in(tx, actor, uuid, now))
    }

    /// Deletes within a transaction.
    pub(crate) fn delete_in(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        uuid: EntryId,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let found = require_on(tx, actor, uuid, Capability::Delete, now)?;
        self.delete_found(tx, actor, &found, now)
    }

    /// Deletes an entry that the caller may delete.
    pub(crate) fn delete_found(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        found: &Entry,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        if found.parent.is_none() {
            return Err(ApiError::Immutable {}.into());
        }
        let because = self.because(actor, "entry deleted", now);
        tx.retire_grants_below(found, None, because)?;
        if let Some(left) = tx.find_parent(found)? {
            tx.audit_for(because, AuditEvent::of_place(found.uuid, (left.uuid, None), actor, now, because.reason))?;
        }
        tx.delete_entry(found)?;
        tx.tell(ChangeKind::EntryDeleted, actor, now, effect(found.uuid));
        Ok(())
    }
}

/// Refuses who may not do so much with an entry.
///
/// # Errors
/// `subject_does_not_exist`, also for what the caller may not know of; `forbidden`.
pub(crate) fn require_on(
    tx: &mut Tx<'_>,
    actor: &Actor,
    uuid: EntryId,
    capability: Capability,
    now: DateTime<Utc>,
) -> Result<Entry, Fault> {
    let found = tx.find_entry(uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
    require(tx, actor, &found, capability, now)?;
    Ok(found)
}

/// The host application may do everything; a user what he holds, and the unseeable reads like the missing.
fn require(
    tx: &mut Tx<'_>,
    actor: &Actor,
    on: &Entry,
    capability: Capability,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if matches!(actor, Actor::Service { .. }) {
        return Ok(());
    }
    let holding = Engine::default().holding(tx, actor, &Resource::Entry(on.uuid), now)?;
    match (holding.capabilities.has(capability), holding.capabilities.has(Capability::See)) {
        (true, _) => Ok(()),
        (false, true) => Err(ApiError::Forbidden {}.into()),
        (false, false) => Err(ApiError::SubjectDoesNotExist {}.into()),
    }
}

/// The directory at a path, if the caller may write there.
fn directory(tx: &mut Tx<'_>, actor: &Actor, path: &EntryPath, now: DateTime<Utc>) -> Result<Entry, Fault> {
    if path.names().is_empty() {
        return Err(ApiError::CannotWriteToRoot {}.into());
    }
    let found = tx.find_entry_at(path)?.ok_or(ApiError::DestDoesNotExist {})?;
    match require(tx, actor, &found, Capability::Write, now) {
        Err(Fault::Api(ApiError::SubjectDoesNotExist {})) => return Err(ApiError::DestDoesNotExist {}.into()),
        other => other?,
    }
    if found.is_dir { Ok(found) } else { Err(ApiError::DestIsNotADirectory {}.into()) }
}

fn effect(entry: EntryId) -> Value {
    json!({ "entry": entry })
}

/// Writes what has changed about an entry. Gives whether anything has.
fn update(tx: &mut WriteTx<'_>, found: &Entry, change: &EntryChange, now: DateTime<Utc>) -> Result<bool, Fault> {
    refuse_other_owner(tx, found, change)?;
    // Under its id it is where it is, too.
    let is_there = tx.find_entry_at(&change.path)?.is_some_and(|there| there.id == found.id);
    if !is_there || found.is_dir != (change.kind == EntryKind::Dir) {
        return Err(ApiError::Conflict {}.into());
    }
    let content_type = change.content_type.as_deref();
    let is_same = found.size_bytes == change.size_bytes
        && found.content_type.as_deref() == content_type
        && change.modified_at.is_none_or(|at| at == found.modified_at);
    // Saying the same again changes nothing, not even a version that decisions are kept under.
    if found.is_dir || is_same {
        return Ok(false);
    }
    tx.update_content(found, change.size_bytes, content_type, change.modified_at.unwrap_or(now))?;
    Ok(true)
}

fn refuse_other_owner(tx: &mut Tx<'_>, within: &Entry, change: &EntryChange) -> Result<(), Fault> {
    let Some(wanted) = &change.owner else { return Ok(()) };
    let user = crate::accounts::find_by_name(tx, wanted)?;
    if user.id == within.owner {
        return Ok(());
    }
    Err(ApiError::invalid("owner", "the owner of the tree", Some(wanted.clone())).into())
}

fn refuse_handing_over(actor: &Actor, found: &Entry) -> Result<(), ApiError> {
    match actor {
        Actor::Service { .. } => Ok(()),
        Actor::User(user) if *user == found.owner => Ok(()),
        Actor::User(_) | Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
            Err(ApiError::Forbidden {})
        }
    }
}

fn taken(name: &EntryName) -> ApiError {
    ApiError::ItemWithSameNameExists { entry_name: Some(name.as_str().to_owned()) }
}

#[cfg(test)]
mod tests;
