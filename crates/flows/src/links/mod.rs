//! Links: whoever presents the token has what the grant to the link gives, whoever he is.

mod make;
mod open;
#[cfg(test)]
mod tests;
mod token;
mod view;

pub use make::{LinkChange, LinkWish};
pub use open::OpenedLink;
pub use view::LinkView;
