//! One folder, as somebody sees it.

use super::sight::{FolderRef, Looker, Mounted, Names, Once};
use crate::{Fault, Vouchsafe};
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Actor, error::ApiError};

/// A folder, or a file in it, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderItem {
    /// Its number: the same for its owner and for whom it is shared with.
    pub id: i64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is somebody else's folder that stands in the looker's own tree.
    pub is_mount: bool,
    /// What it is called.
    pub title: String,
    /// The username of its owner.
    pub owner: String,
    /// What to show for its owner.
    pub owner_shown: String,
    /// The number of the folder that it stands in; `None` for the top of the looker's tree.
    pub parent: Option<i64>,
    /// What is in it, as far as it was asked for.
    pub children: Option<Vec<FolderItem>>,
}

impl Vouchsafe {
    /// One folder.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller may not read.
    pub fn folder(&self, actor: &Actor, folder: i64) -> Result<FolderItem, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let seen = looker.find(tx, FolderRef::Number(folder))?.ok_or(ApiError::SubjectDoesNotExist {})?;
            looker.view(tx, seen.entry)
        })
    }
}

impl Looker<'_> {
    /// A folder where the looker sees it.
    pub(super) fn view(&self, tx: &mut Tx<'_>, entry: Entry) -> Result<FolderItem, Fault> {
        let mut names = Names::default();
        let found = self.mount_of(&mut Once::new(tx), entry)?;
        let entry = match found {
            Ok(mount) => return mounted_item(tx, mount, &mut names),
            Err(entry) => entry,
        };
        let parent = match entry.parent {
            Some(parent) if !self.is_root(tx, &entry)? => {
                let root = self.root(tx)?.map(|root| root.id);
                Some(parent).filter(|parent| Some(*parent) != root)
            }
            Some(_) | None => None,
        };
        item(tx, entry, parent, &mut names)
    }
}

/// A folder or file where it lies.
pub(super) fn item(tx: &mut Tx<'_>, entry: Entry, parent: Option<i64>, names: &mut Names) -> Result<FolderItem, Fault> {
    let (owner, owner_shown) = names.of(tx, entry.owner)?;
    let title = entry.title.unwrap_or(entry.name);
    let (id, is_folder) = (entry.id, entry.is_dir);
    Ok(FolderItem { id, is_folder, is_mount: false, title, owner, owner_shown, parent, children: None })
}

/// A folder where the looker put it.
pub(super) fn mounted_item(tx: &mut Tx<'_>, mount: Mounted, names: &mut Names) -> Result<FolderItem, Fault> {
    let shown = item(tx, mount.entry, mount.place, names)?;
    Ok(FolderItem { is_mount: true, title: mount.title.unwrap_or_else(|| shown.title.clone()), ..shown })
}
