//! The grant behind what is shared by a ticket.

use crate::{
    Fault, Vouchsafe,
    grants::{Meant, is_unwelcome},
    sharing::is_barred,
};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine,
    plan::{NewTerms, Wish, may_give},
};
use vouchsafe_store::{Because, WriteTx};
use vouchsafe_types::{Access, Actor, Ask, Capability, Grant, GrantId, Holder, Resource, UserId};

/// Through which face.
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
    /// When the ticket was issued, if it is not the owner who uses it now.
    pub(crate) issued_at: Option<DateTime<Utc>>,
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
    if let Some(since) = read.issued_at
        && is_barred(tx, read.receiver, (&meant.resource, meant.permission.granted()), since, now)?
    {
        return Ok(None);
    }
    let wish = Wish {
        expires_at: read.ends_at,
        is_accepted: read.is_accepted,
        ..Wish::new(read.owner, read.receiver, entry.uuid, Access::Read, ORIGIN)
    };
    if is_unwelcome(tx, &wish, now)? {
        return Ok(None);
    }
    if let Some(grant) = replaceable(tx, read)? {
        let terms = NewTerms { permission: meant.permission, is_exact: false, expires_at: read.ends_at };
        let Ok(changes) = Engine::default().plan_edit(&mut **tx, &grant, &terms, Some(read.owner), now)? else {
            return Ok(None);
        };
        tx.apply(&changes, None, because)?;
        return Ok(Some(grant.id));
    }
    let Ok(given) = Engine::default().plan_give(&mut **tx, &wish, now)? else { return Ok(None) };
    vouchsafe.apply_gift(tx, &given, None, because)?;
    Ok(Some(given.grant.id))
}

/// The grant that a new ticket gives another end: one of ours that nobody has made more of since.
fn replaceable(tx: &mut WriteTx<'_>, read: &ReadGrant<'_>) -> Result<Option<Grant>, Fault> {
    let Some(before) = read.before else { return Ok(None) };
    let grant = tx.find_grant(before)?.map(|stored| stored.grant);
    Ok(grant.filter(|grant| {
        let is_between = grant.issuer == read.owner && grant.holder == Holder::User(read.receiver);
        is_between && is_plain(grant)
    }))
}

/// Whether a grant came from a ticket and still gives what a ticket gives.
pub(super) fn is_plain(grant: &Grant) -> bool {
    grant.origin == ORIGIN && !grant.exact && grant.capabilities == Access::Read.capabilities()
}
