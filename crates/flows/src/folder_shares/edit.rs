//! Changing and ending the shares of a folder.

use super::{
    list::grants_on,
    make::capped,
    view::{FolderShare, SHARING, find_share, living_share_on, share_on, shares_on, writes},
};
use crate::{Fault, Vouchsafe, folders::Looker, sharing::strike_as};
use vouchsafe_engine::{
    Engine, Holding,
    plan::{self, Refusal},
};
use vouchsafe_store::{Entry, StoredGrant, Tx};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, Grant, Holder, UserId, error::ApiError};

/// A share that somebody may change.
struct Changeable {
    stored: StoredGrant,
    folder: Entry,
    has: Capabilities,
    editor: UserId,
}

impl Vouchsafe {
    /// Says whether whom a folder is shared with may write, and share it onwards; as far as the editor may himself.
    ///
    /// What stays as it was shown changes nothing about the grant, however imprecisely it was shown.
    ///
    /// # Errors
    /// `entity_not_found` for a share that is not there, or not the caller's to change; `forbidden` when neither who made
    /// it nor the caller can give that.
    pub fn edit_folder_share(
        &self,
        actor: &Actor,
        share: i64,
        can_write: bool,
        can_share: bool,
    ) -> Result<FolderShare, Fault> {
        let looker = Looker { actor, now: self.now() };
        let missing = || ApiError::EntityNotFound { identifier: format!("share:{share}").into() };
        self.write("edit_folder_share", |tx| {
            let Changeable { stored, folder, has, editor } = changeable(tx, looker, share)?.ok_or_else(missing)?;
            let before = &stored.grant;
            let wished = capped(has, can_write, can_share);
            // What comes back as it was shown is no wish.
            let (wrote, shared) = (writes(before.capabilities), shares_on(before.capabilities));
            let can_write = if can_write == wrote { wrote } else { writes(wished) };
            let can_share = if can_share == shared { shared } else { shares_on(wished) };
            let capabilities = changed(before.capabilities, can_write, can_share);
            let terms = (capabilities, before.expires_at);
            let planned = Engine::default().plan_set(&mut **tx, before, terms, Some(editor), looker.now)?;
            let changes = planned.map_err(|refusal| match refusal {
                Refusal::ToSelf => ApiError::CannotShareWithSelf {},
                Refusal::Denied | Refusal::NotAllowed { .. } | Refusal::NotVisible => ApiError::Forbidden {},
            })?;
            let because = self.because(actor, "share of a folder changed", looker.now);
            tx.apply(&changes, None, because)?;
            strike_as(tx, (editor, has), (&before.holder, &before.resource, capabilities), because)?;
            let stored = tx.find_grant(before.id)?.ok_or_else(missing)?;
            Ok(share_on(tx, &folder, &stored)?.ok_or_else(missing)?)
        })
    }

    /// Ends a share, and what hangs on it: all that its participant was given on the folder, also what gives nothing now,
    /// as far as the caller may take it away. What is not there, or not the caller's to end, stays without a word.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn end_folder_share(&self, actor: &Actor, share: i64) -> Result<(), Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("end_folder_share", |tx| {
            let Some(found) = changeable(tx, looker, share)? else { return Ok(()) };
            let (holder, editor) = (&found.stored.grant.holder, (found.editor, found.has));
            let all = revocable(tx, &found.folder, holder, editor)?;
            let because = self.because(actor, "share of a folder ended", looker.now);
            tx.revoke(all, because)?;
            strike_as(tx, editor, (holder, &found.stored.grant.resource, Capabilities::NONE), because)
        })
    }
}

/// What a participant was given on a folder, from whatever face, that this editor may take away.
pub(super) fn revocable(
    tx: &mut Tx<'_>,
    folder: &Entry,
    holder: &Holder,
    (editor, has): (UserId, Capabilities),
) -> Result<Vec<Grant>, Fault> {
    let holding = Holding { capabilities: has, until: None, bound: None };
    let mut all: Vec<Grant> = grants_on(tx, folder)?.into_iter().map(|stored| stored.grant).collect();
    // A deny was never given: it stays.
    all.retain(|grant| {
        grant.holder == *holder && !grant.capabilities.is_empty() && plan::may_revoke(&holding, editor, grant)
    });
    Ok(all)
}

/// The share, if the caller may share the folder and change what others gave there, or gave it himself.
fn changeable(tx: &mut Tx<'_>, looker: Looker<'_>, share: i64) -> Result<Option<Changeable>, Fault> {
    let Actor::User(editor) = looker.actor else { return Ok(None) };
    let Some((stored, folder, has)) = find_share(tx, looker, share)? else { return Ok(None) };
    let holding = Holding { capabilities: has, until: None, bound: None };
    let may = has.has(Capability::Share) && plan::may_revoke(&holding, *editor, &stored.grant);
    if !may || living_share_on(tx, &folder, &stored, looker.now)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Changeable { stored, folder, has, editor: *editor }))
}

/// What a grant gives once it is shown like this. What is shown as it was stays as it is.
fn changed(before: Capabilities, can_write: bool, can_share: bool) -> Capabilities {
    let writing = Access::Write.capabilities() - Access::Read.capabilities();
    let after = match (writes(before), can_write) {
        (false, true) => before | writing,
        (true, false) => before - writing,
        (true, true) | (false, false) => before,
    };
    match (shares_on(before), can_share) {
        (false, true) => after | SHARING,
        (true, false) => after - SHARING,
        (true, true) | (false, false) => after,
    }
}
