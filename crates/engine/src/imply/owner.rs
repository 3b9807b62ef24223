use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::Capabilities;

/// Owners may do anything to what they own, and to all of the tree it lies in.
#[derive(Debug, Clone, Copy)]
pub struct OwnerRule;

impl<S: GrantSource> ImplyRule<S> for OwnerRule {
    fn id(&self) -> &'static str {
        "is-owner"
    }

    fn implied(&self, _: &mut S, subject: &Subject, place: &Place, _: u32) -> Result<Capabilities, S::Error> {
        let is_owner = matches!(subject, Subject::User(user) if place.owner == Some(*user));
        Ok(if is_owner { Capabilities::ALL } else { Capabilities::NONE })
    }
}
