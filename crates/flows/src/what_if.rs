//! Who would gain and lose what by a change: the change is made, looked at, and taken back.

use crate::{
    Fault, GroupEdit, Vouchsafe,
    access::{opens, own_groups},
    grants::{GrantWish, Mode, give_in, revoke_in, username},
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{Engine, Located, Subject, access::AccessQuery, plan::Revocation};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::error::ApiError;
use vouchsafe_types::{Actor, Capabilities, EntryId, EntryPath, GrantId, GroupId, Holder, Resource, UserId};

/// A change that is thought of.
#[derive(Debug, Clone)]
pub enum Change {
    /// A grant is made.
    Share(GrantWish),
    /// A grant is revoked.
    Revoke {
        /// Which.
        grant: GrantId,
        /// With what hangs on it.
        mode: Mode,
    },
    /// An entry is moved.
    Move {
        /// Which.
        entry: EntryId,
        /// Where to.
        path: EntryPath,
    },
    /// An entry is deleted.
    Delete {
        /// Which.
        entry: EntryId,
    },
    /// Members of a group are changed.
    GroupEdit {
        /// Which.
        group: GroupId,
        /// How.
        edit: GroupEdit,
    },
}

/// What somebody would gain, or lose, on an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Who.
    pub user: String,
    /// On what.
    pub entry: EntryId,
    /// What he may do now.
    pub before: Capabilities,
    /// What he could do then.
    pub after: Capabilities,
}

/// What a change would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// What people would gain.
    pub gains: Vec<Difference>,
    /// What people would lose.
    pub losses: Vec<Difference>,
    /// Whether everybody and everything was looked at.
    pub is_complete: bool,
    /// The state it is about.
    pub revision: i64,
}

/// The most entries, and the most pairs of a person and an entry, that are looked at.
const MAX_ENTRIES: usize = 200;
const MAX_PAIRS: usize = 10_000;
/// How many people are listed at once.
const PAGE: usize = 500;

/// What people have, by person and entry.
type Holdings = BTreeMap<(UserId, EntryId), Capabilities>;

/// The entries that are looked at, and who can reach them.
struct Scene {
    entries: Vec<EntryId>,
    is_complete: bool,
}

impl Vouchsafe {
    /// What a change would do to what people may do: on the entry that it is about, and on every entry below it on which
    /// grants stand of their own. Nothing is written; what would be refused is refused in the same words.
    ///
    /// Looks at 200 entries and 10,000 pairs of a person and an entry at most, and says when that was not enough. A
    /// person who is no host application is told about himself, about those who hold grants there themselves, and about
    /// the members of his own groups.
    ///
    /// # Errors
    /// What the change itself would be refused with.
    pub fn what_if(&self, actor: &Actor, change: &Change) -> Result<Outcome, Fault> {
        let now = self.now();
        self.write("what_if", |tx| {
            let scene = scene(tx, change)?;
            let own = own_groups(tx, actor)?;
            let is_shown = |holder: &Holder| opens(holder, own.as_ref());
            let (mut people, mut is_complete) = (BTreeSet::new(), scene.is_complete);
            is_complete &= list_people(tx, &scene, &is_shown, &mut people, now)?;
            let after = tx.rehearse(|tx| {
                self.make(tx, actor, change, now)?;
                is_complete &= list_people(tx, &scene, &is_shown, &mut people, now)?;
                holdings(tx, &scene, &people, now)
            })?;
            let before = holdings(tx, &scene, &people, now)?;
            let revision = tx.versions(None)?.revision;
            let mut outcome = Outcome { is_complete, revision, ..Outcome::default() };
            for ((user, entry), before) in before {
                let after = after.get(&(user, entry)).copied().unwrap_or(Capabilities::NONE);
                let difference = || Ok::<_, Fault>(Difference { user: username(tx, user)?, entry, before, after });
                outcome.add(before, after, difference)?;
            }
            Ok(outcome)
        })
    }

