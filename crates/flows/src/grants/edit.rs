//! Grants that are changed, by their id and the tag of what the caller saw.

use super::{authority, by_name::person, give::is_forced, revoke::visible_grant, view::GrantView};
use crate::{Fault, Vouchsafe, sharing::strike_from_user};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use vouchsafe_engine::{
    Engine,
    plan::{Changes, Edit, NewTerms},
};
use vouchsafe_store::Tx;
use vouchsafe_types::{Actor, Grant, GrantId, Holder, UserId, error::ApiError};

/// So many bytes of the digest make a tag.
const TAG_BYTES: usize = 16;

/// What a grant shall say.
#[derive(Debug, Clone)]
pub struct GrantTerms {
    /// What, on what it stands on already, as text.
    pub permission: String,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it silences what is less specific.
    pub is_exact: bool,
}

/// The tags of what the caller saw: he writes only if nothing else has been written since.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(pub Option<Vec<String>>);

impl IfMatch {
    /// Refuses who saw something else.
    ///
    /// # Errors
    /// `precondition_failed`.
    pub(crate) fn require(&self, tag: &str) -> Result<(), ApiError> {
        match &self.0 {
            Some(seen) if !seen.iter().any(|one| one == tag) => Err(ApiError::PreconditionFailed {}),
            Some(_) | None => Ok(()),
        }
    }
}

impl Vouchsafe {
    /// Gives a grant new terms: see [`Engine::plan_edit`].
    ///
    /// # Errors
    /// `entity_not_found` for a grant that the caller has nothing to do with; `forbidden` for who may see it and not
    /// edit it, and for a deny that somebody wrote by leaving; `precondition_failed`; `permission_denied` when neither
    /// the issuer nor the editor may give it; `cannot_share_with_self` for who would raise his own; `field_invalid` for
    /// a permission that is none, or about something else, an end that has passed, or `none` without `exact`;
    /// `recipient_not_accepting_shares` for what gave nothing so far, to a person who blocked the editor.
    pub fn edit_grant(
        &self,
        actor: &Actor,
        id: GrantId,
        terms: &GrantTerms,
        seen: &IfMatch,
    ) -> Result<GrantView, Fault> {
        let now = self.now();
        self.write("edit_grant", |tx| {
            let grant = visible_grant(tx, actor, id, now)?;
            seen.require(&tag(&grant))?;
            let meant = authority::meant_on(tx, &terms.permission, &grant.resource)?;
            meant.require_effect(terms.is_exact, terms.expires_at, now)?;
            let editor = match actor {
                Actor::Service { .. } => None,
                actor => Some(person(actor)?),
            };
            let GrantTerms { is_exact, expires_at, .. } = *terms;
            let terms = NewTerms { permission: meant.permission.clone(), is_exact, expires_at };
            let planned = Engine::default().plan_edit(&mut **tx, &grant, &terms, editor, now)?;
            let changes = planned.map_err(|refusal| meant.refused(refusal))?;
            if let Some(editor) = editor {
                require_welcome(tx, editor, &changes, now)?;
            }
            tx.apply(&changes, None, self.because(actor, "changed", now))?;
            let edited = changes.update.into_iter().next().map_or_else(|| grant.clone(), |edit| edit.after);
            if let (Holder::User(holder), false) = (&grant.holder, edited.capabilities.covers(grant.capabilities)) {
                let lowered = (&edited.resource, edited.capabilities);
                strike_from_user(tx, Some(grant.issuer), *holder, lowered, self.because(actor, "lowered", now))?;
            }
            GrantView::of(tx, edited, now)
        })
    }
}

/// Refuses to make something of a row that gives nothing now for one who takes no shares from the editor.
fn require_welcome(tx: &mut Tx<'_>, editor: UserId, changes: &Changes, now: DateTime<Utc>) -> Result<(), Fault> {
    for Edit { after, .. } in &changes.update {
        let given = (&after.holder, &after.resource, after.capabilities);
        if is_forced(tx, editor, given, |grant| grant.id == after.id, now)? {
            return Err(ApiError::RecipientNotAcceptingShares {}.into());
        }
    }
    Ok(())
}

/// Changes whenever the row does: a digest of all that can change about it.
pub(super) fn tag(grant: &Grant) -> String {
    let ends = grant.expires_at.map(|at| at.timestamp_micros());
    let parts = (grant.issuer, grant.capabilities.bits(), grant.exact, ends);
    let digest = Sha256::digest(format!("{} {parts:?}", grant.id).as_bytes());
    digest.iter().take(TAG_BYTES).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
