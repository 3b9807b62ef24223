use super::{RewriteRule, Rewritten};
use crate::source::GrantSource;
use vouchsafe_types::{Permission, Resource, Target};

/// `fs:/ann/a.txt:read` becomes `fs:<uuid>:read`.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.file("/ann/a.txt");
/// assert!(world.may(ann, "fs:/ann/a.txt:read"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FsPath;

impl<S: GrantSource> RewriteRule<S> for FsPath {
    fn id(&self) -> &'static str {
        "fs_path"
    }

    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error> {
        let Target::EntryPath(name) = &permission.target else { return Ok(Rewritten::Same) };
        let found = source.entry_at(name)?.map(Resource::Entry);
        Ok(found.map_or(Rewritten::Nothing, |r| Rewritten::To(permission.about(r))))
    }
}
