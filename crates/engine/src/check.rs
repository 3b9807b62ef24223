//! May this actor do this?

use crate::{
    decision::{Decision, Holding},
    imply::{self, ImplyRule},
    rewrite::{self, RewriteRule, Rewritten},
    scan::Scanner,
    solve::Scan,
    source::{GrantSource, Limits, Moment, Place, Subject},
};
use vouchsafe_types::{Actor, Permission, Resource, Target};

/// Decides, by rules that can be added to.
pub struct Engine<S: GrantSource> {
    rewrites: Vec<Box<dyn RewriteRule<S>>>,
    implies: Vec<Box<dyn ImplyRule<S>>>,
    limits: Limits,
}

impl<S: GrantSource> Default for Engine<S> {
    fn default() -> Self {
        Self { rewrites: rewrite::standard(), implies: imply::standard(), limits: Limits::default() }
    }
}

impl<S: GrantSource> Engine<S> {
    /// This engine with one more rewrite rule, tried after the others.
    #[must_use]
    pub fn with_rewrite(mut self, rule: impl RewriteRule<S> + 'static) -> Self {
        self.rewrites.push(Box::new(rule));
        self
    }

    /// This engine with one more rule that implies.
    #[must_use]
    pub fn with_imply(mut self, rule: impl ImplyRule<S> + 'static) -> Self {
        self.implies.push(Box::new(rule));
        self
    }

    /// This engine with other bounds.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Turns names into ids. `None` when a name stands for nothing.
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
    /// # Errors
    /// The source's own error if it cannot be asked. Being refused is not an error: see [`Decision`].
    pub fn check(
        &self,
        source: &mut S,
        actor: &Actor,
        permission: &Permission,
        now: Moment,
    ) -> Result<Decision, S::Error> {
        let holding = match self.resolve(source, permission)? {
            Some((resource, _)) => self.holding(source, actor, &resource, now)?,
            None => Holding::NOTHING,
        };
        Ok(Decision { allowed: holding.allows(permission.demanded()), holding })
    }

    /// What `actor` may do on `resource` at `now`.
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
        Ok(self.scan(source, actor, resource, now)?.map_or(Holding::NOTHING, |(_, scan)| scan.holding()))
    }

    /// What `actor` may do on a resource whose place is known already.
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn holding_at(&self, source: &mut S, actor: &Actor, place: &Place, now: Moment) -> Result<Holding, S::Error> {
        Ok(self.scan_at(source, actor, place, now)?.map_or(Holding::NOTHING, |scan| scan.holding()))
    }

    /// The place and the solved dependencies; `None` when the actor or the resource counts for nothing.
    pub(crate) fn scan(
        &self,
        source: &mut S,
        actor: &Actor,
        resource: &Resource,
        now: Moment,
    ) -> Result<Option<(Place, Scan)>, S::Error> {
        let Some(place) = source.place(resource)? else { return Ok(None) };
        Ok(self.scan_at(source, actor, &place, now)?.map(|scan| (place, scan)))
    }

    fn scan_at(&self, source: &mut S, actor: &Actor, place: &Place, now: Moment) -> Result<Option<Scan>, S::Error> {
        let Some(subject) = subject(actor) else { return Ok(None) };
        if !source.is_active(subject.user())? {
            return Ok(None);
        }
        Scanner::new(source, &self.implies, self.limits, place, now).scan(subject).map(Some)
    }
}

/// Whose rows count for the actor. A service key administers and holds nothing itself.
fn subject(actor: &Actor) -> Option<Subject> {
    match actor {
        Actor::User(user) => Some(Subject::User(*user)),
        Actor::App { app, user } => Some(Subject::App { app: app.clone(), user: *user }),
        Actor::Token { token, user } => Some(Subject::Token { token: *token, user: *user }),
        Actor::Service { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bound, MemorySource};
    use vouchsafe_types::{Access, Capabilities, Grant, GrantId, Holder, UserId};

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
    fn an_empty_demand_is_never_met() {
        let (mut source, owner, root, _) = people(0);
        let Resource::Entry(entry) = root else { return };
        let nothing = format!("fs:{entry}:none").parse().unwrap();
        assert!(!Engine::default().check(&mut source, &Actor::User(owner), &nothing, now()).unwrap().allowed);
    }
}
