//! A small world with a time of its own: to try the rule out in documentation, in tests and at a desk.
//!
//! Everything that an example needs comes with `use vouchsafe_engine::sandbox::*`.

pub use crate::{
    Dormancy, Engine, Explanation, Finding, GrantIndex, GrantSource, Located, MemorySource, Moment,
    plan::{self, Refusal, Revocation, RevokeMode, Wish},
    reading::{Flaw, Missing, MissingReason},
};
pub use chrono::TimeDelta;
pub use vouchsafe_types::{
    Access, Actor, Capabilities, Capability, DefaultGroup, EntryId, Grant, GroupId, Holder, Permission, Resource,
    SessionId, UserId,
};

/// A [`MemorySource`], the rules as they come, and a time that stands still.
///
/// Its methods take permissions and paths as text, and panic at one that means nothing. A service asks an [`Engine`]
/// with a source of its own instead.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.file("/ann/photos/sea.jpg");
/// world.row(ann, bob, "fs:/ann/photos:read");
/// assert!(world.may(bob, "fs:/ann/photos/sea.jpg:read"));
/// assert_eq!(world.access(bob, "/ann/photos/sea.jpg"), Access::Read);
/// ```
#[derive(Debug, Default)]
pub struct Sandbox {
    /// Users, trees and grants.
    pub source: MemorySource,
    /// What decides.
    pub engine: Engine<MemorySource>,
    /// What time it is; at first, the beginning of 1970.
    pub now: Moment,
}

impl Sandbox {
    /// A world with these people, each of whom owns the tree `/<name>`.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// assert_eq!(world.access(ann, "/ann"), Access::Owner);
    /// assert_eq!(world.access(bob, "/ann"), Access::None);
    /// ```
    #[must_use]
    pub fn of<const N: usize>(names: [&str; N]) -> (Self, [UserId; N]) {
        let mut world = Self::default();
        let people = names.map(|name| world.source.add_person(name));
        (world, people)
    }

    /// The file at a path, made with the directories above it if it is not there.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let sea = world.file("/ann/photos/sea.jpg");
    /// assert_eq!(world.file("/ann/photos/sea.jpg"), sea);
    /// assert!(world.may(ann, "fs:/ann/photos:list"), "the directory is there as well");
    /// ```
    ///
    /// # Panics
    /// When the path does not begin with somebody's home.
    pub fn file(&mut self, path: &str) -> EntryId {
        found(path, self.source.add_path(path, true))
    }

    /// The directory at a path, made with those above it if it is not there.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann]) = Sandbox::of(["ann"]);
    /// let photos = world.dir("/ann/photos");
    /// assert!(world.may(ann, &format!("fs:{photos}:list")));
    /// ```
    ///
    /// # Panics
    /// When the path does not begin with somebody's home.
    pub fn dir(&mut self, path: &str) -> EntryId {
        found(path, self.source.add_path(path, false))
    }

    /// Writes a row, whether or not its issuer may give it: `row.exact` and `row.expires_at` are set on what comes back.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// world.row(ann, bob, "fs:/ann:read").expires_at = Some(world.now + TimeDelta::hours(1));
    /// assert!(world.may(bob, "fs:/ann:read"));
    /// ```
    ///
    /// # Panics
    /// When the text is no permission, or about nothing that is there.
    pub fn row(&mut self, issuer: UserId, holder: impl Into<Holder>, permission: &str) -> &mut Grant {
        let (resource, permission) = self.resolve(permission);
        self.source.add_grant(issuer, holder, resource, permission.granted())
    }

    /// Whether somebody holds a permission now. What is unknown, or no permission, nobody holds. The decision is explained,
    /// and its reading verified.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// assert!(world.may(ann, "fs:/ann:delete") && !world.may(bob, "fs:/ann:see"));
    /// assert!(!world.may(ann, "fs:/ann/nothing/here:see"));
    /// ```
    ///
    /// # Panics
    /// When the decision is not the one that is explained, or its reading does not prove it.
    pub fn may(&mut self, who: impl Into<Actor>, permission: &str) -> bool {
        let Ok(asked) = permission.parse() else { return false };
        let who = who.into();
        let Ok(decision) = self.engine.check(&mut self.source, &who, &asked, self.now);
        assert_eq!(self.explain(who, permission).decision, decision, "{permission}");
        decision.allowed
    }

    /// What somebody may do with the entry at a path, as the largest access that it covers.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// world.row(ann, bob, "fs:/ann:read");
    /// assert_eq!(world.access(bob, "/ann"), Access::Read);
    /// ```
    ///
    /// # Panics
    /// When there is no such entry.
    pub fn access(&mut self, who: impl Into<Actor>, path: &str) -> Access {
        let (resource, _) = self.resolve(&format!("fs:{path}"));
        let Ok(holding) = self.engine.holding(&mut self.source, &who.into(), &resource, self.now);
        Access::nearest(holding.capabilities)
    }

    /// Gives as a service does: refuses what the issuer may not give, and raises what he gave there before.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// world.give(ann, bob, "fs:/ann:read")?;
    /// assert!(matches!(world.give(bob, eve, "fs:/ann:read"), Err(Refusal::NotAllowed { .. })));
    /// # Ok::<(), Refusal>(())
    /// ```
    ///
    /// # Errors
    /// Why not.
    ///
    /// # Panics
    /// When the text is no permission, or about nothing that is there.
    pub fn give(&mut self, issuer: UserId, holder: impl Into<Holder>, permission: &str) -> Result<Grant, Refusal> {
        let (resource, permission) = self.resolve(permission);
        self.fulfil(&permission, &Wish::new(issuer, holder, resource, permission.granted(), "sandbox"))
    }

