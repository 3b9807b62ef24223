//! Grants to apps: for the caller himself, or for all of their users.

use super::{
    authority,
    by_name::{ByName, GRANTED, REVOKED, person, require_authority, wish},
    give::apply_wish,
    revoke::revocable,
};
use crate::{
    Fault, Vouchsafe,
    sharing::{find_target, is_root},
};
use vouchsafe_engine::{Engine, GrantSource};
use vouchsafe_store::{App, GrantFilter, Tx};
use vouchsafe_types::{
    Actor, AppUid, Ask, Capability, Grant, Holder, Permission, Resource, UserId, error::ApiError, share::EntryTarget,
};

/// Which app is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppName {
    /// By uid, or by name.
    Id(String),
    /// By the origin it runs at.
    Origin(String),
}

/// For whom an app is given something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Caller,
    AllUsers,
}

impl For {
    fn holder(self, app: AppUid, caller: UserId) -> Holder {
        Holder::App { app, user: (self == Self::Caller).then_some(caller) }
    }
}

const REVOKED_ALL: &str = "revoked all via PermissionService";

impl Vouchsafe {
    /// Lets an app use permissions of the caller's for him: all of them or none. Nothing is asked about his authority: it
    /// matters only while he holds the permission himself.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `entity_not_found` for an unknown app;
    /// `subject_does_not_exist` for what the caller cannot see; `field_invalid`, `field_too_long`.
    pub fn grant_to_own_app(&self, actor: &Actor, app: &AppName, what: &[ByName]) -> Result<(), Fault> {
        self.grant_to_app(actor, app, what, For::Caller)
    }

    /// Gives an app permissions for all of its users, as far as each of them has them: all of them or none.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_own_app`]; `permission_denied` without authority.
    pub fn grant_to_any_app(&self, actor: &Actor, app: &AppName, what: &[ByName]) -> Result<(), Fault> {
        self.grant_to_app(actor, app, what, For::AllUsers)
    }

    fn grant_to_app(&self, actor: &Actor, app: &AppName, what: &[ByName], whom: For) -> Result<(), Fault> {
        let (issuer, now) = (person(actor)?, self.now());
        self.write("grant_to_app", |tx| {
            let holder = whom.holder(self.named_app(tx, actor, app)?.uid, issuer);
            for one in what {
                let meant = authority::meant(tx, &one.permission)?;
                match whom {
                    For::Caller => meant.require_sight(tx, actor, now)?,
                    For::AllUsers => meant.require_giver(tx, actor, false, now)?,
                }
                meant.require_something()?;
                let because = self.because(actor, one.reason_or(GRANTED), now);
                apply_wish(self, tx, &meant, &wish(issuer, holder.clone(), &meant), one.extra.as_ref(), because)?;
            }
            Ok(())
        })
    }

    /// Takes back what an app was given for the caller: all that is named, or nothing. `*` names all of it.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_own_app`].
    pub fn revoke_from_own_app(&self, actor: &Actor, app: &AppName, what: &[ByName]) -> Result<(), Fault> {
        self.revoke_from_app(actor, app, what, For::Caller)
    }

    /// Takes back what an app was given for all of its users: by the caller, or by anybody where he may change what
    /// others gave. `*` names all that the caller gave.
    ///
    /// # Errors
    /// As [`Vouchsafe::grant_to_any_app`].
    pub fn revoke_from_any_app(&self, actor: &Actor, app: &AppName, what: &[ByName]) -> Result<(), Fault> {
        self.revoke_from_app(actor, app, what, For::AllUsers)
    }

    fn revoke_from_app(&self, actor: &Actor, app: &AppName, what: &[ByName], whom: For) -> Result<(), Fault> {
        let (caller, now) = (person(actor)?, self.now());
        self.write("revoke_from_app", |tx| {
            let holder = app.find(tx)?.map(|uid| whom.holder(uid, caller));
            let mut unknown = self.unknown(tx, actor, app, holder.as_ref())?;
            for one in what {
                let is_all = one.permission == "*";
                let because = self.because(actor, one.reason_or(if is_all { REVOKED_ALL } else { REVOKED }), now);
                let meant = if is_all { Ok(None) } else { authority::meant(tx, &one.permission).map(Some) };
                let grants = match (&holder, &meant) {
                    (None, _) | (Some(_), Err(_)) => Vec::new(),
                    (Some(holder), Ok(None)) => given_to(tx, holder, caller, i64::MAX)?,
                    (Some(holder), Ok(Some(meant))) => revocable(tx, caller, holder, &meant.resource, now)?,
                };
                // Whoever may take something from an app knows of it, also when it is hidden from him.
                match unknown.take() {
                    Some(fault) if grants.is_empty() => return Err(fault),
                    Some(_) | None => {}
                }
                if let (Some(meant), true) = (meant?, grants.is_empty()) {
                    match whom {
                        For::Caller => meant.require_sight(tx, actor, now)?,
                        For::AllUsers => require_authority(tx, &meant, actor, now)?,
                    }
                }
                tx.revoke(grants, because)?;
            }
            Ok(())
        })
    }

