//! A grant on a folder as a share of it.

use crate::{
    Fault,
    folders::{FolderRef, Looker, names_of},
};
use chrono::{DateTime, Utc};
use vouchsafe_engine::Engine;
use vouchsafe_store::{Entry, StoredGrant, Tx};
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

/// What sharing onwards consists of.
pub(super) const SHARING: Capabilities =
    Capabilities::of(&[Capability::Share, Capability::Delegate, Capability::Manage]);

pub(super) fn writes(capabilities: Capabilities) -> bool {
    capabilities.has(Capability::Write)
}

pub(super) fn shares_on(capabilities: Capabilities) -> bool {
    capabilities.covers(SHARING)
}

/// Whether a grant can be said as a share: to a person or a group, of reading at least.
pub(super) fn is_share(grant: &Grant) -> bool {
    let is_held = matches!(grant.holder, Holder::User(_) | Holder::Group(_));
    is_held && grant.capabilities.has(Capability::Read)
}

/// The share that a grant is, on a folder that is known.
pub(super) fn share_on(tx: &mut Tx<'_>, folder: &Entry, stored: &StoredGrant) -> Result<Option<FolderShare>, Fault> {
    if !is_share(&stored.grant) {
        return Ok(None);
    }
    let grant = &stored.grant;
    let (participant, participant_shown) = match &grant.holder {
        Holder::User(user) => {
            let (name, shown) = names_of(tx, *user)?;
            (Participant::User(name), shown)
        }
        Holder::Group(group) => group_names(tx, *group)?,
        Holder::Everyone | Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => return Ok(None),
    };
    Ok(Some(FolderShare {
        id: stored.seq,
        folder: folder.id,
        owner: names_of(tx, folder.owner)?.0,
        participant,
        participant_shown,
        can_write: writes(grant.capabilities),
        can_share: shares_on(grant.capabilities),
        created_at: grant.created_at,
    }))
}

/// The same, if the grant works now: what gives nothing is no share that anybody could see.
pub(super) fn living_share_on(
    tx: &mut Tx<'_>,
    folder: &Entry,
    stored: &StoredGrant,
    now: DateTime<Utc>,
) -> Result<Option<FolderShare>, Fault> {
    if !is_share(&stored.grant) || Engine::default().dormancy(tx, &stored.grant, now)?.is_some() {
        return Ok(None);
    }
    share_on(tx, folder, stored)
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
