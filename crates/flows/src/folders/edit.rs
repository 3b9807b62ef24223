//! Renaming and moving: one's own folders, and one's own view of those of others.

use super::{
    naming::{MAX_OWN_TITLE, MAX_TITLE, name_for, title_of},
    sight::{FolderRef, Looker, Seen},
    view::FolderItem,
};
use crate::{Fault, Vouchsafe};
use vouchsafe_store::{Entry, Mount, Tx, WriteTx};
use vouchsafe_types::{Actor, Capability, UserId, error::ApiError};

/// What shall be different about a folder; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct FolderChange {
    /// What it is called.
    pub title: Option<String>,
    /// What it is in.
    pub parent: Option<FolderRef>,
}

impl FolderChange {
    /// What is to be different from what is shown: what comes back as it was shown is no wish.
    fn beyond(&self, shown: &FolderItem) -> Self {
        let place = shown.parent.map_or(FolderRef::Root, FolderRef::Number);
        let title = self.title.clone().filter(|title| *title != shown.title);
        Self { title, parent: self.parent.filter(|parent| *parent != place) }
    }
}

impl Vouchsafe {
    /// Renames and moves a folder. A folder of somebody else's that stands in the caller's own tree is renamed and
    /// moved there only.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller may not change, and where he may not write; `immutable` for the
    /// top; `cannot_move_item_into_itself`; `forbidden` for a move that nobody may make; `field_invalid` for a title
    /// with NUL.
    pub fn edit_folder(&self, actor: &Actor, folder: i64, change: &FolderChange) -> Result<FolderItem, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("edit_folder", |tx| {
            let seen = looker.find(tx, FolderRef::Number(folder))?.ok_or(ApiError::SubjectDoesNotExist {})?;
            if looker.is_root(tx, &seen.entry)? {
                return Err(ApiError::Immutable {}.into());
            }
            let change = change.beyond(&looker.view(tx, seen.entry.clone())?);
            let target = match change.parent {
                None => None,
                Some(parent) => {
                    let found = looker.find(tx, parent)?.filter(|seen| seen.has.has(Capability::Write));
                    Some(found.ok_or(ApiError::SubjectDoesNotExist {})?.entry)
                }
            };
            match looker.mounted_for(tx, &seen.entry)? {
                Some(user) => arrange(tx, looker, user, (&seen.entry, target.as_ref()), change.title.as_deref())?,
                None => self.change_folder(tx, looker, (&seen, target), change.title.as_deref())?,
            }
            let changed = tx.find_entry(seen.entry.uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            looker.view(tx, changed)
        })
    }

    /// Renames and moves the folder itself.
    fn change_folder(
        &self,
        tx: &mut WriteTx<'_>,
        looker: Looker<'_>,
        (seen, target): (&Seen, Option<Entry>),
        title: Option<&str>,
    ) -> Result<(), Fault> {
        let found = &seen.entry;
        if !seen.has.has(Capability::Write) {
            return Err(ApiError::SubjectDoesNotExist {}.into());
        }
        if title.is_none() && target.is_none() {
            return Ok(());
        }
        let parent = match target {
            Some(target) => target,
            None => tx.find_parent(found)?.ok_or(ApiError::Immutable {})?,
        };
        if Some(parent.id) != found.parent {
            if looker.is_inside(tx, &parent, found.id)? {
                return Err(ApiError::CannotMoveItemIntoItself {}.into());
            }
            let left = tx.find_parent(found)?.ok_or(ApiError::Immutable {})?;
            if !looker.has(tx, &left)?.has(Capability::Write) {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
        }
        if parent.root != found.root && tx.has_grants_in(parent.owner, found)? {
            return Err(ApiError::Forbidden {}.into());
        }
        let before = found.title.as_deref().unwrap_or(&found.name);
        let title = title_of(title.unwrap_or(before), MAX_TITLE)?;
        let (name, title) = name_for(tx, parent.id, &title, Some(found.id))?;
        if Some(parent.id) != found.parent || found.name != name.as_str() {
            self.place_in(tx, looker.actor, (found, &parent, &name), looker.now)?;
        }
        let moved = tx.find_entry(found.uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
        if moved.title != title {
            tx.set_title(&moved, title.as_deref())?;
        }
        Ok(())
    }
}

/// Says what somebody calls a folder of somebody else's, and where he puts it.
fn arrange(
    tx: &mut WriteTx<'_>,
    looker: Looker<'_>,
    user: UserId,
    (entry, target): (&Entry, Option<&Entry>),
    title: Option<&str>,
) -> Result<(), Fault> {
    if !looker.actor.is_plain_user() {
        return Err(ApiError::SubjectDoesNotExist {}.into());
    }
    let before = tx.find_mount(user, entry.id)?;
    let before = before.unwrap_or(Mount { user, entry: entry.id, title: None, parent: None });
    let parent = match target {
        None => before.parent,
        Some(target) if looker.is_root(tx, target)? => None,
        Some(target) => {
            refuse_place(tx, looker, entry, target)?;
            Some(target.id)
        }
    };
    let title = match title {
        None => before.title.clone(),
        // Called as its owner calls it, it goes on being called what he calls it.
        Some(text) => Some(title_of(text, MAX_OWN_TITLE)?).filter(|t| t != entry.title.as_ref().unwrap_or(&entry.name)),
    };
    let after = Mount { title, parent, ..before };
    match after {
        Mount { title: None, parent: None, .. } => Ok(tx.delete_mount(user, entry.id)?),
        after => Ok(tx.save_mount(&after)?),
    }
}

/// A folder goes neither into itself nor back to its owner.
fn refuse_place(tx: &mut Tx<'_>, looker: Looker<'_>, entry: &Entry, target: &Entry) -> Result<(), Fault> {
    if looker.is_inside(tx, target, entry.id)? {
        return Err(ApiError::CannotMoveItemIntoItself {}.into());
    }
    let owner = Looker { actor: &Actor::User(entry.owner), now: looker.now };
    if owner.has(tx, target)?.has(Capability::See) {
        return Err(ApiError::Forbidden {}.into());
    }
    Ok(())
}
