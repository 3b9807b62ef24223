//! Entries as a request found them: what its caller may do is judged by what he had then, so that no setting takes from
//! him what the next one needs.

use super::{
    links,
    set::{Meant, SetShare, Setting},
};
use crate::{
    Fault, Vouchsafe,
    grants::holding,
    sharing::{entries_offered, strike_as},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{
    Engine, GrantSource, Holding,
    plan::{self, Changes, Edit, LEFT, Revocation, RevokeMode, TAKEN},
};
use vouchsafe_store::{Because, Entry, Tx, WriteTx};
use vouchsafe_types::{Actor, Capabilities, Grant, GrantId, Holder, Resource, UserId};

/// What the audit says of a row whose issuer is removed while its holder is to keep something.
const TAKEN_OVER: &str = "kept when who gave it was removed";

/// An entry, with what the caller had and may take there.
pub(super) struct Begun {
    pub(super) entry: Entry,
    pub(super) had: Holding,
    removable: BTreeMap<Holder, Removable>,
}

/// What the caller may take from a holder.
#[derive(Default)]
struct Removable {
    rows: Vec<Grant>,
    /// Where he could take something up, and what the caller had there.
    offered: Vec<(Resource, Capabilities)>,
}

impl Begun {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        caller: UserId,
        entry: Entry,
        meant: &[Meant],
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let had = holding(tx, &Actor::User(caller), &Resource::Entry(entry.uuid), now)?;
        let mut removable = BTreeMap::new();
        for one in meant.iter().filter(|one| one.setting == Setting::Nothing) {
            let rows = removable_rows(tx, caller, &entry, &one.holder, now)?;
            let mut offered = vec![(Resource::Entry(entry.uuid), had.capabilities)];
            if entry.is_dir {
                offered.extend(offered_below(tx, caller, &entry, &one.holder, now)?);
            }
            removable.insert(one.holder.clone(), Removable { rows, offered });
        }
        Ok(Self { entry, had, removable })
    }

    /// Takes from a holder what the caller may revoke, and what he could take up by an open invite.
    pub(super) fn remove(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        holder: &Holder,
        because: Because<'_>,
    ) -> Result<(), Fault> {
        let Some(Removable { rows, offered }) = self.removable.get(holder) else { return Ok(()) };
        tx.revoke(rows.clone(), because)?;
        offered
            .iter()
            .try_for_each(|(on, has)| strike_as(tx, (caller, *has), (holder, on, Capabilities::NONE), because))
    }
}

