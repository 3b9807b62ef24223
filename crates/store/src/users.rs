//! The table of users, with their passwords.

use crate::{
    Because, StoreError, Tx, WriteTx,
    backend::each,
    schema::{credential, users},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{AuditEvent, Email, UserId, Username, error::ApiError};

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Id, never reused.
    pub id: UserId,
    /// The name by which others know him; unique at any one time.
    pub username: Username,
    /// What to show instead of the name.
    pub display_name: Option<String>,
    /// His address, proven or not.
    pub email: Option<Email>,
    /// Whether the address was proven, or vouched for by the operator.
    pub email_confirmed: bool,
    /// Whether he administers the server.
    pub is_admin: bool,
    /// Whether he is shut out, and everything he gave lies dormant.
    pub is_suspended: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// Whether he may read everything about the server, and change nothing.
    pub is_auditor: bool,
}

impl User {
    /// An account about which nothing but its name is known.
    #[must_use]
    pub const fn new(id: UserId, username: Username, created_at: DateTime<Utc>) -> Self {
        Self {
            id,
            username,
            display_name: None,
            email: None,
            email_confirmed: false,
            is_admin: false,
            is_suspended: false,
            created_at,
            is_auditor: false,
        }
    }

    /// Whether the person may share at all.
    ///
    /// # Errors
    /// `email_must_be_confirmed` without a proven address.
    pub fn may_share(&self) -> Result<(), ApiError> {
        if self.email.is_some() && self.email_confirmed {
            Ok(())
        } else {
            Err(ApiError::EmailMustBeConfirmed { action: Some("share something".to_owned()) })
        }
    }
}

type UserRow = (Id, String, Option<String>, Option<String>, Option<String>, bool, bool, bool, Ts, bool);

pub(crate) fn user_of(row: UserRow) -> Result<User, StoreError> {
    let (id, username, display_name, typed, canonical, email_confirmed, is_admin, is_suspended, created_at, is_auditor) =
        row;
    Ok(User {
        id: id.to(),
        username: username.parse().map_err(|e| StoreError::Corrupt(format!("username: {e}")))?,
        display_name,
        email: typed.zip(canonical).map(|(typed, canonical)| Email::stored(typed, canonical)),
        email_confirmed,
        is_admin,
        is_suspended,
        created_at: created_at.0,
        is_auditor,
    })
}

/// Whether both engines can keep a text, and be asked for it: PostgreSQL has no NUL.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

impl Tx<'_> {
    /// The user with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = users::table.find(Id::from(id)).first(self.conn).optional()?;
        row.map(user_of).transpose()
    }

    /// The user of this name, compared byte by byte.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_user_by_name(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        if !is_storable(username) {
            return Ok(None);
        }
        let row = users::table.filter(users::username.eq(username)).first(self.conn).optional()?;
        row.map(user_of).transpose()
    }

    /// The user who has proven this address, given in canonical form.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_user_by_confirmed_email(&mut self, canonical: &str) -> Result<Option<User>, StoreError> {
        let row = users::table
            .filter(users::email_canonical.eq(canonical))
            .filter(users::email_confirmed)
            .first(self.conn)
            .optional()?;
        row.map(user_of).transpose()
    }

    /// All users by name, after the given one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_users(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = users::table
            .filter(users::username.gt(after.unwrap_or_default()))
            .order(users::username)
            .limit(limit)
            .load(self.conn)?;
        rows.into_iter().map(user_of).collect()
    }

    /// Users whose names begin with `prefix`, by name, after the given one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_users_called(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<User>, StoreError> {
        if !is_storable(prefix) {
            return Ok(Vec::new());
        }
        let rows: Vec<UserRow> = users::table
            .filter(users::username.gt(after.unwrap_or_default()))
            .filter(users::username.ge(prefix))
            // Names are ASCII: nothing that begins so comes after this.
            .filter(users::username.lt(format!("{prefix}\u{7f}")))
            .order(users::username)
            .limit(limit)
            .load(self.conn)?;
        rows.into_iter().map(user_of).collect()
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_users(&mut self) -> Result<i64, StoreError> {
        Ok(users::table.count().get_result(self.conn)?)
    }

    /// The hash of the user's password, if he has one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_password_hash(&mut self, user: UserId) -> Result<Option<String>, StoreError> {
        let found = credential::table.find(Id::from(user)).select(credential::password_hash);
        Ok(found.first(self.conn).optional()?)
    }
}

