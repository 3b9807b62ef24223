//! May this actor do this?

use crate::{
    decision::{Decision, Holding},
    imply::{self, ImplyRule},
    rewrite::{self, RewriteRule, Rewritten},
    scan::Scanner,
    solve::Scan,
    source::{GrantSource, Limits, Located, Moment, Subject},
};
use std::fmt;
use vouchsafe_types::{Actor, Permission, Resource, Target};

/// Decides, by rules that can be added to.
///
/// An engine holds rules and bounds, and no state: it can be made anew for every question, or shared between threads.
///
/// ```
/// use vouchsafe_engine::{Engine, MemorySource, Moment};
/// use vouchsafe_types::{Access, Actor, Permission};
///
/// let mut source = MemorySource::default();
/// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
/// let photos = source.add_path("/ann/photos", false).unwrap();
/// source.add_grant(ann, bob, photos, Access::Read);
///
/// let asked: Permission = "fs:/ann/photos:read".parse()?;
/// let Ok(decision) = Engine::default().check(&mut source, &Actor::User(bob), &asked, Moment::UNIX_EPOCH);
/// assert!(decision.allowed);
/// # Ok::<(), vouchsafe_types::PermissionError>(())
/// ```
pub struct Engine<S: GrantSource> {
    rewrites: Vec<Box<dyn RewriteRule<S>>>,
    implies: Vec<Box<dyn ImplyRule<S>>>,
    limits: Limits,
}

impl<S: GrantSource> fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rewrites: Vec<&str> = self.rewrites.iter().map(|rule| rule.id()).collect();
        let implies: Vec<&str> = self.implies.iter().map(|rule| rule.id()).collect();
        let mut all = f.debug_struct("Engine");
        all.field("rewrites", &rewrites).field("implies", &implies).field("limits", &self.limits).finish()
    }
}

impl<S: GrantSource> Default for Engine<S> {
    fn default() -> Self {
        Self { rewrites: rewrite::standard(), implies: imply::standard(), limits: Limits::default() }
    }
}

impl<S: GrantSource> Engine<S> {
    /// This engine with one more rewrite rule, tried after the others. [`RewriteRule`] shows how one is written.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use vouchsafe_engine::{rewrite::{RewriteRule, Rewritten}, sandbox::*};
    /// use vouchsafe_types::Target;
    ///
    /// /// `shelf` stands for reading the directory `/ann/shelf`.
    /// struct Shelf;
    ///
    /// impl RewriteRule<MemorySource> for Shelf {
    ///     fn id(&self) -> &'static str {
    ///         "shelf"
    ///     }
    ///
    ///     fn rewrite(&self, source: &mut MemorySource, asked: &Permission) -> Result<Rewritten, Infallible> {
    ///         match &asked.target {
    ///             Target::Resource(Resource::Named(name)) if name.components() == ["shelf"] => {
    ///                 let shelf = source.entry_at("/ann/shelf")?;
    ///                 Ok(shelf.map_or(Rewritten::Nothing, |shelf| Rewritten::To(asked.about(shelf.into()))))
    ///             }
    ///             _ => Ok(Rewritten::Same),
    ///         }
    ///     }
    /// }
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// world.dir("/ann/shelf");
    /// let (engine, asked) = (Engine::default().with_rewrite(Shelf), "shelf".parse().unwrap());
    /// for (who, is_allowed) in [(ann, true), (bob, false)] {
    ///     let Ok(decision) = engine.check(&mut world.source, &who.into(), &asked, world.now);
    ///     assert_eq!(decision.allowed, is_allowed);
    /// }
    /// ```
    #[must_use]
    pub fn with_rewrite(mut self, rule: impl RewriteRule<S> + 'static) -> Self {
        self.rewrites.push(Box::new(rule));
        self
    }

