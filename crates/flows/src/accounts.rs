//! Accounts: signing up, in and out, and who a token stands for.

mod sign_in;
mod users;

pub use users::UserChange;
pub(crate) use users::{check_password, suspension, tell_user};

use crate::{Fault, Vouchsafe, confirm, secrets};
use chrono::{DateTime, TimeDelta, Utc};
use users::create;
use vouchsafe_store::{ActsAs, Session, Tx, User, WriteTx};
use vouchsafe_types::{Actor, Email, SessionId, UserId, Username, error::ApiError};

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
                User { email: Some(wanted.email.clone()), ..User::new(UserId::mint(), wanted.username.clone(), now) };
            create(tx, &user)?;
            tx.set_password_hash(user.id, &hash, now)?;
            tell_user(tx, &Actor::User(user.id), &user, now);
            confirm::open_proof(self, tx, &user, now)?;
            Ok((open_session(tx, user.id, ActsAs::Person, self.settings.session_ttl, now)?.1, user))
        })
    }

    /// Signs a person in by name, proven address or id. Gives a token.
    ///
    /// # Errors
    /// `credentials_invalid`, whatever of it is wrong; `forbidden` for a suspended account.
    pub fn log_in(&self, name: &str, password: &str) -> Result<(String, User), Fault> {
        let user = self.proven(name, password)?;
        Ok((self.open_own_session(&user)?.1, user))
    }

    /// Signs a person in as [`Vouchsafe::log_in`] does. Gives a token, and when it ends.
    ///
    /// # Errors
    /// As [`Vouchsafe::log_in`].
    pub fn log_in_until(&self, name: &str, password: &str) -> Result<(String, DateTime<Utc>), Fault> {
        let user = self.proven(name, password)?;
        let (session, token) = self.open_own_session(&user)?;
        Ok((token, session.expires_at))
    }

    fn open_own_session(&self, user: &User) -> Result<(Session, String), Fault> {
        let now = self.now();
        self.write("log_in", |tx| open_session(tx, user.id, ActsAs::Person, self.settings.session_ttl, now))
    }

    fn proven(&self, name: &str, password: &str) -> Result<User, Fault> {
        let (user, _) = self.proven_by(name, password)?;
        if user.is_suspended {
            return Err(ApiError::Forbidden {}.into());
        }
        Ok(user)
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

#[cfg(test)]
mod tests;
