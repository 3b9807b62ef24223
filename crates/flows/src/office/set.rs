//! Many shares of many entries set at once: all of it, or nothing.

use super::{
    format::is_viewable,
    level::label,
    links::{self, By, LinkOptions},
    notice::{self, Notice},
    records::{EntryShares, Sharee, require_readable, shown_to},
    target::{OfficeTarget, all_shared_by, person, unique},
};
use crate::{
    Fault, Vouchsafe,
    grants::{holding, is_forced, leave_in},
    sharing::strike_as,
};
use chrono::{DateTime, Utc};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use uuid::Uuid;
use vouchsafe_engine::{
    Engine, GrantSource, Holding,
    plan::{self, LEFT, Refusal, Wish},
};
use vouchsafe_store::{Entry, Tx, WriteTx};
use vouchsafe_types::{
    Access, Actor, Capabilities, Grant, GrantId, GroupId, Holder, Resource, Restrictions, UserId, error::ApiError,
};

/// Through which face.
pub(super) const ORIGIN: &str = "onlyoffice";

/// The most settings of one request, each counted for each entry: nobody else writes meanwhile.
const MOST_SETTINGS: usize = 1_000;

/// Whom a setting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectId {
    /// The person or group with this id; nobody, if there is none.
    Id(Uuid),
    /// Every active user.
    Everyone,
    /// Whoever presents the default link of a file.
    DefaultLink,
}

/// What somebody shall have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// What he has now.
    Unchanged,
    /// No rows of his own: on a file there, on a directory also on everything below it.
    Nothing,
    /// Exactly this, whatever is less specific; [`Access::None`] is a deny.
    Exactly(Access),
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetShare {
    /// For whom: a person, a group, or a link of the entry.
    pub subject: SubjectId,
    /// What.
    pub setting: Setting,
    /// What else is said of a link. With an id that nobody has, a new link is made.
    pub options: Option<LinkOptions>,
}

/// What is to be changed about the sharing of some entries.
#[derive(Debug, Clone, Default)]
pub struct ShareChange {
    /// Who shall have what. A later setting for the same one wins; who is not named keeps what he has.
    pub sets: Vec<SetShare>,
    /// What shall be kept back: taken from the owner only, and only for a file that a viewer opens.
    pub restrictions: Option<Restrictions>,
    /// Whether those who now have something are told, and in which words.
    pub notice: Option<String>,
}

/// A setting for somebody who is there.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    pub(super) sharee: Sharee,
    pub(super) holder: Holder,
    pub(super) setting: Setting,
}

impl Vouchsafe {
    /// Sets who has what on each of these entries, and gives who is shown on them then. Nobody is changed who has what
    /// he shall have already. Who there is not, and the owner, is passed over, and so is who blocks the caller, unless
    /// he has something there already.
    ///
    /// # Errors
    /// As [`Vouchsafe::shares_of`]; `too_many_keys` for more than 1,000 settings, each counted for each entry;
    /// `forbidden` when one of them is not the caller's to make; `storage_limit_reached`. Nothing is changed then.
    pub fn change_shares(
        &self,
        actor: &Actor,
        targets: &[OfficeTarget],
        change: &ShareChange,
    ) -> Result<Vec<EntryShares>, Fault> {
        if change.sets.is_empty() && change.restrictions.is_none() {
            return self.shares_of(actor, targets);
        }
        let (caller, now, targets) = (person(actor)?, self.now(), unique(targets));
        if targets.len().saturating_mul(change.sets.len()) > MOST_SETTINGS {
            return Err(ApiError::TooManyKeys { key: "share".to_owned(), max: MOST_SETTINGS }.into());
        }
        let sets = last_of_each(&change.sets);
        // Nobody else waits for this: not for the refusal, nor for the hashes, which take their time.
        self.read(|tx| {
            let entries = all_shared_by(tx, actor, &targets, now)?;
            require_readable(tx, &entries)
        })?;
        let passwords = links::hashed(&sets)?;
        let entries = self.write("change_shares", |tx| {
            let entries = all_shared_by(tx, actor, &targets, now)?;
            let meant = meant(tx, caller, &sets)?;
            for entry in &entries {
                for (place, set) in sets.iter().enumerate() {
                    let password = passwords.get(&place).cloned();
                    self.set_link(tx, By { caller, now }, entry, set, password)?;
                }
                for one in meant.iter().filter(|one| one.holder != Holder::User(entry.owner)) {
                    self.set_share(tx, caller, entry, one, now)?;
                }
            }
            if let Some(message) = &change.notice {
                notice::tell(self, tx, &Notice { caller, entries: &entries, meant: &meant, message }, now)?;
            }
            for entry in &entries {
                restrict(tx, entry, change.restrictions, self.because(actor, "advanced settings", now))?;
            }
            Ok(entries)
        })?;
        // Who has just given up his own right to share is shown what he did all the same.
        self.read(|tx| self.entry_shares(tx, caller, &entries, now))
    }

