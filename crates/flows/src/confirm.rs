//! Proving an address: by the link in the mail, or by the code in it.

use crate::{Fault, Vouchsafe, accounts, secrets};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use subtle::ConstantTimeEq;
use vouchsafe_store::{EmailProof, Mail, Tx, User, WriteTx};
use vouchsafe_types::{Actor, Email, UserId, error::ApiError};

/// How long a link and a code last.
const PROOF_TTL: TimeDelta = TimeDelta::hours(24);
/// How many wrong codes end a proof: a code has a million values.
const MAX_ATTEMPTS: i32 = 5;
/// How soon another mail may be asked for.
const RESEND_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Opens a proof for a person's address, and mails it.
pub(crate) fn open_proof(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    user: &User,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(email) = &user.email else { return Err(ApiError::FieldMissing { key: "email".to_owned() }.into()) };
    let (token, code) = (secrets::random_token(), secrets::random_code());
    tx.replace_email_proof(&EmailProof {
        user: user.id,
        email_canonical: email.canonical().to_owned(),
        token_hash: secrets::token_hash(&token),
        code_hash: secrets::token_hash(&code),
        attempts: 0,
        created_at: now,
        expires_at: now + PROOF_TTL,
    })?;
    let link = format!("{}/confirm-email?token={token}", vouchsafe.settings.public_url);
    let payload = json!({ "username": user.username.as_str(), "code": code, "link": link });
    tx.queue_mail(&Mail { recipient: email.typed().to_owned(), template: "confirm_email", payload }, now)?;
    Ok(())
}

impl Vouchsafe {
    /// Mails a new link and code. Asked again within a minute, or for a proven address, it changes nothing.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `field_missing` without an address.
    pub fn send_confirm_email(&self, actor: &Actor) -> Result<(), Fault> {
        let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.write("send_confirm_email", |tx| {
            let user = tx.find_user(*id)?.ok_or(ApiError::Forbidden {})?;
            let is_recent = tx.find_email_proof_of(*id)?.is_some_and(|p| now - p.created_at < RESEND_AFTER);
            if user.email_confirmed || (is_recent && self.settings.are_limits_on) {
                return Ok(());
            }
            open_proof(self, tx, &user, now)
        })
    }

    /// Whether a mail by which the caller can prove his address was sent, and still counts.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn is_confirm_email_sent(&self, actor: &Actor) -> Result<bool, Fault> {
        let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let email = tx.find_user(*id)?.and_then(|user| user.email);
            let proof = open_proof_of(tx, *id, now)?;
            Ok(proof.is_some_and(|proof| email.is_some_and(|email| email.canonical() == proof.email_canonical)))
        })
    }

    /// The account whose address the token of the mailed link would prove. Proves nothing.
    ///
    /// # Errors
    /// As [`Vouchsafe::confirm_email_by_link`].
    pub fn look_at_confirm_link(&self, token: &str) -> Result<User, Fault> {
        let now = self.now();
        self.read(|tx| {
            let proof = proof_of_link(tx, token, now)?;
            provable(tx, &proof)
        })
    }

    /// Proves an address by the token of the mailed link; no session is needed. Gives the account.
    ///
    /// # Errors
    /// `invalid_token` for an unknown or ended one, and when the address has changed; `email_already_in_use` when
    /// somebody else has proven it meanwhile.
    pub fn confirm_email_by_link(&self, token: &str) -> Result<User, Fault> {
        let now = self.now();
        self.write("confirm_email", |tx| {
            let proof = proof_of_link(tx, token, now)?;
            self.prove(tx, &proof, now)
        })
    }

    /// Proves an address by the mailed code. Gives the account.
    ///
    /// # Errors
    /// `invalid_token` for a wrong or ended code, and after five wrong ones; as [`Vouchsafe::confirm_email_by_link`].
    pub fn confirm_email_by_code(&self, actor: &Actor, code: &str) -> Result<User, Fault> {
        let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        let outcome = self.write("confirm_email", |tx| {
            let Some(proof) = open_proof_of(tx, *id, now)? else { return Ok(None) };
            if !bool::from(proof.code_hash.ct_eq(&secrets::token_hash(code))) {
                // Committed although the answer is a refusal: a wrong code must count.
                tx.count_wrong_code(*id)?;
                return Ok(None);
            }
            self.prove(tx, &proof, now).map(Some)
        })?;
        outcome.ok_or_else(|| ApiError::InvalidToken {}.into())
    }

    fn prove(&self, tx: &mut WriteTx<'_>, proof: &EmailProof, now: DateTime<Utc>) -> Result<User, Fault> {
        let user = User { email_confirmed: true, ..provable(tx, proof)? };
        let actor = Actor::User(user.id);
        tx.update_user(&user, self.because(&actor, "address proven", now))?;
        accounts::tell_user(tx, &actor, &user, now);
        tx.delete_email_proof(user.id)?;
        self.apply_invites(tx, &user, now)?;
        Ok(user)
    }
}

fn proof_of_link(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<EmailProof, Fault> {
    let proof = tx.find_email_proof(&secrets::token_hash(token))?;
    Ok(proof.filter(|p| now < p.expires_at).ok_or(ApiError::InvalidToken {})?)
}

/// Whose the address is that would be proven, while it is still his, and nobody else's.
fn provable(tx: &mut Tx<'_>, proof: &EmailProof) -> Result<User, Fault> {
    let is_current = |user: &User| user.email.as_ref().map(Email::canonical) == Some(proof.email_canonical.as_str());
    let user = tx.find_user(proof.user)?.filter(is_current).ok_or(ApiError::InvalidToken {})?;
    match tx.find_user_by_confirmed_email(&proof.email_canonical)? {
        Some(other) if other.id != user.id => {
            Err(ApiError::EmailAlreadyInUse { email: proof.email_canonical.clone() }.into())
        }
        Some(_) | None => Ok(user),
    }
}

fn open_proof_of(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<Option<EmailProof>, Fault> {
    let proof = tx.find_email_proof_of(user)?;
    Ok(proof.filter(|p| now < p.expires_at && p.attempts < MAX_ATTEMPTS))
}

#[cfg(test)]
mod tests;
