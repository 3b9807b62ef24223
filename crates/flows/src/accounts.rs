//! Accounts: signing up, in and out, and who a token stands for.

use crate::{Fault, Vouchsafe, confirm, secrets};
use chrono::{DateTime, TimeDelta, Utc};
use vouchsafe_store::{ActsAs, NewEntry, Session, StoreError, Tx, User, WriteTx};
use vouchsafe_types::{Actor, Email, EntryId, SessionId, UserId, Username, error::ApiError};

/// Who asks, and his account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who asks.
    pub actor: Actor,
    /// The person behind it.
    pub user: User,
}

impl Principal {
    /// Whether this may share at all: a person's own session, with a proven address.
    ///
    /// # Errors
    /// `forbidden`, then `email_must_be_confirmed`.
    pub fn may_share(&self) -> Result<(), ApiError> {
        if !self.actor.is_plain_user() {
            return Err(ApiError::Forbidden {});
        }
        self.user.may_share()
    }
}

/// What a person gives to make an account of his own.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The name he wants.
    pub username: Username,
    /// His address; he will have to prove it.
    pub email: Email,
    /// His password, 8 to 1024 bytes.
    pub password: String,
}

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
    /// The password.
    pub password: Option<String>,
}

/// The shortest and longest password, in bytes.
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=1024;

/// In whose name the command line is audited; no service key is needed for it.
const OPERATOR: &str = "operator";

/// Verified in place of a missing account's hash, so that both answers take equally long.
pub(crate) const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$q0cZk3H0n0l3m2f1J1l0mP1oXk5cZc9z0sHc0V3E0hQ";

impl Vouchsafe {
    /// Makes an account and signs the person in. Gives his token. His address gets a mail to prove it.
    ///
    /// # Errors
    /// `forbidden` when sign-up is closed; `username_already_in_use`; `email_already_in_use` when somebody has proven
    /// the address; `field_invalid` for a password that is too short or too long.
    pub fn sign_up(&self, wanted: &SignUp) -> Result<(String, User), Fault> {
        if !self.settings.is_signup_open {
            return Err(ApiError::Forbidden {}.into());
        }
        check_password(&wanted.password)?;
        let hash = secrets::password_hash(&wanted.password)?;
        let now = self.now();
        self.write("sign_up", |tx| {
            if tx.find_user_by_confirmed_email(wanted.email.canonical())?.is_some() {
                return Err(ApiError::EmailAlreadyInUse { email: wanted.email.typed().to_owned() }.into());
            }
            let user =
                User { email: Some(wanted.email.clone()), ..blank(UserId::mint(), wanted.username.clone(), now) };
            create(tx, &user)?;
            tx.set_password_hash(user.id, &hash, now)?;
            confirm::open_proof(self, tx, &user, now)?;
            Ok((open_session(tx, user.id, ActsAs::Person, self.settings.session_ttl, now)?.1, user))
        })
    }

    /// Signs a person in by name or proven address. Gives a token.
    ///
    /// # Errors
    /// `credentials_invalid`, whatever of it is wrong; `forbidden` for a suspended account.
    pub fn log_in(&self, name: &str, password: &str) -> Result<(String, User), Fault> {
        let found = self.read(|tx| {
            let user = match Email::parse(name) {
                Ok(email) => tx.find_user_by_confirmed_email(email.canonical())?,
                Err(_) => tx.find_user_by_name(name)?,
            };
            let Some(user) = user else { return Ok(None) };
            Ok(tx.find_password_hash(user.id)?.map(|hash| (user, hash)))
        })?;
        let hash = found.as_ref().map_or(NOBODYS_HASH, |(_, hash)| hash);
        let is_right = password.len() <= *PASSWORD_BYTES.end() && secrets::is_password(password, hash);
        let user = found.filter(|_| is_right).map(|(user, _)| user).ok_or(ApiError::CredentialsInvalid {})?;
        if user.is_suspended {
            return Err(ApiError::Forbidden {}.into());
        }
        let now = self.now();
        self.write("log_in", |tx| {
            Ok((open_session(tx, user.id, ActsAs::Person, self.settings.session_ttl, now)?.1, user.clone()))
        })
    }

