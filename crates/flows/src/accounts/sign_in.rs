//! Signing a request in by name and password, without opening a session; and tickets that stand for having done so.

use super::{NOBODYS_HASH, Principal, users::PASSWORD_BYTES};
use crate::{Fault, Vouchsafe, secrets};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use vouchsafe_store::{ActsAs, TokenHash, Tx, User};
use vouchsafe_types::{Actor, Email, UserId, error::ApiError};

/// How long a ticket stands for a password.
const TICKET: TimeDelta = TimeDelta::hours(1);
/// Keeps tickets apart from everything else that the secret of the server is used for.
const PURPOSE: &[u8] = b"ticket";

impl Vouchsafe {
    /// Who a name and a password stand for that need no proof that takes long: the password is a token of a session of
    /// that person, made for an application of his, or was proven a moment ago.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn known_sign_in(&self, name: &str, password: &str) -> Result<Option<Principal>, Fault> {
        let now = self.now();
        let (by_token, by_name) = self.read(|tx| {
            let session = tx.find_session(&secrets::token_hash(password), now)?;
            Ok((session, find_with_password(tx, name)?))
        })?;
        let named = by_name.as_ref().map(|(user, _)| user.id);
        if let Some((session, user)) = by_token {
            let is_his =
                session.acts_as == ActsAs::Person && (named == Some(user.id) || user.username.as_str() == name);
            return Ok(is_his.then(|| principal(user)).flatten());
        }
        let Some((user, hash)) = by_name else { return Ok(None) };
        let is_proven = self.proven.contains_key(&proof(user.id, &hash, password));
        Ok(if is_proven { principal(user) } else { None })
    }

    /// Proves a name and a password. Takes some 100 ms.
    ///
    /// # Errors
    /// `credentials_invalid`, whatever of it is wrong, a suspended account included.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<Principal, Fault> {
        let (user, hash) = self.proven_by(name, password)?;
        let key = proof(user.id, &hash, password);
        let found = principal(user).ok_or(ApiError::CredentialsInvalid {})?;
        self.proven.insert(key, ());
        Ok(found)
    }

    /// Whose name and password these are, and the hash of the password.
    pub(super) fn proven_by(&self, name: &str, password: &str) -> Result<(User, String), Fault> {
        let found = self.read(|tx| find_with_password(tx, name))?;
        let hash = found.as_ref().map_or(NOBODYS_HASH, |(_, hash)| hash);
        let is_right = password.len() <= *PASSWORD_BYTES.end() && secrets::is_password(password, hash);
        Ok(found.filter(|_| is_right).ok_or(ApiError::CredentialsInvalid {})?)
    }

    /// A ticket that stands for a person for an hour.
    ///
    /// # Errors
    /// Internal, when it cannot be signed.
    pub fn ticket(&self, user: UserId) -> Result<String, Fault> {
        let until = (self.now() + TICKET).timestamp();
        let text = format!("{}.{until}", user.as_uuid().simple());
        let seal = hex::encode(self.seal(&text)?.finalize().into_bytes());
        Ok(format!("{text}.{seal}"))
    }

    /// Who a ticket stands for.
    ///
    /// # Errors
    /// `token_auth_failed` for one that is none, has ended, or stands for nobody who may come in.
    pub fn authenticate_ticket(&self, ticket: &str) -> Result<Principal, Fault> {
        let failed = || Fault::from(ApiError::TokenAuthFailed {});
        let (text, seal) = ticket.rsplit_once('.').ok_or_else(failed)?;
        let seal = hex::decode(seal).ok().ok_or_else(failed)?;
        self.seal(text)?.verify_slice(&seal).ok().ok_or_else(failed)?;
        let (user, until) = text.split_once('.').ok_or_else(failed)?;
        let (user, until) = (user.parse::<UserId>().ok(), until.parse::<i64>().ok());
        let (user, until) = user.zip(until).ok_or_else(failed)?;
        if until <= self.now().timestamp() {
            return Err(failed());
        }
        let found = self.read(|tx| Ok(tx.find_user(user)?))?;
        found.and_then(principal).ok_or_else(failed)
    }

    fn seal(&self, text: &str) -> Result<Hmac<Sha256>, Fault> {
        let seal = Hmac::<Sha256>::new_from_slice(self.settings.secret.expose_secret().as_bytes());
        let mut seal = seal.map_err(|error| Fault::Internal(format!("sealing a ticket: {error}")))?;
        seal.update(PURPOSE);
        seal.update(text.as_bytes());
        Ok(seal)
    }
}

fn find_with_password(tx: &mut Tx<'_>, name: &str) -> Result<Option<(User, String)>, Fault> {
    // No database keeps a NUL, and one refuses to look for it.
    if name.contains('\0') {
        return Ok(None);
    }
    let user = match Email::parse(name) {
        Ok(email) => tx.find_user_by_confirmed_email(email.canonical())?,
        Err(_) => match (tx.find_user_by_name(name)?, name.parse()) {
            (None, Ok(id)) => tx.find_user(id)?,
            (found, _) => found,
        },
    };
    let Some(user) = user else { return Ok(None) };
    Ok(tx.find_password_hash(user.id)?.map(|hash| (user, hash)))
}

fn principal(user: User) -> Option<Principal> {
    (!user.is_suspended).then_some(Principal { actor: Actor::User(user.id), user })
}

/// That somebody knew the password of this hash: worth nothing once he has another one.
fn proof(user: UserId, hash: &str, password: &str) -> TokenHash {
    let mut digest = Sha256::new();
    digest.update(user.as_uuid().as_bytes());
    digest.update(hash.as_bytes());
    digest.update(password.as_bytes());
    digest.finalize().into()
}