    /// What is answered to who may not know of an app, if he may not. Whoever gave it something may.
    fn unknown(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        app: &AppName,
        holder: Option<&Holder>,
    ) -> Result<Option<Fault>, Fault> {
        if let (Some(holder), Some(user)) = (holder, actor.user())
            && !given_to(tx, holder, user, 1)?.is_empty()
        {
            return Ok(None);
        }
        match self.named_app(tx, actor, app) {
            Ok(_) => Ok(None),
            Err(fault @ Fault::Api(_)) => Ok(Some(fault)),
            Err(fault) => Err(fault),
        }
    }

    /// Whether an app that acts for the caller may do something with an entry. An app asks about itself only.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller cannot see; `app_does_not_exist`; `forbidden` for an app that asks
    /// about another one, and for an access token or site.
    pub fn check_app(
        &self,
        actor: &Actor,
        app: &str,
        target: &EntryTarget,
        capability: Capability,
    ) -> Result<bool, Fault> {
        let (user, own) = match actor {
            Actor::User(user) => (*user, None),
            Actor::App { app, user } => (*user, Some(app)),
            Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } | Actor::Service { .. } => {
                return Err(ApiError::Forbidden {}.into());
            }
        };
        let now = self.now();
        self.read(|tx| {
            let engine = Engine::default();
            if is_root(target) {
                self.named_app_to_ask(tx, actor, app, own)?;
                return Ok(matches!(capability, Capability::See | Capability::List | Capability::Read));
            }
            let entry = find_target(tx, target)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let resource = Resource::Entry(entry);
            if !engine.holding(tx, actor, &resource, now)?.capabilities.has(Capability::See) {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            let found = self.named_app_to_ask(tx, actor, app, own)?;
            let acting = Actor::App { app: found.uid, user };
            let permission = Permission::on(resource, Ask::One(capability));
            let decision = engine.check(tx, &acting, &permission, now)?;
            Ok(decision.allowed)
        })
    }

    /// The app that is asked about; an app, `own`, asks about itself only.
    fn named_app_to_ask(&self, tx: &mut Tx<'_>, actor: &Actor, app: &str, own: Option<&AppUid>) -> Result<App, Fault> {
        let found = self.named_app(tx, actor, &AppName::Id(app.to_owned())).map_err(|fault| match fault {
            Fault::Api(_) => ApiError::AppDoesNotExist { identifier: app.into() }.into(),
            other => other,
        })?;
        if own.is_some_and(|own| *own != found.uid) { Err(ApiError::Forbidden {}.into()) } else { Ok(found) }
    }

    /// The app that is meant, if the caller may know of it.
    fn named_app(&self, tx: &mut Tx<'_>, actor: &Actor, name: &AppName) -> Result<App, Fault> {
        let uid = name.find(tx)?.ok_or_else(|| name.missing())?;
        match self.visible_app(tx, actor, &uid) {
            Err(Fault::Api(ApiError::EntityNotFound { .. })) => Err(name.missing()),
            other => other,
        }
    }
}

/// What somebody gave a holder, at most `limit`.
fn given_to(tx: &mut Tx<'_>, holder: &Holder, issuer: UserId, limit: i64) -> Result<Vec<Grant>, Fault> {
    let filter = GrantFilter { holder: Some(holder.clone()), issuer: Some(issuer), ..GrantFilter::default() };
    Ok(tx.list_grants(&filter, 0, limit)?.into_iter().map(|stored| stored.grant).collect())
}

impl AppName {
    fn find(&self, tx: &mut Tx<'_>) -> Result<Option<AppUid>, Fault> {
        match self {
            Self::Origin(origin) => Ok(tx.app_at_origin(origin)?),
            Self::Id(text) => match text.parse::<AppUid>().ok().map(|uid| tx.find_app(&uid)).transpose()?.flatten() {
                Some(app) => Ok(Some(app.uid)),
                None => Ok(tx.app_named(text)?),
            },
        }
    }

    /// What is answered when it is not there, or might as well not be.
    fn missing(&self) -> Fault {
        let (Self::Id(text) | Self::Origin(text)) = self;
        ApiError::EntityNotFound { identifier: format!("app:{text}").into() }.into()
    }
}
