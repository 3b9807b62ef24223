//! Links: whoever presents the token has what the grant to the link gives, whoever he is.

mod make;
mod open;
#[cfg(test)]
mod tests;
mod token;
mod view;

pub(crate) use make::hashed as hashed_password;
pub use make::{LinkChange, LinkWish};
pub use open::OpenedLink;
pub(crate) use open::is_link_password;
pub(crate) use token::{LENGTH as TOKEN_LENGTH, proof_of};
pub use view::LinkView;
