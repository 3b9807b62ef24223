use super::{Changes, Revocation, RevokeMode};
use crate::{
    check::Engine,
    scan::{Edits, Scanner},
    source::{GrantIndex, Limits, Located, Moment, Subject},
};
use vouchsafe_types::{Capabilities, Grant, GrantId, Holder, Resource, UserId};

/// The origin of a deny that its holder wrote himself, by leaving. He may lift it again.
pub const LEFT: &str = "left";

impl<S: GrantIndex> Engine<S> {
    /// The changes by which a person leaves a resource: his own rows there go, with what hangs on them. If he would
    /// still reach it, through a group, everyone or from above, a deny of his own is written. `None` when he owns it,
    /// or has nothing there.
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn plan_leave(
        &self,
        source: &mut S,
        user: UserId,
        resource: &Resource,
        now: Moment,
    ) -> Result<Option<Changes>, S::Error> {
        let located = source.place(resource)?;
        let Located::At(place) = &located else { return Ok(None) };
        let Some(owner) = place.owner.filter(|owner| *owner != user) else { return Ok(None) };
        let held = source.grants_to(&Holder::User(user), resource)?;
        // Somebody else's deny stays: it is no access that could be given up.
        let own: Vec<Grant> = held.into_iter().filter(|g| !g.is_deny()).collect();
        let issuer = own.iter().map(|g| g.issuer).find(|issuer| *issuer != user).unwrap_or(owner);
        let edits = Edits { removed: own.iter().map(|g| g.id).collect(), ..Edits::default() };
        let has_own = !own.is_empty();
        let mut changes = match self.plan_revoke(source, own, RevokeMode::Cascade, now)? {
            Revocation::Planned(changes) => changes,
            Revocation::Depended(_) => Changes::default(),
        };
        let scanner = Scanner::new(source, self.implies(), Limits::NONE, place, now).with_edits(&edits);
        let remains = !scanner.scan(vec![(Subject::User(user), true)])?.holding().capabilities.is_empty();
        if remains {
            changes.insert.push(Grant {
                id: GrantId::mint(),
                issuer,
                holder: Holder::User(user),
                resource: resource.clone(),
                capabilities: Capabilities::NONE,
                exact: true,
                expires_at: None,
                created_at: now,
                origin: LEFT.to_owned(),
            });
        }
        Ok((has_own || remains).then_some(changes))
    }
}
