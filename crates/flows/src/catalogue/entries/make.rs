//! New files and directories.

use super::{EntryChange, EntryKind, directory, refuse_other_owner, taken};
use crate::Fault;
use chrono::{DateTime, Utc};
use sha3::{Digest, Sha3_256};
use vouchsafe_store::{Entry, NewEntry, StoreError, Tx, WriteTx};
use vouchsafe_types::{Actor, EntryId, EntryName, EntryPath, UserId, error::ApiError};

/// An entry that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) uuid: EntryId,
    pub(crate) name: EntryName,
    pub(crate) is_dir: bool,
    pub(crate) size_bytes: i64,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) modified_at: DateTime<Utc>,
}

impl Draft<'_> {
    /// A directory of this name.
    pub(crate) fn dir(uuid: EntryId, name: EntryName, now: DateTime<Utc>) -> Self {
        Self { uuid, name, is_dir: true, size_bytes: 0, content_type: None, modified_at: now }
    }
}

/// What Züs calls an entry: the container of its owner, and the hash it is found by.
pub(crate) fn zus_ids(owner: UserId, entry: EntryId) -> (String, String) {
    let allocation = owner.as_uuid().simple().to_string();
    let hash = hex::encode(Sha3_256::digest(format!("{allocation}:{entry}")));
    (allocation, hash)
}

/// Makes what the host application says, and the directories above it that are missing, if it wants them.
pub(super) fn create(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    uuid: EntryId,
    change: &EntryChange,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let (above, name) = change.path.split().ok_or(ApiError::CannotWriteToRoot {})?;
    let (nearest, missing) = if change.create_parents { nearest(tx, above)? } else { (above, Vec::new()) };
    let parent = directory(tx, actor, &nearest, now)?;
    refuse_other_owner(tx, &parent, change)?;
    let mut line: Vec<Draft<'_>> = missing.into_iter().map(|name| Draft::dir(EntryId::mint(), name, now)).collect();
    let is_dir = change.kind == EntryKind::Dir;
    line.push(Draft {
        uuid,
        name: name.clone(),
        is_dir,
        size_bytes: if is_dir { 0 } else { change.size_bytes },
        content_type: change.content_type.as_deref().filter(|_| !is_dir),
        modified_at: change.modified_at.unwrap_or(now),
    });
    insert(tx, &parent, &line, now)
}

/// The nearest path at or above this one where something is, and the names that are missing below it. Homes come with
/// accounts.
fn nearest(tx: &mut Tx<'_>, path: EntryPath) -> Result<(EntryPath, Vec<EntryName>), Fault> {
    let (mut at, mut missing) = (path, Vec::new());
    while tx.find_entry_at(&at)?.is_none()
        && let Some((above, name)) = at.split()
        && !above.names().is_empty()
    {
        missing.push(name.clone());
        at = above;
    }
    missing.reverse();
    Ok((at, missing))
}

/// Makes the first of them in a directory, and each other one in the one before it.
///
/// # Errors
/// `item_with_same_name_exists`; `forbidden` where it would lie deeper than a path goes.
pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    parent: &Entry,
    line: &[Draft<'_>],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if tx.line_of(parent.id)?.len() + line.len() > EntryPath::MAX_NAMES {
        return Err(ApiError::Forbidden {}.into());
    }
    let ids: Vec<(String, String)> = line.iter().map(|draft| zus_ids(parent.owner, draft.uuid)).collect();
    let mut new = Vec::with_capacity(line.len());
    for (draft, (allocation_id, lookup_hash)) in line.iter().zip(&ids) {
        new.push(NewEntry {
            uuid: draft.uuid,
            parent: Some(parent.id),
            owner: None,
            name: draft.name.as_str(),
            is_dir: draft.is_dir,
            size_bytes: draft.size_bytes,
            content_type: draft.content_type,
            created_at: now,
            modified_at: draft.modified_at,
            allocation_id,
            lookup_hash,
        });
    }
    match (tx.insert_line(&new), line.last()) {
        (Err(StoreError::Duplicate(_)), Some(last)) => Err(taken(&last.name).into()),
        (other, _) => Ok(other.map(drop)?),
    }
}
