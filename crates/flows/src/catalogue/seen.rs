//! Entries as somebody sees them.

use crate::Fault;
use vouchsafe_engine::GrantSource;
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Actor, EntryId, error::ApiError};

/// An entry, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryWithPath {
    /// The entry.
    pub entry: Entry,
    /// Its path.
    pub path: String,
    /// The name of its owner.
    pub owner: String,
    /// The id of the directory it lies in; `None` for a home.
    pub parent: Option<EntryId>,
}

/// An entry, with its path as far as the asker may know it.
///
/// Where an entry lies in a tree is nobody's business but its owner's: others see it under its id. So do apps and tokens
/// of the owner's, which may have been given one file and not been told what lies around it; only where the data of an
/// app lies, the app knows anyway.
pub(crate) fn entry_seen_by(tx: &mut Tx<'_>, asker: &Actor, uuid: EntryId) -> Result<EntryWithPath, Fault> {
    let found = with_path(tx, uuid)?;
    let is_told = match asker {
        Actor::Service { .. } => true,
        Actor::User(user) => *user == found.entry.owner,
        Actor::App { app, user } => *user == found.entry.owner && tx.is_in_app_data(uuid, app)?,
        Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
    };
    if is_told {
        return Ok(found);
    }
    let path = format!("/{}/{}/{}", found.owner, found.entry.uuid, found.entry.name);
    Ok(EntryWithPath { path, parent: None, ..found })
}

fn with_path(tx: &mut Tx<'_>, uuid: EntryId) -> Result<EntryWithPath, Fault> {
    let entry = tx.find_entry(uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
    let path = tx.path_of(&entry)?;
    let owner = tx.find_user(entry.owner)?.map(|u| u.username.to_string()).unwrap_or_default();
    let parent = entry.parent.map(|number| tx.uuid_of(number)).transpose()?.flatten();
    Ok(EntryWithPath { entry, path, owner, parent })
}
