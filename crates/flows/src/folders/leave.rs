//! Folders that are deleted, or left.

use super::sight::{FolderRef, Looker};
use crate::{
    Fault, Vouchsafe,
    grants::{leave_in, own_denies},
};
use vouchsafe_types::{Actor, Capability, Resource, error::ApiError};

impl Vouchsafe {
    /// Deletes a folder with everything in it; one of somebody else's that stands in the caller's own tree is left
    /// instead. What he may not delete, and the top, stay without a word.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn delete_folder(&self, actor: &Actor, folder: i64) -> Result<(), Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("delete_folder", |tx| {
            let Some(seen) = looker.find(tx, FolderRef::Number(folder))? else { return Ok(()) };
            let entry = &seen.entry;
            if let Some(user) = looker.mounted_for(tx, entry)? {
                if actor.is_plain_user() {
                    leave_in(self, tx, user, &Resource::Entry(entry.uuid), "left", looker.now)?;
                    tx.delete_mount(user, entry.id)?;
                }
                return Ok(());
            }
            let Some(parent) = tx.find_parent(entry)? else { return Ok(()) };
            let may = seen.has.has(Capability::Write) && looker.has(tx, &parent)?.has(Capability::Write);
            if may && !looker.is_root(tx, entry)? { self.delete_found(tx, actor, entry, looker.now) } else { Ok(()) }
        })
    }

    /// Takes a folder back that the caller left, and would still reach. What is there already stays as it is.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what he has not left and may not read.
    pub fn take_folder_back(&self, actor: &Actor, folder: i64) -> Result<(), Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("take_folder_back", |tx| {
            if looker.find(tx, FolderRef::Number(folder))?.is_some() {
                return Ok(());
            }
            let found = tx.find_entry_numbered(folder)?.filter(|entry| entry.is_dir);
            let (Some(entry), Actor::User(user)) = (found, actor) else {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            };
            let left = own_denies(tx, *user, &Resource::Entry(entry.uuid))?;
            if left.is_empty() {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            Ok(tx.revoke(left, self.because(actor, "accepted again", looker.now))?)
        })
    }
}
