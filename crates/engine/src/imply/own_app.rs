use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::{Access, Capabilities, Resource};

/// An app has access to itself, as far as the person it acts for has.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.source.apps.insert("editor".parse().unwrap(), ("Editor".into(), ann));
/// let editor = |user| Actor::App { app: "editor".parse().unwrap(), user };
/// assert!(world.may(editor(ann), "app:uid#editor:access") && world.may(editor(ann), "app:Editor:access"));
/// assert!(!world.may(editor(bob), "app:uid#editor:access"), "bob may not open it");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OwnAppRule;

impl<S: GrantSource> ImplyRule<S> for OwnAppRule {
    fn id(&self) -> &'static str {
        "own-app"
    }

    fn implied(&self, _: &mut S, subject: &Subject, place: &Place, _: u32) -> Result<Capabilities, S::Error> {
        let is_itself = match (subject, &place.resource) {
            (Subject::App { app, .. }, Resource::App(asked)) => app == asked,
            _ => false,
        };
        Ok(if is_itself { Access::Read.capabilities() } else { Capabilities::NONE })
    }
}
