//! Changing and ending the shares of a folder.

use super::{
    list::grants_to,
    make::capped,
    view::{FolderShare, find_share, gives_now, is_share, living_share_on, shares_on, writes},
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
    /// What comes back as it was shown changes nothing, however imprecisely it was shown. A change replaces the whole: what
    /// it does not give is taken with all its parts, also with those that were not shown.
    ///
    /// # Errors
    /// `entity_not_found` for a share that is not there, or not the caller's to change; `forbidden` when neither who
    /// made it nor the caller can give that.
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
            // What sleeps is shown to nobody, and so not edited; it is ended, or it would wake one day.
            let gives = gives_now(&mut **tx, before, looker.now)?.ok_or_else(missing)?;
            // Nobody raises what he has himself.
            let most = if before.holder == Holder::User(editor) { gives } else { has };
            let capabilities = changed(before.capabilities, gives, most, (can_write, can_share));
            let because = self.because(actor, "share of a folder changed", looker.now);
            if let Some(capabilities) = capabilities {
                let terms = (capabilities, before.expires_at);
                let planned = Engine::default().plan_set(&mut **tx, before, terms, Some(editor), looker.now)?;
                let changes = planned.map_err(|refusal| match refusal {
                    Refusal::ToSelf => ApiError::CannotShareWithSelf {},
                    Refusal::Held => ApiError::Conflict {},
                    Refusal::Denied | Refusal::NotAllowed { .. } | Refusal::NotVisible => ApiError::Forbidden {},
                })?;
                tx.apply(&changes, None, because)?;
            }
            let keep = capabilities.unwrap_or(before.capabilities);
            strike_as(tx, (editor, has), (&before.holder, &before.resource, keep), because)?;
            let stored = tx.find_grant(before.id)?.ok_or_else(missing)?;
            Ok(living_share_on(tx, &folder, &stored, looker.now)?.ok_or_else(missing)?)
        })
    }

    /// Ends a share, also one that gives nothing now: all that its participant was given on the folder, as far as the
    /// caller may take it away, and what loses its authority by that. What had lost it before, because the share was
    /// lowered, sleeps on. What is not there, or not the caller's to end, stays without a word.
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
    let mut all: Vec<Grant> = grants_to(tx, folder, holder)?.into_iter().map(|stored| stored.grant).collect();
    // A deny was never given: it stays.
    all.retain(|grant| !grant.capabilities.is_empty() && plan::may_revoke(&holding, editor, grant));
    Ok(all)
}

/// The share, if the caller may share the folder and change what others gave there, or gave it himself.
fn changeable(tx: &mut Tx<'_>, looker: Looker<'_>, share: i64) -> Result<Option<Changeable>, Fault> {
    let Actor::User(editor) = looker.actor else { return Ok(None) };
    let Some((stored, folder, has)) = find_share(tx, looker, share)? else { return Ok(None) };
    let holding = Holding { capabilities: has, until: None, bound: None };
    let may = has.has(Capability::Share) && plan::may_revoke(&holding, *editor, &stored.grant);
    Ok((may && is_share(&stored.grant)).then_some(Changeable { stored, folder, has, editor: *editor }))
}

/// What a grant of `before`, which gives only `gives` now, is to say for these flags, as far as somebody who gives `most`
/// at most can make it so; nothing if it is shown like that already.
fn changed(
    before: Capabilities,
    gives: Capabilities,
    most: Capabilities,
    (can_write, can_share): (bool, bool),
) -> Option<Capabilities> {
    let possible = capped(most, can_write, can_share);
    let (read, sharing) = (Access::Read.capabilities(), Capabilities::SHARING);
    let (mut after, mut is_changed) = (before, false);
    for (part, whole, wished, shown, possible) in [
        // Who is shown as a reader deletes nothing, either.
        (
            Access::Write.capabilities() - read,
            Capabilities::ALL - read - sharing,
            can_write,
            writes(gives),
            writes(possible),
        ),
        (sharing, sharing, can_share, shares_on(gives), shares_on(possible)),
    ] {
        // What comes back as it was shown is no wish: the editor need not be able to give it.
        let is_given = if wished == shown { shown } else { possible };
        is_changed |= is_given != shown;
        after = match (is_given, shown) {
            (true, true) => after,
            (true, false) => after | part,
            (false, _) => after - whole,
        };
    }
    is_changed.then_some(after)
}
