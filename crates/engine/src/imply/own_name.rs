use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::{Capabilities, Resource};

/// A person has what is named after him: `user:<uuid>:email:read`, `apps-of-user:<uuid>`, `subdomains-of-user:<uuid>`.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let address = format!("user:{ann}:email:read");
/// assert!(world.may(ann, &address) && !world.may(bob, &address));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OwnNameRule;

const FAMILIES: [&str; 3] = ["user", "apps-of-user", "subdomains-of-user"];

impl<S: GrantSource> ImplyRule<S> for OwnNameRule {
    fn id(&self) -> &'static str {
        "user-set-own"
    }

    fn implied(&self, _: &mut S, subject: &Subject, place: &Place, distance: u32) -> Result<Capabilities, S::Error> {
        let (Subject::User(user), Resource::Named(name)) = (subject, &place.resource) else {
            return Ok(Capabilities::NONE);
        };
        let above = usize::try_from(distance).unwrap_or(usize::MAX);
        let is_own = match name.components() {
            [family, whom, rest @ ..] => {
                FAMILIES.contains(&family.as_str()) && *whom == user.to_string() && above <= rest.len()
            }
            _ => false,
        };
        Ok(if is_own { Capabilities::ALL } else { Capabilities::NONE })
    }
}
