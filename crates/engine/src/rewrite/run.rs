use super::{AppDataPath, AppName, FsPath, SiteName};
use crate::source::GrantSource;
use vouchsafe_types::Permission;

/// What a rule makes of a permission: an example is at [`RewriteRule`].
///
/// ```
/// use vouchsafe_engine::{rewrite::{FsPath, RewriteRule, Rewritten}, sandbox::*};
///
/// let (mut world, _) = Sandbox::of(["ann"]);
/// let home = world.dir("/ann");
/// let mut rewritten = |text: &str| {
///     let Ok(rewritten) = FsPath.rewrite(&mut world.source, &text.parse().unwrap());
///     rewritten
/// };
/// assert_eq!(rewritten("fs:/ann:read"), Rewritten::To(format!("fs:{home}:read").parse().unwrap()));
/// assert_eq!(rewritten("fs:/bob:read"), Rewritten::Nothing);
/// assert_eq!(rewritten("app:editor:access"), Rewritten::Same);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// The rule does not apply.
    Same,
    /// This one stands for it.
    To(Permission),
    /// The name stands for nothing.
    Nothing,
}

/// A rule that turns one permission into another. Rewriting twice must be rewriting once.
///
/// What is of no known family arrives as a [`Resource::Named`](vouchsafe_types::Resource), so a service can have names of
/// its own:
///
/// ```
/// use std::convert::Infallible;
/// use vouchsafe_engine::{Engine, GrantSource, MemorySource, Moment, rewrite::{RewriteRule, Rewritten}};
/// use vouchsafe_types::{Access, Actor, Ask, Permission, Resource, Target};
///
/// /// `album:summer:read` stands for reading the directory `/albums/summer`.
/// struct Album;
///
/// impl RewriteRule<MemorySource> for Album {
///     fn id(&self) -> &'static str {
///         "album"
///     }
///
///     fn rewrite(&self, source: &mut MemorySource, permission: &Permission) -> Result<Rewritten, Infallible> {
///         let Target::Resource(Resource::Named(name)) = &permission.target else { return Ok(Rewritten::Same) };
///         let [family, album, capability] = name.components() else { return Ok(Rewritten::Same) };
///         let (true, Ok(capability)) = (family == "album", capability.parse()) else { return Ok(Rewritten::Same) };
///         let Some(entry) = source.entry_at(&format!("/albums/{album}"))? else { return Ok(Rewritten::Nothing) };
///         // What stands in front (`manage:`) is kept by `about`.
///         let about = permission.about(Resource::Entry(entry));
///         Ok(Rewritten::To(Permission { ask: Ask::One(capability), ..about }))
///     }
/// }
///
/// let mut source = MemorySource::default();
/// let [ann, bob] = ["albums", "bob"].map(|name| source.add_person(name));
/// let summer = source.add_path("/albums/summer", false).unwrap();
/// source.add_grant(ann, bob, summer, Access::Read);
/// let engine = Engine::default().with_rewrite(Album);
/// let mut may = |user, text: &str| {
///     let asked: Permission = text.parse().unwrap();
///     engine.check(&mut source, &Actor::User(user), &asked, Moment::UNIX_EPOCH).unwrap().allowed
/// };
/// assert!(may(bob, "album:summer:read") && !may(bob, "album:summer:write"));
/// assert!(may(ann, "manage:album:summer:read") && !may(ann, "album:winter:read"));
/// ```
pub trait RewriteRule<S: GrantSource>: Send + Sync {
    /// Its name, for whoever looks into the engine.
    ///
    /// ```
    /// use vouchsafe_engine::{MemorySource, rewrite::{FsPath, RewriteRule}};
    /// assert_eq!(RewriteRule::<MemorySource>::id(&FsPath), "fs_path");
    /// ```
    fn id(&self) -> &'static str;

    /// What it makes of `permission`.
    ///
    /// ```
    /// use vouchsafe_engine::{rewrite::{RewriteRule, Rewritten, SiteName}, sandbox::*};
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let blog = world.source.add_site(ann, "blog", None);
    /// let Ok(rewritten) = SiteName.rewrite(&mut world.source, &"site:blog:access".parse().unwrap());
    /// assert_eq!(rewritten, Rewritten::To(format!("site:uid#{blog}:access").parse().unwrap()));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    fn rewrite(&self, source: &mut S, permission: &Permission) -> Result<Rewritten, S::Error>;
}

