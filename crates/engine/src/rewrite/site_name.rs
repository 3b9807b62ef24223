use super::{RewriteRule, Rewritten};
use crate::source::GrantSource;
use vouchsafe_types::{Permission, Resource, Target};

/// `site:<name>:access` becomes `site:uid#<uuid>:access`.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.source.add_site(ann, "blog", None);
/// assert!(world.may(ann, "site:blog:access"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SiteName;

impl<S: GrantSource> RewriteRule<S> for SiteName {
    fn id(&self) -> &'static str {
        "site_name"
    }

    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error> {
        let Target::SiteName(name) = &permission.target else { return Ok(Rewritten::Same) };
        let found = source.site_named(name)?.map(Resource::Site);
        Ok(found.map_or(Rewritten::Nothing, |r| Rewritten::To(permission.about(r))))
    }
}
