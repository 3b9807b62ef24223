//! Lists of grants, in pages.

use crate::{
    StoreError, Tx,
    backend::MultiBackend,
    below::{Found, down},
    grants::grants_with,
    holder::HolderColumns,
    schema::{entry, grants, group_member, users},
    source::grant_of,
    spoken::GrantColumns,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
    sql_types::BigInt,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{DefaultGroup, EntryId, Grant, GrantId, GroupId, Holder, Resource, UserId};

/// A grant, and what is kept with it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredGrant {
    /// Its number: later grants have greater ones.
    pub seq: i64,
    /// The grant.
    pub grant: Grant,
    /// What the issuer keeps with it.
    pub extra: Value,
}

/// Which grants are wanted; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct GrantFilter {
    /// On exactly this.
    pub resource: Option<Resource>,
    /// Given by this person.
    pub issuer: Option<UserId>,
    /// Held by exactly this holder.
    pub holder: Option<Holder>,
    /// Given by this person, or to him.
    pub user: Option<UserId>,
}

/// Of `down`, the entries below the first on which grants stand. `OFFSET` for the reason in [`crate::below`].
const WITH_GRANTS: &str = "SELECT uuid AS id FROM down WHERE level > 0 AND EXISTS \
    (SELECT 1 FROM \"grant\" g WHERE g.entry_id = down.id LIMIT 1 OFFSET 0) LIMIT $2";

pub(crate) type StoredColumns = (i64, Json, GrantColumns);

pub(crate) fn stored(columns: StoredColumns) -> Result<StoredGrant, StoreError> {
    let (seq, extra, columns) = columns;
    let (grant, _, _) = grant_of(columns)?;
    Ok(StoredGrant { seq, grant, extra: extra.0 })
}

