use super::{RewriteRule, Rewritten};
use crate::source::GrantSource;
use vouchsafe_types::{Permission, Resource, Target};

/// `app-root-dir:<app>:write` becomes `fs:<uuid>:write` of the directory that holds the app's data.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.source.apps.insert("app-1".parse().unwrap(), ("editor".into(), ann));
/// world.dir("/ann/AppData/app-1");
/// assert!(world.may(ann, "app-root-dir:app-1:write"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AppDataPath;

impl<S: GrantSource> RewriteRule<S> for AppDataPath {
    fn id(&self) -> &'static str {
        "app_data"
    }

    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error> {
        let Target::AppData(name) = &permission.target else { return Ok(Rewritten::Same) };
        let found = source.app_data(name)?.map(Resource::Entry);
        Ok(found.map_or(Rewritten::Nothing, |r| Rewritten::To(permission.about(r))))
    }
}
