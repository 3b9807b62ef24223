//! Grants that are changed, by their id and the tag of what the caller saw.

use super::{
    authority::{self, Meant},
    by_name::person,
    give::is_forced,
    revoke::visible_grant,
    view::GrantView,
};
use crate::{Fault, Vouchsafe, links, sharing::strike_from_user};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use vouchsafe_engine::{
    Engine,
    plan::{Changes, Edit, LEFT, NewTerms, Wish},
};
use vouchsafe_store::{Tx, WriteTx};
use vouchsafe_types::{Access, Actor, Capabilities, Grant, GrantId, Holder, Permission, UserId, error::ApiError};

/// So many bytes of the digest make a tag.
const TAG_BYTES: usize = 16;

/// What a grant shall give, on what it stands on already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// What it gives already, also where no text says that.
    Same,
    /// All of an access, and nothing else.
    Access(Access),
    /// What a text says; that by which it is shown says what it gives already, however roughly.
    Text(String),
}

/// What a grant shall say.
#[derive(Debug, Clone)]
pub struct GrantTerms {
    /// What.
    pub gives: Gives,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it silences what is less specific. Only a text changes that.
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
    /// the issuer nor the editor may give it, and for more than a link can give; `cannot_share_with_self` for who would
    /// raise his own; `field_invalid` for a permission that is none, or about something else, an end that has passed,
    /// or `none` without `exact`; `recipient_not_accepting_shares` for what gave nothing so far, to a person who
    /// blocked the editor.
    pub fn edit_grant(
        &self,
        actor: &Actor,
        id: GrantId,
        terms: &GrantTerms,
        seen: &IfMatch,
    ) -> Result<GrantView, Fault> {
        let now = self.now();
        self.write("edit_grant", |tx| {
            let edited = edit_in(self, tx, actor, id, (terms, seen), now)?;
            GrantView::of(tx, edited, now)
        })
    }
}

/// Gives a grant new terms within a transaction.
pub(crate) fn edit_in(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    id: GrantId,
    (terms, seen): (&GrantTerms, &IfMatch),
    now: DateTime<Utc>,
) -> Result<Grant, Fault> {
    let grant = visible_grant(tx, actor, id, now)?;
    seen.require(&tag(&grant))?;
    let editor = match actor {
        Actor::Service { .. } => None,
        actor => Some(person(actor)?),
    };
    let changes = planned(tx, &grant, terms, editor, now)?;
    links::require_holdable(tx, &changes)?;
    if let Some(editor) = editor {
        require_welcome(tx, editor, &changes, now)?;
    }
    tx.apply(&changes, None, vouchsafe.because(actor, "changed", now))?;
    let edited = changes.update.into_iter().next().map_or_else(|| grant.clone(), |edit| edit.after);
    if let (Holder::User(holder), false) = (&grant.holder, edited.capabilities.covers(grant.capabilities)) {
        let lowered = (&edited.resource, edited.capabilities);
        strike_from_user(tx, Some(grant.issuer), *holder, lowered, vouchsafe.because(actor, "lowered", now))?;
    }
    Ok(edited)
}

/// The changes by which a grant gets its new terms.
fn planned(
    tx: &mut Tx<'_>,
    grant: &Grant,
    terms: &GrantTerms,
    editor: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Changes, Fault> {
    let GrantTerms { is_exact, expires_at, .. } = *terms;
    let text = match &terms.gives {
        Gives::Text(text) => text,
        Gives::Same => return set(tx, grant, (grant.capabilities, expires_at), editor, now),
        Gives::Access(access) => return set(tx, grant, (access.capabilities(), expires_at), editor, now),
    };
    let meant = authority::meant_on(tx, text, &grant.resource)?;
    meant.require_effect(is_exact, expires_at, now)?;
    let terms = NewTerms { permission: meant.permission.clone(), is_exact, expires_at };
    let planned = Engine::default().plan_edit(tx, grant, &terms, editor, now)?;
    Ok(planned.map_err(|refusal| meant.refused(refusal))?)
}

/// The changes by which a grant gives these capabilities until then.
fn set(
    tx: &mut Tx<'_>,
    grant: &Grant,
    terms: (Capabilities, Option<DateTime<Utc>>),
    editor: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Changes, Fault> {
    // What is written back as it is changes nothing, whoever stands behind it by now.
    if terms == (grant.capabilities, grant.expires_at) && grant.origin != LEFT {
        return Ok(Changes::default());
    }
    let (capabilities, expires_at) = terms;
    authority::require_time_to_come(expires_at, now)?;
    let told = Permission::describing(&grant.resource, capabilities);
    let told = Meant::on(grant.resource.clone(), told.ask, told.manage);
    let planned = Engine::default().plan_set(tx, grant, terms, editor, now)?;
    Ok(planned.map_err(|refusal| told.refused(refusal))?)
}

/// Refuses to make something of a row that gives nothing now for one who takes no shares from the editor.
fn require_welcome(tx: &mut Tx<'_>, editor: UserId, changes: &Changes, now: DateTime<Utc>) -> Result<(), Fault> {
    for Edit { after, .. } in &changes.update {
        let wish = Wish::new(after.issuer, after.holder.clone(), after.resource.clone(), after.capabilities, "v1");
        let wish = Wish { expires_at: after.expires_at, ..wish };
        if is_forced(tx, editor, &wish, |grant| grant.id == after.id, now)? {
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
