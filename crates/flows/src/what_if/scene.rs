//! What a change is about, and who may think of it.

use super::{Change, MAX_ENTRIES};
use crate::{
    Fault, HolderName, Vouchsafe,
    access::Known,
    catalogue::{missing_group, require_on},
    grants::{authorised_wish, holding, plan_leaving, revocable_grant, shares},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_engine::Engine;
use vouchsafe_store::{GrantFilter, Tx};
use vouchsafe_types::{Actor, Capability, EntryId, Resource};

/// So many of somebody's gifts are looked at.
const MOST_GIVEN: i64 = 500;

impl Vouchsafe {
    /// Whether others may have something on an entry through somebody: only if he has given anything in that tree. Who is
    /// neither he nor the owner is not told, and has to reckon with it; so has everybody who asks about many people.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn may_have_given(&self, actor: &Actor, giver: &HolderName, entry: EntryId) -> Result<bool, Fault> {
        let (name, asker) = match (giver, actor) {
            (HolderName::User(name), Actor::User(asker)) => (name, asker),
            // What is no person gives nothing, and nobody else stands behind it.
            (HolderName::App { .. } | HolderName::Token(_) | HolderName::Link(_), _) => return Ok(false),
            (HolderName::User(_) | HolderName::Group(_) | HolderName::Everyone, _) => return Ok(true),
        };
        self.read(|tx| {
            let (Some(giver), Some(found)) = (tx.find_user_by_name(name)?, tx.find_entry(entry)?) else {
                return Ok(true);
            };
            if *asker != giver.id && *asker != found.owner {
                return Ok(true);
            }
            let filter = GrantFilter { issuer: Some(giver.id), ..GrantFilter::default() };
            let given = tx.list_grants(&filter, 0, MOST_GIVEN)?;
            let mut is_there = i64::try_from(given.len()).is_ok_and(|count| count == MOST_GIVEN);
            for on in given.iter().filter_map(|stored| entry_of(&stored.grant.resource)) {
                is_there = is_there || tx.find_entry(on)?.is_some_and(|other| other.owner == found.owner);
            }
            Ok(is_there)
        })
    }
}

/// Refuses who may not make the change, before anything is looked at that would take longer the more there is.
pub(super) fn authorise(tx: &mut Tx<'_>, actor: &Actor, change: &Change, now: DateTime<Utc>) -> Result<(), Fault> {
    match change {
        Change::Share(wish) => authorised_wish(tx, actor, wish, now).map(drop),
        Change::Revoke { grant, .. } | Change::Edit { grant, .. } => revocable_grant(tx, actor, *grant, now).map(drop),
        Change::Leave { resource } => plan_leaving(tx, actor, resource, now).map(drop),
        Change::Move { entry, .. } => require_on(tx, actor, *entry, Capability::Write, now).map(drop),
        Change::Delete { entry } => require_on(tx, actor, *entry, Capability::Delete, now).map(drop),
        Change::GroupEdit { group, .. } => {
            let is_known = match actor {
                Actor::Service { .. } => true,
                Actor::User(user) => tx.is_in_group(*group, *user)? || Known::to(tx, actor)?.opens(&(*group).into()),
                Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
            };
            if is_known { Ok(()) } else { Err(missing_group(*group).into()) }
        }
    }
}

/// Whether the asker may be told about others there; `None` for what he may not even know of.
pub(super) fn sight(tx: &mut Tx<'_>, actor: &Actor, entry: EntryId, now: DateTime<Utc>) -> Result<Option<bool>, Fault> {
    if matches!(actor, Actor::Service { .. }) {
        return Ok(Some(true));
    }
    let has = holding(tx, actor, &Resource::Entry(entry), now)?;
    Ok(has.capabilities.has(Capability::See).then(|| matches!(actor, Actor::User(_)) && shares(&has)))
}

/// The entries on which a change can make a difference, and whether these are all, and it makes none on anything else.
pub(super) fn scene(tx: &mut Tx<'_>, change: &Change) -> Result<(BTreeSet<EntryId>, bool), Fault> {
    let alone = |entry: Option<EntryId>| (entry.into_iter().collect::<Vec<_>>(), entry.is_some());
    let (tops, is_about_entries) = match change {
        Change::Share(wish) => {
            let permission = wish.permission.parse().ok();
            let resolved = permission.map(|p| Engine::default().resolve(tx, &p)).transpose()?.flatten();
            alone(resolved.and_then(|(resource, _)| entry_of(&resource)))
        }
        Change::Leave { resource } => alone(entry_of(resource)),
        Change::Revoke { grant, .. } | Change::Edit { grant, .. } => {
            alone(tx.find_grant(*grant)?.and_then(|stored| entry_of(&stored.grant.resource)))
        }
        Change::Move { entry, .. } | Change::Delete { entry } => alone(Some(*entry)),
        Change::GroupEdit { group, .. } => {
            (tx.list_entries_held_by_group(*group, MAX_ENTRIES + 1)?, !tx.group_holds_more_than_entries(*group)?)
        }
    };
    let mut entries = BTreeSet::new();
    for top in tops {
        for entry in [top].into_iter().chain(tx.list_entries_with_grants_below(top, MAX_ENTRIES + 1)?) {
            if entries.len() >= MAX_ENTRIES && !entries.contains(&entry) {
                return Ok((entries, false));
            }
            entries.insert(entry);
        }
    }
    Ok((entries, is_about_entries))
}

const fn entry_of(resource: &Resource) -> Option<EntryId> {
    match resource {
        Resource::Entry(entry) => Some(*entry),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    }
}
