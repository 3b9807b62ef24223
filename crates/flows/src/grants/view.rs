//! Grants with the names of those who gave and have them.

use crate::{Fault, Vouchsafe, accounts::find_by_name};
use chrono::{DateTime, Utc};
use std::str::FromStr;
use vouchsafe_engine::{Dormancy, Engine};
use vouchsafe_store::Tx;
use vouchsafe_types::{
    Actor, AppUid, DefaultGroup, Grant, GroupId, Holder, LinkId, SessionId, UserId, error::ApiError,
};

/// A holder by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolderName {
    /// A person, by username.
    User(String),
    /// A group.
    Group(GroupId),
    /// Every active user.
    Everyone,
    /// An app.
    App {
        /// Its uid.
        app: AppUid,
        /// The person it acts for, by username; `None` for all of its users.
        user: Option<String>,
    },
    /// An access token.
    Token(SessionId),
    /// A link.
    Link(LinkId),
}

/// The text names no holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a username, `group:<uid>`, `app:<uid>` or `everyone`")]
pub struct UnknownHolder;

impl FromStr for HolderName {
    type Err = UnknownHolder;

    fn from_str(text: &str) -> Result<Self, UnknownHolder> {
        match text.split_once(':') {
            None if text == "everyone" => Ok(Self::Everyone),
            None if !text.is_empty() => Ok(Self::User(text.to_owned())),
            Some(("group", uid)) => uid.parse().ok().map(Self::Group).ok_or(UnknownHolder),
            Some(("app", uid)) => uid.parse().ok().map(|app| Self::App { app, user: None }).ok_or(UnknownHolder),
            _ => Err(UnknownHolder),
        }
    }
}

impl HolderName {
    /// The holder, as far as the asker may know that there is such a one.
    ///
    /// # Errors
    /// `user_does_not_exist`; `entity_not_found` for an unknown group, and for an app that is unknown or hidden.
    pub(crate) fn resolve(&self, vouchsafe: &Vouchsafe, tx: &mut Tx<'_>, asker: &Actor) -> Result<Holder, Fault> {
        let missing = |what: String| Fault::from(ApiError::EntityNotFound { identifier: what.into() });
        match self {
            Self::User(name) => Ok(Holder::User(find_by_name(tx, name)?.id)),
            Self::Group(id) if DefaultGroup::find(*id).is_some() => Ok(Holder::Group(*id)),
            Self::Group(id) => match tx.find_group(*id)? {
                Some(_) => Ok(Holder::Group(*id)),
                None => Err(missing(format!("group:{id}"))),
            },
            Self::Everyone => Ok(Holder::Everyone),
            Self::App { app, user } => {
                vouchsafe.visible_app(tx, asker, app)?;
                let user = user.as_ref().map(|name| find_by_name(tx, name)).transpose()?;
                Ok(Holder::App { app: app.clone(), user: user.map(|found| found.id) })
            }
            Self::Token(id) => Ok(Holder::Token(*id)),
            Self::Link(id) => Ok(Holder::Link(*id)),
        }
    }

    pub(crate) fn of(tx: &mut Tx<'_>, holder: &Holder) -> Result<Self, Fault> {
        Ok(match holder {
            Holder::User(user) => Self::User(username(tx, *user)?),
            Holder::Group(group) => Self::Group(*group),
            Holder::Everyone => Self::Everyone,
            Holder::App { app, user } => {
                let user = user.map(|user| username(tx, user)).transpose()?;
                Self::App { app: app.clone(), user }
            }
            Holder::Token(token) => Self::Token(*token),
            Holder::Link(link) => Self::Link(*link),
        })
    }
}

/// A grant, with names, and whether it works now.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantView {
    /// The grant.
    pub grant: Grant,
    /// The name of its issuer.
    pub issuer: String,
    /// Its holder.
    pub holder: HolderName,
    /// Why it gives nothing now, if it does not.
    pub why_not: Option<WhyNot>,
}

/// Why a grant gives nothing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// It stands, and sleeps.
    Dormant(Dormancy),
    /// It is gone.
    Revoked,
}

impl WhyNot {
    /// The name in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dormant(dormancy) => dormancy.name(),
            Self::Revoked => "revoked",
        }
    }
}

impl GrantView {
    /// What it is compared by: another one whenever what the grant says, or who answers for it, has changed.
    #[must_use]
    pub fn tag(&self) -> String {
        super::edit::tag(&self.grant)
    }

    pub(crate) fn of(tx: &mut Tx<'_>, grant: Grant, now: DateTime<Utc>) -> Result<Self, Fault> {
        let why_not = Engine::default().dormancy(tx, &grant, now)?.map(WhyNot::Dormant);
        Self::with(tx, grant, why_not)
    }

    /// A grant that was taken away.
    pub(crate) fn gone(tx: &mut Tx<'_>, grant: Grant) -> Result<Self, Fault> {
        Self::with(tx, grant, Some(WhyNot::Revoked))
    }

    fn with(tx: &mut Tx<'_>, grant: Grant, why_not: Option<WhyNot>) -> Result<Self, Fault> {
        let issuer = username(tx, grant.issuer)?;
        let holder = HolderName::of(tx, &grant.holder)?;
        Ok(Self { issuer, holder, grant, why_not })
    }
}

/// The name of somebody, or his id when he is gone.
pub(crate) fn username(tx: &mut Tx<'_>, user: UserId) -> Result<String, Fault> {
    Ok(tx.find_user(user)?.map_or_else(|| user.to_string(), |found| found.username.to_string()))
}
