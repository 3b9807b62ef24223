//! Bearer tokens of users, and keys of host applications; kept as hashes.

use crate::{
    StoreError, Tx, User, WriteTx,
    schema::{service_key, session, users},
    sql_types::{Id, Ts},
    users::user_of,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{AppUid, SessionId, UserId};

/// SHA-256 of a random token.
pub type TokenHash = [u8; 32];

/// A bearer token that acts for a user, perhaps through an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// For whom it acts.
    pub user: UserId,
    /// The app that acts.
    pub app: Option<AppUid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A key with which a host application calls `/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKey {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Tx<'_> {
    /// The session of a token that has not ended, and its user.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_session(
        &mut self,
        hash: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(Session, User)>, StoreError> {
        let row = session::table
            .inner_join(users::table.on(users::id.eq(session::user_id)))
            .filter(session::token_hash.eq(hash.as_slice()))
            .filter(session::expires_at.gt(Ts(now)))
            .select((
                (session::id, session::user_id, session::app_uid, session::created_at, session::expires_at),
                users::all_columns,
            ))
            .first::<((Id, Id, Option<String>, Ts, Ts), _)>(self.conn)
            .optional()?;
        let Some(((id, user, app, created_at, expires_at), found)) = row else { return Ok(None) };
        let app = app.map(|uid| uid.parse()).transpose().map_err(|e| StoreError::Corrupt(format!("session: {e}")))?;
        let session = Session { id: id.to(), user: user.to(), app, created_at: created_at.0, expires_at: expires_at.0 };
        Ok(Some((session, user_of(found)?)))
    }

    /// The service key with this hash.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_service_key(&mut self, hash: &TokenHash) -> Result<Option<ServiceKey>, StoreError> {
        let row: Option<(String, Ts)> = service_key::table
            .filter(service_key::key_hash.eq(hash.as_slice()))
            .select((service_key::name, service_key::created_at))
            .first(self.conn)
            .optional()?;
        Ok(row.map(|(name, created_at)| ServiceKey { name, created_at: created_at.0 }))
    }

    /// All service keys by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_service_keys(&mut self) -> Result<Vec<ServiceKey>, StoreError> {
        let rows: Vec<(String, Ts)> = service_key::table
            .select((service_key::name, service_key::created_at))
            .order(service_key::name)
            .load(self.conn)?;
        Ok(rows.into_iter().map(|(name, created_at)| ServiceKey { name, created_at: created_at.0 }).collect())
    }
}

impl WriteTx<'_> {
    /// Writes a session.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn insert_session(&mut self, new: &Session, hash: &TokenHash) -> Result<(), StoreError> {
        diesel::insert_into(session::table)
            .values((
                session::id.eq(Id::from(new.id)),
                session::user_id.eq(Id::from(new.user)),
                session::app_uid.eq(new.app.as_ref().map(AppUid::as_str)),
                session::token_hash.eq(hash.as_slice()),
                session::created_at.eq(Ts(new.created_at)),
                session::expires_at.eq(Ts(new.expires_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends a session. Gives whether it was there.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_session(&mut self, hash: &TokenHash) -> Result<bool, StoreError> {
        Ok(diesel::delete(session::table.filter(session::token_hash.eq(hash.as_slice()))).execute(self.conn)? > 0)
    }

    /// Writes a service key.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name is taken.
    pub fn insert_service_key(&mut self, key: &ServiceKey, hash: &TokenHash) -> Result<(), StoreError> {
        diesel::insert_into(service_key::table)
            .values((
                service_key::name.eq(&key.name),
                service_key::key_hash.eq(hash.as_slice()),
                service_key::created_at.eq(Ts(key.created_at)),
            ))
            .execute(self.conn)?;
        self.touch_identity();
        Ok(())
    }

    /// Ends a service key. Gives whether it was there.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_service_key(&mut self, name: &str) -> Result<bool, StoreError> {
        self.touch_identity();
        Ok(diesel::delete(service_key::table.find(name)).execute(self.conn)? > 0)
    }
}

#[cfg(test)]
mod tests;
