//! What a permission that was sent to us is about, and whether somebody may give it.

use crate::{Fault, check::parse_permission};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine, Holding,
    plan::{self, Refusal},
};
use vouchsafe_store::Tx;
use vouchsafe_types::{Actor, Ask, Permission, Resource, Target, error::ApiError};

/// How often `manage:` may stand in front of what is given.
const MOST_MANAGE: u8 = 2;

/// A permission about a resource that is there.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    pub(crate) resource: Resource,
    pub(crate) permission: Permission,
    /// As it was sent: what errors name.
    asked: Permission,
}

/// What a text means.
///
/// # Errors
/// `field_invalid` for a text that is no permission, `field_too_long` for one that is too long to be kept as it is; for
/// what is not there, `subject_does_not_exist` or `entity_not_found`.
pub(crate) fn meant(tx: &mut Tx<'_>, text: &str) -> Result<Meant, Fault> {
    let asked = parse_grantable(text)?;
    let Some((resource, permission)) = Engine::default().resolve(tx, &asked)? else {
        return Err(missing(&asked).into());
    };
    // How long something is that was looked up, only those learn who may know that it is there.
    if permission.target == asked.target {
        require_kept(&permission)?;
    }
    Ok(Meant { resource, permission, asked })
}

/// A permission that can be given. There is nothing more to hand on than handing on itself: a third `manage:` would say
/// nothing that a reader expects, and give everything.
fn parse_grantable(text: &str) -> Result<Permission, ApiError> {
    let asked = parse_permission(text)?;
    if asked.manage > MOST_MANAGE {
        return Err(ApiError::invalid("permission", "`manage:` at most twice", None));
    }
    Ok(asked)
}

/// What a text means that has to be about `resource`. Whatever else there is or is not, it says nothing about.
///
/// # Errors
/// `field_invalid` for a text that is no permission, or about something else; `field_too_long`.
pub(crate) fn meant_on(tx: &mut Tx<'_>, text: &str, resource: &Resource) -> Result<Meant, Fault> {
    let asked = parse_grantable(text)?;
    match Engine::default().resolve(tx, &asked)? {
        Some((found, permission)) if found == *resource => {
            require_kept(&permission)?;
            Ok(Meant { resource: found, permission, asked })
        }
        Some(_) | None => Err(ApiError::invalid("permission", "what the grant stands on", None).into()),
    }
}

/// Refuses a permission that is too long to be kept.
fn require_kept(permission: &Permission) -> Result<(), ApiError> {
    let max_length = Permission::MAX_STORED_CHARS;
    if permission.to_string().chars().count() > max_length {
        return Err(ApiError::FieldTooLong { key: "permission".to_owned(), max_length });
    }
    Ok(())
}

/// Refuses an end that has passed.
pub(crate) fn require_time_to_come(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), ApiError> {
    match expires_at.is_some_and(|at| at <= now) {
        true => Err(ApiError::invalid("expires_at", "a time to come", None)),
        false => Ok(()),
    }
}

/// What is answered when a resource is not there, or might as well not be.
fn missing(asked: &Permission) -> ApiError {
    match &asked.target {
        // Everybody sees the root of all trees, and nobody gives anything on it.
        Target::EntryPath(path) if path.bytes().all(|byte| byte == b'/') => {
            ApiError::PermissionDenied { permission: asked.to_string() }
        }
        Target::Resource(Resource::Entry(_)) | Target::EntryPath(_) | Target::AppData(_) => {
            ApiError::SubjectDoesNotExist {}
        }
        Target::Resource(Resource::App(uid)) => entity("app", uid.as_str()),
        Target::AppName(name) => entity("app", name),
        Target::Resource(Resource::Site(id)) => entity("site", &id.to_string()),
        Target::SiteName(name) => entity("site", name),
        // A name is always there; one only may have nothing to do with it.
        Target::Resource(Resource::Named(_)) => ApiError::PermissionDenied { permission: asked.to_string() },
    }
}

