//! Who could do what on an entry at a moment in the past.

use crate::{AccessList, Fault, Vouchsafe, access::Known, audit::taken_over_by, grants::holding};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_engine::{
    Engine, GrantIndex, GrantSource, Located, MemorySource, SpokenRow, Subject,
    access::{AccessCursor, AccessQuery},
    memory::MemoryEntry,
};
use vouchsafe_store::{StoreError, Tx};
use vouchsafe_types::{
    Actor, Capability, DefaultGroup, EntryId, EntryPath, Grant, GrantId, GroupId, Holder, Resource, UserId,
    error::ApiError,
};

/// The most lines of the audit that are read about one entry.
const MOST_LINES: usize = 20_000;

impl Vouchsafe {
    /// Who could do what on an entry at a moment in the past: see [`Vouchsafe::who_has_access`]. It is read from the
    /// audit, and so told to a host application and to whom the audit of the entry is told.
    ///
    /// Who had something only as one of everyone, or by whether his address was proven, and has no account any more, is
    /// not listed.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller cannot see, was not there then, lay where nothing is known of any
    /// more, or, for a person, was somebody else's; `forbidden` for who is not told its audit; `field_invalid` for a
    /// time to come; `future` when the audit has more than 20,000 lines about it or a directory above.
    pub fn who_had_access(
        &self,
        actor: &Actor,
        entry: EntryId,
        at: DateTime<Utc>,
        after: Option<&AccessCursor>,
        limit: usize,
    ) -> Result<AccessList, Fault> {
        if at > self.now() {
            return Err(ApiError::invalid("at", "a time in the past", Some(at.to_rfc3339())).into());
        }
        self.read(|tx| {
            let resource = Resource::Entry(entry);
            self.require_historian(tx, actor, &resource)?;
            let known = Known::to(tx, actor)?;
            let (opens, tells) = (|holder: &Holder| known.opens(holder), |who, group| known.tells(who, group));
            let query = AccessQuery { after, limit, opens: &opens, tells: &tells };
            // Who could reach it in the tree of another is that one's business.
            if actor.user().is_some() && was_others(tx, entry, at)? {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            let mut past = Past::of(tx, entry, at)?;
            let page = Engine::default().who_has_access(&mut past, &resource, &query, at)?;
            let mut items = Vec::with_capacity(page.items.len());
            for reach in page.items {
                let mut item = self.access_item(tx, actor, (&resource, None), reach)?;
                item.via.iter_mut().for_each(|via| via.may_revoke = false);
                items.push(item);
            }
            Ok(AccessList { items, next: page.next, revision: tx.versions(None)?.revision })
        })
    }

    /// A host application, or a person who is told the audit.
    fn require_historian(&self, tx: &mut Tx<'_>, actor: &Actor, resource: &Resource) -> Result<(), Fault> {
        let Located::At(_) = tx.located(resource)?.0 else { return Err(ApiError::SubjectDoesNotExist {}.into()) };
        let has = match actor {
            Actor::Service { .. } => return Ok(()),
            Actor::User(_) => holding(tx, actor, resource, self.now())?.capabilities,
            Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
                return Err(ApiError::Forbidden {}.into());
            }
        };
        match (has.has(Capability::Manage), has.has(Capability::See)) {
            (true, _) => Ok(()),
            (false, true) => Err(ApiError::Forbidden {}.into()),
            (false, false) => Err(ApiError::SubjectDoesNotExist {}.into()),
        }
    }
}

/// Whether an entry came into the tree that it is in only after a moment.
fn was_others(tx: &mut Tx<'_>, entry: EntryId, at: DateTime<Utc>) -> Result<bool, Fault> {
    let Some(found) = tx.find_entry(entry)? else { return Ok(true) };
    let line = taken_over_by(tx, &found)?;
    Ok(tx.time_of_line(line)?.is_some_and(|came_at| came_at > at))
}

/// Storage as it was at a moment, as far as one entry and what lay above it are concerned. People are looked up when
/// they are asked about.
struct Past<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    at: DateTime<Utc>,
    memory: MemorySource,
    looked_up: BTreeSet<UserId>,
}

impl<'a, 'tx> Past<'a, 'tx> {
    fn of(tx: &'a mut Tx<'tx>, entry: EntryId, at: DateTime<Utc>) -> Result<Self, Fault> {
        if tx.find_entry(entry)?.is_none_or(|found| found.created_at > at) {
            return Err(ApiError::SubjectDoesNotExist {}.into());
        }
        let mut past = Self { tx, at, memory: MemorySource::default(), looked_up: BTreeSet::new() };
        let mut next = Some(entry);
        while let Some(uuid) = next.take_if(|_| past.memory.entries.len() <= EntryPath::MAX_NAMES) {
            next = past.add_level(uuid)?;
        }
        let issuers: BTreeSet<UserId> = past.memory.grants.iter().map(|grant| grant.issuer).collect();
        issuers.into_iter().try_for_each(|issuer| past.look_up(issuer))?;
        Ok(past)
    }

