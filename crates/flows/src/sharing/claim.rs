//! Invites become grants once the person has proven the address.

use super::{
    give::{self, GRANTED, Giver},
    items::Item,
};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{Engine, plan};
use vouchsafe_store::{Invite, User, WriteTx};
use vouchsafe_types::{Actor, Permission, Target};

impl Vouchsafe {
    /// Applies every open invite for the person's proven address, each on its own, and deletes it.
    pub(crate) fn apply_invites(&self, tx: &mut WriteTx<'_>, user: &User, now: DateTime<Utc>) -> Result<(), Fault> {
        let Some(email) = user.email.as_ref().filter(|_| user.email_confirmed) else { return Ok(()) };
        for invite in tx.list_invites(email.canonical(), now)? {
            self.claim(tx, &invite, user, now)?;
        }
        Ok(())
    }

    /// Applies one invite in its issuer's name and deletes it. What he can no longer give is dropped. Gives how many
    /// permissions were given.
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
        let (engine, issuer, claimer) = (Engine::default(), Actor::User(invite.issuer), Actor::User(user.id));
        let because = self.because(&claimer, GRANTED, now);
        let giver = Giver { issuer: invite.issuer, origin: "puter", is_accepted: true, because };
        let mut given = 0;
        for permission in invite.permissions.iter().filter_map(|text| text.parse::<Permission>().ok()) {
            let Target::Resource(resource) = &permission.target else { continue };
            let holding = engine.holding(&mut **tx, &issuer, resource, now)?;
            if invite.issuer == user.id || plan::may_give(&holding, &permission, false).is_err() {
                continue;
            }
            let item = Item { permissions: vec![permission.clone()], entry: None };
            given += usize::from(give::give(tx, giver, user.id, &item)?.is_ok());
        }
        Ok(given)
    }
}
