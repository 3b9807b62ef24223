//! One grant, in the words of the native face.

use super::{
    authority::{self, Meant},
    view::{GrantView, HolderName},
};
use crate::{Fault, Vouchsafe, accounts::find_by_name, sharing::strike_from_user};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine, GrantSource,
    plan::{self, Given, Wish},
};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::{Actor, Grant, Holder, UserId, error::ApiError};

/// A grant that is wished for.
#[derive(Debug, Clone)]
pub struct GrantWish {
    /// Who gives; a person only himself, and by default.
    pub issuer: Option<String>,
    /// Who receives.
    pub holder: HolderName,
    /// What, on what, as text.
    pub permission: String,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it silences what is less specific.
    pub is_exact: bool,
}

/// A grant that stands as it was wished for.
#[derive(Debug, Clone, PartialEq)]
pub struct Granted {
    /// The grant.
    pub grant: GrantView,
    /// Whether it was made now.
    pub is_new: bool,
}

impl Vouchsafe {
    /// Makes a grant, or changes the one that the issuer gave the holder on the same resource before.
    ///
    /// # Errors
    /// `forbidden` for a person who names another issuer, and for a holder who is denied access there by somebody whose
    /// word counts more; `permission_denied` when the issuer may not give it; `subject_does_not_exist`,
    /// `entity_not_found`, `user_does_not_exist`; `cannot_share_with_self`; `field_invalid` for a permission that is
    /// none, an end that has passed, or `none` without `exact`; `recipient_not_accepting_shares` for what is new to a
    /// person who blocked the issuer.
    pub fn grant(&self, actor: &Actor, wish: &GrantWish) -> Result<Granted, Fault> {
        let now = self.now();
        self.write("grant", |tx| {
            let (given, is_new) = give_in(self, tx, actor, wish, now)?;
            Ok(Granted { grant: GrantView::of(tx, given.grant, now)?, is_new })
        })
    }
}

/// Makes the grant within a transaction. Gives it, and whether it is new.
pub(crate) fn give_in(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    wish: &GrantWish,
    now: DateTime<Utc>,
) -> Result<(Given, bool), Fault> {
    // Authority first: only who may share learns who has an account.
    let (issuer, meant) = authorised_wish(tx, actor, wish, now)?;
    let holder = wish.holder.resolve(vouchsafe, tx, actor)?;
    let planned = Wish {
        issuer,
        holder,
        resource: meant.resource.clone(),
        capabilities: meant.permission.granted(),
        is_exact: wish.is_exact,
        expires_at: wish.expires_at,
        origin: "v1",
        may_lower: true,
        is_accepted: false,
    };
    let given = apply_wish(vouchsafe, tx, &meant, &planned, None, vouchsafe.because(actor, "granted", now))?;
    let is_new = given.changes.insert.iter().any(|grant| grant.id == given.grant.id);
    Ok((given, is_new))
}

/// Who would give what, if he may.
///
/// # Errors
/// As [`Vouchsafe::grant`], but for what is wrong with the holder.
pub(crate) fn authorised_wish(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wish: &GrantWish,
    now: DateTime<Utc>,
) -> Result<(UserId, Meant), Fault> {
    let issuer = issuer(tx, actor, wish)?;
    let meant = authority::meant(tx, &wish.permission)?;
    meant.require_effect(wish.is_exact, wish.expires_at, now)?;
    meant.require_giver(tx, &Actor::User(issuer), wish.is_exact, now)?;
    Ok((issuer, meant))
}

/// Plans a wish whose authority was checked, and writes it. `extra`, if given, is kept with the grant. What the issuer
/// sets anew takes the place of what he sent the holder before, in invites that are still open.
pub(super) fn apply_wish(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    meant: &Meant,
    wish: &Wish,
    extra: Option<&serde_json::Value>,
    because: vouchsafe_store::Because<'_>,
) -> Result<Given, Fault> {
    let planned = Engine::default().plan_give(&mut **tx, wish, because.at)?;
    let given = planned.map_err(|refusal| meant.refused(refusal))?;
    if is_unwelcome(tx, wish, because.at)? {
        return Err(ApiError::RecipientNotAcceptingShares {}.into());
    }
    vouchsafe.apply_gift(tx, &given, extra, because)?;
    if let (Some(extra), true) = (extra, given.changes.insert.is_empty() && given.changes.update.is_empty()) {
        tx.keep_extra(&given.grant, extra, because)?;
    }
    if let (Holder::User(holder), true) = (&wish.holder, wish.may_lower) {
        strike_from_user(tx, Some(wish.issuer), *holder, (&wish.resource, wish.capabilities), because)?;
    }
    Ok(given)
}

/// Whether a person is given something that he has not from the issuer yet, and takes no shares from him. What he asked
/// for himself is welcome.
pub(crate) fn is_unwelcome(tx: &mut Tx<'_>, wish: &Wish, now: DateTime<Utc>) -> Result<bool, Fault> {
    Ok(!wish.is_accepted && is_forced(tx, wish.issuer, wish, |grant| grant.issuer == wish.issuer, now)?)
}

/// Whether a person is given something by one from whom he takes no shares. To shut him out is no gift, nor is a change
/// of what he has: of one of his rows there that gives something now, and is of those that `is_changed` tells; or that
/// sleeps with him or its issuer, and is only lowered.
pub(crate) fn is_forced(
    tx: &mut Tx<'_>,
    giver: UserId,
    wish: &Wish,
    is_changed: impl Fn(&Grant) -> bool,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Holder::User(person) = wish.holder else { return Ok(false) };
    if person == giver || wish.capabilities.is_empty() || !tx.is_blocked(person, giver)? {
        return Ok(false);
    }
    let (engine, held) = (Engine::default(), tx.grants_to(&wish.holder, &wish.resource)?);
    for grant in held.iter().filter(|grant| is_changed(grant) && !grant.is_deny()) {
        // What is silenced would be heard again, if what silences it goes.
        if engine.dormancy(tx, grant, now)?.is_none() || (is_within(wish, grant) && engine.is_heard(tx, grant, now)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether its issuer gave all that is wished for by this grant, and for as long.
fn is_within(wish: &Wish, grant: &Grant) -> bool {
    let lasts = plan::lasts(grant.expires_at, wish.expires_at);
    grant.issuer == wish.issuer && lasts && grant.capabilities.covers(wish.capabilities)
}

fn issuer(tx: &mut Tx<'_>, actor: &Actor, wish: &GrantWish) -> Result<UserId, Fault> {
    match (actor, &wish.issuer) {
        (Actor::Service { .. }, Some(name)) => Ok(find_by_name(tx, name)?.id),
        (Actor::Service { .. }, None) => Err(ApiError::FieldMissing { key: "issuer".to_owned() }.into()),
        (Actor::User(user), None) => Ok(*user),
        (Actor::User(user), Some(name)) => {
            let own = tx.find_user(*user)?.is_some_and(|found| found.username.as_str() == name);
            if own { Ok(*user) } else { Err(ApiError::Forbidden {}.into()) }
        }
        (Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. }, _) => {
            Err(ApiError::Forbidden {}.into())
        }
    }
}
