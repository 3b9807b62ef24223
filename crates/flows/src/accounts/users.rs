//! Accounts as an operator keeps them.

use super::find_by_name;
use crate::{ClientKey, Fault, Vouchsafe, secrets, wallet};
use chrono::{DateTime, Utc};
use serde_json::json;
use vouchsafe_store::{NewEntry, StoreError, Tx, User, WriteTx};
use vouchsafe_types::{Actor, ChangeKind, Email, EntryId, UserId, Username, error::ApiError};

/// What an operator gives to make or change an account; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// The id, for a new account only.
    pub uuid: Option<UserId>,
    /// The address.
    pub email: Option<Email>,
    /// Whether the operator vouches for the address.
    pub email_confirmed: Option<bool>,
    /// What to show instead of the name.
    pub display_name: Option<String>,
    /// Whether the person administers the server.
    pub is_admin: Option<bool>,
    /// Whether the person may read everything about the server.
    pub is_auditor: Option<bool>,
    /// The password.
    pub password: Option<String>,
    /// The signature keys: these and no others.
    pub client_keys: Option<Vec<ClientKey>>,
}

/// The shortest and longest password, in bytes.
pub(super) const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=1024;

/// In whose name the command line is audited; no service key is needed for it.
const OPERATOR: &str = "operator";

impl Vouchsafe {
    /// Makes or changes an account. Gives it, and whether it is new.
    ///
    /// # Errors
    /// `email_already_in_use` when somebody else has proven the address; `immutable` for another id; `conflict` when
    /// the id, or a signature key, is somebody else's; `field_invalid` for a password that is too short or too long.
    pub fn put_user(&self, username: &Username, change: &UserChange) -> Result<(User, bool), Fault> {
        let hash = change.password.as_deref().map(|password| {
            check_password(password)?;
            secrets::password_hash(password)
        });
        let hash = hash.transpose()?;
        let now = self.now();
        self.write("put_user", |tx| {
            let found = tx.find_user_by_name(username.as_str())?;
            let is_new = found.is_none();
            let id = change.uuid.unwrap_or_else(UserId::mint);
            let before = found.unwrap_or_else(|| User::new(id, username.clone(), now));
            if change.uuid.is_some_and(|id| id != before.id) {
                return Err(ApiError::Immutable {}.into());
            }
            let user = changed(before, change);
            refuse_taken_email(tx, &user)?;
            if is_new {
                create(tx, &user)?
            } else {
                tx.update_user(&user, self.because(&operator(), "account changed", now))?
            }
            if let Some(hash) = &hash {
                tx.set_password_hash(user.id, hash, now)?;
            }
            if let Some(keys) = &change.client_keys {
                wallet::set_keys(tx, user.id, keys)?;
            }
            tell_user(tx, &operator(), &user, now);
            Ok((user, is_new))
        })
    }

    /// Makes an account; unlike [`Vouchsafe::put_user`], not over an existing one.
    ///
    /// # Errors
    /// `username_already_in_use`, and as [`Vouchsafe::put_user`].
    pub fn add_user(&self, username: &Username, change: &UserChange) -> Result<User, Fault> {
        if self.read(|tx| Ok(tx.find_user_by_name(username.as_str())?))?.is_some() {
            return Err(ApiError::UsernameAlreadyInUse { username: username.to_string() }.into());
        }
        self.put_user(username, change).map(|(user, _)| user)
    }

    /// The account of this name.
    ///
    /// # Errors
    /// `user_does_not_exist`.
    pub fn user(&self, username: &str) -> Result<User, Fault> {
        self.read(|tx| find_by_name(tx, username))
    }