impl WriteTx<'_> {
    /// Writes a new user.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name or the proven address is taken.
    pub fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        diesel::insert_into(users::table)
            .values((users::id.eq(Id::from(user.id)), columns(user), users::created_at.eq(Ts(user.created_at))))
            .execute(self.conn)?;
        self.touch_identity();
        Ok(())
    }

    /// Writes what has changed about a user; with an audit event where it changes what he may do. A password reset that
    /// was mailed to an address ends with the address, and when it is not proven any more.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name or the proven address is taken.
    pub fn update_user(&mut self, user: &User, because: Because<'_>) -> Result<(), StoreError> {
        let before = self.find_user(user.id)?;
        diesel::update(users::table.find(Id::from(user.id))).set(columns(user)).execute(self.conn)?;
        self.touch_identity();
        if before.as_ref().is_some_and(|before| proven(before) != proven(user)) {
            self.delete_password_reset(user.id)?;
        }
        match before.map(|before| state_of(&before)).filter(|before| *before != state_of(user)) {
            Some(before) => self.audit_account(user.id, (before, Some(state_of(user))), because),
            None => Ok(()),
        }
    }

    fn audit_account(
        &mut self,
        user: UserId,
        states: ((bool, bool), Option<(bool, bool)>),
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let event = AuditEvent::of_account(user, states, because.actor, because.at, because.reason);
        self.audit_for(because, event)
    }

    /// Deletes a user with everything that is his: tree, groups, apps, sites, and the grants he gave and has.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_user(&mut self, user: UserId, because: Because<'_>) -> Result<(), StoreError> {
        for group in self.list_group_ids_of(user)? {
            self.delete_group(group, because)?;
        }
        for site in self.list_site_ids_of(user)? {
            self.delete_site(site, because)?;
        }
        for app in self.list_app_uids_of(user)? {
            self.delete_app(&app, because)?;
        }
        if let Some(home) = self.find_home(user)? {
            self.retire_grants_below(&home, None, because)?;
            self.delete_entry(&home)?;
        }
        self.retire_grants_of_user(user, because)?;
        if let Some(found) = self.find_user(user)? {
            self.audit_account(user, (state_of(&found), None), because)?;
        }
        diesel::delete(users::table.find(Id::from(user))).execute(self.conn)?;
        self.touch_identity();
        Ok(())
    }

    /// Sets the hash of the user's password.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn set_password_hash(&mut self, user: UserId, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = (credential::password_hash.eq(hash), credential::updated_at.eq(Ts(now)));
        let first = diesel::insert_into(credential::table).values((credential::user_id.eq(Id::from(user)), changed));
        each!(self.conn, c => first.on_conflict(credential::user_id).do_update().set(changed).execute(c))?;
        Ok(())
    }
}

/// What of an account decides about what the person may do.
const fn state_of(user: &User) -> (bool, bool) {
    (user.is_suspended, user.email_confirmed)
}

/// The address that he has proven.
fn proven(user: &User) -> Option<&str> {
    user.email.as_ref().filter(|_| user.email_confirmed).map(Email::canonical)
}

type Changeable<'a> = (
    diesel::dsl::Eq<users::username, &'a str>,
    diesel::dsl::Eq<users::display_name, Option<&'a str>>,
    diesel::dsl::Eq<users::email_typed, Option<&'a str>>,
    diesel::dsl::Eq<users::email_canonical, Option<&'a str>>,
    diesel::dsl::Eq<users::email_confirmed, bool>,
    diesel::dsl::Eq<users::is_admin, bool>,
    diesel::dsl::Eq<users::is_suspended, bool>,
    diesel::dsl::Eq<users::is_auditor, bool>,
);

fn columns(user: &User) -> Changeable<'_> {
    (
        users::username.eq(user.username.as_str()),
        users::display_name.eq(user.display_name.as_deref()),
        users::email_typed.eq(user.email.as_ref().map(Email::typed)),
        users::email_canonical.eq(user.email.as_ref().map(Email::canonical)),
        users::email_confirmed.eq(user.email_confirmed),
        users::is_admin.eq(user.is_admin),
        users::is_suspended.eq(user.is_suspended),
        users::is_auditor.eq(user.is_auditor),
    )
}

#[cfg(test)]
mod tests;
