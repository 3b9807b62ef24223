//! Apps and sites.

use super::{groups::allowed, text::check_text};
use crate::{Fault, Vouchsafe, accounts::find_by_name};
use serde_json::{Value, json};
use vouchsafe_engine::{Engine, GrantSource};
use vouchsafe_store::{App, Site, StoreError, Tx};
use vouchsafe_types::{Actor, AppUid, Capability, ChangeKind, EntryId, Resource, SiteId, UserId, error::ApiError};

/// What the host application says about an app.
#[derive(Debug, Clone)]
pub struct AppChange {
    /// Its name, unique.
    pub name: String,
    /// The name of its owner.
    pub owner: String,
    /// Whether only holders may see and open it; `None` leaves it as it is, or open.
    pub is_protected: Option<bool>,
    /// What to keep with it; `shared_appdata: true` shares its data directory with it.
    pub metadata: Value,
    /// Where it runs.
    pub index_url: Option<String>,
}

/// What the host application says about a site.
#[derive(Debug, Clone)]
pub struct SiteChange {
    /// Its name, unique.
    pub name: String,
    /// The name of its owner.
    pub owner: String,
    /// The app it belongs to.
    pub associated_app: Option<AppUid>,
    /// The directory it serves.
    pub root: Option<EntryId>,
    /// Whether only holders may open it; `None` leaves it as it is, or open.
    pub is_protected: Option<bool>,
}

impl Vouchsafe {
    /// Makes an app known, or says what has changed about it. Gives it, its owner's name, and whether it is new.
    ///
    /// # Errors
    /// `user_does_not_exist` for an unknown owner; `conflict` when the name is taken, or is the uid of another app, or the
    /// uid is the name of another; `field_invalid` for a name that is none; for a user, `forbidden` unless it is his own,
    /// and for an address at which the host application has not said that it runs.
    pub fn put_app(&self, actor: &Actor, uid: &AppUid, change: &AppChange) -> Result<(App, String, bool), Fault> {
        check_text("name", &change.name)?;
        change.index_url.as_deref().map_or(Ok(()), |url| check_text("index_url", url))?;
        let now = self.now();
        self.write("put_app", |tx| {
            let owner = find_by_name(tx, &change.owner)?;
            let found = tx.find_app(uid)?;
            if !allowed(actor, |user| owner.id == user && found.as_ref().is_none_or(|a| a.owner == user)) {
                return Err(ApiError::Forbidden {}.into());
            }
            refuse_taken(tx, uid, &change.name)?;
            refuse_claimed_origin(actor, found.as_ref(), change.index_url.as_deref())?;
            let was_protected = found.as_ref().map(|a| a.is_protected);
            let app = App {
                uid: uid.clone(),
                name: change.name.clone(),
                owner: owner.id,
                is_protected: change.is_protected.or(was_protected).unwrap_or(false),
                shared_appdata: change.metadata.get("shared_appdata") == Some(&Value::Bool(true)),
                metadata: change.metadata.clone(),
                index_url: change.index_url.clone(),
                created_at: found.as_ref().map_or(now, |a| a.created_at),
            };
            tx.save_app(&app).map_err(name_taken)?;
            tx.tell(ChangeKind::App, actor, now, json!({ "app": uid }));
            Ok((app, owner.username.to_string(), found.is_none()))
        })
    }

    /// An app and its owner's name. A user sees what is not protected, his own, and what he has access to.
    ///
    /// # Errors
    /// `entity_not_found`, also for what the caller may not know of.
    pub fn app(&self, actor: &Actor, uid: &AppUid) -> Result<(App, String), Fault> {
        self.read(|tx| {
            let app = self.visible_app(tx, actor, uid)?;
            let owner = name_of(tx, app.owner)?;
            Ok((app, owner))
        })
    }

    /// Deletes an app, the grants it has and the grants on it.
    ///
    /// # Errors
    /// `entity_not_found`, also for an app that is not the caller's own.
    pub fn delete_app(&self, actor: &Actor, uid: &AppUid) -> Result<(), Fault> {
        let now = self.now();
        self.write("delete_app", |tx| {
            let app = tx.find_app(uid)?.filter(|app| allowed(actor, |user| app.owner == user));
            app.ok_or_else(|| no_app(uid))?;
            tx.delete_app(uid, self.because(actor, "app deleted", now))?;
            tx.tell(ChangeKind::AppDeleted, actor, now, json!({ "app": uid }));
            Ok(())
        })
    }

    /// Makes a site known, or says what has changed about it. Gives it, its owner's name, and whether it is new.
    ///
    /// # Errors
    /// `user_does_not_exist`; `entity_not_found` for an app that the caller cannot see; `subject_does_not_exist` for an unknown directory;
    /// `dest_is_not_a_directory`; `conflict` when the name is taken; for a user, `forbidden` unless it is his own.
    pub fn put_site(&self, actor: &Actor, id: SiteId, change: &SiteChange) -> Result<(Site, String, bool), Fault> {
        check_text("name", &change.name)?;
        let now = self.now();
        self.write("put_site", |tx| {
            let owner = find_by_name(tx, &change.owner)?;
            let found = tx.find_site(id)?;
            if !allowed(actor, |user| owner.id == user && found.as_ref().is_none_or(|s| s.owner == user)) {
                return Err(ApiError::Forbidden {}.into());
            }
            if let Some(uid) = &change.associated_app {
                self.visible_app(tx, actor, uid)?;
            }
            let root = change.root.map(|uuid| served(tx, uuid, owner.id)).transpose()?;
            let was_protected = found.as_ref().map(|s| s.is_protected);
            let site = Site {
                id,
                name: change.name.clone(),
                owner: owner.id,
                associated_app: change.associated_app.clone(),
                root: change.root,
                is_protected: change.is_protected.or(was_protected).unwrap_or(false),
                created_at: found.as_ref().map_or(now, |s| s.created_at),
            };
            tx.save_site(&site, root).map_err(name_taken)?;
            tx.tell(ChangeKind::Site, actor, now, json!({ "site": id }));
            Ok((site, owner.username.to_string(), found.is_none()))
        })
    }

