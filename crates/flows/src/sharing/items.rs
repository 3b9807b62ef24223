//! Paths, uuids and app names become resources that the sharer may give.

use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use serde_json::json;
use vouchsafe_engine::{
    Engine, GrantSource, Holding,
    plan::{self, Refusal},
};
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{
    Actor, AppUid, Ask, Capabilities, Capability, EntryId, Permission, Resource, Target,
    error::ApiError,
    share::{EntryTarget, ShareAccess, ShareItem},
};

/// An item that the sharer may give: what it consists of, and the file or directory to show for it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Permissions about resolved resources.
    pub(super) permissions: Vec<Permission>,
    /// The file or directory; `None` for an app.
    pub(super) entry: Option<Entry>,
}

/// Resolves one item; the sharer's authority comes first, so that a stranger learns nothing.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    actor: &Actor,
    item: &ShareItem,
    now: DateTime<Utc>,
) -> Result<Result<Item, ApiError>, Fault> {
    match item {
        ShareItem::Fs { target, access } => entry(tx, actor, target, *access, now),
        ShareItem::App { uid, name } => app(tx, actor, uid.as_deref(), name.as_deref(), now),
    }
}

/// The entry that a path or uuid names.
pub(crate) fn find_target(tx: &mut Tx<'_>, target: &EntryTarget) -> Result<Option<EntryId>, Fault> {
    Ok(match target {
        EntryTarget::Uuid(uuid) => Some(EntryId::from(*uuid)),
        EntryTarget::Path(path) => tx.entry_at(&path.to_string())?,
    })
}

/// Whether the root of all trees is meant. Everybody sees it, nobody may do anything with it, and no grant stands on it.
pub(crate) fn is_root(target: &EntryTarget) -> bool {
    matches!(target, EntryTarget::Path(path) if path.names().is_empty())
}

fn entry(
    tx: &mut Tx<'_>,
    actor: &Actor,
    target: &EntryTarget,
    access: ShareAccess,
    now: DateTime<Utc>,
) -> Result<Result<Item, ApiError>, Fault> {
    if is_root(target) {
        return Ok(Err(ApiError::PermissionDenied { permission: "fs:/".to_owned() }));
    }
    let Some(id) = find_target(tx, target)? else { return Ok(Err(ApiError::SubjectDoesNotExist {})) };
    let permission = entry_permission(id, access);
    if let Err(refused) = authorise(tx, actor, &permission, now)? {
        return Ok(Err(refused));
    }
    let Some(entry) = tx.find_entry(id)? else { return Ok(Err(ApiError::SubjectDoesNotExist {})) };
    Ok(Ok(Item { permissions: vec![permission], entry: Some(entry) }))
}

impl Vouchsafe {
    /// What who has `has` on an entry may give there, of what people choose from.
    #[must_use]
    pub fn accesses_to_give(entry: EntryId, has: Capabilities) -> Vec<ShareAccess> {
        let holding = Holding { capabilities: has, ..Holding::NOTHING };
        let may_give =
            |access: &ShareAccess| plan::may_give(&holding, &entry_permission(entry, *access), false).is_ok();
        [ShareAccess::Read, ShareAccess::Write, ShareAccess::Manage].into_iter().filter(may_give).collect()
    }
}

pub(super) fn entry_permission(id: EntryId, access: ShareAccess) -> Permission {
    let on = |ask| Permission::on(Resource::Entry(id), ask);
    match access {
        ShareAccess::Read => on(Ask::One(Capability::Read)),
        ShareAccess::Write => on(Ask::One(Capability::Write)),
        ShareAccess::Manage => on(Ask::Whole).to_manage(),
    }
}

/// Whether the actor may give `permission`, in the words of the catalogue.
pub(super) fn authorise(
    tx: &mut Tx<'_>,
    actor: &Actor,
    permission: &Permission,
    now: DateTime<Utc>,
) -> Result<Result<(), ApiError>, Fault> {
    let Target::Resource(resource) = &permission.target else { return Ok(Err(ApiError::SubjectDoesNotExist {})) };
    let holding = Engine::default().holding(tx, actor, resource, now)?;
    Ok(plan::may_give(&holding, permission, false).map_err(refusal))
}

/// A refusal in the words of the catalogue.
pub(super) fn refusal(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotVisible => ApiError::SubjectDoesNotExist {},
        Refusal::NotAllowed { permission } => ApiError::PermissionDenied { permission: permission.to_string() },
        Refusal::Denied => ApiError::Forbidden {},
        Refusal::Held => ApiError::Conflict {},
        Refusal::ToSelf => ApiError::CannotShareWithSelf {},
    }
}

fn app(
    tx: &mut Tx<'_>,
    actor: &Actor,
    uid: Option<&str>,
    name: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<Item, ApiError>, Fault> {
    let identifier = match (uid, name) {
        (Some(uid), _) => json!({ "uid": uid }),
        (None, name) => json!({ "id": { "name": name } }),
    };
    let missing = || Ok(Err(ApiError::EntityNotFound { identifier: identifier.clone() }));
    let found = match (uid, name) {
        (Some(uid), _) => uid.parse().ok(),
        (None, Some(name)) => tx.app_named(name)?,
        (None, None) => None,
    };
    let Some(app) = found.map(|uid: AppUid| tx.find_app(&uid)).transpose()?.flatten() else { return missing() };
    let access = Permission::on(Resource::App(app.uid.clone()), Ask::One(Capability::Read));
    match authorise(tx, actor, &access, now)? {
        Ok(()) => {}
        // One that is not protected is there for everybody.
        Err(ApiError::SubjectDoesNotExist {}) if app.is_protected => return missing(),
        Err(ApiError::SubjectDoesNotExist {}) => {
            return Ok(Err(ApiError::PermissionDenied { permission: access.to_string() }));
        }
        Err(refused) => return Ok(Err(refused)),
    }
    let mut permissions = vec![access];
    if let Some(site) = tx.site_of_app(&app.uid, app.owner)? {
        permissions.push(Permission::on(Resource::Site(site), Ask::One(Capability::Read)));
    }
    if app.shared_appdata {
        let Some(data) = tx.app_data(&app.uid)? else { return Ok(Err(ApiError::SubjectDoesNotExist {})) };
        permissions.push(Permission::on(Resource::Entry(data), Ask::One(Capability::Write)));
    }
    for permission in permissions.iter().skip(1) {
        if let Err(refused) = authorise(tx, actor, permission, now)? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(Item { permissions, entry: None }))
}
