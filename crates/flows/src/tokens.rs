//! Access tokens: what somebody lets a program do for him, and no more.

use crate::{
    Fault, Vouchsafe,
    accounts::open_session,
    grants::{Meant, meant},
    secrets,
};
use chrono::TimeDelta;
use serde_json::Value;
use vouchsafe_engine::{Engine, plan::Wish};
use vouchsafe_store::{ActsAs, Session};
use vouchsafe_types::{Actor, Holder, SessionId, error::ApiError};

/// The most permissions of one token.
const MAX_PERMISSIONS: usize = 100;

/// Why a token's grants are made and end.
const MADE: &str = "access token made";
const ENDED: &str = "access token revoked";

/// What a token shall be able to do.
#[derive(Debug, Clone)]
pub struct TokenWish {
    /// The permissions, as text, and what to keep with each.
    pub permissions: Vec<(String, Value)>,
    /// How long it lasts; as long as a session when it is not said.
    pub ttl: Option<TimeDelta>,
}

impl Vouchsafe {
    /// Makes a token that has what its maker has *and* what is named here. Gives its id and the token itself, which is
    /// shown this once and kept as a hash.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `field_invalid` without permissions, for one that is none and
    /// for a time that is not to come; `too_many_keys` for more than 100; `storage_limit_reached`; for what
    /// the maker cannot see, the same as for what is not there.
    pub fn create_access_token(&self, actor: &Actor, wish: &TokenWish) -> Result<(SessionId, String), Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let key = || "permissions".to_owned();
        match wish.permissions.len() {
            0 => return Err(ApiError::invalid(key(), "at least one", Some("none".to_owned())).into()),
            1..=MAX_PERMISSIONS => {}
            _ => return Err(ApiError::TooManyKeys { key: key(), max: MAX_PERMISSIONS }.into()),
        }
        let ttl = wish.ttl.unwrap_or(self.settings.session_ttl);
        if ttl <= TimeDelta::zero() {
            return Err(ApiError::invalid("expiresIn", "a time to come", None).into());
        }
        let now = self.now();
        self.write("create_access_token", |tx| {
            let (session, token) = open_session(tx, *user, ActsAs::AccessToken, ttl, now)?;
            for (text, extra) in &wish.permissions {
                let meant: Meant = meant(tx, text)?;
                meant.require_sight(tx, actor, now)?;
                meant.require_something()?;
                let wish = Wish {
                    issuer: *user,
                    holder: Holder::Token(session.id),
                    resource: meant.resource.clone(),
                    capabilities: meant.permission.granted(),
                    is_exact: false,
                    expires_at: None,
                    origin: "puter",
                    may_lower: false,
                    is_accepted: false,
                };
                let given = Engine::default().plan_give(&mut **tx, &wish, now)?;
                let given = given.map_err(|refusal| meant.refused(refusal))?;
                self.apply_gift(tx, &given, Some(extra), self.because(actor, MADE, now))?;
            }
            Ok((session.id, token))
        })
    }

    /// Ends an access token of the caller's, named by itself or by its id. One that is not there changes nothing.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn revoke_access_token(&self, actor: &Actor, token_or_id: &str) -> Result<(), Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.write("revoke_access_token", |tx| {
            let found = match token_or_id.parse::<SessionId>() {
                Ok(id) => tx.find_session_by_id(id)?,
                Err(_) => tx.find_session(&secrets::token_hash(token_or_id), now)?.map(|(session, _)| session),
            };
            let is_own = |session: &Session| session.user == *user && session.acts_as == ActsAs::AccessToken;
            match found.filter(is_own) {
                Some(session) => Ok(tx.delete_session(&session, self.because(actor, ENDED, now))?),
                None => Ok(()),
            }
        })
    }
}
