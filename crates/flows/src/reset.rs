//! A forgotten password: a link is mailed to the proven address, and whoever has it sets another one.

use crate::{
    Fault, Vouchsafe,
    accounts::{check_password, tell_user},
    secrets,
};
use chrono::TimeDelta;
use serde_json::json;
use vouchsafe_store::{Mail, PasswordReset, User};
use vouchsafe_types::{Actor, Email, error::ApiError};

/// How long the link lasts.
const RESET_TTL: TimeDelta = TimeDelta::hours(1);
/// How soon another mail may be asked for.
const RESEND_AFTER: TimeDelta = TimeDelta::seconds(60);

impl Vouchsafe {
    /// Mails a link to who has proven this address. Says nothing about whether there is such a person.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn forgot_password(&self, email: &Email) -> Result<(), Fault> {
        let now = self.now();
        self.write("forgot_password", |tx| {
            let found = tx.find_user_by_confirmed_email(email.canonical())?.filter(|user| !user.is_suspended);
            let Some((user, address)) = found.and_then(|user| Some((user.clone(), user.email?))) else { return Ok(()) };
            let is_recent = tx.find_reset_time(user.id)?.is_some_and(|at| now - at < RESEND_AFTER);
            if is_recent && self.settings.are_limits_on {
                return Ok(());
            }
            let token = secrets::random_token();
            tx.replace_password_reset(&PasswordReset {
                user: user.id,
                token_hash: secrets::token_hash(&token),
                created_at: now,
                expires_at: now + RESET_TTL,
            })?;
            let link = format!("{}/forgot?token={token}", self.settings.public_url);
            let payload = json!({ "username": user.username.as_str(), "link": link });
            tx.queue_mail(&Mail { recipient: address.typed().to_owned(), template: "reset_password", payload }, now)?;
            Ok(())
        })
    }

    /// Whether the token of a mailed link can still be used.
    ///
    /// # Errors
    /// `invalid_token`.
    pub fn check_password_reset(&self, token: &str) -> Result<(), Fault> {
        let now = self.now();
        let found = self.read(|tx| Ok(tx.find_password_reset(&secrets::token_hash(token), now)?))?;
        found.map(|_| ()).ok_or_else(|| ApiError::InvalidToken {}.into())
    }

    /// Sets another password by the token of the mailed link. Every session of the person's own ends.
    ///
    /// # Errors
    /// `field_invalid` for a password that is too short or too long; `invalid_token`.
    pub fn reset_password(&self, token: &str, password: &str) -> Result<User, Fault> {
        check_password(password)?;
        // Hashing takes long: nobody makes us do it without a token that counts.
        self.check_password_reset(token)?;
        let hash = secrets::password_hash(password)?;
        let now = self.now();
        self.write("reset_password", |tx| {
            let user = tx.find_password_reset(&secrets::token_hash(token), now)?.ok_or(ApiError::InvalidToken {})?;
            let user = tx.find_user(user)?.filter(|u| !u.is_suspended).ok_or(ApiError::InvalidToken {})?;
            tx.set_password_hash(user.id, &hash, now)?;
            tx.delete_password_reset(user.id)?;
            tx.delete_own_sessions(user.id)?;
            tell_user(tx, &Actor::User(user.id), &user, now);
            Ok(user)
        })
    }
}
