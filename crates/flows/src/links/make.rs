//! Links: made, changed, deleted.

use super::{
    most::{FOLDER_TOKEN, require_holdable, require_within},
    token::token_of,
    view::{LinkView, require_sharer},
};
use crate::{
    Fault, Vouchsafe,
    grants::require_time_to_come,
    secrets,
    sweep::{ENDED, ourselves},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use vouchsafe_engine::{
    Engine, GrantSource,
    plan::{self, Wish},
};
use vouchsafe_store::{Because, Link, WriteTx};
use vouchsafe_types::{
    Actor, AuditAction, AuditEvent, Capabilities, EntryId, Grant, Holder, LinkId, Permission, Resource, error::ApiError,
};

/// The longest title and password, in bytes.
const MAX_TITLE_BYTES: usize = 255;
pub(super) const MAX_PASSWORD_BYTES: usize = 1024;
/// The most links on one entry, from all faces together: each is looked up for every list. Those that have ended count
/// until their place is wanted.
const MOST_LINKS: usize = 100;

/// What the audit says when nobody has words of his own for it.
pub(crate) const MADE: &str = "link made";

/// A link that is wished for.
#[derive(Debug, Clone)]
pub struct LinkWish {
    /// On what.
    pub entry: EntryId,
    /// Which dialect makes it, and what for.
    pub kind: &'static str,
    /// What it gives.
    pub capabilities: Capabilities,
    /// Whether its grant is exact.
    pub is_exact: bool,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// What to call it.
    pub title: Option<String>,
    /// The password that it asks for.
    pub password: Option<String>,
    /// Whether it shall be gone once it has ended.
    pub auto_delete: bool,
    /// Through which face.
    pub origin: &'static str,
}

impl LinkWish {
    /// A plain link for good.
    #[must_use]
    pub const fn new(entry: EntryId, kind: &'static str, capabilities: Capabilities, origin: &'static str) -> Self {
        Self {
            entry,
            kind,
            capabilities,
            is_exact: false,
            expires_at: None,
            title: None,
            password: None,
            auto_delete: false,
            origin,
        }
    }
}

/// What shall be different about a link; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct LinkChange {
    /// What it gives.
    pub capabilities: Option<Capabilities>,
    /// Until when.
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// What to call it.
    pub title: Option<Option<String>>,
    /// The password that it asks for.
    pub password: Option<Option<String>>,
    /// Whether it shall be gone once it has ended.
    pub auto_delete: Option<bool>,
}

impl Vouchsafe {
    /// Makes a link, in the caller's name: it dies with his authority.
    ///
    /// # Errors
    /// `public_links_off`; `subject_does_not_exist` for what the caller cannot see; `forbidden` for who may not share
    /// it, and for anybody but a person's own session; `permission_denied` for more than he may give; `field_invalid`
    /// for a title or password that is none, an end that has passed, and for nothing; `storage_limit_reached`.
    pub fn make_link(&self, actor: &Actor, wish: &LinkWish) -> Result<LinkView, Fault> {
        let password = wish.password.as_deref().map(hashed).transpose()?;
        let now = self.now();
        let because = self.because(actor, MADE, now);
        self.write("make_link", |tx| self.make_link_in(tx, wish, password.clone(), because))
    }

