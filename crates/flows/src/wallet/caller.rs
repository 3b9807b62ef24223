//! Who calls: by a key of his and its signature, or by a token (zus.md 1.3 and 1.5).

use super::{AppType, ClientKey};
use crate::{Fault, Vouchsafe};
use sha3::{Digest, Sha3_256};
use subtle::ConstantTimeEq;
use vouchsafe_store::{Party, StoreError, StoredKey, Tx, User, WriteTx};
use vouchsafe_types::{
    Actor, UserId,
    error::{ApiError, SignatureFault, TicketFault},
};

/// Somebody who shares by tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user: User,
    /// Under which of his client ids he writes.
    pub client_id: String,
    /// Whether he sees what goes by that client id only.
    pub is_one_client: bool,
    /// In which kind of app.
    pub app_type: AppType,
}

/// Who somebody says he is, and the signature that proves it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The client id.
    pub client_id: String,
    /// The public key, in hex.
    pub public_key: String,
    /// The username.
    pub user_id: String,
    /// The signature over these three, in hex.
    pub signature: String,
    /// In which kind of app.
    pub app_type: AppType,
    /// The anti-CSRF token, if there is one.
    pub csrf_token: Option<String>,
}

impl Identity {
    /// What is signed: the three as they were sent.
    fn digest(&self) -> [u8; 32] {
        Sha3_256::digest(format!("{}:{}:{}", self.client_id, self.user_id, self.public_key)).into()
    }
}

impl Caller {
    /// In whose name he acts.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor::User(self.user.id)
    }

    /// Whose rows he sees.
    pub(crate) fn party(&self) -> Party {
        Party { user: self.user.id, client_id: self.is_one_client.then(|| self.client_id.clone()) }
    }
}

impl Vouchsafe {
    /// Who signs. Gives him, and his key.
    ///
    /// # Errors
    /// `invalid_header` when key, client id and signature do not belong together, then `ticket_refused` when the user is
    /// not there or the key not his, then `invalid_header` without an anti-CSRF token where one is required.
    pub fn caller_by_signature(&self, identity: &Identity) -> Result<(Caller, ClientKey), Fault> {
        let invalid = || ApiError::from(SignatureFault::Invalid);
        let key: ClientKey = identity.public_key.parse().ok().ok_or_else(invalid)?;
        let is_its_id: bool = key.client_id().as_bytes().ct_eq(identity.client_id.as_bytes()).into();
        if !is_its_id {
            return Err(invalid().into());
        }
        if !self.settings.zus.are_signatures_trusted {
            key.verify(&identity.digest(), &identity.signature)?;
        }
        let found = self.read(|tx| Ok(tx.find_client(&identity.client_id)?))?;
        let is_he = |user: &User| user.username.as_str() == identity.user_id && !user.is_suspended;
        let user = found.map(|(user, _)| user).filter(is_he).ok_or(TicketFault::UserNotFound)?;
        let is_csrf_token = identity.csrf_token.as_deref().is_some_and(|token| self.is_csrf_token(token));
        if self.settings.zus.is_csrf_required && !is_csrf_token {
            return Err(SignatureFault::Csrf.into());
        }
        let (client_id, app_type) = (identity.client_id.clone(), identity.app_type);
        Ok((Caller { user, client_id, is_one_client: true, app_type }, key))
    }

    /// Whom a token stands for, under the client id that he names or under his first.
    ///
    /// # Errors
    /// `token_auth_failed`; `ticket_refused` for what acts for a person; `invalid_header` for a client id not his.
    pub fn caller_by_token(
        &self,
        token: &str,
        client_id: Option<&str>,
        app_type: Option<AppType>,
    ) -> Result<Caller, Fault> {
        let principal = self.authenticate(token).map_err(|fault| match fault {
            Fault::Api(_) => ApiError::TokenAuthFailed {}.into(),
            other => other,
        })?;
        if !principal.actor.is_plain_user() {
            return Err(TicketFault::NotInPerson.into());
        }
        let user = principal.user;
        self.read(|tx| {
            let own = match client_id {
                Some(named) => {
                    let found = tx.find_client(named)?.filter(|(owner, _)| owner.id == user.id);
                    found.map(|_| named.to_owned()).ok_or(SignatureFault::Invalid)?
                }
                None => primary_client(tx, user.id)?,
            };
            let app_type = app_type.unwrap_or(AppType::DEFAULT);
            Ok(Caller { user, client_id: own, is_one_client: client_id.is_some(), app_type })
        })
    }

    /// The signature keys of a user, in the order in which they were given.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn client_keys(&self, user: UserId) -> Result<Vec<StoredKey>, Fault> {
        self.read(|tx| Ok(tx.list_client_keys(user)?))
    }
}

/// The client id of a user's first key; without keys, his uuid without hyphens.
pub(crate) fn primary_client(tx: &mut Tx<'_>, user: UserId) -> Result<String, Fault> {
    let first = tx.list_client_keys(user)?.into_iter().next().map(|key| key.client_id);
    Ok(first.unwrap_or_else(|| user.as_uuid().simple().to_string()))
}

/// Gives a user these keys and no others.
///
/// # Errors
/// `conflict` when one is somebody else's.
pub(crate) fn set_keys(tx: &mut WriteTx<'_>, user: UserId, keys: &[ClientKey]) -> Result<(), Fault> {
    let mut stored: Vec<StoredKey> = Vec::with_capacity(keys.len());
    for key in keys {
        let key = StoredKey { client_id: key.client_id(), public_key: key.to_hex() };
        if tx.find_client(&key.client_id)?.is_some_and(|(owner, _)| owner.id != user) {
            return Err(ApiError::Conflict {}.into());
        }
        if !stored.contains(&key) {
            stored.push(key);
        }
    }
    tx.set_client_keys(user, &stored).map_err(|error| match error {
        StoreError::Duplicate(_) => ApiError::Conflict {}.into(),
        other => Fault::from(other),
    })
}
