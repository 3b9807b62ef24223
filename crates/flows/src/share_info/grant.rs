//! The grant behind what is shared by a ticket.

use crate::{
    Fault, Vouchsafe,
    grants::{Meant, is_unwelcome},
    sharing::is_barred,
};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine,
    plan::{NewTerms, Refusal, TAKEN, Wish, may_give},
};
use vouchsafe_store::{Because, WriteTx};
use vouchsafe_types::{Access, Actor, Ask, Capability, Grant, GrantId, Resource, UserId, error::ApiError};

/// Through which face; what a receiver takes for himself is [`TAKEN`].
const ORIGIN: &str = "zus";

/// That an owner lets somebody read what a hash names. The caller has proven that it is the owner's will.
pub(crate) struct ReadGrant<'a> {
    pub(crate) owner: UserId,
    pub(crate) receiver: UserId,
    pub(crate) lookup_hash: &'a str,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    /// What stood for the same so far.
    pub(crate) before: Option<GrantId>,
    /// Whether the receiver asked for it himself.
    pub(crate) is_accepted: bool,
    /// Since when the ticket counts, if it is not the owner who uses it now.
    pub(crate) since: Option<DateTime<Utc>>,
}

/// Gives it. `None` when there is nothing to give, the owner may not give it, or the receiver does
/// not take it or was shut out: then it is a mere record.
pub(crate) fn give_read(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    read: &ReadGrant<'_>,
    because: Because<'_>,
) -> Result<Option<GrantId>, Fault> {
    let now = because.at;
    if read.owner == read.receiver {
        return Ok(None);
    }
    let Some(entry) = tx.find_entry_by_lookup_hash(read.lookup_hash)? else { return Ok(None) };
    let meant = Meant::on(Resource::Entry(entry.uuid), Ask::One(Capability::Read), 0);
    let holding = meant.holding(tx, &Actor::User(read.owner), now)?;
    if may_give(&holding, &meant.permission, false).is_err() {
        return Ok(None);
    }
    // Who was shut out does not let himself in by a ticket; the owner may.
    if let Some(since) = read.since
        && is_barred(tx, read.receiver, (&meant.resource, meant.permission.granted()), since, now)?
    {
        return Ok(None);
    }
    let origin = if read.since.is_some() { TAKEN } else { ORIGIN };
    let wish = Wish {
        expires_at: read.ends_at,
        is_accepted: read.is_accepted,
        ..Wish::new(read.owner, read.receiver, entry.uuid, Access::Read, origin)
    };
    if is_unwelcome(tx, &wish, now)? {
        return Ok(None);
    }
    if let Some(grant) = replaceable(tx, read.before, &wish)? {
        let terms = NewTerms { permission: meant.permission, is_exact: false, expires_at: read.ends_at };
        let Ok(changes) = Engine::default().plan_edit(&mut **tx, &grant, &terms, Some(read.owner), now)? else {
            return Ok(None);
        };
        tx.apply(&changes, None, because)?;
        return Ok(Some(grant.id));
    }
    let given = match Engine::default().plan_give(&mut **tx, &wish, now)? {
        Ok(given) => given,
        // Nobody says that he has given what he has not; who uses a ticket of another's gets as little as he may.
        Err(Refusal::Held) if read.since.is_none() => return Err(ApiError::Conflict {}.into()),
        Err(_) => return Ok(None),
    };
    vouchsafe.apply_gift(tx, &given, None, because)?;
    Ok(Some(given.grant.id))
}

/// The grant that a new ticket gives another end: one that came about in the same way, and that nobody has made more of
/// since.
fn replaceable(tx: &mut WriteTx<'_>, before: Option<GrantId>, wish: &Wish) -> Result<Option<Grant>, Fault> {
    let Some(before) = before else { return Ok(None) };
    let grant = tx.find_grant(before)?.map(|stored| stored.grant);
    Ok(grant.filter(|grant| {
        let is_between = grant.issuer == wish.issuer && grant.holder == wish.holder && grant.origin == wish.origin;
        is_between && !grant.exact && grant.capabilities == wish.capabilities
    }))
}

/// Whether its holder took it by a ticket, and nobody has made more of it since, nor a row that holds him to it.
pub(super) fn is_taken(grant: &Grant) -> bool {
    grant.origin == TAKEN && !grant.exact && Access::Read.capabilities().covers(grant.capabilities)
}
