//! The database as the stage of a story.

use super::filling::{because, host};
use crate::{Because, GrantFilter, StoreError, Tx, User, WriteTx, versions::IDENTITY};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{
    MemorySource, Moment, Subject, reference,
    worlds::{Dice, Event, Stage, Trouble, World},
};
use vouchsafe_types::{EntryId, Grant, Holder, Resource, UserId};

/// One story in one transaction that is taken back in the end.
pub(super) struct Database<'t, 'c> {
    tx: &'t mut WriteTx<'c>,
    /// The numbers of the roots.
    roots: BTreeMap<EntryId, i64>,
    /// How it was at the last step.
    before: Option<World>,
    /// What the versions are bumped for since then.
    touched: BTreeSet<i64>,
    dice: Dice,
}

fn told<T>(outcome: Result<T, StoreError>) -> Result<T, Trouble> {
    outcome.map_err(Trouble::storage)
}

impl<'t, 'c> Database<'t, 'c> {
    pub(super) fn new(tx: &'t mut WriteTx<'c>, seed: u64) -> Self {
        let (roots, touched) = (BTreeMap::new(), BTreeSet::new());
        Self { tx, roots, before: None, touched, dice: Dice::new(seed) }
    }

    fn write(&mut self, event: &Event<'_>, at: Moment) -> Result<(), StoreError> {
        let (host, tx) = (host(), &mut *self.tx);
        let because = Because { at, ..because(&host) };
        match event {
            Event::Changes(changes) => tx.apply(changes, None, because),
            Event::Member(group, user, true) => tx.add_member(*group, *user, because),
            Event::Member(group, user, false) => tx.remove_member(*group, *user, because),
            Event::Account(user, is_active, email_confirmed) => {
                let found = tx.find_user(*user)?.unwrap();
                let user = User { is_suspended: !is_active, email_confirmed: *email_confirmed, ..found };
                tx.update_user(&user, because)
            }
            Event::Moved(entry, into) => {
                let (found, parent) = (tx.find_entry(*entry)?.unwrap(), tx.find_entry(*into)?.unwrap());
                if found.root != parent.root {
                    tx.retire_grants_below(&found, Some(found.owner), because)?;
                }
                tx.move_entry(&found, &parent, &found.name.parse().unwrap())
            }
            Event::Deleted(entry) => {
                let found = tx.find_entry(*entry)?.unwrap();
                tx.retire_grants_below(&found, None, because)?;
                tx.delete_entry(&found)
            }
            Event::Disbanded(group) => tx.delete_group(*group, because),
            Event::Vanished(user) => tx.delete_user(*user, because),
        }
    }

    /// Whoever has something else than before is covered by a version that was bumped: what is kept is never stale.
    fn versions_tell(&mut self, before: &World, after: &World) -> Result<(), Trouble> {
        if self.touched.contains(&IDENTITY) || self.touched.is_empty() && before.now != after.now {
            return Ok(());
        }
        let (had, has) = (before.right(), after.right());
        for on in before.resources() {
            let root = reference::above(&before.source, &on).pop();
            let root =
                root.and_then(|root| if let Resource::Entry(root) = root { self.roots.get(&root) } else { None });
            if root.is_some_and(|root| self.touched.contains(root)) {
                continue;
            }
            let people = before.people.iter().copied().map(Subject::User);
            for who in people.chain(before.helpers()) {
                if had.has(&who, &on) != has.has(&who, &on) {
                    return Err(Trouble(format!("{who:?} has something else on {on:?}, and no version says so")));
                }
            }
        }
        Ok(())
    }

    /// The entries that were given to somebody, page by page: each once, none forgotten.
    fn given_is_listed(&mut self, world: &World) -> Result<(), Trouble> {
        let (user, limit) = (*self.dice.pick(&world.people), self.dice.between(1, 3));
        if !world.source.users.contains_key(&user) {
            return Ok(());
        }
        let (mut listed, mut after) = (Vec::new(), 0);
        loop {
            let page = told(self.tx.list_entries_spoken_for(user, after, i64::try_from(limit).unwrap()))?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            listed.extend(page.into_iter().map(|(_, entry)| entry));
        }
        let (mut sorted, right) = (listed.clone(), spoken_for(&world.source, user));
        sorted.sort();
        if sorted == right.into_iter().collect::<Vec<_>>() {
            return Ok(());
        }
        Err(Trouble(format!("the entries given to {user} in pages of {limit}: {listed:?}")))
    }
}

/// The entries on which grants stand that reach a person, expired ones included.
fn spoken_for(world: &MemorySource, user: UserId) -> BTreeSet<EntryId> {
    let reaches = |grant: &&Grant| match &grant.holder {
        Holder::User(held) => *held == user,
        Holder::Group(group) => world.groups.get(group).is_some_and(|members| members.contains(&user)),
        Holder::Everyone => true,
        Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
    };
    let entry = |grant: &Grant| if let Resource::Entry(entry) = grant.resource { Some(entry) } else { None };
    world.grants.iter().filter(reaches).filter_map(entry).collect()
}

impl<'c> Stage for Database<'_, 'c> {
    type Source = Tx<'c>;

    fn begin(&mut self, world: &World) -> Result<(), Trouble> {
        self.roots = told(self.tx.fill(&world.source, world.people[0]))?;
        self.tx.take_touched();
        Ok(())
    }

    fn tell(&mut self, event: &Event<'_>, now: Moment) -> Result<(), Trouble> {
        told(self.write(event, now))?;
        self.touched.extend(self.tx.take_touched());
        Ok(())
    }

    fn grants(&mut self) -> Result<Vec<Grant>, Trouble> {
        let all = told(self.tx.list_grants(&GrantFilter::default(), 0, i64::MAX))?;
        Ok(all.into_iter().map(|stored| stored.grant).collect())
    }

    fn judge(&mut self, world: &World) -> Result<(), Trouble> {
        if let Some(before) = self.before.take() {
            self.versions_tell(&before, world)?;
        }
        self.touched.clear();
        if self.dice.one_in(4) {
            self.before = Some(world.clone());
        }
        if self.dice.one_in(2) { self.given_is_listed(world) } else { Ok(()) }
    }

    fn source(&mut self) -> Option<&mut Tx<'c>> {
        Some(&mut *self.tx)
    }
}
