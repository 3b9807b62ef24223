//! A grant on a folder as a share of it.

use crate::{
    Fault,
    folders::{FolderRef, Looker, Names, Remembered},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Engine, GrantSource};
use vouchsafe_store::{Entry, StoreError, StoredGrant, Tx};
use vouchsafe_types::{Capabilities, Capability, DefaultGroup, Grant, GroupId, Holder, Resource};

/// With whom a folder is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Participant {
    /// A person, by username.
    User(String),
    /// A group: by name where only one has it, else by uid.
    Group(String),
}

/// A share of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderShare {
    /// Its number.
    pub id: i64,
    /// The number of the folder.
    pub folder: i64,
    /// The username of the owner of the folder.
    pub owner: String,
    /// With whom.
    pub participant: Participant,
    /// What to show for him.
    pub participant_shown: String,
    /// Whether he may change what is in it.
    pub can_write: bool,
    /// Whether he may share it onwards.
    pub can_share: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

pub(super) fn writes(capabilities: Capabilities) -> bool {
    capabilities.has(Capability::Write)
}

pub(super) fn shares_on(capabilities: Capabilities) -> bool {
    capabilities.covers(Capabilities::SHARING)
}

/// Whether a grant can be said as a share: to a person or a group, of reading at least.
pub(super) fn is_share(grant: &Grant) -> bool {
    let is_held = matches!(grant.holder, Holder::User(_) | Holder::Group(_));
    is_held && grant.capabilities.has(Capability::Read)
}

/// What a grant gives now, if it is a share that works: what gives no reading is none that anybody could see.
pub(super) fn gives_now<S: GrantSource<Error = StoreError>>(
    source: &mut S,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<Option<Capabilities>, Fault> {
    if !is_share(grant) {
        return Ok(None);
    }
    let given = Engine::default().gives(source, grant, now)?.ok();
    Ok(given.filter(|given| given.has(Capability::Read)))
}

/// Puts grants into the words of shares, and looks up once what many of them have in common.
pub(super) struct Wording<'a, 't> {
    known: Remembered<'a, Tx<'t>>,
    people: Names,
    groups: BTreeMap<GroupId, (Participant, String)>,
}

impl<'a, 't> Wording<'a, 't> {
    pub(super) fn new(tx: &'a mut Tx<'t>) -> Self {
        Self { known: Remembered::new(tx), people: Names::default(), groups: BTreeMap::new() }
    }

    /// The share that a grant is that gives this, on a folder that is known.
    fn share(
        &mut self,
        folder: &Entry,
        stored: &StoredGrant,
        gives: Capabilities,
    ) -> Result<Option<FolderShare>, Fault> {
        let grant = &stored.grant;
        let (participant, participant_shown) = match &grant.holder {
            Holder::User(user) => {
                let (name, shown) = self.people.of(self.known.source, *user)?;
                (Participant::User(name), shown)
            }
            Holder::Group(group) => self.group(*group)?,
            Holder::Everyone | Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => return Ok(None),
        };
        Ok(Some(FolderShare {
            id: stored.seq,
            folder: folder.id,
            owner: self.people.of(self.known.source, folder.owner)?.0,
            participant,
            participant_shown,
            can_write: writes(gives),
            can_share: shares_on(gives),
            created_at: grant.created_at,
        }))
    }

    /// The share that a grant is now: it says no more than what its issuer still stands behind.
    pub(super) fn living(
        &mut self,
        folder: &Entry,
        stored: &StoredGrant,
        now: DateTime<Utc>,
    ) -> Result<Option<FolderShare>, Fault> {
        let Some(gives) = gives_now(&mut self.known, &stored.grant, now)? else { return Ok(None) };
        self.share(folder, stored, gives)
    }

    fn group(&mut self, group: GroupId) -> Result<(Participant, String), Fault> {
        if let Some(known) = self.groups.get(&group) {
            return Ok(known.clone());
        }
        let names = group_names(self.known.source, group)?;
        self.groups.insert(group, names.clone());
        Ok(names)
    }
}

/// A share that was just made, as it was given, on a folder that is known: its participant may be suspended.
pub(super) fn new_share_on(
    tx: &mut Tx<'_>,
    folder: &Entry,
    stored: &StoredGrant,
) -> Result<Option<FolderShare>, Fault> {
    Wording::new(tx).share(folder, stored, stored.grant.capabilities)
}

/// One share that works now.
pub(super) fn living_share_on(
    tx: &mut Tx<'_>,
    folder: &Entry,
    stored: &StoredGrant,
    now: DateTime<Utc>,
) -> Result<Option<FolderShare>, Fault> {
    Wording::new(tx).living(folder, stored, now)
}

fn group_names(tx: &mut Tx<'_>, group: GroupId) -> Result<(Participant, String), Fault> {
    let uid = group.to_string();
    if DefaultGroup::find(group).is_some() {
        return Ok((Participant::Group(uid.clone()), uid));
    }
    let Some(found) = tx.find_group(group)? else { return Ok((Participant::Group(uid.clone()), uid)) };
    let is_unique = tx.list_groups_named(&found.name, 2)?.len() == 1 && found.name.parse::<GroupId>().is_err();
    let name = if is_unique { found.name.clone() } else { uid };
    Ok((Participant::Group(name), found.name))
}

/// A grant by its number, and the folder that it is on, if the looker may read that.
pub(super) fn find_share(
    tx: &mut Tx<'_>,
    looker: Looker<'_>,
    number: i64,
) -> Result<Option<(StoredGrant, Entry, Capabilities)>, Fault> {
    let Some(stored) = tx.find_grant_numbered(number)? else { return Ok(None) };
    let Resource::Entry(uuid) = stored.grant.resource else { return Ok(None) };
    let Some(entry) = tx.find_entry(uuid)? else { return Ok(None) };
    let seen = looker.find(tx, FolderRef::Number(entry.id))?;
    Ok(seen.map(|seen| (stored, seen.entry, seen.has)))
}