    /// This engine with one more rule that implies. [`ImplyRule`] shows how one is written, and what it must heed.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use vouchsafe_engine::{Place, Subject, imply::ImplyRule, sandbox::*};
    ///
    /// /// Whoever has an account sees that there are homes.
    /// struct Homes;
    ///
    /// impl ImplyRule<MemorySource> for Homes {
    ///     fn id(&self) -> &'static str {
    ///         "homes"
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
    ///         let at = source.chain(*entry).into_iter().nth(distance.try_into().unwrap_or(usize::MAX));
    ///         let is_home = at.is_some_and(|entry| source.roots.contains_key(&entry));
    ///         Ok(if is_home { Capability::See.into() } else { Capabilities::NONE })
    ///     }
    /// }
    ///
    /// let (mut world, [_, bob]) = Sandbox::of(["ann", "bob"]);
    /// world.dir("/ann/photos");
    /// world.engine = Engine::default().with_imply(Homes);
    /// assert_eq!((world.access(bob, "/ann"), world.access(bob, "/ann/photos")), (Access::See, Access::None));
    /// ```
    #[must_use]
    pub fn with_imply(mut self, rule: impl ImplyRule<S> + 'static) -> Self {
        self.implies.push(Box::new(rule));
        self
    }

    /// This engine with other bounds.
    ///
    /// ```
    /// use vouchsafe_engine::{Bound, Engine, Limits, MemorySource, Moment};
    /// use vouchsafe_types::{Access, Actor, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, bob, home, Access::Read);
    ///
    /// let engine = Engine::default().with_limits(Limits { rows: 0, ..Limits::default() });
    /// let Ok(held) = engine.holding(&mut source, &Actor::User(bob), &Resource::Entry(home), Moment::UNIX_EPOCH);
    /// assert!(held.capabilities.is_empty());
    /// assert_eq!(held.bound, Some(Bound::Rows));
    /// ```
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn implies(&self) -> &[Box<dyn ImplyRule<S>>] {
        &self.implies
    }

    /// Turns names into ids. `None` when a name stands for nothing. Gives the resource, and the permission about it.
    ///
    /// An id stands for itself, whether or not there is such a thing.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource};
    /// use vouchsafe_types::Resource;
    ///
    /// let mut source = MemorySource::default();
    /// source.add_person("ann");
    /// let home = source.add_path("/ann", false).unwrap();
    /// let mut resolve = |text: &str| Engine::default().resolve(&mut source, &text.parse().unwrap()).unwrap();
    ///
    /// let (resource, permission) = resolve("manage:fs:/ann").unwrap();
    /// assert_eq!((resource, permission.to_string()), (Resource::Entry(home), format!("manage:fs:{home}")));
    /// assert_eq!(resolve("fs:/nobody:read"), None);
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn resolve(&self, source: &mut S, permission: &Permission) -> Result<Option<(Resource, Permission)>, S::Error> {
        match rewrite::run(&self.rewrites, source, permission)? {
            Rewritten::To(permission) => match &permission.target {
                Target::Resource(resource) => Ok(Some((resource.clone(), permission.clone()))),
                Target::EntryPath(_) | Target::AppName(_) | Target::SiteName(_) | Target::AppData(_) => Ok(None),
            },
            Rewritten::Same | Rewritten::Nothing => Ok(None),
        }
    }

    /// Whether `actor` holds `permission` at `now`.
    ///
    /// What does not end within the [`Limits`] is refused. An unknown entry or user is refused, too.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment};
    /// use vouchsafe_types::{Actor, Permission};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let engine = Engine::default();
    /// let mut may = |user, text: &str| {
    ///     let asked: Permission = text.parse().unwrap();
    ///     engine.check(&mut source, &Actor::User(user), &asked, Moment::UNIX_EPOCH).unwrap().allowed
    /// };
    /// assert!(may(ann, "fs:/ann:delete") && !may(bob, "fs:/ann:see"));
    /// assert!(!may(ann, "fs:/nobody:see"), "refused, and no error");
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked. Being refused is not an error: see [`Decision`].
    pub fn check(
        &self,
        source: &mut S,
        actor: &Actor,
        permission: &Permission,
        now: Moment,
    ) -> Result<Decision, S::Error> {
        let Some((resource, meant)) = self.resolve(source, permission)? else { return Ok(Decision::REFUSED) };
        let holding = self.holding(source, actor, &resource, now)?;
        // What is demanded is up to what the name stands for: a rewrite may turn a name into more than reading.
        Ok(Decision { allowed: holding.allows(meant.demanded()), holding })
    }

