use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::Capabilities;

/// Owners may do anything to what they own: to a whole tree, an app, a site. No row counts against them.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.file("/ann/photos/sea.jpg");
/// assert!(world.may(ann, "fs:/ann/photos/sea.jpg") && world.may(ann, "manage:manage:fs:/ann"));
/// ```
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
