//! Who is shown on an entry, with what.

use super::{
    format::Opener,
    level::shown,
    links::LinkRecord,
    target::{OfficeTarget, all_shared_by, person, unique},
};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{Engine, GrantIndex, GrantSource};
use vouchsafe_store::{Entry, Tx, User};
use vouchsafe_types::{Access, Actor, DefaultGroup, GroupId, Holder, Resource, UserId, error::ApiError};

/// The most holders of one entry that are shown.
const MOST_HOLDERS: usize = 5_000;
/// The most records that one answer about several entries is made of: each is looked up for itself.
const MOST_RECORDS: usize = 5_000;
/// So many are read at once.
const BATCH: usize = 500;

/// Whom a record is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Sharee {
    /// A person.
    Person(Box<User>),
    /// A group.
    Group {
        /// Its id.
        id: GroupId,
        /// Its name.
        name: String,
        /// The username of who decides about its members; nobody does about a default group's.
        manager: Option<String>,
    },
    /// Every active user.
    Everyone,
}

/// What one holder has on an entry, there or from above.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareRecord {
    /// Who.
    pub sharee: Sharee,
    /// What, by rows of its own: one of the accesses that have a value; [`Access::None`] is a deny.
    pub access: Access,
    /// Whether this is who asks.
    pub is_caller: bool,
    /// Whether this is the owner.
    pub is_owner: bool,
}

/// Everybody and everything that is shown on an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryShares {
    /// The number of the entry.
    pub number: i64,
    /// What opens it.
    pub opener: Opener,
    /// The default link of a file first, switched on or off, then the others; none when several entries are looked at.
    pub links: Vec<LinkRecord>,
    /// The caller first, then the owner, then the others by name.
    pub records: Vec<ShareRecord>,
}

impl Sharee {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(user) => user.display_name.as_deref().unwrap_or(user.username.as_str()),
            Self::Group { name, .. } => name,
            Self::Everyone => "Everyone",
        }
    }

    /// Who or what holds the grants.
    #[must_use]
    pub fn holder(&self) -> Holder {
        match self {
            Self::Person(user) => Holder::User(user.id),
            Self::Group { id, .. } => Holder::Group(*id),
            Self::Everyone => Holder::Everyone,
        }
    }

    /// The one behind a holder that can be shown, if it is still there.
    pub(super) fn of(tx: &mut Tx<'_>, holder: &Holder) -> Result<Option<Self>, Fault> {
        Ok(match holder {
            Holder::User(id) => tx.find_user(*id)?.map(|user| Self::Person(Box::new(user))),
            Holder::Group(id) => Self::group(tx, *id)?,
            Holder::Everyone => Some(Self::Everyone),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => None,
        })
    }

    pub(super) fn group(tx: &mut Tx<'_>, id: GroupId) -> Result<Option<Self>, Fault> {
        if let Some(default) = DefaultGroup::find(id) {
            let name = if default == DefaultGroup::User { "Confirmed users" } else { "Unconfirmed users" };
            return Ok(Some(Self::Group { id, name: name.to_owned(), manager: None }));
        }
        let Some(group) = tx.find_group(id)? else { return Ok(None) };
        let manager = tx.find_user(group.owner)?.map(|user| user.username.to_string());
        Ok(Some(Self::Group { id, name: group.name, manager }))
    }
}

impl Vouchsafe {
    /// Who is shown on each of these entries: the caller first, then the owner, then the others by name. What gives
    /// nothing now is left out, and so is what no value can say without overstating it. An entry that is named twice
    /// counts once.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session, and for who may see an entry and not share it;
    /// `subject_does_not_exist` for what he cannot see; `other_kind`; `field_invalid` for several entries with more
    /// than 5,000 records together.
    pub fn shares_of(&self, actor: &Actor, targets: &[OfficeTarget]) -> Result<Vec<EntryShares>, Fault> {
        let (caller, now, targets) = (person(actor)?, self.now(), unique(targets));
        self.read(|tx| {
            let entries = all_shared_by(tx, actor, &targets, now)?;
            require_readable(tx, &entries)?;
            self.entry_shares(tx, caller, &entries, now)
        })
    }

