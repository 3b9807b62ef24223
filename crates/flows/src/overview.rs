//! What was shared with a person, and what he shared, as he looks through it.

use crate::{EntryWithPath, Fault, GrantView, HolderName, Vouchsafe, catalogue::entry_seen_by, grants::username};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{Engine, Located, Subject, access::Reach};
use vouchsafe_store::{GrantFilter, Tx};
use vouchsafe_types::{
    Actor, AppUid, Capabilities, Capability, EntryId, Grant, GroupId, Holder, Resource, UserId, error::ApiError,
};

/// How many rows are looked at for one page at most.
const MOST_LOOKED_AT: usize = 1_000;
/// How many of them are read at once.
const BATCH: i64 = 50;
/// What is said instead of the name of an entry that its giver does not see any more.
const UNSEEN: &str = "something you cannot see any more";
/// The most apps in one list.
const MOST_APPS: usize = 100;

/// An entry that somebody was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The entry.
    pub entry: EntryWithPath,
    /// What he may do.
    pub capabilities: Capabilities,
    /// Who gives it, here or above it: as for the rest below, only what gives him something now counts.
    pub senders: BTreeSet<String>,
    /// The groups it was given to, of those that he is in.
    pub groups: BTreeSet<GroupId>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// When the last of it ends; `None` when some of it does not.
    pub until: Option<DateTime<Utc>>,
}

/// An app that somebody was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedApp {
    /// Its uid.
    pub uid: AppUid,
    /// What it is called.
    pub name: String,
    /// Who gives it.
    pub senders: BTreeSet<String>,
}

/// A grant that somebody gave, and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The grant.
    pub grant: GrantView,
    /// The entry it is about.
    pub entry: Option<EntryWithPath>,
    /// What it is about, as it is called.
    pub name: String,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct OverviewPage<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<i64>,
}

impl<T> Default for OverviewPage<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

impl<T> OverviewPage<T> {
    /// Reads on after `after`, batch by batch of numbered rows, until the page is full, the rows are at an end, or
    /// 1,000 of them were looked at. What is not shown does not count.
    pub(crate) fn fill<R>(
        tx: &mut Tx<'_>,
        after: i64,
        limit: u32,
        mut batch: impl FnMut(&mut Tx<'_>, i64) -> Result<Vec<(i64, R)>, Fault>,
        mut shown: impl FnMut(&mut Tx<'_>, R) -> Result<Option<T>, Fault>,
    ) -> Result<Self, Fault> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut items, mut at, mut looked_at) = (Vec::new(), after, 0);
        loop {
            let rows = batch(tx, at)?;
            if rows.is_empty() {
                return Ok(Self { items, next: None });
            }
            for (number, row) in rows {
                if items.len() == most || looked_at == MOST_LOOKED_AT {
                    return Ok(Self { items, next: Some(at) });
                }
                at = number;
                looked_at += 1;
                items.extend(shown(tx, row)?);
            }
        }
    }
}

impl Vouchsafe {
    /// The entries that were given to the caller whose names have `search` in them.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; likewise below.
    pub fn received(
        &self,
        actor: &Actor,
        search: &str,
        after: i64,
        limit: u32,
    ) -> Result<OverviewPage<Received>, Fault> {
        let (user, now) = (own(actor)?, self.now());
        self.read(|tx| {
            let batch = |tx: &mut Tx<'_>, at: i64| Ok(tx.list_entries_spoken_for(user, at, BATCH)?);
            OverviewPage::fill(tx, after, limit, batch, |tx, uuid| {
                Ok(received(tx, actor, user, uuid, now)?.filter(|found| fits(&found.entry.entry.name, search)))
            })
        })
    }

