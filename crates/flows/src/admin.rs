//! What administrators see and do, and auditors see: the server, not people's files.

use crate::{
    AuditPage, AuditQuery, Fault, GrantPage, GrantQuery, Vouchsafe, accounts::find_by_name, accounts::suspension,
    accounts::tell_user,
};
use vouchsafe_store::{MessageFilter, MessageState, Tx, User};
use vouchsafe_types::{Actor, MessageId, error::ApiError};

/// The state of the service in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNumbers {
    /// Accounts.
    pub users: i64,
    /// Grants, those included that give nothing now.
    pub grants: i64,
    /// Messages that are neither delivered nor given up.
    pub waiting: i64,
    /// The number of the last change.
    pub revision: i64,
    /// Decisions that were refused because they did not end within their limits.
    pub bounded: u64,
    /// Migrations that the database lacks.
    pub missing_migrations: Vec<String>,
}

impl Vouchsafe {
    /// The state of the service.
    ///
    /// # Errors
    /// `forbidden` for who is neither administrator nor auditor; likewise below.
    pub fn admin_numbers(&self, actor: &Actor) -> Result<ServiceNumbers, Fault> {
        let missing_migrations = self.missing_migrations()?;
        self.read(|tx| {
            require_reader(tx, actor)?;
            Ok(ServiceNumbers {
                users: tx.count_users()?,
                grants: tx.count_grants()?,
                waiting: tx.count_open_messages()?,
                revision: tx.versions(None)?.revision,
                bounded: self.bounded_decisions(),
                missing_migrations,
            })
        })
    }

    /// Accounts whose names begin with `prefix`, by name, after the given one.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn admin_users(
        &self,
        actor: &Actor,
        prefix: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<User>, Fault> {
        self.read(|tx| {
            require_reader(tx, actor)?;
            Ok(tx.list_users_called(prefix, after, limit)?)
        })
    }

    /// All grants that fit.
    ///
    /// # Errors
    /// `forbidden`; as [`Vouchsafe::list_grants`].
    pub fn admin_grants(&self, actor: &Actor, query: &GrantQuery) -> Result<GrantPage, Fault> {
        let reader = self.reader(actor)?;
        self.list_grants(&reader, query)
    }

    /// All lines of the audit that fit.
    ///
    /// # Errors
    /// `forbidden`; as [`Vouchsafe::audit`].
    pub fn admin_audit(&self, actor: &Actor, query: &AuditQuery) -> Result<AuditPage, Fault> {
        let reader = self.reader(actor)?;
        self.audit(&reader, query)
    }

    /// Messages before number `before`, newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn admin_messages(
        &self,
        actor: &Actor,
        filter: MessageFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<MessageState>, Fault> {
        self.read(|tx| {
            require_reader(tx, actor)?;
            Ok(tx.list_messages(filter, before.unwrap_or(i64::MAX), limit)?)
        })
    }

    /// Lets a message that waits, or was given up, be tried at once.
    ///
    /// # Errors
    /// `forbidden` for who is no administrator; `entity_not_found` for one that is unknown or delivered.
    pub fn admin_retry(&self, actor: &Actor, id: MessageId) -> Result<(), Fault> {
        let now = self.now();
        self.write("admin_retry", |tx| {
            require_admin(tx, actor)?;
            if tx.retry_message(id, now)? {
                return Ok(());
            }
            Err(ApiError::EntityNotFound { identifier: format!("message:{id}").into() }.into())
        })
    }

    /// Shuts an account out, or lets it in again, in the administrator's name. Nobody shuts himself out.
    ///
    /// # Errors
    /// `forbidden` for who is no administrator, and about himself; `user_does_not_exist`.
    pub fn admin_suspend(&self, actor: &Actor, username: &str, is_suspended: bool) -> Result<(), Fault> {
        let now = self.now();
        self.write("admin_suspend", |tx| {
            let admin = require_admin(tx, actor)?;
            let user = find_by_name(tx, username)?;
            if user.id == admin.id {
                return Err(ApiError::Forbidden {}.into());
            }
            let user = User { is_suspended, ..user };
            tx.update_user(&user, self.because(actor, suspension(is_suspended), now))?;
            tell_user(tx, actor, &user, now);
            Ok(())
        })
    }

    /// In whose name the lists are read that a host application may read, too.
    fn reader(&self, actor: &Actor) -> Result<Actor, Fault> {
        let user = self.read(|tx| require_reader(tx, actor))?;
        Ok(Actor::Service { name: format!("admin:{}", user.username) })
    }
}

fn person(tx: &mut Tx<'_>, actor: &Actor) -> Result<User, Fault> {
    let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
    Ok(tx.find_user(*id)?.filter(|user| !user.is_suspended).ok_or(ApiError::Forbidden {})?)
}

fn require_reader(tx: &mut Tx<'_>, actor: &Actor) -> Result<User, Fault> {
    let user = person(tx, actor)?;
    if user.is_admin || user.is_auditor { Ok(user) } else { Err(ApiError::Forbidden {}.into()) }
}

fn require_admin(tx: &mut Tx<'_>, actor: &Actor) -> Result<User, Fault> {
    let user = person(tx, actor)?;
    if user.is_admin { Ok(user) } else { Err(ApiError::Forbidden {}.into()) }
}
