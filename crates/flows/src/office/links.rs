//! External links as this face knows them: one default link per file, and others with title, password and end.

use super::{
    format::is_viewable,
    level::shown,
    set::{ORIGIN, SetShare, Setting, SubjectId, refused},
    target::{OfficeTarget, TargetKind, person},
};
use crate::{Fault, LinkView, LinkWish, Vouchsafe, grants::holding, links::hashed_password};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Engine, plan};
use vouchsafe_store::{Entry, Tx, WriteTx};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, Grant, LinkId, Resource, UserId, error::ApiError};

/// The default link of a file, and what was made with options.
const DEFAULT: &str = "onlyoffice-default";
const ADDITIONAL: &str = "onlyoffice-link";
/// The longest password, in characters.
const MAX_PASSWORD: usize = 255;
/// The most links whose options one request sets: each password takes a tenth of a second.
const MOST_OPTIONS: usize = 20;
/// What is written back of a link that shows as off.
const OFF: Setting = Setting::Exactly(Access::None);
/// What has to do with sharing is never given to whoever presents a link.
const PERSONAL: Capabilities = Capabilities::of(&[Capability::Share, Capability::Delegate, Capability::Manage]);

/// What is said of a link beside its access. What is not said stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkOptions {
    /// What to call it.
    pub title: Option<String>,
    /// Its password; an empty one takes it away.
    pub password: Option<String>,
    /// When it ends; `Some(None)` never.
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// Whether it shall be gone once it has ended.
    pub auto_delete: Option<bool>,
}

/// Who sets something, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct By {
    pub(super) caller: UserId,
    pub(super) now: DateTime<Utc>,
}

/// A link that is shown on an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// The link; `None` for a default link that is switched off.
    pub id: Option<LinkId>,
    /// Whether it is the default link.
    pub is_default: bool,
    /// What whoever presents it may do; [`Access::None`] for one that is switched off.
    pub access: Access,
    /// What opens it; `None` while it is switched off, when it cannot be shown again, and for who has less than it gives:
    /// else everybody who may share would have what any link gives.
    pub token: Option<String>,
    /// Whether the operator has switched links off altogether.
    pub are_off: bool,
}

/// The hashes of the passwords that are set, by the place of their setting.
pub(super) fn hashed(sets: &[SetShare]) -> Result<BTreeMap<usize, Option<String>>, Fault> {
    if sets.iter().filter(|set| set.options.is_some()).count() > MOST_OPTIONS {
        return Err(ApiError::TooManyKeys { key: "linkSettings".to_owned(), max: MOST_OPTIONS }.into());
    }
    let mut all = BTreeMap::new();
    for (place, set) in sets.iter().enumerate() {
        let Some(password) = set.options.as_ref().and_then(|options| options.password.as_deref()) else { continue };
        if password.chars().count() > MAX_PASSWORD {
            return Err(ApiError::FieldTooLong { key: "password".to_owned(), max_length: MAX_PASSWORD }.into());
        }
        let hash = if password.is_empty() { None } else { Some(hashed_password(password)?) };
        all.insert(place, hash);
    }
    Ok(all)
}

impl Vouchsafe {
    /// The links that are shown on an entry. Those that the operator has switched off show as off.
    pub(super) fn link_records(
        &self,
        tx: &mut Tx<'_>,
        caller: UserId,
        entry: &Entry,
        now: DateTime<Utc>,
    ) -> Result<Vec<LinkRecord>, Fault> {
        let are_off = !self.settings.are_public_links_on;
        let off = LinkRecord { id: None, is_default: true, access: Access::None, token: None, are_off };
        let mut records = if entry.is_dir { Vec::new() } else { vec![off] };
        let resource = Resource::Entry(entry.uuid);
        let has = holding(tx, &Actor::User(caller), &resource, now)?.capabilities;
        for link in self.links_in(tx, entry.uuid, now)? {
            let access = if link.grant.is_deny() { Some(Access::None) } else { shown(link.grant.capabilities) };
            let Some(access) = access.filter(|_| link.why_not.is_none()) else { continue };
            let access = if are_off { Access::None } else { access };
            let is_default = link.kind == DEFAULT;
            let gives = holding(tx, &Actor::Link { link: link.id }, &resource, now)?.capabilities;
            let token = link.token.filter(|_| !are_off && has.covers(gives));
            let record = LinkRecord { id: Some(link.id), is_default, access, token, are_off };
            match records.first_mut().filter(|first| is_default && first.is_default) {
                Some(first) => *first = record,
                None => records.push(record),
            }
        }
        Ok(records)
    }

