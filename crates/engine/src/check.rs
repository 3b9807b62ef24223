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

    /// The place and the solved dependencies; `None` when the actor or the resource counts for nothing.
    pub(crate) fn scan(
        &self,
        source: &mut S,
        actor: &Actor,
        resource: &Resource,
        now: Moment,
    ) -> Result<Option<(Place, Scan)>, S::Error> {
        let Some(subject) = subject(actor) else { return Ok(None) };
        let Some(place) = source.place(resource)? else { return Ok(None) };
        if !source.is_active(subject.user())? {
            return Ok(None);
        }
        let scan = Scanner::new(source, &self.implies, self.limits, &place, now).scan(subject)?;
        Ok(Some((place, scan)))
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