    /// Accounts by name, after the given one.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn users(&self, after: Option<&str>, limit: i64) -> Result<Vec<User>, Fault> {
        self.read(|tx| Ok(tx.list_users(after, limit)?))
    }

    /// Shuts an account out, or lets it in again. What it gave lies dormant meanwhile.
    ///
    /// # Errors
    /// `user_does_not_exist`.
    pub fn suspend_user(&self, username: &str, is_suspended: bool) -> Result<User, Fault> {
        let now = self.now();
        self.write("suspend_user", |tx| {
            let user = User { is_suspended, ..find_by_name(tx, username)? };
            tx.update_user(&user, self.because(&operator(), suspension(is_suspended), now))?;
            tell_user(tx, &operator(), &user, now);
            Ok(user)
        })
    }

    /// Vouches for the address of an account. Applies no invite: only the person himself proves an address.
    ///
    /// # Errors
    /// `user_does_not_exist`; `email_already_in_use`; `field_missing` when the account has no address.
    pub fn confirm_user(&self, username: &str) -> Result<User, Fault> {
        let now = self.now();
        self.write("confirm_user", |tx| {
            let user = User { email_confirmed: true, ..find_by_name(tx, username)? };
            if user.email.is_none() {
                return Err(ApiError::FieldMissing { key: "email".to_owned() }.into());
            }
            refuse_taken_email(tx, &user)?;
            tx.update_user(&user, self.because(&operator(), "address vouched for", now))?;
            tell_user(tx, &operator(), &user, now);
            Ok(user)
        })
    }

    /// Deletes an account for the operator of the server: [`Vouchsafe::delete_user_as`] without a service key.
    ///
    /// # Errors
    /// `user_does_not_exist`.
    pub fn delete_user(&self, username: &str) -> Result<User, Fault> {
        self.delete_user_as(&operator(), username)
    }

    /// Deletes an account with its tree, groups, apps and sites, and the grants it gave and has.
    ///
    /// # Errors
    /// `forbidden` for anybody but a host application; `user_does_not_exist`.
    pub fn delete_user_as(&self, actor: &Actor, username: &str) -> Result<User, Fault> {
        if !matches!(actor, Actor::Service { .. }) {
            return Err(ApiError::Forbidden {}.into());
        }
        let now = self.now();
        self.write("delete_user", |tx| {
            let user = find_by_name(tx, username)?;
            tx.delete_user(user.id, self.because(actor, "user deleted", now))?;
            tx.tell(
                ChangeKind::UserDeleted,
                actor,
                now,
                json!({ "user": user.id, "username": user.username.as_str() }),
            );
            Ok(user)
        })
    }
}

pub(crate) fn check_password(password: &str) -> Result<(), ApiError> {
    if PASSWORD_BYTES.contains(&password.len()) {
        return Ok(());
    }
    Err(ApiError::invalid("password", "8 to 1024 bytes", Some(format!("{} bytes", password.len()))))
}

/// Why an account changes that is shut out, or let in again.
pub(crate) const fn suspension(is_suspended: bool) -> &'static str {
    if is_suspended { "suspended" } else { "restored" }
}

fn operator() -> Actor {
    Actor::Service { name: OPERATOR.to_owned() }
}

/// Says that an account was made or changed; addresses are not told.
pub(crate) fn tell_user(tx: &mut WriteTx<'_>, actor: &Actor, user: &User, now: DateTime<Utc>) {
    let effect = json!({
        "user": user.id,
        "username": user.username.as_str(),
        "email_confirmed": user.email_confirmed,
        "suspended": user.is_suspended,
    });
    tx.tell(ChangeKind::User, actor, now, effect);
}

/// An address that changes is unproven again, unless the operator vouches for the new one.
fn changed(before: User, change: &UserChange) -> User {
    let canonical = |user: &Option<Email>| user.as_ref().map(|e| e.canonical().to_owned());
    let email = change.email.clone().or_else(|| before.email.clone());
    let is_same = canonical(&email) == canonical(&before.email);
    User {
        email_confirmed: change.email_confirmed.unwrap_or(is_same && before.email_confirmed) && email.is_some(),
        email,
        display_name: change.display_name.clone().or_else(|| before.display_name.clone()),
        is_admin: change.is_admin.unwrap_or(before.is_admin),
        is_auditor: change.is_auditor.unwrap_or(before.is_auditor),
        ..before
    }
}

fn refuse_taken_email(tx: &mut Tx<'_>, user: &User) -> Result<(), Fault> {
    let Some(email) = user.email.as_ref().filter(|_| user.email_confirmed) else { return Ok(()) };
    match tx.find_user_by_confirmed_email(email.canonical())? {
        Some(other) if other.id != user.id => {
            Err(ApiError::EmailAlreadyInUse { email: email.typed().to_owned() }.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// Writes the account and its home: whoever has an account has a home.
pub(super) fn create(tx: &mut WriteTx<'_>, user: &User) -> Result<(), Fault> {
    if tx.find_user_by_name(user.username.as_str())?.is_some() {
        return Err(ApiError::UsernameAlreadyInUse { username: user.username.to_string() }.into());
    }
    tx.insert_user(user).map_err(|error| match error {
        StoreError::Duplicate(_) => ApiError::Conflict {}.into(),
        other => Fault::from(other),
    })?;
    let uuid = EntryId::mint();
    let (allocation_id, lookup_hash) = crate::catalogue::zus_ids(user.id, uuid);
    tx.insert_entry(&NewEntry {
        uuid,
        parent: None,
        owner: Some(user.id),
        name: user.username.as_str(),
        is_dir: true,
        size_bytes: 0,
        content_type: None,
        created_at: user.created_at,
        modified_at: user.created_at,
        allocation_id: &allocation_id,
        lookup_hash: &lookup_hash,
    })?;
    Ok(())
}
