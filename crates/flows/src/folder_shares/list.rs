//! The shares of folders.

use super::view::{FolderShare, find_share, living_share_on};
use crate::{
    Fault, Vouchsafe,
    folders::{FolderRef, Looker},
};
use std::collections::{BTreeMap, BTreeSet, btree_map};
use vouchsafe_engine::{GrantSource, Subject};
use vouchsafe_store::{Entry, GrantFilter, StoredGrant, Tx};
use vouchsafe_types::{Actor, Capability, EntryId, GrantId, Resource, UserId, error::ApiError};

impl Vouchsafe {
    /// The shares of exactly this folder, oldest first: all of them for who may share it, else those that mount it for
    /// the caller.
    ///
    /// # Errors
    /// `subject_does_not_exist` for anybody else.
    pub fn folder_shares(&self, actor: &Actor, folder: i64) -> Result<Vec<FolderShare>, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let seen = looker.find(tx, FolderRef::Number(folder))?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let wanted: Option<BTreeSet<GrantId>> = if seen.has.has(Capability::Share) {
                None
            } else {
                let user = looker.mounted_for(tx, &seen.entry)?.ok_or(ApiError::SubjectDoesNotExist {})?;
                Some(speaking_on(tx, user, &seen.entry)?)
            };
            let mut shares = Vec::new();
            for stored in grants_on(tx, &seen.entry)? {
                if wanted.as_ref().is_none_or(|wanted| wanted.contains(&stored.grant.id)) {
                    shares.extend(living_share_on(tx, &seen.entry, &stored, looker.now)?);
                }
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
    /// `entity_not_found` for any other, and for who comes by a link.
    pub fn folder_share(&self, actor: &Actor, share: i64) -> Result<FolderShare, Fault> {
        let looker = Looker { actor, now: self.now() };
        let missing = || ApiError::EntityNotFound { identifier: format!("share:{share}").into() };
        if actor.user().is_none() {
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
    /// `forbidden` for anybody but a person's own session.
    pub fn shares_of_own_folders(&self, actor: &Actor) -> Result<Vec<FolderShare>, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let Some(home) = tx.find_home(*user)? else { return Ok(Vec::new()) };
            let mut folders: BTreeMap<EntryId, Option<Entry>> = BTreeMap::new();
            let mut shares = Vec::new();
            for stored in tx.list_grants_in(&home)? {
                let Resource::Entry(uuid) = stored.grant.resource else { continue };
                let folder = match folders.entry(uuid) {
                    btree_map::Entry::Occupied(known) => known.into_mut(),
                    btree_map::Entry::Vacant(new) => new.insert(tx.find_entry(uuid)?.filter(|entry| entry.is_dir)),
                };
                if let Some(folder) = folder {
                    shares.extend(living_share_on(tx, folder, &stored, now)?);
                }
            }
            Ok(shares)
        })
    }
}

/// The grants on exactly this folder.
pub(super) fn grants_on(tx: &mut Tx<'_>, folder: &Entry) -> Result<Vec<StoredGrant>, Fault> {
    let on = GrantFilter { resource: Some(Resource::Entry(folder.uuid)), ..GrantFilter::default() };
    Ok(tx.list_grants(&on, 0, i64::MAX)?)
}

/// Those of them that speak for somebody.
fn speaking_on(tx: &mut Tx<'_>, user: UserId, folder: &Entry) -> Result<BTreeSet<GrantId>, Fault> {
    let rows = tx.rows(&Resource::Entry(folder.uuid), &Subject::User(user), usize::MAX)?;
    Ok(rows.into_iter().filter(|row| row.distance == 0).map(|row| row.grant.id).collect())
}
