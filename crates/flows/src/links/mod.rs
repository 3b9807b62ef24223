//! Links: whoever presents the token has what the grant to the link gives, whoever he is.

mod make;
mod most;
mod open;
#[cfg(test)]
mod tests;
mod token;
mod view;

pub use make::{LinkChange, LinkWish};
pub(crate) use make::{MADE, hashed as hashed_password};
pub(crate) use most::{FOLDER_TOKEN, require_holdable};
pub use open::OpenedLink;
pub(crate) use open::is_link_password;
pub(crate) use token::{LENGTH as TOKEN_LENGTH, proof_of};
pub use view::LinkView;