fn entity(family: &str, name: &str) -> ApiError {
    ApiError::EntityNotFound { identifier: format!("{family}:{name}").into() }
}

impl Meant {
    /// A permission of our own making.
    pub(crate) fn on(resource: Resource, ask: Ask, manage: u8) -> Self {
        let permission = Permission { manage, ..Permission::on(resource.clone(), ask) };
        Self { resource, asked: permission.clone(), permission }
    }

    /// What `actor` has on the resource.
    pub(crate) fn holding(&self, tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Holding, Fault> {
        Ok(Engine::default().holding(tx, actor, &self.resource, now)?)
    }

    /// Refuses who may not give it.
    ///
    /// # Errors
    /// `permission_denied` to who can see the resource; to others, the same as for what is not there; `field_too_long`.
    pub(crate) fn require_giver(
        &self,
        tx: &mut Tx<'_>,
        giver: &Actor,
        is_exact: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let holding = self.holding(tx, giver, now)?;
        match plan::may_give(&holding, &self.permission, is_exact) {
            Ok(()) => Ok(require_kept(&self.permission)?),
            Err(Refusal::NotVisible) if self.is_open(tx)? => Err(self.denied().into()),
            Err(refusal) => Err(self.refused(refusal).into()),
        }
    }

    /// Refuses terms under which a grant would be nothing from the start.
    ///
    /// # Errors
    /// `field_invalid` for an end that has passed, or for nothing that is not exact.
    pub(super) fn require_effect(
        &self,
        is_exact: bool,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        if self.permission.ask == Ask::Nothing && !is_exact {
            return Err(ApiError::invalid("permission", "something to give, or `exact`", None));
        }
        require_time_to_come(expires_at, now)
    }

    /// Refuses a permission that gives nothing, such as `fs:<uuid>:none`.
    ///
    /// # Errors
    /// `field_invalid`.
    pub(crate) fn require_something(&self) -> Result<(), ApiError> {
        match self.permission.ask {
            Ask::Nothing => Err(ApiError::invalid("permission", "something to give", None)),
            Ask::Whole | Ask::One(_) => Ok(()),
        }
    }

    /// Refuses who may not even know of the resource.
    ///
    /// # Errors
    /// The same as for what is not there; `field_too_long`.
    pub(crate) fn require_sight(&self, tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<(), Fault> {
        let is_named = matches!(self.resource, Resource::Named(_));
        if is_named || !self.holding(tx, actor, now)?.capabilities.is_empty() || self.is_open(tx)? {
            Ok(require_kept(&self.permission)?)
        } else {
            Err(self.missing().into())
        }
    }

    /// Whether everybody may know of it: an app or a site that is not protected.
    fn is_open(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        Ok(match &self.resource {
            Resource::App(uid) => tx.find_app(uid)?.is_some_and(|app| !app.is_protected),
            Resource::Site(id) => tx.find_site(*id)?.is_some_and(|site| !site.is_protected),
            Resource::Entry(_) | Resource::Named(_) => false,
        })
    }

    /// What is answered to who may know of it, and may not do this.
    fn denied(&self) -> ApiError {
        ApiError::PermissionDenied { permission: self.asked.to_string() }
    }

    /// What is answered when the resource is not there, or might as well not be.
    pub(crate) fn missing(&self) -> ApiError {
        missing(&self.asked)
    }

    /// A refusal in the words of the catalogue.
    pub(crate) fn refused(&self, refusal: Refusal) -> ApiError {
        match refusal {
            Refusal::NotVisible => self.missing(),
            Refusal::NotAllowed { .. } => self.denied(),
            Refusal::Denied => ApiError::Forbidden {},
            Refusal::Held => ApiError::Conflict {},
            Refusal::ToSelf => ApiError::CannotShareWithSelf {},
        }
    }
}