    /// What is shown on entries, for whom it was checked that he may share them.
    pub(super) fn entry_shares(
        &self,
        tx: &mut Tx<'_>,
        caller: UserId,
        entries: &[Entry],
        now: DateTime<Utc>,
    ) -> Result<Vec<EntryShares>, Fault> {
        let mut all = Vec::with_capacity(entries.len());
        for entry in entries {
            // Of several entries links are not shown, and each would have to be looked up.
            let links = if entries.len() == 1 { self.link_records(tx, caller, entry, now)? } else { Vec::new() };
            let (opener, records) = (Opener::of(entry), records(tx, caller, entry, now)?);
            all.push(EntryShares { number: entry.id, opener, links, records });
        }
        Ok(all)
    }
}

/// Refuses several entries on which more is to be shown than one answer takes.
pub(super) fn require_readable(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Fault> {
    let mut left = MOST_RECORDS;
    for entry in entries.iter().filter(|_| entries.len() > 1) {
        // One for the owner.
        let count = 1 + holders(tx, entry)?.len();
        left = left.checked_sub(count).ok_or_else(|| {
            let expected = format!("entries with at most {MOST_RECORDS} records together");
            ApiError::invalid("fileIds", expected, None)
        })?;
    }
    Ok(())
}

/// The records of an entry but for its links, in their order.
fn records(tx: &mut Tx<'_>, caller: UserId, entry: &Entry, now: DateTime<Utc>) -> Result<Vec<ShareRecord>, Fault> {
    let mut records = Vec::new();
    if let Some(owner) = tx.find_user(entry.owner)? {
        let is_caller = owner.id == caller;
        let sharee = Sharee::Person(Box::new(owner));
        records.push(ShareRecord { sharee, access: Access::Full, is_caller, is_owner: true });
    }
    for holder in holders(tx, entry)? {
        let Some(access) = shown_to(tx, entry, &holder, now)? else { continue };
        if let Some(sharee) = Sharee::of(tx, &holder)? {
            let is_caller = holder == Holder::User(caller);
            records.push(ShareRecord { sharee, access, is_caller, is_owner: false });
        }
    }
    records.sort_by_cached_key(|record| {
        let rank = if record.is_caller { 0 } else { 2 - u8::from(record.is_owner) };
        (rank, record.sharee.name().to_lowercase(), record.sharee.holder())
    });
    Ok(records)
}

/// Everybody but the owner who has rows on the entry or above it and can be shown.
fn holders(tx: &mut Tx<'_>, entry: &Entry) -> Result<Vec<Holder>, Fault> {
    let resource = Resource::Entry(entry.uuid);
    let mut found: Vec<Holder> = Vec::new();
    let mut after: Option<Holder> = None;
    loop {
        let page = tx.holders(&resource, after.as_ref(), BATCH)?;
        let Some(last) = page.last().cloned() else { return Ok(found) };
        let is_full = page.len() < BATCH;
        let can_be_shown = |holder: &Holder| match holder {
            Holder::User(user) => *user != entry.owner,
            Holder::Group(_) | Holder::Everyone => true,
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
        };
        found.extend(page.into_iter().filter(can_be_shown));
        if is_full {
            return Ok(found);
        }
        if found.len() >= MOST_HOLDERS {
            log::warn!(entry:% = entry.uuid; "more than {MOST_HOLDERS} holders: not all of them are listed");
            return Ok(found);
        }
        after = Some(last);
    }
}

/// What is shown for a holder on an entry.
pub(super) fn shown_to(
    tx: &mut Tx<'_>,
    entry: &Entry,
    holder: &Holder,
    now: DateTime<Utc>,
) -> Result<Option<Access>, Fault> {
    let located = tx.place(&Resource::Entry(entry.uuid))?;
    let own = Engine::default().own_access(tx, holder, &located, now)?;
    Ok(own.and_then(|own| if own.is_denied { Some(Access::None) } else { shown(own.capabilities) }))
}