    /// Makes a link within a transaction.
    pub(crate) fn make_link_in(
        &self,
        tx: &mut WriteTx<'_>,
        wish: &LinkWish,
        password_hash: Option<String>,
        because: Because<'_>,
    ) -> Result<LinkView, Fault> {
        let (actor, now) = (because.actor, because.at);
        let (issuer, has) = require_sharer(tx, actor, wish.entry, now)?;
        if !self.settings.are_public_links_on {
            return Err(ApiError::PublicLinksOff {}.into());
        }
        require_something(wish.capabilities)?;
        require_time_to_come(wish.expires_at, now)?;
        check_title(wish.title.as_deref())?;
        let resource = Resource::Entry(wish.entry);
        if !plan::may_give_these(&has, wish.capabilities, wish.is_exact) {
            return Err(denied(&resource, wish.capabilities).into());
        }
        self.make_room(tx, wish.entry, now)?;
        let id = LinkId::mint();
        let link = Link {
            id,
            entry: wish.entry,
            kind: wish.kind.to_owned(),
            title: wish.title.clone(),
            password_hash,
            auto_delete: wish.auto_delete,
            created_at: now,
        };
        let hash = secrets::token_hash(&token_of(&self.settings, id)?);
        tx.insert_link(&link, &hash)?;
        let gift = Wish {
            is_exact: wish.is_exact,
            expires_at: wish.expires_at,
            ..Wish::new(issuer, Holder::Link(id), resource.clone(), wish.capabilities, wish.origin)
        };
        let given = Engine::default().plan_give(&mut **tx, &gift, now)?;
        let given = given.ok().ok_or_else(|| denied(&resource, wish.capabilities))?;
        require_within(wish.kind, Capabilities::NONE, &given.grant)?;
        self.apply_gift(tx, &given, None, because)?;
        let view = self.link_view(tx, link, &hash, now)?;
        view.ok_or_else(|| Fault::Internal("a link without its grant".to_owned()))
    }

    /// Room for one more link on an entry: where there are as many as there may be, the one that ended first goes.
    fn make_room(&self, tx: &mut WriteTx<'_>, entry: EntryId, now: DateTime<Utc>) -> Result<(), Fault> {
        let links = tx.list_links(entry)?;
        if links.len() < MOST_LINKS {
            return Ok(());
        }
        let mut ended = Vec::new();
        for (link, _) in links {
            let rows = tx.grants_to(&Holder::Link(link.id), &Resource::Entry(entry))?;
            if !rows.is_empty() && rows.iter().all(|grant| grant.is_expired(now)) {
                ended.push((rows.iter().filter_map(|grant| grant.expires_at).max(), rows));
            }
        }
        let first = ended.into_iter().min_by_key(|(end, _)| *end);
        let (_, rows) = first.ok_or(ApiError::StorageLimitReached {})?;
        // Not in the name of who wants the place: he may have no say over it.
        Ok(tx.revoke(rows, self.because(&ourselves(), ENDED, now))?)
    }

    /// Changes a link: for who gave it, and for who may change what others gave.
    ///
    /// # Errors
    /// `entity_not_found` for a link on something that the caller may not share; `forbidden` for who may not change it;
    /// `permission_denied` when neither who gave it nor the caller may give it; `field_invalid`.
    pub fn edit_link(&self, actor: &Actor, id: LinkId, change: &LinkChange) -> Result<LinkView, Fault> {
        let password = match &change.password {
            Some(Some(password)) => Some(Some(hashed(password)?)),
            Some(None) => Some(None),
            None => None,
        };
        let now = self.now();
        self.write("edit_link", |tx| {
            self.edit_link_in(tx, actor, id, change, password.clone(), now)?;
            Ok(self.visible_link(tx, actor, id, now)?.0)
        })
    }

    /// Changes a link within a transaction; its password has been hashed.
    pub(crate) fn edit_link_in(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        id: LinkId,
        change: &LinkChange,
        password: Option<Option<String>>,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let (view, link, (editor, has)) = self.visible_link(tx, actor, id, now)?;
        if !plan::may_revoke(&has, editor, &view.grant) {
            return Err(ApiError::Forbidden {}.into());
        }
        let capabilities = change.capabilities.unwrap_or(view.grant.capabilities);
        let expires_at = change.expires_at.unwrap_or(view.grant.expires_at);
        check_password(&link, password.as_ref(), has.capabilities.covers(capabilities))?;
        if (capabilities, expires_at) != (view.grant.capabilities, view.grant.expires_at) {
            // What somebody was denied by it may end at another time.
            if capabilities != view.grant.capabilities {
                require_something(capabilities)?;
            }
            require_time_to_come(expires_at, now)?;
            let terms = (capabilities, expires_at);
            let planned = Engine::default().plan_set(&mut **tx, &view.grant, terms, Some(editor), now)?;
            let changes = planned.ok().ok_or_else(|| denied(&view.grant.resource, capabilities))?;
            require_holdable(tx, &changes)?;
            tx.apply(&changes, None, self.because(actor, "link changed", now))?;
        }
        let changed = Link {
            title: change.title.clone().unwrap_or_else(|| link.title.clone()),
            password_hash: password.clone().unwrap_or_else(|| link.password_hash.clone()),
            auto_delete: change.auto_delete.unwrap_or(link.auto_delete),
            ..link.clone()
        };
        check_title(changed.title.as_deref())?;
        if changed != link {
            tx.update_link(&changed)?;
            self.tell_link(tx, actor, &view.grant, (&link, &changed), now)?;
        }
        Ok(())
    }

