use super::{RewriteRule, Rewritten};
use crate::source::GrantSource;
use vouchsafe_types::{Permission, Resource, Target};

/// `app:<name>:access` becomes `app:uid#<uid>:access`.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.source.apps.insert("app-1".parse().unwrap(), ("editor".into(), ann));
/// assert!(world.may(ann, "app:editor:access"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AppName;

impl<S: GrantSource> RewriteRule<S> for AppName {
    fn id(&self) -> &'static str {
        "app_name"
    }

    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error> {
        let Target::AppName(name) = &permission.target else { return Ok(Rewritten::Same) };
        let found = source.app_named(name)?.map(Resource::App);
        Ok(found.map_or(Rewritten::Nothing, |r| Rewritten::To(permission.about(r))))
    }
}
