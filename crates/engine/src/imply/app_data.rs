use super::ImplyRule;
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::{Capabilities, Resource};

/// An app may use its own data directory, as far as the person it acts for may.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// world.file("/ann/AppData/editor/settings");
/// let app = |uid: &str| Actor::App { app: uid.parse().unwrap(), user: ann };
/// assert!(world.may(app("editor"), "fs:/ann/AppData/editor/settings:write"));
/// assert!(!world.may(app("other"), "fs:/ann/AppData/editor/settings:see"));
/// assert!(!world.may(app("editor"), "fs:/ann/AppData:see"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AppDataRule;

impl<S: GrantSource> ImplyRule<S> for AppDataRule {
    fn id(&self) -> &'static str {
        "app-data"
    }

    fn implied(
        &self,
        source: &mut S,
        subject: &Subject,
        place: &Place,
        distance: u32,
    ) -> Result<Capabilities, S::Error> {
        let (Subject::App { app, .. }, Resource::Entry(entry), 0) = (subject, &place.resource, distance) else {
            return Ok(Capabilities::NONE);
        };
        Ok(if source.is_in_app_data(*entry, app)? { Capabilities::ALL } else { Capabilities::NONE })
    }
}