    /// What `actor` may do on `resource` at `now`.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment};
    /// use vouchsafe_types::{Access, Actor, Capability, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, bob, home, Access::Read);
    /// source.add_grant(ann, bob, home, Access::Comment).expires_at = Some(Moment::MAX_UTC);
    ///
    /// let Ok(held) = Engine::default().holding(&mut source, &bob.into(), &home.into(), Moment::UNIX_EPOCH);
    /// assert_eq!(Access::nearest(held.capabilities), Access::Comment);
    /// assert_eq!(held.until, Some(Moment::MAX_UTC), "the answer holds until then, if nothing is written");
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn holding(
        &self,
        source: &mut S,
        actor: &Actor,
        resource: &Resource,
        now: Moment,
    ) -> Result<Holding, S::Error> {
        Ok(match Subject::of_actor(actor) {
            Some(subject) => self.holding_of(source, subject, resource, now)?,
            None => Holding::NOTHING,
        })
    }

    /// What `subject` may do on `resource` at `now`: also what a group has, a link, or everyone. See [`Subject`].
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, Subject};
    /// use vouchsafe_types::{Access, Holder};
    ///
    /// let mut source = MemorySource::default();
    /// let ann = source.add_person("ann");
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, Holder::Everyone, home, Access::Read);
    /// let Ok(held) =
    ///     Engine::default().holding_of(&mut source, Subject::Everyone, &home.into(), Moment::UNIX_EPOCH);
    /// assert_eq!(Access::nearest(held.capabilities), Access::Read);
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn holding_of(
        &self,
        source: &mut S,
        subject: Subject,
        resource: &Resource,
        now: Moment,
    ) -> Result<Holding, S::Error> {
        let located = source.place(resource)?;
        Ok(self.scan(source, [subject], &located, now)?.holding())
    }

    /// What each of `subjects` may do on a resource that was located already, in their order. What they depend on
    /// together is asked of the source once, and the [`Limits`] count for all of them together.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, GrantSource, MemorySource, Moment, Subject};
    /// use vouchsafe_types::{Access, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = Resource::Entry(source.add_path("/ann", false).unwrap());
    /// source.add_grant(ann, bob, home.clone(), Access::Read);
    ///
    /// let Ok(located) = source.place(&home);
    /// let subjects = [ann, bob].map(Subject::User);
    /// let Ok(held) = Engine::default().holdings(&mut source, &subjects, &located, Moment::UNIX_EPOCH);
    /// let accesses: Vec<Access> = held.iter().map(|held| Access::nearest(held.capabilities)).collect();
    /// assert_eq!(accesses, [Access::Owner, Access::Read]);
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn holdings(
        &self,
        source: &mut S,
        subjects: &[Subject],
        located: &Located,
        now: Moment,
    ) -> Result<Vec<Holding>, S::Error> {
        Ok(self.scan(source, subjects.iter().cloned(), located, now)?.holdings().collect())
    }

    /// The solved dependencies. A subject whose person is not active depends on nothing and has nothing. What does not
    /// end within the limits is a refusal, and the source is told.
    pub(crate) fn scan(
        &self,
        source: &mut S,
        subjects: impl IntoIterator<Item = Subject>,
        located: &Located,
        now: Moment,
    ) -> Result<Scan, S::Error> {
        let scan = self.try_scan(source, subjects, located, now)?;
        if let Some(bound) = scan.bound {
            source.refused_at(bound);
        }
        Ok(scan)
    }

    /// The same for who asks again with less if it does not end within the limits.
    pub(crate) fn try_scan(
        &self,
        source: &mut S,
        subjects: impl IntoIterator<Item = Subject>,
        located: &Located,
        now: Moment,
    ) -> Result<Scan, S::Error> {
        let subjects: Vec<Subject> = subjects.into_iter().collect();
        let place = match located {
            Located::At(place) => place,
            Located::TooDeep => return Ok(Scan::too_deep(subjects.len())),
            Located::Absent => return Ok(Scan::absent(subjects.len())),
        };
        let mut active = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let is_active = subject.person().map_or(Ok(true), |person| source.is_active(person))?;
            active.push((subject, is_active));
        }
        Scanner::new(source, &self.implies, self.limits, place, now).scan(active)
    }
}

#[cfg(test)]
mod tests;
