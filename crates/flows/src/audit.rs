//! Who did what to which grant.

mod since;

pub(crate) use since::{taken_over_by, with_taken_over};

use crate::{
    Fault, Vouchsafe,
    accounts::find_by_name,
    grants::{holding, username},
};
use serde_json::{Value, json};
use vouchsafe_store::{AuditFilter, AuditRecord, Tx};
use vouchsafe_types::{Actor, Capability, EntryId, Resource, UserId, error::ApiError};

/// Which lines of the audit are wanted.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// About this entry.
    pub entry: Option<EntryId>,
    /// In which this person acted, gave or received.
    pub user: Option<String>,
    /// After the line of this number.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// A line of the audit, with the names of people who are still there.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// As it was written.
    pub record: AuditRecord,
    /// Who acted.
    pub actor: Option<String>,
    /// Who gave.
    pub issuer: Option<String>,
    /// Who had it; a person by name.
    pub holder: Option<Value>,
}

/// One page of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// Oldest first.
    pub items: Vec<AuditLine>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<i64>,
}

impl Vouchsafe {
    /// Lines of the audit. A person asks about himself, and about entries on which he may change what others gave: of
    /// these he is told what was since they are what they are, and in the tree of their owner.
    ///
    /// # Errors
    /// `forbidden` for a person who asks about what does not concern him; `user_does_not_exist`.
    pub fn audit(&self, actor: &Actor, query: &AuditQuery) -> Result<AuditPage, Fault> {
        self.read(|tx| {
            let after = self.require_concern(tx, actor, query)?.max(query.after);
            let user = query.user.as_ref().map(|name| find_by_name(tx, name)).transpose()?.map(|user| user.id);
            let filter = AuditFilter { entry: query.entry, user };
            let mut found = tx.list_audit(filter, after, query.limit.saturating_add(1))?;
            let most = usize::try_from(query.limit).unwrap_or(usize::MAX);
            let has_more = found.len() > most;
            found.truncate(most);
            let next = found.last().filter(|_| has_more).map(|last| last.seq);
            let mut items = Vec::with_capacity(found.len());
            for mut record in found {
                since::hide(&mut record);
                self.hide_directories(tx, actor, &mut record)?;
                items.push(line(tx, record)?);
            }
            Ok(AuditPage { items, next })
        })
    }

    /// Refuses what does not concern the asker. Gives after which line it does.
    fn require_concern(&self, tx: &mut Tx<'_>, actor: &Actor, query: &AuditQuery) -> Result<i64, Fault> {
        let user = match actor {
            Actor::Service { .. } => return Ok(0),
            Actor::User(user) => *user,
            Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
                return Err(ApiError::Forbidden {}.into());
            }
        };
        let own = tx.find_user(user)?.map(|found| found.username.to_string());
        if query.user.is_some() && query.user == own {
            return Ok(0);
        }
        match query.entry {
            Some(entry)
                if holding(tx, actor, &Resource::Entry(entry), self.now())?.capabilities.has(Capability::Manage) =>
            {
                since::last_of_others(tx, entry)
            }
            Some(_) | None => Err(ApiError::Forbidden {}.into()),
        }
    }
}

impl Vouchsafe {
    /// Takes out which directories an entry lay in that the asker cannot see.
    fn hide_directories(&self, tx: &mut Tx<'_>, actor: &Actor, record: &mut AuditRecord) -> Result<(), Fault> {
        for state in [&mut record.before, &mut record.after].into_iter().flatten() {
            let Some(parent) = state.get_mut("parent").filter(|_| !matches!(actor, Actor::Service { .. })) else {
                continue;
            };
            let directory = parent.as_str().and_then(|text| text.parse::<EntryId>().ok());
            let sees = match directory {
                Some(directory) => {
                    let has = holding(tx, actor, &Resource::Entry(directory), self.now())?;
                    has.capabilities.has(Capability::See)
                }
                None => false,
            };
            if !sees {
                *parent = Value::Null;
            }
        }
        Ok(())
    }
}

fn line(tx: &mut Tx<'_>, record: AuditRecord) -> Result<AuditLine, Fault> {
    let mut name = |user: Option<UserId>| user.map(|user| username(tx, user)).transpose();
    let (actor, issuer, person) = (name(record.actor_user)?, name(record.issuer)?, name(record.holder_user)?);
    let holder = record.holder.clone().map(|mut holder| {
        if let (Some(person), Some(object)) = (person, holder.as_object_mut()) {
            object.insert("user".to_owned(), json!(person));
        }
        holder
    });
    Ok(AuditLine { record, actor, issuer, holder })
}