    /// The apps that the caller was given himself whose names have `search` in them.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn received_apps(&self, actor: &Actor, search: &str) -> Result<Vec<ReceivedApp>, Fault> {
        let (user, now) = (own(actor)?, self.now());
        self.read(|tx| {
            let held = GrantFilter { holder: Some(Holder::User(user)), ..GrantFilter::default() };
            let mut apps: Vec<ReceivedApp> = Vec::new();
            for stored in tx.list_grants(&held, 0, i64::try_from(MOST_LOOKED_AT).unwrap_or(i64::MAX))? {
                let Resource::App(uid) = &stored.grant.resource else { continue };
                if apps.len() == MOST_APPS || apps.iter().any(|app| app.uid == *uid) {
                    continue;
                }
                let (located, _) = tx.located(&stored.grant.resource)?;
                let found = reach(tx, user, &located, now)?.filter(|found| found.capabilities.has(Capability::Read));
                if let Some(found) = found
                    && let Some(app) = tx.find_app(uid)?.filter(|app| app.owner != user && fits(&app.name, search))
                {
                    let senders = senders(tx, &found.via)?;
                    apps.push(ReceivedApp { uid: uid.clone(), name: app.name, senders });
                }
            }
            Ok(apps)
        })
    }

    /// The names of those of these groups that the caller owns or is in.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn names_of_groups(
        &self,
        actor: &Actor,
        groups: &BTreeSet<GroupId>,
    ) -> Result<BTreeMap<GroupId, String>, Fault> {
        let user = own(actor)?;
        self.read(|tx| {
            let mut names = BTreeMap::new();
            for id in groups {
                names.extend(name_of_group(tx, user, *id)?.map(|name| (*id, name)));
            }
            Ok(names)
        })
    }

    /// An entry that the caller may see, and what he may do there.
    ///
    /// # Errors
    /// `forbidden`; `subject_does_not_exist`, also for what he may not know of.
    pub fn look_at_entry(&self, actor: &Actor, uuid: EntryId) -> Result<(EntryWithPath, Capabilities), Fault> {
        let (_, now) = (own(actor)?, self.now());
        self.read(|tx| {
            let has = Engine::default().holding(tx, actor, &Resource::Entry(uuid), now)?.capabilities;
            if !has.has(Capability::See) {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            Ok((entry_seen_by(tx, actor, uuid)?, has))
        })
    }

    /// What the caller gave whose name, or whose holder's, has `search` in it.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn sent(&self, actor: &Actor, search: &str, after: i64, limit: u32) -> Result<OverviewPage<Sent>, Fault> {
        let (user, now) = (own(actor)?, self.now());
        self.read(|tx| {
            let given = GrantFilter { issuer: Some(user), ..GrantFilter::default() };
            let batch = |tx: &mut Tx<'_>, at: i64| {
                let page = tx.list_grants(&given, at, BATCH)?;
                Ok(page.into_iter().map(|stored| (stored.seq, stored.grant)).collect())
            };
            OverviewPage::fill(tx, after, limit, batch, |tx, grant| {
                let (entry, name) = named(tx, actor, &grant.resource, now)?;
                let grant = GrantView::of(tx, grant, now)?;
                let holder = match &grant.holder {
                    HolderName::User(user) => Some(user.clone()),
                    HolderName::App { app, .. } => Some(app.to_string()),
                    HolderName::Group(group) => name_of_group(tx, user, *group)?,
                    HolderName::Everyone => Some("everyone".to_owned()),
                    HolderName::Token(_) | HolderName::Link(_) => None,
                };
                let is_wanted = fits(&name, search) || holder.is_some_and(|holder| fits(&holder, search));
                Ok(is_wanted.then_some(Sent { grant, entry, name }))
            })
        })
    }
}

fn own(actor: &Actor) -> Result<UserId, ApiError> {
    let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}) };
    Ok(*user)
}

/// What a group is called, for who owns it or is in it.
fn name_of_group(tx: &mut Tx<'_>, user: UserId, id: GroupId) -> Result<Option<String>, Fault> {
    match tx.find_group(id)? {
        Some(group) if group.owner == user || tx.is_in_group(id, user)? => Ok(Some(group.name)),
        Some(_) | None => Ok(None),
    }
}

/// Whether a text has what is searched for in it, in whatever case.
pub(crate) fn fits(name: &str, search: &str) -> bool {
    name.to_lowercase().contains(&search.to_lowercase())
}

fn received(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    uuid: EntryId,
    now: DateTime<Utc>,
) -> Result<Option<Received>, Fault> {
    let (located, _) = tx.located(&Resource::Entry(uuid))?;
    if matches!(&located, Located::At(place) if place.owner == Some(user)) {
        return Ok(None);
    }
    let Some(Reach { capabilities, via, .. }) = reach(tx, user, &located, now)? else { return Ok(None) };
    if !capabilities.has(Capability::See) {
        return Ok(None);
    }
    let groups = via.iter().filter_map(|grant| match &grant.holder {
        Holder::Group(group) => Some(*group),
        _ => None,
    });
    let until = via.iter().map(|grant| grant.expires_at).collect::<Option<Vec<_>>>();
    Ok(Some(Received {
        entry: entry_seen_by(tx, actor, uuid)?,
        capabilities,
        senders: senders(tx, &via)?,
        groups: groups.collect(),
        since: via.iter().map(|grant| grant.created_at).min(),
        until: until.and_then(|all| all.into_iter().max()),
    }))
}

/// What a person has on something, and the grants that give it to him now; none when he has nothing.
fn reach(tx: &mut Tx<'_>, user: UserId, on: &Located, now: DateTime<Utc>) -> Result<Option<Reach>, Fault> {
    Ok(Engine::default().reaches(tx, &[Subject::User(user)], on, &|_, _| true, now)?.pop())
}

fn senders(tx: &mut Tx<'_>, via: &[Grant]) -> Result<BTreeSet<String>, Fault> {
    let issuers: BTreeSet<UserId> = via.iter().map(|grant| grant.issuer).collect();
    issuers.into_iter().map(|issuer| username(tx, issuer)).collect()
}

fn named(
    tx: &mut Tx<'_>,
    actor: &Actor,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Result<(Option<EntryWithPath>, String), Fault> {
    Ok(match resource {
        Resource::Entry(uuid) => {
            // What he gave is his to take away; what it is called now he learns only while he sees it.
            let has = Engine::default().holding(tx, actor, resource, now)?.capabilities;
            match tx.find_entry(*uuid)?.filter(|_| has.has(Capability::See)) {
                Some(entry) => (Some(entry_seen_by(tx, actor, *uuid)?), entry.name),
                None => (None, UNSEEN.to_owned()),
            }
        }
        Resource::App(uid) => (None, tx.find_app(uid)?.map_or_else(|| uid.to_string(), |app| app.name)),
        Resource::Site(id) => (None, tx.find_site(*id)?.map_or_else(|| id.to_string(), |site| site.name)),
        Resource::Named(name) => (None, name.components().join(":")),
    })
}