    /// Ends a token. One that has ended already changes nothing.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn log_out(&self, token: &str) -> Result<(), Fault> {
        let now = self.now();
        self.write("log_out", |tx| {
            let Some((session, _)) = tx.find_session(&secrets::token_hash(token), now)? else { return Ok(()) };
            Ok(tx.delete_session(&session, self.because(&actor_of(session.clone()), "token ended", now))?)
        })
    }

    /// Who a token stands for.
    ///
    /// # Errors
    /// `token_auth_failed` for an unknown or ended one; `forbidden` for a suspended account.
    pub fn authenticate(&self, token: &str) -> Result<Principal, Fault> {
        let now = self.now();
        let found = self.read(|tx| Ok(tx.find_session(&secrets::token_hash(token), now)?))?;
        let (session, user) = found.ok_or(ApiError::TokenAuthFailed {})?;
        if user.is_suspended {
            return Err(ApiError::Forbidden {}.into());
        }
        Ok(Principal { actor: actor_of(session), user })
    }

    /// The actor behind a token that somebody asks about; `None` when it stands for nobody.
    pub(crate) fn actor_of_token(&self, tx: &mut Tx<'_>, token: &str) -> Result<Option<Actor>, Fault> {
        let found = tx.find_session(&secrets::token_hash(token), self.now())?;
        Ok(found.map(|(session, _)| actor_of(session)))
    }

    /// A token for a user, or for what acts for him, made by the operator.
    ///
    /// # Errors
    /// `user_does_not_exist`; `entity_not_found` for an unknown app, and for a site that is not the user's.
    pub fn issue_token(&self, username: &str, acts_as: ActsAs, ttl: TimeDelta) -> Result<String, Fault> {
        let now = self.now();
        self.write("issue_token", |tx| {
            let user = find_by_name(tx, username)?;
            let missing = match &acts_as {
                ActsAs::Person | ActsAs::AccessToken => None,
                ActsAs::App(uid) => tx.find_app(uid)?.is_none().then(|| format!("app:{uid}")),
                ActsAs::Site(id) => {
                    tx.find_site(*id)?.is_none_or(|site| site.owner != user.id).then(|| format!("site:{id}"))
                }
            };
            if let Some(what) = missing {
                return Err(ApiError::EntityNotFound { identifier: what.into() }.into());
            }
            Ok(open_session(tx, user.id, acts_as.clone(), ttl, now)?.1)
        })
    }

    /// Makes or changes an account. Gives it, and whether it is new.
    ///
    /// # Errors
    /// `email_already_in_use` when somebody else has proven the address; `immutable` for another id; `conflict` when the
    /// id is taken; `field_invalid` for a password that is too short or too long.
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
            let before = found.unwrap_or_else(|| blank(id, username.clone(), now));
            if change.uuid.is_some_and(|id| id != before.id) {
                return Err(ApiError::Immutable {}.into());
            }
            let user = changed(before, change);
            refuse_taken_email(tx, &user)?;
            if is_new {
                create(tx, &user)?
            } else {
                tx.update_user(&user)?
            }
            if let Some(hash) = &hash {
                tx.set_password_hash(user.id, hash, now)?;
            }
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
        self.write("suspend_user", |tx| {
            let user = User { is_suspended, ..find_by_name(tx, username)? };
            tx.update_user(&user)?;
            Ok(user)
        })
    }

    /// Vouches for the address of an account. Applies no invite: only the person himself proves an address.
    ///
    /// # Errors
    /// `user_does_not_exist`; `email_already_in_use`; `field_missing` when the account has no address.
    pub fn confirm_user(&self, username: &str) -> Result<User, Fault> {
        self.write("confirm_user", |tx| {
            let user = User { email_confirmed: true, ..find_by_name(tx, username)? };
            if user.email.is_none() {
                return Err(ApiError::FieldMissing { key: "email".to_owned() }.into());
            }
            refuse_taken_email(tx, &user)?;
            tx.update_user(&user)?;
            Ok(user)
        })
    }

    /// Deletes an account for the operator of the server: [`Vouchsafe::delete_user_as`] without a service key.
    ///
    /// # Errors
    /// `user_does_not_exist`.
    pub fn delete_user(&self, username: &str) -> Result<User, Fault> {
        self.delete_user_as(&Actor::Service { name: OPERATOR.to_owned() }, username)
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
            Ok(user)
        })
    }
}

/// Writes a session. Gives it, and its token.
pub(crate) fn open_session(
    tx: &mut WriteTx<'_>,
    user: UserId,
    acts_as: ActsAs,
    ttl: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(Session, String), Fault> {
    let token = secrets::random_token();
    let expires_at = now.checked_add_signed(ttl).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let session = Session { id: SessionId::mint(), user, acts_as, created_at: now, expires_at };
    tx.insert_session(&session, &secrets::token_hash(&token))?;
    Ok((session, token))
}

fn actor_of(session: Session) -> Actor {
    let user = session.user;
    match session.acts_as {
        ActsAs::Person => Actor::User(user),
        ActsAs::App(app) => Actor::App { app, user },
        ActsAs::AccessToken => Actor::Token { token: session.id, user },
        ActsAs::Site(site) => Actor::Site { site, user },
    }
}

pub(crate) fn find_by_name(tx: &mut Tx<'_>, username: &str) -> Result<User, Fault> {
    let found = tx.find_user_by_name(username)?;
    found.ok_or_else(|| ApiError::UserDoesNotExist { username: username.to_owned() }.into())
}

fn check_password(password: &str) -> Result<(), ApiError> {
    if PASSWORD_BYTES.contains(&password.len()) {
        return Ok(());
    }
    Err(ApiError::invalid("password", "8 to 1024 bytes", Some(format!("{} bytes", password.len()))))
}

const fn blank(id: UserId, username: Username, now: DateTime<Utc>) -> User {
    User {
        id,
        username,
        display_name: None,
        email: None,
        email_confirmed: false,
        is_admin: false,
        is_suspended: false,
        created_at: now,
    }
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
fn create(tx: &mut WriteTx<'_>, user: &User) -> Result<(), Fault> {
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

#[cfg(test)]
mod tests;