/// The most rewrites of one permission; more is a loop between rules, and stands for nothing.
const MAX_REWRITES: usize = 8;

/// The rules of this service, in their order.
///
/// ```
/// use vouchsafe_engine::{MemorySource, rewrite};
/// let ids: Vec<&str> = rewrite::standard::<MemorySource>().iter().map(|rule| rule.id()).collect();
/// assert_eq!(ids, ["fs_path", "app_name", "site_name", "app_data"]);
/// ```
#[must_use]
pub fn standard<S: GrantSource>() -> Vec<Box<dyn RewriteRule<S>>> {
    vec![Box::new(FsPath), Box::new(AppName), Box::new(SiteName), Box::new(AppDataPath)]
}

/// Applies the rules until none applies.
pub(crate) fn run<S: GrantSource>(
    rules: &[Box<dyn RewriteRule<S>>],
    source: &mut S,
    permission: &Permission,
) -> Result<Rewritten, S::Error> {
    let mut current = permission.clone();
    for _ in 0..MAX_REWRITES {
        let mut next = Rewritten::Same;
        for rule in rules {
            next = rule.rewrite(source, &current)?;
            if next != Rewritten::Same {
                break;
            }
        }
        match next {
            Rewritten::Same => return Ok(Rewritten::To(current)),
            Rewritten::To(permission) => current = permission,
            Rewritten::Nothing => return Ok(Rewritten::Nothing),
        }
    }
    Ok(Rewritten::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use proptest::prelude::*;
    use vouchsafe_types::{Resource, Target};

    fn world() -> MemorySource {
        let mut world = MemorySource::default();
        let ann = world.add_user();
        let home = world.add_root(ann, "ann");
        world.add_entry(home, "a", true);
        let data = world.add_entry(home, "AppData", false);
        world.add_entry(data, "app-1", false);
        world.apps.insert("app-1".parse().unwrap(), ("editor".into(), ann));
        world.add_site(ann, "blog", None);
        world
    }

    fn rewritten(world: &mut MemorySource, text: &str) -> Option<Permission> {
        match run(&standard(), world, &text.parse().ok()?).unwrap() {
            Rewritten::To(permission) => Some(permission),
            Rewritten::Same | Rewritten::Nothing => None,
        }
    }

    #[test]
    fn names_become_ids_and_unknown_names_nothing() {
        let mut world = world();
        for text in
            ["fs:/ann/a:read", "manage:fs:/ann", "app:editor:access", "site:blog:access", "app-root-dir:app-1:write"]
        {
            let target = rewritten(&mut world, text).unwrap().target;
            assert!(
                matches!(target, Target::Resource(Resource::Entry(_) | Resource::App(_) | Resource::Site(_))),
                "{text}"
            );
        }
        for text in ["fs:/ann/b:read", "app:other:access", "site:other:access", "app-root-dir:app-2:read"] {
            assert_eq!(rewritten(&mut world, text), None, "{text}");
        }
    }

    #[test]
    fn a_loop_between_rules_stands_for_nothing() {
        struct Spin;
        impl<S: GrantSource> RewriteRule<S> for Spin {
            fn id(&self) -> &'static str {
                "spin"
            }
            fn rewrite(&self, _: &mut S, permission: &Permission) -> Result<Rewritten, S::Error> {
                Ok(Rewritten::To(permission.to_manage()))
            }
        }
        let rules: Vec<Box<dyn RewriteRule<MemorySource>>> = vec![Box::new(Spin)];
        let permission = "a:b".parse().unwrap();
        assert_eq!(run(&rules, &mut world(), &permission), Ok(Rewritten::Nothing));
    }

    proptest! {
        #[test]
        fn rewriting_twice_is_rewriting_once(text in "(manage:)?(fs:/ann(/a)?|app:(editor|uid#app-1)|site:blog|app-root-dir:app-1|x:y)(:(read|access))?") {
            let mut world = world();
            if let Some(once) = rewritten(&mut world, &text) {
                prop_assert_eq!(rewritten(&mut world, &once.to_string()), Some(once));
            }
        }
    }
}
