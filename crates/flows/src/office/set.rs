//! Many shares of many entries set at once: all of it, or nothing.

use super::{
    begun::Begun,
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
use vouchsafe_store::{Because, Entry, Tx, WriteTx};
use vouchsafe_types::{
    Access, Actor, Capability, Grant, GrantId, GroupId, Holder, Resource, Restrictions, UserId, error::ApiError,
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

impl Setting {
    /// Whether it gives something.
    pub(super) fn gives(self) -> bool {
        matches!(self, Self::Exactly(access) if access != Access::None)
    }
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
            let mut entries = all_shared_by(tx, actor, &targets, now)?;
            // While sharing is denied, what others gave sleeps: what is set shall hold beside that.
            for entry in &mut entries {
                restrict(tx, entry, change.restrictions, self.because(actor, "advanced settings", now))?;
            }
            let meant = meant(tx, caller, &sets)?;
            let begun = entries.iter().map(|entry| Begun::of(tx, caller, entry.clone(), &meant, now));
            let begun = begun.collect::<Result<Vec<Begun>, Fault>>()?;
            self.set_all(tx, By { caller, now }, &begun, (&sets, &passwords, &meant))?;
            if let Some(message) = &change.notice {
                notice::tell(self, tx, &Notice { caller, entries: &entries, meant: &meant, message }, now)?;
            }
            Ok(entries)
        })?;
        // Who has just given up his own right to share is shown what he did all the same.
        self.read(|tx| self.entry_shares(tx, caller, &entries, now))
    }

    /// Makes every setting on every entry, so that in the end all of them hold.
    fn set_all(
        &self,
        tx: &mut WriteTx<'_>,
        by @ By { caller, now }: By,
        all: &[Begun],
        (sets, passwords, meant): (&[SetShare], &BTreeMap<usize, Option<String>>, &[Meant]),
    ) -> Result<(), Fault> {
        for begun in all {
            for (place, set) in sets.iter().enumerate() {
                self.set_link(tx, by, &begun.entry, set, passwords.get(&place).cloned())?;
            }
        }
        self.take_over(tx, caller, all, (sets, meant), now)?;
        let (own, others): (Vec<&Meant>, Vec<&Meant>) =
            meant.iter().partition(|one| one.holder == Holder::User(caller));
        for begun in all {
            self.set_shares(tx, caller, begun, &others, now)?;
        }
        // Who gave what was left as it is may have less now. Where the caller himself has less, he has put to sleep what
        // he gave, and cannot give it again.
        let given: Vec<&Meant> = others.into_iter().filter(|one| one.setting.gives()).collect();
        for begun in all {
            let has = holding(tx, &Actor::User(caller), &Resource::Entry(begun.entry.uuid), now)?;
            if has.capabilities.covers(begun.had.capabilities) {
                for SetShare { subject, setting, .. } in sets.iter().filter(|set| set.setting.gives()) {
                    let again = SetShare { subject: *subject, setting: *setting, options: None };
                    self.set_link(tx, by, &begun.entry, &again, None)?;
                }
                self.set_shares(tx, caller, begun, &given, now)?;
            }
        }
        all.iter().try_for_each(|begun| self.set_shares(tx, caller, begun, &own, now))
    }

    fn set_shares(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        begun: &Begun,
        some: &[&Meant],
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut all = some.iter().filter(|one| one.holder != Holder::User(begun.entry.owner));
        all.try_for_each(|one| self.set_share(tx, caller, begun, one, now))
    }

    fn set_share(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        begun: &Begun,
        one: &Meant,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Begun { entry, had, .. } = begun;
        let reason = |what: &str| reason(entry, one.sharee.name(), what);
        let (actor, resource) = (Actor::User(caller), Resource::Entry(entry.uuid));
        match one.setting {
            Setting::Unchanged => Ok(()),
            Setting::Nothing => {
                let reason = reason("None");
                begun.remove(tx, caller, &one.holder, self.because(&actor, &reason, now))
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
                let kept = self.set_exactly(tx, caller, begun, (&one.holder, access), because)?;
                let mut rows = tx.grants_to(&one.holder, &resource)?;
                rows.retain(|grant| grant.id != kept);
                revoke_all(tx, (caller, had), rows, because)?;
                strike_as(tx, (caller, had.capabilities), (&one.holder, &resource, access.capabilities()), because)
            }
        }
    }

    /// Makes the holder's row on the entry an exact one, or writes one. Gives which. Of several rows it is the one that
    /// lasts longest: nothing ends sooner because something else was to end.
    fn set_exactly(
        &self,
        tx: &mut WriteTx<'_>,
        caller: UserId,
        Begun { entry, had, .. }: &Begun,
        (holder, access): (&Holder, Access),
        because: Because<'_>,
    ) -> Result<GrantId, Fault> {
        let (engine, now, resource) = (Engine::default(), because.at, Resource::Entry(entry.uuid));
        let mut rows = tx.grants_to(holder, &resource)?;
        rows.retain(|grant| !grant.is_expired(now) && grant.origin != LEFT);
        let longest = |grant: &&Grant| (grant.expires_at.is_some(), Reverse(grant.expires_at), !grant.exact);
        if let Some(row) = rows.iter().min_by_key(longest) {
            let planned = engine.plan_exact(&mut **tx, row, access.capabilities(), (caller, *had), now)?;
            tx.apply(&planned.map_err(refused)?, None, because)?;
            return Ok(row.id);
        }
        if !plan::may_give_these(had, access.capabilities(), true) {
            return Err(ApiError::Forbidden {}.into());
        }
        let wish = Wish::new(caller, holder.clone(), resource, access, ORIGIN);
        // What its holder wrote by leaving is lifted by who managed when he began.
        let is_accepted = had.capabilities.has(Capability::Manage);
        let wish = Wish { is_exact: true, may_lower: true, is_accepted, ..wish };
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
    because: Because<'_>,
) -> Result<(), Fault> {
    let (his, others): (Vec<Grant>, Vec<Grant>) = rows.into_iter().partition(|row| plan::may_revoke(had, caller, row));
    if others.iter().any(|row| !row.is_expired(because.at)) {
        return Err(ApiError::Forbidden {}.into());
    }
    Ok(tx.revoke(his, because)?)
}

pub(super) fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotVisible => ApiError::SubjectDoesNotExist {},
        Refusal::Held => ApiError::Conflict {},
        Refusal::NotAllowed { .. } | Refusal::Denied | Refusal::ToSelf => ApiError::Forbidden {},
    }
}

/// Sets what is kept back on a file, if it was said, for its owner; from anybody else it is passed over.
fn restrict(
    tx: &mut WriteTx<'_>,
    entry: &mut Entry,
    restrictions: Option<Restrictions>,
    because: Because<'_>,
) -> Result<(), Fault> {
    let is_taken = because.actor.user() == Some(entry.owner) && is_viewable(entry);
    if let Some(restrictions) = restrictions.filter(|wanted| is_taken && entry.restrictions != *wanted) {
        tx.set_restrictions(entry, restrictions, because)?;
        entry.restrictions = restrictions;
    }
    Ok(())
}
