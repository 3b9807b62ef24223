//! Links, as somebody sees them who may share what they are on.

use super::token::token_of;
use crate::{
    Fault, Vouchsafe,
    grants::{holding, shares},
    secrets,
};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{Dormancy, Engine, GrantSource, Holding};
use vouchsafe_store::{Link, Tx};
use vouchsafe_types::{Actor, Capability, EntryId, Grant, Holder, LinkId, Resource, UserId, error::ApiError};

/// A link, with what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkView {
    /// Its id.
    pub id: LinkId,
    /// On what.
    pub entry: EntryId,
    /// Which dialect made it, and what for.
    pub kind: String,
    /// What its maker calls it.
    pub title: Option<String>,
    /// Whether it asks for a password.
    pub has_password: bool,
    /// Whether its maker wants it gone once it has ended.
    pub auto_delete: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it gives, until when, and in whose name.
    pub grant: Grant,
    /// Why it gives nothing now, if it does not.
    pub why_not: Option<Dormancy>,
    /// The token; `None` when it was made under another secret of the server, and cannot be shown again.
    pub token: Option<String>,
}

impl Vouchsafe {
    /// The links on an entry, oldest first, also those that give nothing now.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller cannot see; `forbidden` for who may not share it.
    pub fn links_on(&self, actor: &Actor, entry: EntryId) -> Result<Vec<LinkView>, Fault> {
        let now = self.now();
        self.read(|tx| {
            let _ = require_sharer(tx, actor, entry, now)?;
            self.links_in(tx, entry, now)
        })
    }

    /// A link on something that the caller may share.
    ///
    /// # Errors
    /// `entity_not_found` for any other.
    pub fn link(&self, actor: &Actor, id: LinkId) -> Result<LinkView, Fault> {
        let now = self.now();
        self.read(|tx| Ok(self.visible_link(tx, actor, id, now)?.0))
    }

    /// The links on an entry, for whom it was checked that he may share it.
    pub(crate) fn links_in(&self, tx: &mut Tx<'_>, entry: EntryId, now: DateTime<Utc>) -> Result<Vec<LinkView>, Fault> {
        let mut views = Vec::new();
        for (link, hash) in tx.list_links(entry)? {
            views.extend(self.link_view(tx, link, &hash, now)?);
        }
        Ok(views)
    }

    /// A link, who asks, and what he has on its entry.
    pub(super) fn visible_link(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: LinkId,
        now: DateTime<Utc>,
    ) -> Result<(LinkView, Link, (UserId, Holding)), Fault> {
        let missing = || ApiError::EntityNotFound { identifier: format!("link:{id}").into() };
        let (link, hash) = tx.find_link(id)?.ok_or_else(missing)?;
        let sharer = require_sharer(tx, actor, link.entry, now).map_err(|fault| match fault {
            Fault::Api(_) => missing().into(),
            other => other,
        })?;
        let view = self.link_view(tx, link.clone(), &hash, now)?.ok_or_else(missing)?;
        Ok((view, link, sharer))
    }

    pub(super) fn link_view(
        &self,
        tx: &mut Tx<'_>,
        link: Link,
        hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<LinkView>, Fault> {
        let grant = tx.grants_to(&Holder::Link(link.id), &Resource::Entry(link.entry))?.into_iter().next();
        let Some(grant) = grant else { return Ok(None) };
        let why_not = Engine::default().dormancy(tx, &grant, now)?;
        let token = Some(token_of(&self.settings, link.id)?).filter(|token| secrets::token_hash(token) == hash);
        Ok(Some(LinkView {
            id: link.id,
            entry: link.entry,
            kind: link.kind,
            title: link.title,
            has_password: link.password_hash.is_some(),
            auto_delete: link.auto_delete,
            created_at: link.created_at,
            grant,
            why_not,
            token,
        }))
    }
}

/// A person in a session of his own who may share the entry, and what he has there.
pub(super) fn require_sharer(
    tx: &mut Tx<'_>,
    actor: &Actor,
    entry: EntryId,
    now: DateTime<Utc>,
) -> Result<(UserId, Holding), Fault> {
    let has = holding(tx, actor, &Resource::Entry(entry), now)?;
    match (actor, shares(&has), has.capabilities.has(Capability::See)) {
        (Actor::User(user), true, _) => Ok((*user, has)),
        (_, _, true) => Err(ApiError::Forbidden {}.into()),
        (_, _, false) => Err(ApiError::SubjectDoesNotExist {}.into()),
    }
}
