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
    #[must_use]
    pub fn with_rewrite(mut self, rule: impl RewriteRule<S> + 'static) -> Self {
        self.rewrites.push(Box::new(rule));
        self
    }

    /// This engine with one more rule that implies. [`ImplyRule`] shows how one is written, and what it must heed.
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

    /// The solved dependencies. A subject whose person is not active depends on nothing and has nothing.
    pub(crate) fn scan(
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
mod tests {
    use super::*;
    use crate::{Bound, MemorySource};
    use vouchsafe_types::{Access, Ask, Capabilities, Capability, Grant, GrantId, Holder, UserId};

    fn now() -> Moment {
        chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn grant(issuer: UserId, holder: Holder, resource: Resource, capabilities: Capabilities) -> Grant {
        let (id, created_at) = (GrantId::mint(), now());
        Grant {
            id,
            issuer,
            holder,
            resource,
            capabilities,
            exact: false,
            expires_at: None,
            created_at,
            origin: "test".into(),
        }
    }

    /// An owner, his tree's root, and so many more people.
    fn people(count: usize) -> (MemorySource, UserId, Resource, Vec<UserId>) {
        let mut source = MemorySource::default();
        let owner = source.add_user();
        let root = Resource::Entry(source.add_root(owner, "root"));
        let others = (0..count).map(|_| source.add_user()).collect();
        (source, owner, root, others)
    }

    fn holding(source: &mut MemorySource, user: UserId, resource: &Resource) -> Holding {
        Engine::default().holding(source, &Actor::User(user), resource, now()).unwrap()
    }

    #[test]
    fn a_chain_works_while_every_link_stands_and_never_widens() {
        let (mut source, owner, root, others) = people(3);
        let full = Access::Full.capabilities();
        source.grants.push(grant(owner, Holder::User(others[0]), root.clone(), Access::Manage.capabilities()));
        source.grants.push(grant(others[0], Holder::User(others[1]), root.clone(), full));
        source.grants.push(grant(others[1], Holder::User(others[2]), root.clone(), full));
        assert_eq!(holding(&mut source, others[1], &root).capabilities, Access::Write.capabilities());
        assert!(holding(&mut source, others[2], &root).capabilities.is_empty(), "share was not handed on");
        source.grants.remove(0);
        assert!(holding(&mut source, others[1], &root).capabilities.is_empty());
    }

    #[test]
    fn two_who_grant_each_other_have_nothing_by_it() {
        let (mut source, _, root, others) = people(2);
        let full = Access::Full.capabilities();
        source.grants.push(grant(others[0], Holder::User(others[1]), root.clone(), full));
        source.grants.push(grant(others[1], Holder::User(others[0]), root.clone(), full));
        assert!(holding(&mut source, others[0], &root).capabilities.is_empty());
    }

    #[test]
    fn what_does_not_end_within_the_limits_is_denied_and_says_so() {
        let (mut source, owner, root, others) = people(1_100);
        let full = Access::Full.capabilities();
        let mut issuer = owner;
        for holder in &others {
            source.grants.push(grant(issuer, Holder::User(*holder), root.clone(), full));
            issuer = *holder;
        }
        assert_eq!(holding(&mut source, others[100], &root).capabilities, full);
        let last = holding(&mut source, others[1_099], &root);
        assert_eq!((last.capabilities, last.bound), (Capabilities::NONE, Some(Bound::Users)));
    }

    #[test]
    fn an_app_has_what_its_user_has_and_it_was_given() {
        let (mut source, owner, root, _) = people(0);
        let app: vouchsafe_types::AppUid = "app-1".parse().unwrap();
        let actor = Actor::App { app: app.clone(), user: owner };
        let engine = Engine::default();
        assert!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities.is_empty());
        let read = Access::Read.capabilities();
        source.grants.push(grant(owner, Holder::App { app, user: Some(owner) }, root.clone(), read));
        assert_eq!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities, read);
        source.users.insert(owner, false);
        assert!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities.is_empty());
    }

    #[test]
    fn an_expired_grant_gives_nothing_and_says_until_when_it_held() {
        let (mut source, owner, root, others) = people(1);
        let ends = now() + chrono::TimeDelta::seconds(5);
        let timed = grant(owner, Holder::User(others[0]), root.clone(), Access::Read.capabilities());
        source.grants.push(Grant { expires_at: Some(ends), ..timed });
        let held = holding(&mut source, others[0], &root);
        assert_eq!((held.capabilities, held.until), (Access::Read.capabilities(), Some(ends)));
        assert!(held.is_valid(now()) && !held.is_valid(ends));
        let later = Engine::default().holding(&mut source, &Actor::User(others[0]), &root, ends).unwrap();
        assert!(later.capabilities.is_empty());
    }

    #[test]
    fn what_a_rewrite_makes_of_a_question_is_what_is_demanded() {
        /// `erase` stands for deleting the entry.
        struct Erase(vouchsafe_types::EntryId);
        impl RewriteRule<MemorySource> for Erase {
            fn id(&self) -> &'static str {
                "erase"
            }
            fn rewrite(&self, _: &mut MemorySource, asked: &Permission) -> Result<Rewritten, std::convert::Infallible> {
                let is_it = asked.to_string() == "erase";
                let delete = Permission::on(Resource::Entry(self.0), Ask::One(Capability::Delete));
                Ok(if is_it { Rewritten::To(delete) } else { Rewritten::Same })
            }
        }
        let (mut source, owner, root, others) = people(1);
        let Resource::Entry(entry) = root else { return };
        source.grants.push(grant(owner, Holder::User(others[0]), root, Access::Write.capabilities()));
        let (engine, erase) = (Engine::default().with_rewrite(Erase(entry)), "erase".parse().unwrap());
        for (user, may) in [(owner, true), (others[0], false)] {
            let actor = Actor::User(user);
            let decision = engine.check(&mut source, &actor, &erase, now()).unwrap();
            assert_eq!(decision.allowed, may);
            assert_eq!(engine.explain(&mut source, &actor, &erase, now()).unwrap().decision, decision);
        }
    }

    #[test]
    fn an_empty_demand_is_never_met() {
        let (mut source, owner, root, _) = people(0);
        let Resource::Entry(entry) = root else { return };
        let nothing = format!("fs:{entry}:none").parse().unwrap();
        assert!(!Engine::default().check(&mut source, &Actor::User(owner), &nothing, now()).unwrap().allowed);
    }
}