    fn set_share(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        entry: &Entry,
        one: &Meant,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let reason = |what: &str| reason(entry, one.sharee.name(), what);
        let (actor, resource) = (Actor::User(caller), Resource::Entry(entry.uuid));
        match one.setting {
            Setting::Unchanged => Ok(()),
            Setting::Nothing => {
                let (rows, reason) = (removable(tx, caller, entry, &one.holder, now)?, reason("None"));
                let because = self.because(&actor, &reason, now);
                tx.revoke(rows, because)?;
                let has = holding(tx, &actor, &resource, now)?.capabilities;
                strike_as(tx, (caller, has), (&one.holder, &resource, Capabilities::NONE), because)
            }
            // To write back what was shown changes nothing, however it came about.
            Setting::Exactly(access) if shown_to(tx, entry, &one.holder, now)? == Some(access) => Ok(()),
            Setting::Exactly(Access::None) if one.holder == Holder::User(caller) => {
                leave_in(self, tx, caller, &resource, &reason(label(Access::None)), now)?;
                Ok(())
            }
            Setting::Exactly(access) if is_unwanted(tx, caller, entry, (&one.holder, access), now)? => Ok(()),
            Setting::Exactly(access) => {
                let reason = reason(label(access));
                let because = self.because(&actor, &reason, now);
                let could = holding(tx, &actor, &resource, now)?;
                let kept = self.set_exactly(tx, caller, entry, (&one.holder, access), because)?;
                let mut rows = tx.grants_to(&one.holder, &resource)?;
                rows.retain(|grant| grant.id != kept);
                revoke_all(tx, (caller, &could), rows, because)?;
                let has = holding(tx, &actor, &resource, now)?.capabilities;
                strike_as(tx, (caller, has), (&one.holder, &resource, access.capabilities()), because)
            }
        }
    }

    /// Makes the holder's row on the entry an exact one, or writes one. Gives which. Of several rows it is the one that
    /// lasts longest: nothing ends sooner because something else was to end.
    fn set_exactly(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        entry: &Entry,
        (holder, access): (&Holder, Access),
        because: vouchsafe_store::Because<'_>,
    ) -> Result<GrantId, Fault> {
        let (engine, now, resource) = (Engine::default(), because.at, Resource::Entry(entry.uuid));
        let mut rows = tx.grants_to(holder, &resource)?;
        rows.retain(|grant| !grant.is_expired(now) && grant.origin != LEFT);
        let longest = |grant: &&Grant| (grant.expires_at.is_some(), Reverse(grant.expires_at), !grant.exact);
        if let Some(row) = rows.iter().min_by_key(longest) {
            let planned = engine.plan_exact(&mut **tx, row, access.capabilities(), caller, now)?;
            tx.apply(&planned.map_err(refused)?, None, because)?;
            return Ok(row.id);
        }
        let has = holding(tx, &Actor::User(caller), &resource, now)?;
        if !plan::may_give_these(&has, access.capabilities(), true) {
            return Err(ApiError::Forbidden {}.into());
        }
        let wish = Wish::new(caller, holder.clone(), resource, access, ORIGIN);
        let wish = Wish { is_exact: true, may_lower: true, ..wish };
        let given = engine.plan_give(&mut **tx, &wish, now)?.map_err(refused)?;
        self.apply_gift(tx, &given, None, because)?;
        Ok(given.grant.id)
    }
}

