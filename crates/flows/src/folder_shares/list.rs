//! The shares of folders.

use super::view::{FolderShare, Wording, find_share, living_share_on};
use crate::{
    Fault, Vouchsafe,
    folders::{FolderRef, Looker, MOST_FOLDERS},
};
use std::collections::{BTreeMap, btree_map};
use vouchsafe_engine::{GrantSource, Subject};
use vouchsafe_store::{Entry, GrantFilter, StoreError, StoredGrant, Tx};
use vouchsafe_types::{Actor, Capability, EntryId, Holder, Resource, UserId, error::ApiError};

impl Vouchsafe {
    /// The shares of exactly this folder, oldest first: all of them for who may share it, else those that mount it for
    /// the caller.
    ///
    /// # Errors
    /// `subject_does_not_exist` for anybody else, and for an app or an access token: with whom a person shares is told
    /// to his own session only; `too_many_items` for who may share one with more than 20,000 grants.
    pub fn folder_shares(&self, actor: &Actor, folder: i64) -> Result<Vec<FolderShare>, Fault> {
        if !matches!(actor, Actor::User(_)) {
            return Err(ApiError::SubjectDoesNotExist {}.into());
        }
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let seen = looker.find(tx, FolderRef::Number(folder))?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let grants = if seen.has.has(Capability::Share) {
                grants_on(tx, &seen.entry)?
            } else {
                let user = looker.mounted_for(tx, &seen.entry)?.ok_or(ApiError::SubjectDoesNotExist {})?;
                speaking_on(tx, user, &seen.entry)?
            };
            let (mut wording, mut shares) = (Wording::new(tx), Vec::new());
            for stored in grants {
                shares.extend(wording.living(&seen.entry, &stored, looker.now)?);
            }
            Ok(shares)
        })
    }

    /// Whether the caller may share a folder, which is not the top of his tree.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn may_share_folder(&self, actor: &Actor, folder: i64) -> Result<bool, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| match looker.find(tx, FolderRef::Number(folder))? {
            Some(seen) => Ok(seen.has.has(Capability::Share) && !looker.is_root(tx, &seen.entry)?),
            None => Ok(false),
        })
    }

    /// One share of a folder that the caller may read.
    ///
    /// # Errors
    /// `entity_not_found` for any other, and for anybody but a person's own session.
    pub fn folder_share(&self, actor: &Actor, share: i64) -> Result<FolderShare, Fault> {
        let looker = Looker { actor, now: self.now() };
        let missing = || ApiError::EntityNotFound { identifier: format!("share:{share}").into() };
        if !matches!(actor, Actor::User(_)) {
            return Err(missing().into());
        }
        self.read(|tx| {
            let (stored, folder, _) = find_share(tx, looker, share)?.ok_or_else(missing)?;
            Ok(living_share_on(tx, &folder, &stored, looker.now)?.ok_or_else(missing)?)
        })
    }

    /// The shares of everything that is the caller's own, whoever made them.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `too_many_items` for more than 20,000 grants.
    pub fn shares_of_own_folders(&self, actor: &Actor) -> Result<Vec<FolderShare>, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let Some(home) = tx.find_home(*user)? else { return Ok(Vec::new()) };
            let grants = not_too_many(|most| tx.list_grants_in(&home, most))?;
            let mut folders: BTreeMap<EntryId, Option<Entry>> = BTreeMap::new();
            for stored in &grants {
                if let Resource::Entry(uuid) = stored.grant.resource
                    && let btree_map::Entry::Vacant(new) = folders.entry(uuid)
                {
                    new.insert(tx.find_entry(uuid)?.filter(|entry| entry.is_dir));
                }
            }
            let (mut wording, mut shares) = (Wording::new(tx), Vec::new());
            for stored in grants {
                if let Resource::Entry(uuid) = stored.grant.resource
                    && let Some(Some(folder)) = folders.get(&uuid)
                {
                    shares.extend(wording.living(folder, &stored, now)?);
                }
            }
            Ok(shares)
        })
    }
}

/// Grants, of which so many are listed at most.
fn not_too_many(list: impl FnOnce(i64) -> Result<Vec<StoredGrant>, StoreError>) -> Result<Vec<StoredGrant>, Fault> {
    let most = i64::try_from(MOST_FOLDERS).unwrap_or(i64::MAX);
    let grants = list(most.saturating_add(1))?;
    if grants.len() > MOST_FOLDERS { Err(ApiError::TooManyItems { max: MOST_FOLDERS }.into()) } else { Ok(grants) }
}

fn on(folder: &Entry) -> GrantFilter {
    GrantFilter { resource: Some(Resource::Entry(folder.uuid)), ..GrantFilter::default() }
}

/// The grants on exactly this folder.
fn grants_on(tx: &mut Tx<'_>, folder: &Entry) -> Result<Vec<StoredGrant>, Fault> {
    not_too_many(|most| tx.list_grants(&on(folder), 0, most))
}

/// Those that somebody holds himself.
pub(super) fn grants_to(tx: &mut Tx<'_>, folder: &Entry, holder: &Holder) -> Result<Vec<StoredGrant>, Fault> {
    let held = GrantFilter { holder: Some(holder.clone()), ..on(folder) };
    Ok(tx.list_grants(&held, 0, i64::MAX)?)
}

/// Those that speak for somebody. How many others stand there does not matter to him.
fn speaking_on(tx: &mut Tx<'_>, user: UserId, folder: &Entry) -> Result<Vec<StoredGrant>, Fault> {
    let mut found = Vec::new();
    for row in tx.rows(&Resource::Entry(folder.uuid), &Subject::User(user), usize::MAX)? {
        if row.distance == 0 {
            found.extend(tx.find_grant(row.grant.id)?);
        }
    }
    found.sort_by_key(|stored| stored.seq);
    Ok(found)
}
