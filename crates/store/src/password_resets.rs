//! What somebody who forgot his password must show to set another one.

use crate::{
    StoreError, TokenHash, Tx, WriteTx,
    schema::{password_reset, session},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::UserId;

/// An open reset; a person has at most one, the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the mailed token.
    pub token_hash: TokenHash,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Tx<'_> {
    /// Whose reset has this token, unless it has ended.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_password_reset(&mut self, token: &TokenHash, now: DateTime<Utc>) -> Result<Option<UserId>, StoreError> {
        let found: Option<Id> = password_reset::table
            .filter(password_reset::token_hash.eq(token.as_slice()))
            .filter(password_reset::expires_at.gt(Ts(now)))
            .select(password_reset::user_id)
            .first(self.conn)
            .optional()?;
        Ok(found.map(Id::to))
    }

    /// When somebody's open reset was made.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_reset_time(&mut self, user: UserId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let found = password_reset::table.find(Id::from(user)).select(password_reset::created_at);
        let at: Option<Ts> = found.first(self.conn).optional()?;
        Ok(at.map(|at| at.0))
    }
}

impl WriteTx<'_> {
    /// Opens a reset; an earlier one of the same person ends.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn replace_password_reset(&mut self, new: &PasswordReset) -> Result<(), StoreError> {
        self.delete_password_reset(new.user)?;
        diesel::insert_into(password_reset::table)
            .values((
                password_reset::user_id.eq(Id::from(new.user)),
                password_reset::token_hash.eq(new.token_hash.as_slice()),
                password_reset::created_at.eq(Ts(new.created_at)),
                password_reset::expires_at.eq(Ts(new.expires_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends the reset that a person has open.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_password_reset(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(password_reset::table.find(Id::from(user))).execute(self.conn)?;
        Ok(())
    }

    /// Ends every session in which a person acts himself: whoever knew the old password is out.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_own_sessions(&mut self, user: UserId) -> Result<(), StoreError> {
        let own = session::table
            .filter(session::user_id.eq(Id::from(user)))
            .filter(session::app_uid.is_null())
            .filter(session::site_id.is_null())
            .filter(session::is_access_token.eq(false));
        diesel::delete(own).execute(self.conn)?;
        Ok(())
    }
}
