//! Grants on folders in the words of who shares folders: with a person or a group, to read, perhaps to write and to
//! share onwards.

mod edit;
mod list;
mod loops;
mod make;
mod public;
mod view;

pub use make::FolderShareWish;
pub use view::{FolderShare, Participant};
