//! Invites become grants once the person has proven the address.

use super::{
    give::{self, GRANTED, Giver},
    invite::audit_line,
    items::Item,
};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine, GrantSource, Limits, SpokenRow, Subject,
    plan::{self, LEFT},
};
use vouchsafe_store::{Invite, Tx, User, WriteTx};
use vouchsafe_types::{Actor, AuditAction, Capabilities, GrantId, Holder, Permission, Resource, Target, UserId};

/// What the audit says of something that an invite gave.
pub(super) const TAKEN_UP: &str = "taken up";

impl Vouchsafe {
    /// Applies every open invite for the person's proven address, each on its own, and deletes it.
    pub(crate) fn apply_invites(&self, tx: &mut WriteTx<'_>, user: &User, now: DateTime<Utc>) -> Result<(), Fault> {
        let Some(email) = user.email.as_ref().filter(|_| user.email_confirmed) else { return Ok(()) };
        for invite in tx.list_invites(email.canonical(), now)? {
            // He may still take it up himself, by the link.
            if tx.is_blocked(user.id, invite.issuer)? {
                continue;
            }
            self.claim(tx, &invite, user, now)?;
        }
        Ok(())
    }

    /// Applies one invite in its issuer's name and deletes it. What he can no longer give is dropped, and so is what
    /// somebody has been shut out from since. Gives how many permissions were given; the audit has a line for each.
    pub(crate) fn claim(
        &self,
        tx: &mut WriteTx<'_>,
        invite: &Invite,
        user: &User,
        now: DateTime<Utc>,
    ) -> Result<usize, Fault> {
        if !tx.delete_invite(invite.id)? {
            return Ok(0);
        }
        let mut given = 0;
        for text in &invite.permissions {
            let is_given = self.claim_one(tx, invite, text, user.id, now)?;
            given += usize::from(is_given);
            let what = if is_given { TAKEN_UP } else { "could not be given" };
            let claimer = Actor::User(user.id);
            let because = self.because(&claimer, GRANTED, now);
            audit_line(tx, AuditAction::Claim, invite, text, Some(user.id), what, because)?;
        }
        Ok(given)
    }

    fn claim_one(
        &self,
        tx: &mut WriteTx<'_>,
        invite: &Invite,
        text: &str,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let Ok(permission) = text.parse::<Permission>() else { return Ok(false) };
        if invite.grants_end_at.is_some_and(|at| at <= now) {
            return Ok(false);
        }
        let Target::Resource(resource) = &permission.target else { return Ok(false) };
        let holding = Engine::default().holding(&mut **tx, &Actor::User(invite.issuer), resource, now)?;
        if invite.issuer == user || plan::may_give(&holding, &permission, false).is_err() {
            return Ok(false);
        }
        if is_barred(tx, user, (resource, permission.granted()), invite.created_at, now)? {
            return Ok(false);
        }
        let claimer = Actor::User(user);
        let because = self.because(&claimer, GRANTED, now);
        let giver =
            Giver { issuer: invite.issuer, origin: "puter", is_accepted: true, ends_at: invite.grants_end_at, because };
        let item = Item { permissions: vec![permission.clone()], entry: None };
        let Ok(given) = give::give(self, tx, giver, user, &item)? else { return Ok(false) };
        // He takes up what was sent to him: by that, whoever sent it has answered what he asked him for.
        given.iter().try_for_each(|grant| tx.approve_by_grant(grant, now))?;
        Ok(true)
    }
}

/// Whether an exact row stands in the way, a deny above all: one that names him on the very thing; or one above it, of
/// one of his groups or of everyone, that came to say so after `since`, when he was sent what he uses. Whoever was shut
/// out does not let himself in by what he was sent before; what was sent in spite of a row is meant to count in spite
/// of it. Only a deny that he wrote himself, by leaving, is his to lift.
pub(crate) fn is_barred(
    tx: &mut Tx<'_>,
    user: UserId,
    (resource, wanted): (&Resource, Capabilities),
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let most = Limits::default().rows;
    let rows = tx.rows(resource, &Subject::User(user), most)?;
    let is_strict = |SpokenRow { grant, .. }: &&SpokenRow| {
        grant.exact && grant.origin != LEFT && !grant.is_expired(now) && !grant.capabilities.covers(wanted)
    };
    let is_on_it = |row: &SpokenRow| row.distance == 0 && row.grant.holder == Holder::User(user);
    let (on_it, others): (Vec<&SpokenRow>, Vec<&SpokenRow>) =
        rows.iter().filter(is_strict).partition(|row| is_on_it(row));
    let others: Vec<GrantId> = others.into_iter().map(|row| row.grant.id).collect();
    // What cannot be overlooked may hide a deny.
    Ok(rows.len() > most || !on_it.is_empty() || tx.has_changed_since(&others, since)?)
}