    /// Makes the change as it is made for good.
    fn make(&self, tx: &mut WriteTx<'_>, actor: &Actor, change: &Change, now: DateTime<Utc>) -> Result<(), Fault> {
        match change {
            Change::Share(wish) => give_in(self, tx, actor, wish, now).map(|_| ()),
            Change::Revoke { grant, mode } => match revoke_in(self, tx, actor, *grant, *mode, now)? {
                Revocation::Planned(_) => Ok(()),
                Revocation::Depended(_) => Err(ApiError::Conflict {}.into()),
            },
            Change::Move { entry, path } => self.move_in(tx, actor, *entry, path, now),
            Change::Delete { entry } => self.delete_in(tx, actor, *entry, now),
            Change::GroupEdit { group, edit } => self.edit_group_in(tx, actor, *group, edit, now),
        }
    }
}

impl Outcome {
    fn add(
        &mut self,
        before: Capabilities,
        after: Capabilities,
        mut difference: impl FnMut() -> Result<Difference, Fault>,
    ) -> Result<(), Fault> {
        if !before.covers(after) {
            self.gains.push(difference()?);
        }
        if !after.covers(before) {
            self.losses.push(difference()?);
        }
        Ok(())
    }
}

/// The entries on which a change can make a difference.
fn scene(tx: &mut Tx<'_>, change: &Change) -> Result<Scene, Fault> {
    let tops: Vec<EntryId> = match change {
        Change::Share(wish) => {
            let permission = wish.permission.parse().ok();
            let resolved = permission.map(|p| Engine::default().resolve(tx, &p)).transpose()?.flatten();
            resolved.and_then(|(resource, _)| entry_of(&resource)).into_iter().collect()
        }
        Change::Revoke { grant, .. } => {
            tx.find_grant(*grant)?.and_then(|stored| entry_of(&stored.grant.resource)).into_iter().collect()
        }
        Change::Move { entry, .. } | Change::Delete { entry } => vec![*entry],
        Change::GroupEdit { group, .. } => tx.list_entries_held_by_group(*group, MAX_ENTRIES + 1)?,
    };
    let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
    for top in tops {
        for entry in [top].into_iter().chain(tx.list_entries_with_grants_below(top, MAX_ENTRIES + 1)?) {
            if seen.insert(entry) {
                entries.push(entry);
            }
        }
    }
    let is_complete = entries.len() <= MAX_ENTRIES;
    entries.truncate(MAX_ENTRIES);
    Ok(Scene { entries, is_complete })
}

const fn entry_of(resource: &Resource) -> Option<EntryId> {
    match resource {
        Resource::Entry(entry) => Some(*entry),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    }
}

/// Adds everybody who can reach one of the entries. Gives whether that were all of them.
fn list_people(
    tx: &mut Tx<'_>,
    scene: &Scene,
    opens: &dyn Fn(&Holder) -> bool,
    people: &mut BTreeSet<UserId>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let most = MAX_PAIRS / scene.entries.len().max(1);
    for entry in &scene.entries {
        let mut after = None;
        loop {
            let query = AccessQuery { after: after.as_ref(), limit: PAGE, opens };
            let page = Engine::default().who_has_access(tx, &Resource::Entry(*entry), &query, now)?;
            for reach in page.items {
                if let Holder::User(user) = reach.holder {
                    people.insert(user);
                }
            }
            if people.len() > most {
                let kept: BTreeSet<UserId> = people.iter().copied().take(most).collect();
                *people = kept;
                return Ok(false);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    Ok(true)
}

fn holdings(tx: &mut Tx<'_>, scene: &Scene, people: &BTreeSet<UserId>, now: DateTime<Utc>) -> Result<Holdings, Fault> {
    let engine = Engine::default();
    let mut all = Holdings::new();
    for entry in &scene.entries {
        let (located, _) = tx.located(&Resource::Entry(*entry))?;
        for user in people {
            let has = match &located {
                Located::At(_) => {
                    let found = engine.holdings(tx, &[Subject::User(*user)], &located, now)?;
                    found.first().map_or(Capabilities::NONE, |holding| holding.capabilities)
                }
                Located::Absent | Located::TooDeep => Capabilities::NONE,
            };
            all.insert((*user, *entry), has);
        }
    }
    Ok(all)
}