    /// Does what a setting says of a link; one that is for nobody's link is passed over.
    pub(super) fn set_link(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        entry: &Entry,
        set: &SetShare,
        password: Option<Option<String>>,
    ) -> Result<(), Fault> {
        if set.setting == Setting::Unchanged && set.options.is_none() {
            return Ok(());
        }
        let has_any = set.options.as_ref().is_some_and(LinkOptions::has_any);
        let id = match set.subject {
            SubjectId::Everyone => return Ok(()),
            SubjectId::DefaultLink if has_any => return Err(no_options().into()),
            SubjectId::DefaultLink => return self.set_default_link(tx, by, entry, set.setting),
            SubjectId::Id(id) => LinkId::from(id),
        };
        let on_it = tx.find_link(id)?.filter(|(link, _)| link.entry == entry.uuid);
        let view = match on_it {
            Some((link, hash)) => self.link_view(tx, link, &hash, by.now)?,
            None => None,
        };
        match (view, &set.options) {
            (Some(view), _) if view.kind == DEFAULT && has_any => Err(no_options().into()),
            (Some(view), _) => self.set_known_link(tx, by, view, set, password),
            (None, Some(options)) if is_nobodys(tx, id)? => {
                self.make_additional(tx, by, entry, (set.setting, options), password.flatten())
            }
            (None, _) => Ok(()),
        }
    }

    fn set_default_link(&self, tx: &mut WriteTx<'_>, by: By, entry: &Entry, setting: Setting) -> Result<(), Fault> {
        if entry.is_dir {
            return if setting == Setting::Unchanged { Ok(()) } else { Err(ApiError::LinkRefused {}.into()) };
        }
        let wanted = match setting {
            Setting::Unchanged => return Ok(()),
            Setting::Exactly(access) if access != Access::None && self.settings.are_public_links_on => Some(access),
            Setting::Exactly(_) | Setting::Nothing => None,
        };
        let found = self.links_in(tx, entry.uuid, by.now)?.into_iter().filter(|link| link.kind == DEFAULT);
        let (working, asleep): (Vec<LinkView>, Vec<LinkView>) = found.partition(|link| link.why_not.is_none());
        match (wanted, working.first()) {
            // What shows as off is left: to write back what was shown changes nothing.
            (None, first) if setting == OFF && (first.is_none() || !self.settings.are_public_links_on) => Ok(()),
            (Some(access), Some(link)) => self.set_link_access(tx, by, &link.grant, access),
            (Some(access), None) => {
                // What sleeps must not wake beside it.
                self.remove(tx, by, asleep)?;
                let wish = LinkWish { is_exact: true, ..LinkWish::new(entry.uuid, DEFAULT, given_by(access), ORIGIN) };
                self.make_link_in(tx, &Actor::User(by.caller), &wish, None, by.now)?;
                Ok(())
            }
            (None, _) => self.remove(tx, by, asleep.into_iter().chain(working).collect()),
        }
    }

    fn set_link_access(&self, tx: &mut WriteTx<'_>, by: By, grant: &Grant, access: Access) -> Result<(), Fault> {
        let is_shown = if grant.is_deny() { Some(Access::None) } else { shown(grant.capabilities) };
        if is_shown == Some(access) {
            return Ok(());
        }
        let planned = Engine::default().plan_exact(&mut **tx, grant, given_by(access), by.caller, by.now)?;
        let changes = planned.map_err(refused)?;
        Ok(tx.apply(&changes, None, self.because(&Actor::User(by.caller), "link changed", by.now))?)
    }

    fn set_known_link(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        view: LinkView,
        set: &SetShare,
        password: Option<Option<String>>,
    ) -> Result<(), Fault> {
        let id = view.id;
        match set.setting {
            OFF if !self.settings.are_public_links_on => {}
            Setting::Nothing => return self.remove(tx, by, vec![view]),
            Setting::Exactly(access) => self.set_link_access(tx, by, &view.grant, access)?,
            Setting::Unchanged => {}
        }
        let Some(options) = &set.options else { return Ok(()) };
        self.edit_link_in(tx, &Actor::User(by.caller), id, &options.change(), password, by.now)
    }

