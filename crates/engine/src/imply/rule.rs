use super::{AppDataRule, InSiteRule, OwnAppRule, OwnNameRule, OwnerRule};
use crate::source::{GrantSource, Place, Subject};
use vouchsafe_types::Capabilities;

/// A rule that gives without a grant.
///
/// What a rule gives is a pathway that ends here: no row silences it, and no issuer must stand behind it. So it has to
/// heed some things:
///
/// - It depends on stored facts only, never on what somebody may do. Otherwise a decision might not end.
/// - It is asked about the resource and, to find out what issuers may do, about what lies `distance` above it. A rule that
///   speaks of the asked resource alone gives nothing at any other distance; one that overlooks it gives too much.
/// - It is asked for every subject on the way. What acts for a person is asked for, and its person, too: the answers are
///   cut to each other.
/// - Whom nothing but a rule lets in, [lists of access](crate::access) do not show, and
///   [`Explanation::verify`](crate::Explanation::verify) knows the rules of this crate only.
///
/// ```
/// use std::convert::Infallible;
/// use vouchsafe_engine::{Engine, MemorySource, Moment, Place, Subject, imply::ImplyRule};
/// use vouchsafe_types::{Access, Actor, Capabilities, Resource};
///
/// /// Every person reads what lies in a directory called `Public`.
/// struct PublicRule;
///
/// impl ImplyRule<MemorySource> for PublicRule {
///     fn id(&self) -> &'static str {
///         "public"
///     }
///
///     fn implied(
///         &self,
///         source: &mut MemorySource,
///         subject: &Subject,
///         place: &Place,
///         distance: u32,
///     ) -> Result<Capabilities, Infallible> {
///         let (Subject::User(_), Resource::Entry(entry)) = (subject, &place.resource) else {
///             return Ok(Capabilities::NONE);
///         };
///         // From the level that is asked about upwards: what lies above the directory is not public.
///         let above = source.chain(*entry).into_iter().skip(distance.try_into().unwrap_or(usize::MAX));
///         let is_public = above.filter_map(|entry| source.entries.get(&entry)).any(|found| found.name == "Public");
///         Ok(if is_public { Access::Read.capabilities() } else { Capabilities::NONE })
///     }
/// }
///
/// let mut source = MemorySource::default();
/// let [_, bob] = ["ann", "bob"].map(|name| source.add_person(name));
/// let file = source.add_path("/ann/Public/a.txt", true).unwrap();
/// let home = source.add_path("/ann", false).unwrap();
/// let engine = Engine::default().with_imply(PublicRule);
/// let mut access = |entry| {
///     let held = engine.holding(&mut source, &Actor::User(bob), &Resource::Entry(entry), Moment::UNIX_EPOCH);
///     Access::nearest(held.unwrap().capabilities)
/// };
/// assert_eq!((access(file), access(home)), (Access::Read, Access::None));
/// ```
pub trait ImplyRule<S: GrantSource>: Send + Sync {
    /// Its name in readings.
    ///
    /// ```
    /// use vouchsafe_engine::{MemorySource, imply::{ImplyRule, OwnerRule}};
    /// assert_eq!(ImplyRule::<MemorySource>::id(&OwnerRule), "is-owner");
    /// ```
    fn id(&self) -> &'static str;

    /// What `subject` has on what lies `distance` above `place`; 0 is the place itself.
    ///
    /// ```
    /// use vouchsafe_engine::{Subject, imply::{ImplyRule, OwnerRule}, sandbox::*};
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = Resource::from(world.dir("/ann"));
    /// let Ok(Located::At(place)) = world.source.place(&home) else { panic!("it is there") };
    /// let mut implied = |user| OwnerRule.implied(&mut world.source, &Subject::User(user), &place, 0);
    /// assert_eq!((implied(ann), implied(bob)), (Ok(Capabilities::ALL), Ok(Capabilities::NONE)));
    /// ```
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
///
/// ```
/// use vouchsafe_engine::{MemorySource, imply};
/// let ids: Vec<&str> = imply::standard::<MemorySource>().iter().map(|rule| rule.id()).collect();
/// assert_eq!(ids, ["is-owner", "user-set-own", "own-app", "app-data", "in-site"]);
/// ```
#[must_use]
pub fn standard<S: GrantSource>() -> Vec<Box<dyn ImplyRule<S>>> {
    vec![Box::new(OwnerRule), Box::new(OwnNameRule), Box::new(OwnAppRule), Box::new(AppDataRule), Box::new(InSiteRule)]
}