    /// A site and its owner's name. A user sees what is not protected, his own, and what he has access to.
    ///
    /// # Errors
    /// `entity_not_found`, also for what the caller may not know of.
    pub fn site(&self, actor: &Actor, id: SiteId) -> Result<(Site, String), Fault> {
        self.read(|tx| {
            let site = tx.find_site(id)?.ok_or_else(|| no_site(id))?;
            if site.is_protected && !self.may_open(tx, actor, &Resource::Site(id))? {
                return Err(no_site(id).into());
            }
            let owner = name_of(tx, site.owner)?;
            Ok((site, owner))
        })
    }

    /// Deletes a site and the grants on it.
    ///
    /// # Errors
    /// `entity_not_found`, also for a site that is not the caller's own.
    pub fn delete_site(&self, actor: &Actor, id: SiteId) -> Result<(), Fault> {
        let now = self.now();
        self.write("delete_site", |tx| {
            let site = tx.find_site(id)?.filter(|site| allowed(actor, |user| site.owner == user));
            site.ok_or_else(|| no_site(id))?;
            tx.delete_site(id, self.because(actor, "site deleted", now))?;
            tx.tell(ChangeKind::SiteDeleted, actor, now, json!({ "site": id }));
            Ok(())
        })
    }

    /// A protected app is there only for those who may open it.
    pub(crate) fn visible_app(&self, tx: &mut Tx<'_>, actor: &Actor, uid: &AppUid) -> Result<App, Fault> {
        let app = tx.find_app(uid)?.ok_or_else(|| no_app(uid))?;
        if app.is_protected && !self.may_open(tx, actor, &Resource::App(uid.clone()))? {
            return Err(no_app(uid).into());
        }
        Ok(app)
    }

    fn may_open(&self, tx: &mut Tx<'_>, actor: &Actor, resource: &Resource) -> Result<bool, Fault> {
        if matches!(actor, Actor::Service { .. }) {
            return Ok(true);
        }
        let holding = Engine::default().holding(tx, actor, resource, self.now())?;
        Ok(holding.capabilities.has(Capability::Read))
    }
}

/// An app is meant by its uid or by its name: neither may stand for two of them.
fn refuse_taken(tx: &mut Tx<'_>, uid: &AppUid, name: &str) -> Result<(), Fault> {
    // How a permission says that a uid follows.
    if name.starts_with("uid#") {
        return Err(ApiError::invalid("name", "a name that does not begin with `uid#`", None).into());
    }
    let is_uid_taken = tx.app_named(uid.as_str())?.is_some_and(|other| other != *uid);
    let is_name_taken = match name.parse::<AppUid>() {
        Ok(other) => other != *uid && tx.find_app(&other)?.is_some(),
        Err(_) => false,
    };
    if is_uid_taken || is_name_taken { Err(ApiError::Conflict {}.into()) } else { Ok(()) }
}

/// Where an app runs is what people know it by when they let it in: only the host application can tell. Others may say
/// again what it said, or take it back.
fn refuse_claimed_origin(actor: &Actor, found: Option<&App>, url: Option<&str>) -> Result<(), ApiError> {
    let is_known = url.is_none() || found.is_some_and(|app| app.index_url.as_deref() == url);
    if is_known || matches!(actor, Actor::Service { .. }) { Ok(()) } else { Err(ApiError::Forbidden {}) }
}

/// The number of the directory that a site serves: one of its owner's own.
fn served(tx: &mut Tx<'_>, uuid: EntryId, owner: UserId) -> Result<i64, Fault> {
    let entry = tx.find_entry(uuid)?.filter(|e| e.owner == owner).ok_or(ApiError::SubjectDoesNotExist {})?;
    if entry.is_dir { Ok(entry.id) } else { Err(ApiError::DestIsNotADirectory {}.into()) }
}

fn name_of(tx: &mut Tx<'_>, user: UserId) -> Result<String, Fault> {
    Ok(tx.find_user(user)?.map(|u| u.username.to_string()).unwrap_or_default())
}

fn name_taken(error: StoreError) -> Fault {
    match error {
        StoreError::Duplicate(_) => ApiError::Conflict {}.into(),
        other => other.into(),
    }
}

fn no_app(uid: &AppUid) -> ApiError {
    ApiError::EntityNotFound { identifier: Value::from(format!("app:{uid}")) }
}

fn no_site(id: SiteId) -> ApiError {
    ApiError::EntityNotFound { identifier: Value::from(format!("site:{id}")) }
}

#[cfg(test)]
mod tests;