/// What the audit says of a setting.
pub(super) fn reason(entry: &Entry, whom: &str, what: &str) -> String {
    let kind = if entry.is_dir { "Folder" } else { "File" };
    format!("{kind} {}. Access Updated for {whom}: {what}", entry.name)
}

/// Of several settings for one subject the last, in its place.
fn last_of_each(sets: &[SetShare]) -> Vec<SetShare> {
    let mut named = BTreeSet::new();
    let mut last: Vec<SetShare> = sets.iter().rev().filter(|set| named.insert(set.subject)).cloned().collect();
    last.reverse();
    last
}

/// Whether it would be new to somebody who blocks the caller: see [`is_forced`]. What he has from above may be lowered
/// by a row here: a block is no way to keep what shall be taken.
fn is_unwanted(
    tx: &mut Tx<'_>,
    caller: UserId,
    entry: &Entry,
    (holder, access): (&Holder, Access),
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let wish = Wish::new(caller, holder.clone(), entry.uuid, access, ORIGIN);
    if !is_forced(tx, caller, &wish, |_| true, now)? {
        return Ok(false);
    }
    // A row of his own would outlive what he has through a group.
    let located = tx.place(&wish.resource)?;
    let own = Engine::default().own_access(tx, holder, &located, now)?;
    Ok(own.is_none_or(|own| !own.capabilities.covers(access.capabilities())))
}

/// The settings for those who are there: groups first, then people, the caller last.
fn meant(tx: &mut Tx<'_>, caller: UserId, sets: &[SetShare]) -> Result<Vec<Meant>, Fault> {
    let mut meant = Vec::with_capacity(sets.len());
    for SetShare { subject, setting, .. } in sets {
        let sharee = match subject {
            SubjectId::DefaultLink => None,
            SubjectId::Everyone => Some(Sharee::Everyone),
            SubjectId::Id(id) => match Sharee::of(tx, &Holder::User(UserId::from(*id)))? {
                None => Sharee::group(tx, GroupId::from(*id))?,
                person => person,
            },
        };
        if let Some(sharee) = sharee {
            meant.push(Meant { holder: sharee.holder(), sharee, setting: *setting });
        }
    }
    meant.sort_by_key(|one| (matches!(one.holder, Holder::User(_)), one.holder == Holder::User(caller)));
    Ok(meant)
}

/// Revokes the rows beside the one that was set, for who had this much before. One that has ended may as well stay.
///
/// # Errors
/// `forbidden` when one that stands is not his to revoke: others gave it, or its holder wrote it by leaving.
fn revoke_all(
    tx: &mut WriteTx<'_>,
    (caller, had): (UserId, &Holding),
    rows: Vec<Grant>,
    because: vouchsafe_store::Because<'_>,
) -> Result<(), Fault> {
    let (his, others): (Vec<Grant>, Vec<Grant>) = rows.into_iter().partition(|row| plan::may_revoke(had, caller, row));
    if others.iter().any(|row| !row.is_expired(because.at)) {
        return Err(ApiError::Forbidden {}.into());
    }
    Ok(tx.revoke(his, because)?)
}

/// The rows of a holder on an entry, and on everything below a directory, that the caller may revoke.
fn removable(
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

pub(super) fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotVisible => ApiError::SubjectDoesNotExist {},
        Refusal::NotAllowed { .. } | Refusal::Denied | Refusal::ToSelf => ApiError::Forbidden {},
    }
}

/// Sets what is kept back on a file, if it was said, for its owner; from anybody else it is passed over.
fn restrict(
    tx: &mut WriteTx<'_>,
    entry: &Entry,
    restrictions: Option<Restrictions>,
    because: vouchsafe_store::Because<'_>,
) -> Result<(), Fault> {
    let is_taken = because.actor.user() == Some(entry.owner) && is_viewable(entry);
    match restrictions.filter(|wanted| is_taken && entry.restrictions != *wanted) {
        Some(restrictions) => Ok(tx.set_restrictions(entry, restrictions, because)?),
        None => Ok(()),
    }
}
