//! Keys with which host applications call `/v1`.

use crate::{Fault, Vouchsafe, secrets};
use vouchsafe_store::{ServiceKey, StoreError, TokenHash, Versions};
use vouchsafe_types::{Actor, error::ApiError};

/// What every service key starts with.
const PREFIX: &str = "vsk_";
/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// A key that was found, and the version of identity under which it holds.
#[derive(Debug, Clone)]
pub(crate) struct KeptKey {
    name: String,
    identity: i64,
}

/// Whether a token is a service key by its look: no token of a user begins like one.
#[must_use]
pub fn is_service_key(token: &str) -> bool {
    token.starts_with(PREFIX)
}

impl Vouchsafe {
    /// Makes a key. Gives it; it is shown this once and kept as a hash.
    ///
    /// # Errors
    /// `conflict` when the name is taken; `field_invalid` for a name that is none.
    pub fn add_service_key(&self, name: &str) -> Result<String, Fault> {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
            return Err(ApiError::invalid("name", "1 to 64 bytes without control characters", None).into());
        }
        let key = format!("{PREFIX}{}", secrets::random_token());
        let new = ServiceKey { name: name.to_owned(), created_at: self.now() };
        self.write("add_service_key", |tx| {
            tx.insert_service_key(&new, &secrets::token_hash(&key)).map_err(|error| match error {
                StoreError::Duplicate(_) => ApiError::Conflict {}.into(),
                other => Fault::from(other),
            })
        })?;
        Ok(key)
    }

    /// All keys by name.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn service_keys(&self) -> Result<Vec<ServiceKey>, Fault> {
        self.read(|tx| Ok(tx.list_service_keys()?))
    }

    /// Ends a key.
    ///
    /// # Errors
    /// `entity_not_found` when there is none of that name.
    pub fn revoke_service_key(&self, name: &str) -> Result<(), Fault> {
        self.write("revoke_service_key", |tx| match tx.delete_service_key(name)? {
            true => Ok(()),
            false => Err(ApiError::EntityNotFound { identifier: format!("service-key:{name}").into() }.into()),
        })
    }

    /// The host application behind a key, from memory while no identity has changed.
    ///
    /// # Errors
    /// `token_auth_failed` for an unknown or revoked one.
    pub fn authenticate_service(&self, key: &str) -> Result<Actor, Fault> {
        self.service_of_key(key, self.store.versions(None)?)
    }

    /// The same, with versions that were just read.
    pub(crate) fn service_of_key(&self, key: &str, versions: Versions) -> Result<Actor, Fault> {
        match self.known_key(&secrets::token_hash(key), versions)? {
            Some(name) => Ok(Actor::Service { name }),
            None => Err(ApiError::TokenAuthFailed {}.into()),
        }
    }

    fn known_key(&self, hash: &TokenHash, versions: Versions) -> Result<Option<String>, Fault> {
        if let Some(kept) = self.keys.get(hash).filter(|kept| kept.identity == versions.identity) {
            return Ok(Some(kept.name));
        }
        let found = self.read(|tx| {
            let identity = tx.versions(None)?.identity;
            Ok(tx.find_service_key(hash)?.map(|key| KeptKey { name: key.name, identity }))
        })?;
        Ok(found.map(|kept| {
            self.keys.insert(*hash, kept.clone());
            kept.name
        }))
    }
}

#[cfg(test)]
mod tests;
