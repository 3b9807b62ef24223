use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::{Capabilities, Capability, Resource};

/// A page of a site may read what lies in the directory that the site serves, as far as the site's owner may.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let pages = world.dir("/ann/pages");
/// let blog = world.source.add_site(ann, "blog", Some(pages));
/// assert!(world.may(Actor::Site { site: blog, user: ann }, "fs:/ann/pages:read"));
/// assert!(!world.may(Actor::Site { site: blog, user: bob }, "fs:/ann/pages:read"), "it is not bob's site");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InSiteRule;

impl<S: GrantSource> ImplyRule<S> for InSiteRule {
    fn id(&self) -> &'static str {
        "in-site"
    }

    fn implied(
        &self,
        source: &mut S,
        subject: &Subject,
        place: &Place,
        distance: u32,
    ) -> Result<Capabilities, S::Error> {
        let (Subject::Site { site, user }, Resource::Entry(entry), 0) = (subject, &place.resource, distance) else {
            return Ok(Capabilities::NONE);
        };
        let is_inside = source.is_in_site(*entry, *site, *user)?;
        Ok(if is_inside {
            Capabilities::of(&[Capability::See, Capability::List, Capability::Read])
        } else {
            Capabilities::NONE
        })
    }
}
