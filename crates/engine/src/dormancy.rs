//! Why a grant gives nothing now.

use crate::{
    check::Engine,
    resolve::heard,
    solve::handed_on,
    source::{GrantSource, Located, Moment, Subject},
};
use vouchsafe_types::{Capabilities, Grant, Holder};

/// Why a grant gives nothing now. All but [`Dormancy::Expired`] may pass.
///
/// ```
/// assert_eq!(vouchsafe_engine::Dormancy::IssuerLostAuthority.name(), "issuer_lost_authority");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dormancy {
    /// It has ended.
    Expired,
    /// The account of its issuer, or of its holder, is not active.
    Suspended,
    /// Its issuer has no `share` on its resource any more, or nothing left of what it gives.
    IssuerLostAuthority,
    /// An exact row takes its place.
    Silenced,
}

impl Dormancy {
    /// The name in lists.
    ///
    /// ```
    /// use vouchsafe_engine::Dormancy;
    /// assert_eq!([Dormancy::Expired, Dormancy::Silenced].map(Dormancy::name), ["expired", "silenced"]);
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::IssuerLostAuthority => "issuer_lost_authority",
            Self::Silenced => "silenced",
        }
    }
}

impl<S: GrantSource> Engine<S> {
    /// Why `grant` gives nothing on its own resource at `now`; `None` for one that works. A deny works until it ends,
    /// whoever gave it, unless another exact row governs.
    ///
    /// Asks about the grant's holder as such: a grant to a group that works is silenced for a member who is denied.
    ///
    /// ```
    /// use vouchsafe_engine::{Dormancy, Engine, MemorySource, Moment};
    /// use vouchsafe_types::Access;
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let grant = source.add_grant(bob, eve, home, Access::Read).clone();
    ///
    /// let engine = Engine::default();
    /// let Ok(why_not) = engine.dormancy(&mut source, &grant, Moment::UNIX_EPOCH);
    /// assert_eq!(why_not, Some(Dormancy::IssuerLostAuthority), "he never had any");
    ///
    /// source.add_grant(ann, bob, home, Access::Manage);
    /// assert_eq!(engine.dormancy(&mut source, &grant, Moment::UNIX_EPOCH), Ok(None));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn dormancy(&self, source: &mut S, grant: &Grant, now: Moment) -> Result<Option<Dormancy>, S::Error> {
        Ok(self.gives(source, grant, now)?.err())
    }

    /// What `grant` gives on its own resource at `now`, cut to what its issuer hands on there, or why it gives nothing.
    /// A deny that works gives nothing, either, and is no [`Dormancy`].
    ///
    /// Asks about the grant's holder as such, as [`Engine::dormancy`] does.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// world.give(ann, bob, "manage:fs:/ann").unwrap();
    /// let write = world.give(bob, eve, "fs:/ann:write").unwrap();
    /// world.source.grants[0].capabilities = Access::Read.capabilities() | Capability::Share.into();
    /// let Ok(given) = world.engine.gives(&mut world.source, &write, world.now);
    /// assert_eq!(given, Ok(Access::Read.capabilities()), "what bob has is all that he gives");
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn gives(
        &self,
        source: &mut S,
        grant: &Grant,
        now: Moment,
    ) -> Result<Result<Capabilities, Dormancy>, S::Error> {
        if grant.is_expired(now) {
            return Ok(Err(Dormancy::Expired));
        }
        let subject = Subject::of_holder(&grant.holder, Some(grant.issuer));
        let Some(subject) = subject else { return Ok(Err(Dormancy::Suspended)) };
        let is_holder_active = subject.person().map_or(Ok(true), |person| source.is_active(person))?;
        if !is_holder_active || !(grant.is_deny() || source.is_active(grant.issuer)?) {
            return Ok(Err(Dormancy::Suspended));
        }
        if !self.is_heard(source, grant, now)? {
            return Ok(Err(Dormancy::Silenced));
        }
        if grant.is_deny() {
            return Ok(Ok(Capabilities::NONE));
        }
        let given = self.backed(source, grant, now)?;
        Ok(if given.is_empty() { Err(Dormancy::IssuerLostAuthority) } else { Ok(given) })
    }

    /// What of a grant its issuer stands behind on its own resource: what it gives there while it is heard.
    pub(crate) fn backed(&self, source: &mut S, grant: &Grant, now: Moment) -> Result<Capabilities, S::Error> {
        let issuer = self.holding_of(source, Subject::User(grant.issuer), &grant.resource, now)?.capabilities;
        let is_own = matches!(grant.holder, Holder::Token(_)) || grant.holder.is_app_of(grant.issuer);
        let cut = grant.capabilities & issuer;
        Ok(if is_own { cut } else { handed_on(cut, issuer) })
    }

    /// Whether `grant` speaks on its own resource at `now` and no exact row silences it, whoever is active.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let read = world.give(ann, bob, "fs:/ann:read").unwrap();
    /// world.source.set_active(bob, false);
    /// assert_eq!(world.engine.is_heard(&mut world.source, &read, world.now), Ok(true), "it only sleeps");
    /// world.row(ann, bob, "fs:/ann:none").exact = true;
    /// assert_eq!(world.engine.is_heard(&mut world.source, &read, world.now), Ok(false));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn is_heard(&self, source: &mut S, grant: &Grant, now: Moment) -> Result<bool, S::Error> {
        let Some(subject) = Subject::of_holder(&grant.holder, Some(grant.issuer)) else { return Ok(false) };
        let Located::At(place) = source.place(&grant.resource)? else { return Ok(false) };
        let rows = source.rows(&grant.resource, &subject, self.limits().rows)?;
        Ok(heard(&rows, 0, place.is_file, now).iter().any(|row| row.grant.id == grant.id))
    }
}