/// The rows of a holder on an entry, and on everything below a directory, that the caller may revoke.
fn removable_rows(
    tx: &mut Tx<'_>,
    caller: UserId,
    entry: &Entry,
    holder: &Holder,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, Fault> {
    let mut rows = tx.grants_to(holder, &Resource::Entry(entry.uuid))?;
    if entry.is_dir {
        rows.extend(tx.list_grants_to_below(holder, entry)?);
    }
    let mut known: BTreeMap<Resource, Holding> = BTreeMap::new();
    let mut removable = Vec::with_capacity(rows.len());
    for row in rows {
        let has = match known.get(&row.resource) {
            Some(has) => *has,
            None => holding(tx, &Actor::User(caller), &row.resource, now)?,
        };
        known.insert(row.resource.clone(), has);
        if plan::may_revoke(&has, caller, &row) {
            removable.push(row);
        }
    }
    Ok(removable)
}

/// The entries below a directory on which a holder could take something up, and what the caller has there.
fn offered_below(
    tx: &mut Tx<'_>,
    caller: UserId,
    above: &Entry,
    holder: &Holder,
    now: DateTime<Utc>,
) -> Result<Vec<(Resource, Capabilities)>, Fault> {
    let Holder::User(user) = holder else { return Ok(Vec::new()) };
    let mut below = Vec::new();
    for uuid in entries_offered(tx, *user, now)? {
        let Some(entry) = tx.find_entry(uuid)?.filter(|entry| entry.root == above.root && entry.id != above.id) else {
            continue;
        };
        if tx.line_of(entry.id)?.contains(&above.id) {
            let has = holding(tx, &Actor::User(caller), &Resource::Entry(uuid), now)?;
            below.push((Resource::Entry(uuid), has.capabilities));
        }
    }
    Ok(below)
}

impl Vouchsafe {
    /// Makes the caller, as far as he may give it, the issuer of what would fall with what is taken from others, where
    /// its holder is to keep something: with it stays what hangs on it, the key of a link, and its password.
    pub(super) fn take_over(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        all: &[Begun],
        (sets, meant): (&[SetShare], &[Meant]),
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let of_others = |(holder, _): &(&Holder, &Removable)| **holder != Holder::User(caller);
        let taken = all.iter().flat_map(|begun| begun.removable.iter()).filter(of_others);
        let taken = taken.flat_map(|(_, removable)| &removable.rows);
        // A directory and what lies in it may be named together.
        let taken: BTreeMap<GrantId, Grant> = taken.map(|row| (row.id, row.clone())).collect();
        let rows = taken.values().cloned().collect();
        let planned = Engine::default().plan_revoke(&mut **tx, rows, RevokeMode::Cascade, now)?;
        let Revocation::Planned(Changes { delete, .. }) = planned else { return Ok(()) };
        let (mut taken_over, mut absorbed): (Vec<Edit>, Vec<Grant>) = (Vec::new(), Vec::new());
        for row in delete.into_iter().filter(|row| !taken.contains_key(&row.id) && row.issuer != caller) {
            let is_on = |begun: &&Begun| row.resource == Resource::Entry(begun.entry.uuid);
            let Some(begun) = all.iter().find(is_on) else { continue };
            let may_give = plan::may_give_these(&begun.had, row.capabilities, row.exact);
            if !may_give || row.holder == Holder::User(caller) || !is_kept(tx, &row.holder, sets, meant)? {
                continue;
            }
            // Of rows of one issuer for one holder one stays, so that with it goes all that he gave.
            let mut own = tx.grants_to(&row.holder, &row.resource)?;
            own.retain(|grant| grant.issuer == caller && !is_apart(grant) && !grant.is_expired(now));
            let is_beside = |edit: &&Edit| edit.after.holder == row.holder && edit.after.resource == row.resource;
            let beside: Vec<Grant> = taken_over.iter().filter(is_beside).map(|edit| edit.after.clone()).collect();
            let mut after = Grant { issuer: caller, ..row.clone() };
            let is_alike = |grant: &&Grant| grant.exact == row.exact && grant.expires_at == row.expires_at;
            let alike = own.iter().chain(&beside).filter(is_alike);
            after.capabilities = alike.fold(after.capabilities, |sum, grant| sum | grant.capabilities);
            if is_apart(&row) {
                after.capabilities = row.capabilities;
            } else if own.iter().chain(&beside).any(|grant| includes(grant, &after)) {
                continue;
            } else {
                taken_over.retain(|edit| !is_beside(&edit) || !includes(&after, &edit.after));
                absorbed.extend(own.into_iter().filter(|grant| includes(&after, grant)));
            }
            taken_over.push(Edit { before: row, after });
        }
        absorbed.sort_by_key(|grant| grant.id);
        absorbed.dedup_by_key(|grant| grant.id);
        let changes = Changes { update: taken_over, delete: absorbed, ..Changes::default() };
        Ok(tx.apply(&changes, None, self.because(&Actor::User(caller), TAKEN_OVER, now))?)
    }
}

/// Whether a row stays beside others of its issuer: what somebody took by a ticket, or wrote by leaving.
fn is_apart(grant: &Grant) -> bool {
    [TAKEN, LEFT].contains(&grant.origin.as_str())
}

/// Whether a row says all that another one says, for as long.
fn includes(more: &Grant, less: &Grant) -> bool {
    let lasts = plan::lasts(more.expires_at, less.expires_at);
    !is_apart(less) && more.exact == less.exact && more.capabilities.covers(less.capabilities) && lasts
}

/// Whether a holder shall have something.
fn is_kept(tx: &mut Tx<'_>, holder: &Holder, sets: &[SetShare], meant: &[Meant]) -> Result<bool, Fault> {
    match holder {
        Holder::Link(link) => links::is_kept(tx, *link, sets),
        holder => Ok(meant.iter().any(|one| one.holder == *holder && one.setting.gives())),
    }
}
