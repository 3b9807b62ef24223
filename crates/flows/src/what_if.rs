//! Who would gain and lose what by a change: the change is made, looked at, and taken back.

mod scene;

use crate::{
    Fault, GrantTerms, GrantView, GroupEdit, IfMatch, StoreError, Vouchsafe,
    access::Known,
    grants::{GrantWish, Mode, edit_in, give_in, leave_now, revoke_in, username, views},
};
use chrono::{DateTime, Utc};
use scene::{authorise, scene, sight};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{Engine, Located, Subject, access::AccessQuery, plan::Revocation};
use vouchsafe_store::{Deadline, Tx, WriteTx};
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
    /// A grant is given new terms.
    Edit {
        /// Which.
        grant: GrantId,
        /// What it shall say.
        terms: GrantTerms,
        /// What the caller saw.
        seen: IfMatch,
    },
    /// The caller leaves what was shared with him.
    Leave {
        /// Which.
        resource: Resource,
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

/// What comes of thinking of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Foretold {
    /// It could be made, and would do this.
    Done(Outcome),
    /// It would not be made: these grants hang on the one to be revoked.
    Depended(Vec<GrantView>),
}

/// What a change would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// What people would gain.
    pub gains: Vec<Difference>,
    /// What people would lose.
    pub losses: Vec<Difference>,
    /// Whether everybody and everything was looked at, and may be told. Of apps, sites and names nothing is.
    pub is_complete: bool,
    /// The state it is about.
    pub revision: i64,
}

/// The most entries, and the most pairs of a person and an entry, that are looked at.
const MAX_ENTRIES: usize = 200;
const MAX_PAIRS: usize = 10_000;
/// How many people are listed, or looked at, at once.
const PAGE: usize = 500;
/// How often it is tried to look at the present beside the writer, while others go on writing.
const ATTEMPTS: usize = 3;

/// What people have, by person and entry.
type Holdings = BTreeMap<(UserId, EntryId), Capabilities>;

/// How it is now: the entries that the asker may be told about, who can reach them, and what they have.
#[derive(Clone)]
struct Present {
    known: Known,
    me: Option<UserId>,
    /// The entries, each with whether the asker may be told about others there.
    entries: BTreeMap<EntryId, bool>,
    people: BTreeSet<UserId>,
    holdings: Holdings,
    is_complete: bool,
    revision: i64,
}

impl Vouchsafe {
    /// What a change would do to what people may do: on the entry that it is about, and on every entry below it on
    /// which grants stand of their own. Nothing is written; what would be refused is refused in the same words.
    ///
    /// Looks at 200 entries and 10,000 pairs of a person and an entry at most, for a second at most, and only at
    /// people: when there is more, it says so. A person who is no host application is told about himself on entries
    /// that he sees, and about others on entries that he may share, with what they have there in any other way than
    /// through groups of which he may not know who is in them; an app or token, about its person. What is withheld is
    /// not complete, either, nor is what is about anything but entries.
    ///
    /// # Errors
    /// What the change itself would be refused with; `entity_not_found` for a group that the caller has nothing to do
    /// with.
    pub fn what_if(&self, actor: &Actor, change: &Change) -> Result<Foretold, Fault> {
        let now = self.now();
        for _ in 0..ATTEMPTS {
            let present = self.read(|tx| self.present(tx, actor, change, now))?;
            let told = self.rehearse("what_if", |tx| {
                if tx.versions(None)?.revision != present.revision {
                    return Ok(None);
                }
                self.future(tx, actor, change, present.clone(), now).map(Some)
            });
            match told {
                Ok(None) | Err(Fault::Store(StoreError::Unavailable(_) | StoreError::Contended(_))) => {}
                Ok(Some(told)) => return Ok(told),
                Err(fault) => return Err(fault),
            }
        }
        self.rehearse("what_if", |tx| {
            let present = self.present(tx, actor, change, now)?;
            self.future(tx, actor, change, present, now)
        })
    }

    /// Looks at how it is. Who may not make the change learns no more from this than from making it.
    fn present(&self, tx: &mut Tx<'_>, actor: &Actor, change: &Change, now: DateTime<Utc>) -> Result<Present, Fault> {
        authorise(tx, actor, change, now)?;
        let (entries, mut is_complete) = scene(tx, change)?;
        let mut told = BTreeMap::new();
        for entry in entries {
            match sight(tx, actor, entry, now)? {
                Some(of_others) => {
                    is_complete &= of_others;
                    told.insert(entry, of_others);
                }
                None => is_complete = false,
            }
        }
        let me = actor.user();
        let mut present = Present {
            known: Known::to(tx, actor)?,
            me,
            entries: told,
            people: me.into_iter().collect(),
            holdings: Holdings::new(),
            is_complete,
            revision: tx.versions(None)?.revision,
        };
        present.list_people(tx, now)?;
        present.holdings = present.look(tx, &present.people, None, now)?;
        Ok(present)
    }

    /// Makes the change, looks at how it is then, and takes it back.
    fn future(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        change: &Change,
        mut present: Present,
        now: DateTime<Utc>,
    ) -> Result<Foretold, Fault> {
        let before: BTreeSet<UserId> = present.people.clone();
        let after = tx.rehearse(|tx| {
            if let Some(dependants) = self.make(tx, actor, change, now)? {
                return Ok(Err(views(tx, dependants, now)?));
            }
            if matches!(change, Change::Move { .. }) {
                present.keep_what_is_shared(tx, actor, now)?;
            }
            present.list_people(tx, now)?;
            let deadline = Some(tx.deadline());
            present.look(tx, &present.people, deadline, now).map(Ok::<_, Vec<GrantView>>)
        })?;
        let after = match after {
            Ok(after) => after,
            Err(dependants) => return Ok(Foretold::Depended(dependants)),
        };
        let newcomers = &present.people - &before;
        let theirs = present.look(tx, &newcomers, None, now)?;
        present.holdings.extend(theirs);
        present.outcome(tx, &after).map(Foretold::Done)
    }