    /// The same for an exact row, a deny included. It takes the place of what the issuer gave there before.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// assert!(world.give_exact(ann, bob, "fs:/ann:none")?.is_deny());
    /// # Ok::<(), Refusal>(())
    /// ```
    ///
    /// # Errors
    /// Why not.
    ///
    /// # Panics
    /// When the text is no permission, or about nothing that is there.
    pub fn give_exact(
        &mut self,
        issuer: UserId,
        holder: impl Into<Holder>,
        permission: &str,
    ) -> Result<Grant, Refusal> {
        let (resource, permission) = self.resolve(permission);
        let wish = Wish::new(issuer, holder, resource, permission.granted(), "sandbox");
        self.fulfil(&permission, &Wish { is_exact: true, may_lower: true, ..wish })
    }

    /// Revokes a grant, and gives what went with it, the grant itself first; with [`RevokeMode::Restrict`], perhaps
    /// nothing.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// let first = world.give(ann, bob, "manage:fs:/ann")?;
    /// let second = world.give(bob, eve, "fs:/ann:read")?;
    /// assert_eq!(world.revoke(&first, RevokeMode::Cascade), [first, second]);
    /// # Ok::<(), Refusal>(())
    /// ```
    pub fn revoke(&mut self, grant: &Grant, mode: RevokeMode) -> Vec<Grant> {
        let Ok(outcome) = self.engine.plan_revoke(&mut self.source, vec![grant.clone()], mode, self.now);
        match outcome {
            Revocation::Planned(changes) => {
                self.source.apply(&changes);
                changes.delete
            }
            Revocation::Depended(_) => Vec::new(),
        }
    }

    /// Somebody leaves what lies at a path. Gives whether there was anything for him to leave.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// world.row(ann, bob, "fs:/ann:read");
    /// assert!(world.leave(bob, "/ann") && !world.may(bob, "fs:/ann:read"));
    /// ```
    ///
    /// # Panics
    /// When there is no such entry.
    pub fn leave(&mut self, user: UserId, path: &str) -> bool {
        let (resource, _) = self.resolve(&format!("fs:{path}"));
        let Ok(planned) = self.engine.plan_leave(&mut self.source, user, &resource, self.now);
        planned.as_ref().inspect(|changes| self.source.apply(changes)).is_some()
    }

    /// Why a grant gives nothing now; `None` for one that works.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let grant = world.give(ann, bob, "fs:/ann:read")?;
    /// assert_eq!(world.why_not(&grant), None);
    /// world.source.set_active(ann, false);
    /// assert_eq!(world.why_not(&grant), Some(Dormancy::Suspended));
    /// # Ok::<(), Refusal>(())
    /// ```
    #[must_use]
    pub fn why_not(&mut self, grant: &Grant) -> Option<Dormancy> {
        let Ok(why_not) = self.engine.dormancy(&mut self.source, grant, self.now);
        why_not
    }

    /// Whether somebody holds a permission now, and why. Whatever is told is verified.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// assert!(world.explain(ann, "fs:/ann:read").decision.allowed);
    /// assert!(matches!(world.explain(bob, "fs:/ann:read").reading.last(), Some(Finding::Missing(_))));
    /// ```
    ///
    /// # Panics
    /// When the text is no permission, or the reading does not prove the decision.
    pub fn explain(&mut self, who: impl Into<Actor>, permission: &str) -> Explanation {
        let (who, permission) = (who.into(), found(permission, permission.parse().ok()));
        let Ok(told) = self.engine.explain(&mut self.source, &who, &permission, self.now);
        let Ok(verdict) = told.verify(&mut self.source, &who, &permission, self.now);
        let is_right = match &verdict {
            Ok(()) => true,
            // A rule of one's own is not known there, and a reading that was cut may prove too little.
            Err(flaw) => !told.is_complete || matches!(flaw, Flaw::RuleDoesNotHold(_)),
        };
        assert!(is_right, "{told:?}: {verdict:?}");
        told
    }

    fn resolve(&mut self, text: &str) -> (Resource, Permission) {
        let permission = found(text, text.parse().ok());
        let Ok(resolved) = self.engine.resolve(&mut self.source, &permission);
        let (resource, permission) = found(text, resolved);
        let Ok(located) = self.source.place(&resource);
        found(text, matches!(located, Located::At(_)).then_some((resource, permission)))
    }

    fn fulfil(&mut self, permission: &Permission, wish: &Wish) -> Result<Grant, Refusal> {
        let issuer = Actor::User(wish.issuer);
        let Ok(holding) = self.engine.holding(&mut self.source, &issuer, &wish.resource, self.now);
        plan::may_give(&holding, permission, wish.is_exact)?;
        let Ok(planned) = self.engine.plan_give(&mut self.source, wish, self.now);
        let given = planned?;
        self.source.apply(&given.changes);
        Ok(given.grant)
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "a text that means nothing is a mistake in the example")]
fn found<T>(text: &str, what: Option<T>) -> T {
    what.unwrap_or_else(|| panic!("`{text}` means nothing here"))
}
