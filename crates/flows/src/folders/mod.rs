//! Directories as a tree of folders with titles, as one person sees it: his own, and what was shared with him where he
//! put it.

mod edit;
mod leave;
mod make;
mod naming;
mod remembered;
mod sight;
mod tree;
mod view;

pub use edit::FolderChange;
pub(crate) use remembered::Remembered;
pub use sight::{FolderRef, LinkedRoot};
pub(crate) use sight::{Looker, MOST_FOLDERS, Names};
pub use view::FolderItem;