    /// Makes the change as it is made for good. Gives what stands in its way.
    fn make(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        change: &Change,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<vouchsafe_types::Grant>>, Fault> {
        match change {
            Change::Share(wish) => drop(give_in(self, tx, actor, wish, now)?),
            Change::Revoke { grant, mode } => {
                if let Revocation::Depended(grants) = revoke_in(self, tx, actor, *grant, *mode, now)? {
                    return Ok(Some(grants));
                }
            }
            Change::Edit { grant, terms, seen } => drop(edit_in(self, tx, actor, *grant, (terms, seen), now)?),
            Change::Leave { resource } => leave_now(self, tx, actor, resource, now)?,
            Change::Move { entry, path } => self.move_in(tx, actor, *entry, path, now)?,
            Change::Delete { entry } => self.delete_in(tx, actor, *entry, now)?,
            Change::GroupEdit { group, edit } => self.edit_group_in(tx, actor, *group, edit, now)?,
        }
        Ok(None)
    }
}

impl Present {
    /// Adds everybody who can reach one of the entries on which the asker may be told about others.
    fn list_people(&mut self, tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Fault> {
        let most = MAX_PAIRS / self.entries.len().max(1);
        let known = &self.known;
        let (opens, tells) = (|holder: &Holder| known.opens(holder), |who, group| known.tells(who, group));
        for (entry, _) in self.entries.iter().filter(|(_, of_others)| **of_others) {
            let mut after = None;
            loop {
                let query = AccessQuery { after: after.as_ref(), limit: PAGE, opens: &opens, tells: &tells };
                let page = Engine::default().who_has_access(tx, &Resource::Entry(*entry), &query, now)?;
                for reach in page.items {
                    match reach.holder {
                        Holder::User(user) if self.people.len() < most => drop(self.people.insert(user)),
                        Holder::User(user) => self.is_complete &= self.people.contains(&user),
                        // Those whom it reaches are listed, or may not be, or are no people.
                        other => self.is_complete &= known.opens(&other) && !is_machine(&other),
                    }
                }
                match page.next {
                    Some(next) if self.people.len() < most => after = Some(next),
                    more => {
                        self.is_complete &= more.is_none();
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// What these people have, as far as it is told; until it is too late to look further.
    fn look(
        &self,
        tx: &mut Tx<'_>,
        people: &BTreeSet<UserId>,
        deadline: Option<Deadline>,
        now: DateTime<Utc>,
    ) -> Result<Holdings, Fault> {
        let tells = |who, group| self.known.tells(who, group);
        let mut all = Holdings::new();
        for (entry, of_others) in &self.entries {
            let (located, _) = tx.located(&Resource::Entry(*entry))?;
            let asked = people.iter().filter(|user| *of_others || Some(**user) == self.me);
            let subjects: Vec<Subject> = asked.map(|user| Subject::User(*user)).collect();
            for some in subjects.chunks(PAGE) {
                if deadline.is_some_and(Deadline::has_passed) {
                    return Ok(all);
                }
                all.extend(some.iter().filter_map(Subject::person).map(|who| ((who, *entry), Capabilities::NONE)));
                if matches!(located, Located::At(_)) {
                    let found = Engine::default().reaches(tx, some, &located, &tells, now)?;
                    let of_person = found.into_iter().filter_map(|reach| match reach.holder {
                        Holder::User(user) => Some(((user, *entry), reach.capabilities)),
                        _ => None,
                    });
                    all.extend(of_person);
                }
            }
        }
        Ok(all)
    }

    /// What is moved comes under what its new place is shared with: that is for who may share it there, too.
    fn keep_what_is_shared(&mut self, tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<(), Fault> {
        for (entry, of_others) in &mut self.entries {
            *of_others = *of_others && sight(tx, actor, *entry, now)? == Some(true);
            self.is_complete &= *of_others;
        }
        Ok(())
    }

    /// The differences between what people have and what they would have.
    fn outcome(&self, tx: &mut Tx<'_>, after: &Holdings) -> Result<Outcome, Fault> {
        let mut outcome = Outcome { is_complete: self.is_complete, revision: self.revision, ..Outcome::default() };
        for ((user, entry), before) in &self.holdings {
            let of_others = self.entries.get(entry).copied().unwrap_or(false);
            if !of_others && Some(*user) != self.me {
                continue;
            }
            let (Some(after), before) = (after.get(&(*user, *entry)).copied(), *before) else {
                outcome.is_complete = false;
                continue;
            };
            if before != after {
                outcome.add(Difference { user: username(tx, *user)?, entry: *entry, before, after });
            }
        }
        Ok(outcome)
    }
}

impl Outcome {
    /// By what a caller knows it again: it is another one whenever somebody else would lose something. Those that were not
    /// looked at to the end are all alike.
    #[must_use]
    pub fn tag(&self) -> String {
        let losses = self.is_complete.then_some(&self.losses);
        hex::encode(Sha256::digest(format!("{losses:?}").as_bytes()))
    }

    fn add(&mut self, difference: Difference) {
        let Difference { before, after, .. } = difference;
        if !after.covers(before) {
            self.losses.push(difference.clone());
        }
        if !before.covers(after) {
            self.gains.push(difference);
        }
    }
}

/// Whether what it has is nobody's, or only what acts for somebody has it.
const fn is_machine(holder: &Holder) -> bool {
    matches!(holder, Holder::App { .. } | Holder::Token(_) | Holder::Link(_))
}
