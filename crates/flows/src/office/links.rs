//! External links as this face knows them: one default link per file, and others with title, password and end.

use super::{
    format::Opener,
    level::label,
    records::shown_to,
    set::{ORIGIN, SetShare, Setting, SubjectId, reason, refused},
    target::{OfficeTarget, TargetKind, person},
};
use crate::{
    Fault, LinkView, LinkWish, Vouchsafe,
    grants::holding,
    links::{hashed_password, require_holdable},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Engine, plan};
use vouchsafe_store::{Entry, Tx, WriteTx};
use vouchsafe_types::{Access, Actor, Capabilities, Holder, LinkId, Resource, UserId, error::ApiError};

/// The default link of a file, and what was made with options.
const DEFAULT: &str = "onlyoffice-default";
const ADDITIONAL: &str = "onlyoffice-link";
/// The longest password, in characters.
const MAX_PASSWORD: usize = 255;
/// The most links whose options one request sets: each password takes a tenth of a second.
const MOST_OPTIONS: usize = 20;
/// What is written back of a link that shows as off.
const OFF: Setting = Setting::Exactly(Access::None);
/// What a link without a title is called.
const UNNAMED: &str = "External link";

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
    /// What whoever presents it may do now; [`Access::None`] for one that is switched off.
    pub access: Access,
    /// What opens it; `None` while it is switched off, when it cannot be shown again, and for who has less than it
    /// would give if who made it could give it all: else everybody who may share would have what any link gives, if not
    /// today.
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
        let links = self.links_in(tx, entry.uuid, now)?;
        self.records_of(tx, caller, entry, links, now)
    }

    fn records_of(
        &self,
        tx: &mut Tx<'_>,
        caller: UserId,
        entry: &Entry,
        links: Vec<LinkView>,
        now: DateTime<Utc>,
    ) -> Result<Vec<LinkRecord>, Fault> {
        let are_off = !self.settings.are_public_links_on;
        let off = LinkRecord { id: None, is_default: true, access: Access::None, token: None, are_off };
        let mut records = if entry.is_dir { Vec::new() } else { vec![off] };
        let has = holding(tx, &Actor::User(caller), &Resource::Entry(entry.uuid), now)?.capabilities;
        for link in links.into_iter().filter(|link| link.why_not.is_none()) {
            let Some(access) = shown_to(tx, entry, &Holder::Link(link.id), now)? else { continue };
            let access = if are_off { Access::None } else { access };
            let is_default = link.kind == DEFAULT;
            let token = link.token.filter(|_| !are_off && has.covers(link.grant.capabilities));
            let record = LinkRecord { id: Some(link.id), is_default, access, token, are_off };
            match records.first_mut().filter(|first| is_default && first.is_default) {
                Some(first) => *first = record,
                None => records.push(record),
            }
        }
        Ok(records)
    }

    /// The default link of a file, also one that sleeps.
    fn default_links(&self, tx: &mut Tx<'_>, entry: &Entry, now: DateTime<Utc>) -> Result<Vec<LinkView>, Fault> {
        let mut views = Vec::new();
        for (link, hash) in tx.list_links(entry.uuid)?.into_iter().filter(|(link, _)| link.kind == DEFAULT) {
            views.extend(self.link_view(tx, link, &hash, now)?);
        }
        Ok(views)
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
            (Some(view), _) => self.set_known_link(tx, by, (entry, view), set, password),
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
        let (mut working, mut asleep) = (Vec::new(), Vec::new());
        for link in self.default_links(tx, entry, by.now)? {
            let shown = shown_to(tx, entry, &Holder::Link(link.id), by.now)?.filter(|access| *access != Access::None);
            if shown.is_some() { working.push(link) } else { asleep.push(link) }
        }
        match (wanted, working.first()) {
            // What shows as off is left: to write back what was shown changes nothing.
            (None, first) if setting == OFF && (first.is_none() || !self.settings.are_public_links_on) => Ok(()),
            (Some(access), Some(link)) => self.set_link_access(tx, by, (entry, link), access),
            (Some(access), None) => {
                // What sleeps must not wake beside it.
                self.remove(tx, by, entry, asleep)?;
                let wish = LinkWish { is_exact: true, ..LinkWish::new(entry.uuid, DEFAULT, given_by(access), ORIGIN) };
                self.make_for(tx, by, entry, (&wish, access), None)
            }
            (None, _) => self.remove(tx, by, entry, asleep.into_iter().chain(working).collect()),
        }
    }

    fn set_link_access(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        (entry, link): (&Entry, &LinkView),
        access: Access,
    ) -> Result<(), Fault> {
        // To write back what was shown changes nothing.
        if shown_to(tx, entry, &Holder::Link(link.id), by.now)? == Some(access) {
            return Ok(());
        }
        let has = holding(tx, &Actor::User(by.caller), &link.grant.resource, by.now)?;
        let by_him = (by.caller, has);
        let planned = Engine::default().plan_exact(&mut **tx, &link.grant, given_by(access), by_him, by.now)?;
        let (changes, reason) = (planned.map_err(refused)?, reason(entry, name_of(link), label(access)));
        require_holdable(tx, &changes).map_err(|fault| match fault {
            Fault::Api(_) => ApiError::Forbidden {}.into(),
            other => other,
        })?;
        Ok(tx.apply(&changes, None, self.because(&Actor::User(by.caller), &reason, by.now))?)
    }

    fn set_known_link(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        (entry, view): (&Entry, LinkView),
        set: &SetShare,
        password: Option<Option<String>>,
    ) -> Result<(), Fault> {
        let id = view.id;
        match set.setting {
            OFF if !self.settings.are_public_links_on => {}
            Setting::Nothing => return self.remove(tx, by, entry, vec![view]),
            Setting::Exactly(access) => self.set_link_access(tx, by, (entry, &view), access)?,
            Setting::Unchanged => {}
        }
        let Some(options) = &set.options else { return Ok(()) };
        self.edit_link_in(tx, &Actor::User(by.caller), id, &options.change(), password, by.now).map_err(as_sent)
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
        self.make_for(tx, by, entry, (&wish, access), password_hash)
    }

    fn make_for(
        &self,
        tx: &mut WriteTx<'_>,
        by: By,
        entry: &Entry,
        (wish, access): (&LinkWish, Access),
        password_hash: Option<String>,
    ) -> Result<(), Fault> {
        let reason = reason(entry, wish.title.as_deref().unwrap_or(UNNAMED), label(access));
        let actor = Actor::User(by.caller);
        self.make_link_in(tx, wish, password_hash, self.because(&actor, &reason, by.now)).map(drop).map_err(as_sent)
    }

    /// Takes links away, if the caller may.
    fn remove(&self, tx: &mut WriteTx<'_>, by: By, entry: &Entry, links: Vec<LinkView>) -> Result<(), Fault> {
        let actor = Actor::User(by.caller);
        for link in links {
            let (has, reason) =
                (holding(tx, &actor, &link.grant.resource, by.now)?, reason(entry, name_of(&link), "None"));
            if !plan::may_revoke(&has, by.caller, &link.grant) {
                return Err(ApiError::Forbidden {}.into());
            }
            tx.revoke(vec![link.grant], self.because(&actor, &reason, by.now))?;
        }
        Ok(())
    }

    /// Switches the default link of a file. Gives its record, and what opens the file.
    ///
    /// # Errors
    /// As [`Vouchsafe::change_shares`]; `required_not_found` for what is no file.
    pub fn switch_default_link(
        &self,
        actor: &Actor,
        number: Option<i64>,
        setting: Setting,
    ) -> Result<(LinkRecord, Opener), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        let entry = self.write("switch_default_link", |tx| {
            let entry = linked(tx, actor, OfficeTarget { number, kind: TargetKind::File }, now)?;
            self.set_default_link(tx, By { caller, now }, &entry, setting)?;
            Ok(entry)
        })?;
        self.read(|tx| {
            let links = self.default_links(tx, &entry, now)?;
            let record = self.records_of(tx, caller, &entry, links, now)?.into_iter().next();
            let record = record.ok_or_else(|| Fault::Internal("a file without its default link".to_owned()))?;
            Ok((record, Opener::of(&entry)))
        })
    }

    /// Refuses who may not make links on an entry. Gives what opens it.
    ///
    /// # Errors
    /// As [`Vouchsafe::shares_of`]; `required_not_found` for what is of the other kind.
    pub fn may_link(&self, actor: &Actor, target: OfficeTarget) -> Result<Opener, Fault> {
        person(actor)?;
        let now = self.now();
        self.read(|tx| Ok(Opener::of(&linked(tx, actor, target, now)?)))
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

/// What a link is called in the audit.
fn name_of(link: &LinkView) -> &str {
    link.title.as_deref().unwrap_or(UNNAMED)
}

/// What an access gives to whoever presents a link.
fn given_by(access: Access) -> Capabilities {
    access.capabilities() - Capabilities::SHARING
}

/// Passed over, the link would be open to everybody when somebody thinks that it asks for a password.
fn no_options() -> ApiError {
    ApiError::invalid("linkSettings", "a further link: the default link has none", None)
}

/// A faulty end, by the name that it has here.
fn as_sent(fault: Fault) -> Fault {
    match fault {
        Fault::Api(ApiError::FieldInvalid { key, expected, got }) if key == "expires_at" => {
            ApiError::FieldInvalid { key: "expirationDate".to_owned(), expected, got }.into()
        }
        other => other,
    }
}

/// Whether a link shall give something, by one of these settings.
pub(super) fn is_kept(tx: &mut Tx<'_>, id: LinkId, sets: &[SetShare]) -> Result<bool, Fault> {
    let is_default = tx.find_link(id)?.is_some_and(|(link, _)| link.kind == DEFAULT);
    let is_it = |subject| subject == SubjectId::Id(id.as_uuid()) || (is_default && subject == SubjectId::DefaultLink);
    Ok(sets.iter().any(|set| is_it(set.subject) && set.setting.gives()))
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
