use super::{AppDataRule, InSiteRule, OwnAppRule, OwnNameRule, OwnerRule};
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::Capabilities;

/// A rule that gives without a grant. It must depend on stored facts only, never on what somebody may do.
pub trait ImplyRule<S: GrantSource>: Send + Sync {
    /// Its name in readings.
    fn id(&self) -> &'static str;

    /// What `subject` has on what lies `distance` above `place`.
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    fn implied(
        &self,
        source: &mut S,
        subject: &Subject,
        place: &Place,
        distance: u32,
    ) -> Result<Capabilities, S::Error>;
}

/// The rules of this service, in their order.
#[must_use]
pub fn standard<S: GrantSource>() -> Vec<Box<dyn ImplyRule<S>>> {
    vec![Box::new(OwnerRule), Box::new(OwnNameRule), Box::new(OwnAppRule), Box::new(AppDataRule), Box::new(InSiteRule)]
}