    fn make_additional(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        entry: &Entry,
        (setting, options): (Setting, &LinkOptions),
        password_hash: Option<String>,
    ) -> Result<(), Fault> {
        let Setting::Exactly(access) = setting else { return Ok(()) };
        if access == Access::None {
            return Ok(());
        }
        let wish = LinkWish {
            is_exact: true,
            expires_at: options.expires_at.flatten(),
            title: options.title.clone(),
            auto_delete: options.auto_delete.unwrap_or(false),
            ..LinkWish::new(entry.uuid, ADDITIONAL, given_by(access), ORIGIN)
        };
        self.make_link_in(tx, &Actor::User(by.caller), &wish, password_hash, by.now)?;
        Ok(())
    }

    /// Takes links away, if the caller may.
    fn remove(&self, tx: &mut WriteTx<'_>, by: By, links: Vec<LinkView>) -> Result<(), Fault> {
        let actor = Actor::User(by.caller);
        for LinkView { grant, .. } in links {
            let has = holding(tx, &actor, &grant.resource, by.now)?;
            if !plan::may_revoke(&has, by.caller, &grant) {
                return Err(ApiError::Forbidden {}.into());
            }
            tx.revoke(vec![grant], self.because(&actor, "link deleted", by.now))?;
        }
        Ok(())
    }

    /// Switches the default link of a file. Gives its record.
    ///
    /// # Errors
    /// As [`Vouchsafe::change_shares`]; `required_not_found` for what is no file.
    pub fn switch_default_link(
        &self,
        actor: &Actor,
        number: Option<i64>,
        setting: Setting,
    ) -> Result<(LinkRecord, bool), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        self.write("switch_default_link", |tx| {
            let entry = linked(tx, actor, OfficeTarget { number, kind: TargetKind::File }, now)?;
            self.set_default_link(tx, By { caller, now }, &entry, setting)?;
            let record = self.link_records(tx, caller, &entry, now)?.into_iter().next();
            let record = record.ok_or_else(|| Fault::Internal("a file without its default link".to_owned()))?;
            Ok((record, is_viewable(&entry)))
        })
    }

    /// Refuses who may not make links on an entry. Gives whether a viewer opens it.
    ///
    /// # Errors
    /// As [`Vouchsafe::shares_of`]; `required_not_found` for what is of the other kind.
    pub fn may_link(&self, actor: &Actor, target: OfficeTarget) -> Result<bool, Fault> {
        person(actor)?;
        let now = self.now();
        self.read(|tx| Ok(is_viewable(&linked(tx, actor, target, now)?)))
    }
}

/// The entry, for who may share it; links have words of their own for what is of the other kind.
fn linked(tx: &mut Tx<'_>, actor: &Actor, target: OfficeTarget, now: DateTime<Utc>) -> Result<Entry, Fault> {
    target.shared_by(tx, actor, now).map_err(|fault| match fault {
        Fault::Api(ApiError::OtherKind {}) => {
            let kind = if target.kind == TargetKind::File { "file" } else { "folder" };
            ApiError::RequiredNotFound { kind: kind.to_owned() }.into()
        }
        other => other,
    })
}

/// What an access gives to whoever presents a link.
fn given_by(access: Access) -> Capabilities {
    access.capabilities() - PERSONAL
}

/// Passed over, the link would be open to everybody when somebody thinks that it asks for a password.
fn no_options() -> ApiError {
    ApiError::invalid("linkSettings", "a further link: the default link has none", None)
}

/// Whether an id is neither a person's nor a group's.
fn is_nobodys(tx: &mut Tx<'_>, id: LinkId) -> Result<bool, Fault> {
    let id = id.as_uuid();
    Ok(tx.find_user(UserId::from(id))?.is_none() && tx.find_group(id.into())?.is_none())
}

impl LinkOptions {
    /// Whether it asks for something that not every link has.
    fn has_any(&self) -> bool {
        let has_password = self.password.as_ref().is_some_and(|password| !password.is_empty());
        has_password || self.auto_delete == Some(true) || self.expires_at.flatten().is_some()
    }

    fn change(&self) -> crate::LinkChange {
        crate::LinkChange {
            capabilities: None,
            expires_at: self.expires_at,
            title: self.title.clone().map(Some),
            password: None,
            auto_delete: self.auto_delete,
        }
    }
}