    /// Adds an entry with what stood on it. Gives the directory that it lay in.
    fn add_level(&mut self, uuid: EntryId) -> Result<Option<EntryId>, Fault> {
        let found = self.tx.find_entry(uuid)?;
        let parent = match (self.tx.find_parent_then(uuid, self.at)?, &found) {
            (Some(parent), _) => Some(parent),
            (None, Some(found)) => self.tx.find_parent(found)?.map(|parent| parent.uuid),
            // What was deleted with the directory that it lay in is not known any more.
            (None, None) => return Err(ApiError::SubjectDoesNotExist {}.into()),
        };
        if let (None, Some(root)) = (parent, &found) {
            self.memory.roots.insert(uuid, root.owner);
        }
        let (name, is_file) = found.map_or_else(Default::default, |found| (found.name, !found.is_dir));
        self.memory.entries.insert(uuid, MemoryEntry { parent, name, is_file });
        let Some(then) = self.tx.entry_then(uuid, self.at, MOST_LINES)? else {
            return Err(ApiError::Future { what: format!("a past of more than {MOST_LINES} changes") }.into());
        };
        self.memory.restrictions.insert(uuid, then.restrictions);
        for grant in then.grants {
            if let Holder::Group(group) = grant.holder {
                self.memory.groups.entry(group).or_default();
            }
            self.memory.grants.push(grant);
        }
        Ok(parent)
    }

    /// Adds a person to memory, and to the groups there that he was in.
    fn look_up(&mut self, user: UserId) -> Result<(), StoreError> {
        if !self.looked_up.insert(user) {
            return Ok(());
        }
        let then = self.tx.account_then(user, self.at)?;
        self.memory.users.insert(user, then.is_active);
        for (group, members) in &mut self.memory.groups {
            let was_in = match DefaultGroup::find(*group) {
                Some(default) => default.has(then.email_confirmed),
                None => self.tx.was_member(*group, user, self.at)?,
            };
            if was_in {
                members.insert(user);
            }
        }
        Ok(())
    }

    /// People among whom those are whom a holder reached, by id.
    fn candidates(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, StoreError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        match holder {
            Holder::Group(group) if DefaultGroup::find(*group).is_none() => {
                self.tx.list_joined(*group, self.at, after, most)
            }
            Holder::Group(_) | Holder::Everyone => self.tx.list_users_since(self.at, after, most),
            Holder::User(_) | Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => Ok(Vec::new()),
        }
    }

    fn was_in(&self, group: GroupId, user: UserId) -> bool {
        self.memory.groups.get(&group).is_some_and(|members| members.contains(&user))
    }
}

impl GrantSource for Past<'_, '_> {
    type Error = StoreError;

    fn place(&mut self, resource: &Resource) -> Result<Located, StoreError> {
        let Ok(located) = self.memory.place(resource);
        Ok(located)
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, StoreError> {
        if let Some(person) = subject.person() {
            self.look_up(person)?;
        }
        let Ok(rows) = self.memory.rows(resource, subject, limit);
        Ok(rows)
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        let Ok(grants) = self.memory.grants_to(holder, resource);
        Ok(grants)
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.look_up(user)?;
        let Ok(is_active) = self.memory.is_active(user);
        Ok(is_active)
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &vouchsafe_types::AppUid) -> Result<bool, StoreError> {
        let Ok(is_in) = self.memory.is_in_app_data(entry, app);
        Ok(is_in)
    }
}

impl GrantIndex for Past<'_, '_> {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        let Ok(grants) = self.memory.dependants(holder, resource);
        Ok(grants)
    }

    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, StoreError> {
        let Ok(holders) = self.memory.holders(resource, after, limit);
        Ok(holders)
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, StoreError> {
        let mut after = after;
        loop {
            let mut found = self.candidates(holder, after, limit)?;
            let Some(last) = found.last().copied() else { return Ok(found) };
            for user in &found {
                self.look_up(*user)?;
            }
            found.retain(|user| match holder {
                Holder::Group(group) => self.was_in(*group, *user),
                _ => true,
            });
            if !found.is_empty() {
                return Ok(found);
            }
            after = Some(last);
        }
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        let Ok(grant) = self.memory.grant(id);
        Ok(grant)
    }
}
