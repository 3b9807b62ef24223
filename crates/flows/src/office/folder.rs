//! Entries and folders as a person sees them, with what he may do there.

use super::{
    format::extension,
    level::shown_on,
    target::{OfficeTarget, person, unique},
};
use crate::{
    Fault, Vouchsafe,
    grants::{holding, leave_in},
};
use chrono::{DateTime, Utc};
use vouchsafe_store::{Entry, Tx, User};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, Resource, error::ApiError};

/// The most entries that are looked at for "shared with me".
const MOST_SHARED: usize = 10_000;
/// So many are read at once.
const BATCH: usize = 1_000;

/// A file or folder as a person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryCard {
    /// The entry.
    pub entry: Entry,
    /// The number of the folder it lies in, if the person may know of that.
    pub folder: Option<i64>,
    /// Its owner.
    pub owner: User,
    /// What the person may do; `None` for what has no value.
    pub access: Option<Access>,
    /// Whether anybody has rows on it.
    pub is_shared: bool,
    /// The extension of its name, in lower case and without a dot.
    pub extension: String,
    /// How many files and folders lie in a folder, if the person may list it.
    pub counts: (i64, i64),
}

/// A part of what lies in a folder, or of what was shared with a person.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderPage {
    /// The folder: for what was shared, the person's own home.
    pub current: EntryCard,
    /// Folders first.
    pub items: Vec<EntryCard>,
    /// Where the part begins.
    pub start: usize,
    /// How many there are.
    pub total: usize,
}

impl Vouchsafe {
    /// What lies in the caller's home: `count` entries after the first `start`.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn my_folder(&self, actor: &Actor, start: usize, count: usize) -> Result<FolderPage, Fault> {
        let (caller, now) = (person(actor)?, self.now());
        self.read(|tx| {
            let home = tx.find_home(caller)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let (skip, limit) = (i64::try_from(start).unwrap_or(i64::MAX), i64::try_from(count).unwrap_or(i64::MAX));
            let children = tx.page_of_children(&home, skip, limit)?;
            let items = cards(tx, actor, children, now)?;
            let current = card(tx, actor, home, now)?;
            let total = usize::try_from(current.counts.0.saturating_add(current.counts.1)).unwrap_or(usize::MAX);
            Ok(FolderPage { current, items, start, total })
        })
    }

    /// What others shared with the caller: `count` entries after the first `start`, folders first.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn shared_folder(&self, actor: &Actor, start: usize, count: usize) -> Result<FolderPage, Fault> {
        let (caller, now) = (person(actor)?, self.now());
        let name = self.read(|tx| Ok(tx.find_user(caller)?.ok_or(ApiError::Forbidden {})?.username))?;
        let (mut found, mut after) = (Vec::new(), Some(0));
        while let Some(from) = after.filter(|_| found.len() < MOST_SHARED) {
            let page = self.entries_given_to(actor, name.as_str(), Access::See, from, BATCH)?;
            found.extend(page.items.into_iter().map(|(item, _)| item.entry));
            after = page.next;
        }
        found.sort_by_cached_key(|entry: &Entry| (!entry.is_dir, entry.name.to_lowercase(), entry.id));
        let total = found.len();
        self.read(|tx| {
            let home = tx.find_home(caller)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let part = found.into_iter().skip(start).take(count).collect();
            let items = cards(tx, actor, part, now)?;
            Ok(FolderPage { current: card(tx, actor, home, now)?, items, start, total })
        })
    }

    /// The caller gives up what others shared with him: see [`Vouchsafe::leave`]. His own entries, and what there is
    /// not, are passed over.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn leave_all(&self, actor: &Actor, targets: &[OfficeTarget]) -> Result<(), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        self.write("leave_all", |tx| {
            for target in unique(targets) {
                if let Some(entry) = target.find(tx)? {
                    leave_in(self, tx, caller, &Resource::Entry(entry.uuid), "removed from the shared", now)?;
                }
            }
            Ok(())
        })
    }
}

fn cards(tx: &mut Tx<'_>, actor: &Actor, entries: Vec<Entry>, now: DateTime<Utc>) -> Result<Vec<EntryCard>, Fault> {
    let mut cards = Vec::with_capacity(entries.len());
    for entry in entries {
        cards.push(card(tx, actor, entry, now)?);
    }
    Ok(cards)
}

fn card(tx: &mut Tx<'_>, actor: &Actor, entry: Entry, now: DateTime<Utc>) -> Result<EntryCard, Fault> {
    let has = holding(tx, actor, &Resource::Entry(entry.uuid), now)?.capabilities;
    card_with(tx, Some(actor), entry, has, now)
}

/// The card for somebody who has this much there.
pub(super) fn card_with(
    tx: &mut Tx<'_>,
    actor: Option<&Actor>,
    entry: Entry,
    has: Capabilities,
    now: DateTime<Utc>,
) -> Result<EntryCard, Fault> {
    let owner = tx.find_user(entry.owner)?.ok_or(ApiError::SubjectDoesNotExist {})?;
    let folder = match (tx.find_parent(&entry)?, actor) {
        (Some(above), Some(actor)) => {
            let is_seen = holding(tx, actor, &Resource::Entry(above.uuid), now)?.capabilities.has(Capability::See);
            is_seen.then_some(above.id)
        }
        (_, _) => None,
    };
    let is_shared = !tx.shared_among(&[entry.id])?.is_empty();
    let counts = if entry.is_dir && has.has(Capability::List) { tx.count_children(&entry)? } else { (0, 0) };
    let access = shown_on(&entry, has);
    let extension = if entry.is_dir { String::new() } else { extension(&entry.name) };
    Ok(EntryCard { folder, owner, access, is_shared, extension, counts, entry })
}
