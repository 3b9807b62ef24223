//! Bearer tokens of users, and keys of host applications; kept as hashes.

use crate::{
    Because, GrantFilter, StoreError, Tx, User, WriteTx,
    schema::{service_key, session, users},
    sql_types::{Id, Ts},
    users::user_of,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{AppUid, Holder, SessionId, SiteId, UserId};

/// SHA-256 of a random token.
pub type TokenHash = [u8; 32];

/// A bearer token that acts for a user, or with less than he has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// For whom it acts, or who made it.
    pub user: UserId,
    /// Who acts.
    pub acts_as: ActsAs,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Who acts with a bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActsAs {
    /// The user himself.
    Person,
    /// An app, for the user.
    App(AppUid),
    /// The token, with what it was given.
    AccessToken,
    /// A page of a site of the user's.
    Site(SiteId),
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
            .select((session::all_columns, users::all_columns))
            .first::<(SessionRow, _)>(self.conn)
            .optional()?;
        let Some((session, user)) = row else { return Ok(None) };
        Ok(Some((session_of(session)?, user_of(user)?)))
    }

    /// The session with this id, ended or not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row: Option<SessionRow> = session::table.find(Id::from(id)).first(self.conn).optional()?;
        row.map(session_of).transpose()
    }

    /// Sessions that have ended by `now`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_ended_sessions(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Session>, StoreError> {
        let ended = session::table.filter(session::expires_at.le(Ts(now))).order(session::expires_at).limit(limit);
        ended.load::<SessionRow>(self.conn)?.into_iter().map(session_of).collect()
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

type SessionRow = (Id, Id, Option<String>, Vec<u8>, Ts, Ts, Option<Id>, bool);

fn session_of(row: SessionRow) -> Result<Session, StoreError> {
    let (id, user, app, _, created_at, expires_at, site, is_access_token) = row;
    let acts_as = match (app, site, is_access_token) {
        (None, None, false) => ActsAs::Person,
        (None, None, true) => ActsAs::AccessToken,
        (None, Some(site), false) => ActsAs::Site(site.to()),
        (Some(app), None, false) => ActsAs::App(app.parse().map_err(|e| StoreError::Corrupt(format!("session: {e}")))?),
        (_, _, _) => return Err(StoreError::Corrupt("a session of two kinds".to_owned())),
    };
    Ok(Session { id: id.to(), user: user.to(), acts_as, created_at: created_at.0, expires_at: expires_at.0 })
}

impl WriteTx<'_> {
    /// Writes a session.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn insert_session(&mut self, new: &Session, hash: &TokenHash) -> Result<(), StoreError> {
        let (app, site) = match &new.acts_as {
            ActsAs::App(app) => (Some(app.as_str()), None),
            ActsAs::Site(site) => (None, Some(Id::from(*site))),
            ActsAs::Person | ActsAs::AccessToken => (None, None),
        };
        diesel::insert_into(session::table)
            .values((
                session::id.eq(Id::from(new.id)),
                session::user_id.eq(Id::from(new.user)),
                session::app_uid.eq(app),
                session::site_id.eq(site),
                session::is_access_token.eq(matches!(new.acts_as, ActsAs::AccessToken)),
                session::token_hash.eq(hash.as_slice()),
                session::created_at.eq(Ts(new.created_at)),
                session::expires_at.eq(Ts(new.expires_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends a session, and with it what it was given. One that is not there changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_session(&mut self, ended: &Session, because: Because<'_>) -> Result<(), StoreError> {
        let held = GrantFilter { holder: Some(Holder::Token(ended.id)), ..GrantFilter::default() };
        let grants = self.list_grants(&held, 0, i64::MAX)?;
        self.revoke(grants.into_iter().map(|stored| stored.grant).collect(), because)?;
        diesel::delete(session::table.find(Id::from(ended.id))).execute(self.conn)?;
        Ok(())
    }

    /// Ends the sessions of the pages of a site.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub(crate) fn delete_sessions_of_site(&mut self, site: SiteId) -> Result<(), StoreError> {
        diesel::delete(session::table.filter(session::site_id.eq(Id::from(site)))).execute(self.conn)?;
        Ok(())
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