impl Tx<'_> {
    /// The grant with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_grant(&mut self, id: GrantId) -> Result<Option<StoredGrant>, StoreError> {
        let query = grants_with!(grants::seq, grants::extra).filter(grants::id.eq(Id::from(id)));
        query.first::<StoredColumns>(self.conn).optional()?.map(stored).transpose()
    }

    /// Grants after number `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_grants(
        &mut self,
        filter: &GrantFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredGrant>, StoreError> {
        let on = match &filter.resource {
            None => None,
            Some(resource) => match self.resource_columns(resource)? {
                Some(columns) => Some(columns),
                None => return Ok(Vec::new()),
            },
        };
        let page = || {
            let mut page = grants_with!(grants::seq, grants::extra)
                .filter(grants::seq.gt(after))
                .limit(limit)
                .into_boxed::<MultiBackend>();
            page = match &on {
                Some((Some(number), _)) => page.filter(grants::entry_id.eq(*number)),
                Some((None, Some(name))) => page.filter(grants::name.eq(name.clone())),
                Some((None, None)) | None => page,
            };
            if let Some(issuer) = filter.issuer {
                page = page.filter(grants::issuer_id.eq(Id::from(issuer)));
            }
            if let Some(HolderColumns { kind, id, app }) = filter.holder.as_ref().map(HolderColumns::from) {
                page = page.filter(grants::holder_kind.eq(kind)).filter(grants::holder_id.eq(id));
                if let Some(app) = app {
                    page = page.filter(grants::holder_app.eq(app));
                }
            }
            page
        };
        let pages = match filter.user {
            None => vec![page()],
            // One index each: together they are one pass over every grant.
            Some(user) => {
                let held = HolderColumns::from(&Holder::User(user));
                let to_him = page().filter(grants::holder_kind.eq(held.kind)).filter(grants::holder_id.eq(held.id));
                vec![page().filter(grants::issuer_id.eq(Id::from(user))), to_him]
            }
        };
        let mut found = BTreeMap::new();
        for page in pages {
            let rows: Vec<StoredColumns> = page.load(self.conn)?;
            found.extend(rows.into_iter().map(|row| (row.0, row)));
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        found.into_values().take(most).map(stored).collect()
    }

    /// The grants that a person gave or has himself, after number `after`, oldest first, at most `limit`: without what
    /// is kept with them, which may be much more than they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_grants_of_person(
        &mut self,
        user: UserId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, Grant)>, StoreError> {
        let held = HolderColumns::from(&Holder::User(user));
        let page = || grants_with!(grants::seq).filter(grants::seq.gt(after)).limit(limit);
        let to_him = page().filter(grants::holder_kind.eq(held.kind)).filter(grants::holder_id.eq(held.id));
        let by_him = page().filter(grants::issuer_id.eq(Id::from(user)));
        let mut found: BTreeMap<i64, GrantColumns> = BTreeMap::new();
        found.extend(by_him.load::<(i64, GrantColumns)>(self.conn)?);
        found.extend(to_him.load::<(i64, GrantColumns)>(self.conn)?);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let page = found.into_iter().take(most);
        page.map(|(seq, columns)| grant_of(columns).map(|(grant, _, _)| (seq, grant))).collect()
    }

    /// What is kept with these grants.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_extras(&mut self, ids: &[GrantId]) -> Result<BTreeMap<GrantId, Value>, StoreError> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(1_000) {
            let of_these = grants::table.filter(grants::id.eq_any(some.iter().map(|id| Id::from(*id))));
            let rows: Vec<(Id, Json)> = of_these.select((grants::id, grants::extra)).load(self.conn)?;
            found.extend(rows.into_iter().map(|(id, extra)| (id.to(), extra.0)));
        }
        Ok(found)
    }

    /// Whether one of these grants was made, or came to say what it says, after `since`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn has_changed_since(&mut self, ids: &[GrantId], since: DateTime<Utc>) -> Result<bool, StoreError> {
        for some in ids.chunks(1_000) {
            let of_these = grants::table.filter(grants::id.eq_any(some.iter().map(|id| Id::from(*id))));
            let changed = of_these.filter(grants::changed_at.gt(Ts(since)));
            if diesel::select(exists(changed)).get_result(self.conn)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a person has given so many of the grants that there are, or more.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn has_given(&mut self, issuer: UserId, at_least: i64) -> Result<bool, StoreError> {
        let given = grants::table.filter(grants::issuer_id.eq(Id::from(issuer))).order(grants::seq);
        let last = given.select(grants::seq).offset(at_least.saturating_sub(1)).limit(1);
        Ok(last.first::<i64>(self.conn).optional()?.is_some())
    }

    /// The entries on which grants stand that speak for a person, his own rows, those of his groups and those of
    /// everyone, expired ones included: each once, by number, after number `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_entries_spoken_for(
        &mut self,
        user: UserId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, EntryId)>, StoreError> {
        let mut numbers: BTreeSet<i64> = BTreeSet::new();
        for holder in self.holders_that_reach(user)? {
            let HolderColumns { kind, id, .. } = HolderColumns::from(&holder);
            // Not beyond what the others have filled the page with already.
            let last = numbers.iter().nth(usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(1)).copied();
            let found: Vec<Option<i64>> = grants::table
                .filter(grants::holder_kind.eq(kind))
                .filter(grants::holder_id.eq(id))
                .filter(grants::entry_id.gt(after))
                .filter(grants::entry_id.le(last.unwrap_or(i64::MAX)))
                .select(grants::entry_id)
                .distinct()
                .order(grants::entry_id)
                .limit(limit)
                .load(self.conn)?;
            numbers.extend(found.into_iter().flatten());
        }
        let page: Vec<i64> = numbers.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
        let rows: Vec<(i64, Id)> = entry::table
            .filter(entry::id.eq_any(page))
            .order(entry::id)
            .select((entry::id, entry::uuid))
            .load(self.conn)?;
        Ok(rows.into_iter().map(|(number, uuid)| (number, uuid.to())).collect())
    }

    /// The entries on which a group has grants, by number; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_entries_held_by_group(&mut self, group: GroupId, limit: usize) -> Result<Vec<EntryId>, StoreError> {
        let HolderColumns { kind, id, .. } = HolderColumns::from(&Holder::Group(group));
        let found: Vec<(i64, Id)> = grants::table
            .inner_join(entry::table.on(entry::id.nullable().eq(grants::entry_id)))
            .filter(grants::holder_kind.eq(kind))
            .filter(grants::holder_id.eq(id))
            .select((entry::id, entry::uuid))
            .distinct()
            .order(entry::id)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .load(self.conn)?;
        Ok(found.into_iter().map(|(_, uuid)| uuid.to()).collect())
    }

    /// Whether a group has grants on something that is no entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn group_holds_more_than_entries(&mut self, group: GroupId) -> Result<bool, StoreError> {
        let HolderColumns { kind, id, .. } = HolderColumns::from(&Holder::Group(group));
        let held = grants::table.filter(grants::holder_kind.eq(kind)).filter(grants::holder_id.eq(id));
        Ok(diesel::select(exists(held.filter(grants::entry_id.is_null()))).get_result(self.conn)?)
    }

    /// The entries below an entry on which grants stand, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_entries_with_grants_below(&mut self, above: EntryId, limit: usize) -> Result<Vec<EntryId>, StoreError> {
        let Some(number) = self.number_of(above)? else { return Ok(Vec::new()) };
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = diesel::sql_query(format!("{}{WITH_GRANTS}", down(self.conn)));
        let found: Vec<Found> = query.bind::<BigInt, _>(number).bind::<BigInt, _>(most).load(self.conn)?;
        Ok(found.into_iter().map(|entry| entry.id.to()).collect())
    }

    /// Everything that reaches a person, as far as it has any grant on an entry.
    fn holders_that_reach(&mut self, user: UserId) -> Result<Vec<Holder>, StoreError> {
        let is_confirmed: Option<bool> =
            users::table.find(Id::from(user)).select(users::email_confirmed).first(self.conn).optional()?;
        let Some(is_confirmed) = is_confirmed else { return Ok(Vec::new()) };
        let group = HolderColumns::from(&Holder::Group(DefaultGroup::User.id())).kind;
        let has_grants = grants::table
            .filter(grants::holder_kind.eq(group))
            .filter(grants::holder_id.eq(group_member::group_id))
            .filter(grants::entry_id.is_not_null());
        let groups: Vec<Id> = group_member::table
            .filter(group_member::user_id.eq(Id::from(user)))
            .filter(exists(has_grants))
            .select(group_member::group_id)
            .load(self.conn)?;
        let default = DefaultGroup::ALL.into_iter().filter(|group| group.has(is_confirmed)).map(DefaultGroup::id);
        let groups = default.chain(groups.into_iter().map(Id::to)).map(Holder::Group);
        Ok([Holder::User(user), Holder::Everyone].into_iter().chain(groups).collect())
    }
}
