//! New folders.

use super::{
    naming::{MAX_TITLE, name_for, title_of},
    sight::{FolderRef, Looker},
    view::FolderItem,
};
use crate::{
    Fault, Vouchsafe,
    catalogue::{Draft, insert},
};
use serde_json::json;
use vouchsafe_types::{Actor, Capability, ChangeKind, EntryId, error::ApiError};

impl Vouchsafe {
    /// Makes a folder; it is the owner's of the folder that it is in. Any title will do: where it is no name, or taken,
    /// the entry has another name.
    ///
    /// # Errors
    /// `subject_does_not_exist` when the caller may not write there; `forbidden` where it would lie too deep;
    /// `field_invalid` for a title with NUL.
    pub fn make_folder(&self, actor: &Actor, title: &str, parent: FolderRef) -> Result<FolderItem, Fault> {
        let title = title_of(title, MAX_TITLE)?;
        let looker = Looker { actor, now: self.now() };
        self.write("make_folder", |tx| {
            let within = looker.find(tx, parent)?.filter(|seen| seen.has.has(Capability::Write));
            let within = within.ok_or(ApiError::SubjectDoesNotExist {})?.entry;
            let (name, title) = name_for(tx, within.id, &title, None)?;
            let uuid = EntryId::mint();
            insert(tx, &within, &[Draft::dir(uuid, name, looker.now)], looker.now)?;
            let made = tx.find_entry(uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            if title.is_some() {
                tx.set_title(&made, title.as_deref())?;
            }
            tx.tell(ChangeKind::Entry, actor, looker.now, json!({ "entry": uuid }));
            let made = tx.find_entry(uuid)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            looker.view(tx, made)
        })
    }
}