    /// That the link itself was changed: for the audit, without what opens it.
    fn tell_link(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        grant: &Grant,
        (before, after): (&Link, &Link),
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let state = |link: &Link| {
            let has_password = link.password_hash.is_some();
            Some(json!({ "title": link.title, "has_password": has_password, "auto_delete": link.auto_delete }))
        };
        let event = AuditEvent::of_grant(AuditAction::Change, grant, actor, now, "link changed");
        let because = self.because(actor, "link changed", now);
        let request_id = because.request_id.map(str::to_owned);
        Ok(tx.audit(&AuditEvent { before: state(before), after: state(after), request_id, ..event })?)
    }

    /// Deletes a link, and with it its grant: for who gave it, and for who may revoke what others gave.
    ///
    /// # Errors
    /// `entity_not_found` for a link on something that the caller may not share; `forbidden` for who may not revoke it.
    pub fn delete_link(&self, actor: &Actor, id: LinkId) -> Result<(), Fault> {
        let now = self.now();
        self.write("delete_link", |tx| {
            let (view, _, (user, has)) = self.visible_link(tx, actor, id, now)?;
            if !plan::may_revoke(&has, user, &view.grant) {
                return Err(ApiError::Forbidden {}.into());
            }
            Ok(tx.revoke(vec![view.grant], self.because(actor, "link deleted", now))?)
        })
    }
}

fn denied(resource: &Resource, capabilities: Capabilities) -> ApiError {
    ApiError::PermissionDenied { permission: Permission::describing(resource, capabilities).to_string() }
}

fn require_something(capabilities: Capabilities) -> Result<(), ApiError> {
    match capabilities.is_empty() {
        true => Err(ApiError::invalid("access", "something to give", None)),
        false => Ok(()),
    }
}

/// A password where there was none makes less of a link. To take it off, or put one's own in its place, opens what the
/// link gives: only who has all of that may, as he alone is shown its key. And a public token of Bookmarks takes none,
/// because nothing there asks for it.
fn check_password(link: &Link, password: Option<&Option<String>>, has_all: bool) -> Result<(), ApiError> {
    match password {
        Some(Some(_)) if link.kind == FOLDER_TOKEN => {
            Err(ApiError::invalid("password", "a link that can ask for it: a public token cannot", None))
        }
        Some(_) if link.password_hash.is_some() && !has_all => Err(ApiError::Forbidden {}),
        Some(_) | None => Ok(()),
    }
}

fn check_title(title: Option<&str>) -> Result<(), ApiError> {
    let is_odd = |text: &str| text.len() > MAX_TITLE_BYTES || text.chars().any(char::is_control);
    if title.is_some_and(is_odd) {
        return Err(ApiError::invalid("title", "at most 255 bytes without control characters", None));
    }
    Ok(())
}

pub(crate) fn hashed(password: &str) -> Result<String, Fault> {
    if !(1..=MAX_PASSWORD_BYTES).contains(&password.len()) {
        return Err(ApiError::invalid("password", "1 to 1024 bytes", None).into());
    }
    secrets::password_hash(password)
}
