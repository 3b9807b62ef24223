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
        if grant.is_expired(now) {
            return Ok(Some(Dormancy::Expired));
        }
        let subject = Subject::of_holder(&grant.holder, Some(grant.issuer));
        let Some(subject) = subject else { return Ok(Some(Dormancy::Suspended)) };
        let is_holder_active = subject.person().map_or(Ok(true), |person| source.is_active(person))?;
        if !is_holder_active || !(grant.is_deny() || source.is_active(grant.issuer)?) {
            return Ok(Some(Dormancy::Suspended));
        }
        if !self.is_heard(source, grant, subject, now)? {
            return Ok(Some(Dormancy::Silenced));
        }
        if grant.is_deny() {
            return Ok(None);
        }
        Ok(self.backed(source, grant, now)?.is_empty().then_some(Dormancy::IssuerLostAuthority))
    }

    /// What of a grant its issuer stands behind on its own resource: what it gives there while it is heard.
    pub(crate) fn backed(&self, source: &mut S, grant: &Grant, now: Moment) -> Result<Capabilities, S::Error> {
        let issuer = self.holding_of(source, Subject::User(grant.issuer), &grant.resource, now)?.capabilities;
        let is_own = matches!(grant.holder, Holder::Token(_)) || grant.holder.is_app_of(grant.issuer);
        let cut = grant.capabilities & issuer;
        Ok(if is_own { cut } else { handed_on(cut, issuer) })
    }

    fn is_heard(&self, source: &mut S, grant: &Grant, subject: Subject, now: Moment) -> Result<bool, S::Error> {
        let Located::At(place) = source.place(&grant.resource)? else { return Ok(false) };
        let rows = source.rows(&grant.resource, &subject, self.limits().rows)?;
        Ok(heard(&rows, 0, place.is_file, now).iter().any(|row| row.grant.id == grant.id))
    }
}
