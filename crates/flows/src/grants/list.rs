//! Lists of grants, for the native face.

use super::{
    revoke::{holding, shares, visible_grant},
    view::{GrantView, HolderName},
};
use crate::{Fault, Vouchsafe, accounts::find_by_name};
use chrono::{DateTime, Utc};
use vouchsafe_store::{GrantFilter, Tx};
use vouchsafe_types::{Actor, EntryId, GrantId, Resource, UserId, error::ApiError};

/// Which grants are wanted; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct GrantQuery {
    /// On this entry.
    pub entry: Option<EntryId>,
    /// Given by this person.
    pub issuer: Option<String>,
    /// Held by this holder.
    pub holder: Option<HolderName>,
    /// Given by this person, or to him.
    pub user: Option<String>,
    /// After the grant of this number.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// One page of grants.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantPage {
    /// Oldest first.
    pub items: Vec<GrantView>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<i64>,
}

impl Vouchsafe {
    /// The grant with this id, for its parties, for who may share what it stands on, and for a host application.
    ///
    /// # Errors
    /// `entity_not_found`.
    pub fn find_grant(&self, actor: &Actor, id: GrantId) -> Result<GrantView, Fault> {
        let now = self.now();
        self.read(|tx| {
            let grant = visible_grant(tx, actor, id, now)?;
            GrantView::of(tx, grant, now)
        })
    }

    /// Grants, those included that give nothing now. A person asks about what he gave or has, and about entries that he
    /// may share.
    ///
    /// # Errors
    /// `forbidden` for a person who asks about what does not concern him; `user_does_not_exist`, `entity_not_found` for
    /// an unknown group or app.
    pub fn list_grants(&self, actor: &Actor, query: &GrantQuery) -> Result<GrantPage, Fault> {
        let now = self.now();
        self.read(|tx| {
            require_concern(tx, actor, query, now)?;
            let id_of = |tx: &mut Tx<'_>, name: &Option<String>| match name {
                Some(name) => find_by_name(tx, name).map(|user| Some(user.id)),
                None => Ok(None),
            };
            let filter = GrantFilter {
                resource: query.entry.map(Resource::Entry),
                issuer: id_of(tx, &query.issuer)?,
                holder: query.holder.as_ref().map(|holder| holder.resolve(self, tx, actor)).transpose()?,
                user: id_of(tx, &query.user)?,
            };
            let mut found = tx.list_grants(&filter, query.after, query.limit.saturating_add(1))?;
            let most = usize::try_from(query.limit).unwrap_or(usize::MAX);
            let has_more = found.len() > most;
            found.truncate(most);
            let next = found.last().filter(|_| has_more).map(|last| last.seq);
            let items = found.into_iter().map(|stored| GrantView::of(tx, stored.grant, now));
            Ok(GrantPage { items: items.collect::<Result<_, _>>()?, next })
        })
    }
}

fn require_concern(tx: &mut Tx<'_>, actor: &Actor, query: &GrantQuery, now: DateTime<Utc>) -> Result<(), Fault> {
    let user = match actor {
        Actor::Service { .. } => return Ok(()),
        Actor::User(user) => *user,
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
            return Err(ApiError::Forbidden {}.into());
        }
    };
    let own = tx.find_user(user)?.map(|found| found.username.to_string());
    let is_me = |name: &Option<String>| name.is_some() && *name == own;
    let holds = matches!(&query.holder, Some(HolderName::User(name)) if Some(name) == own.as_ref());
    if is_me(&query.issuer) || is_me(&query.user) || holds {
        return Ok(());
    }
    match query.entry {
        Some(entry) if may_share(tx, user, entry, now)? => Ok(()),
        Some(_) | None => Err(ApiError::Forbidden {}.into()),
    }
}

fn may_share(tx: &mut Tx<'_>, user: UserId, entry: EntryId, now: DateTime<Utc>) -> Result<bool, Fault> {
    Ok(shares(&holding(tx, &Actor::User(user), &Resource::Entry(entry), now)?))
}
