//! The table of grants.

use crate::{
    StoreError, Tx, WriteTx,
    backend::MultiBackend,
    below::{Found, grants_below},
    holder::{HolderColumns, resource_name},
    schema::{entry, grants, users},
    source::grant_of,
    spoken::GrantColumns,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::not, prelude::*, sql_types::BigInt};
use vouchsafe_engine::plan::Edit;
use vouchsafe_types::{AppUid, Grant, GrantId, GroupId, Holder, Resource, UserId};

/// Every grant, oldest first: these columns, and those of the grant itself.
macro_rules! grants_with {
    ($($more:expr),*) => {
        grants::table
            .inner_join(users::table.on(users::id.eq(grants::issuer_id)))
            .left_join(entry::table.on(entry::id.nullable().eq(grants::entry_id)))
            .order(grants::seq)
            .select(($($more,)* (
                grants::id,
                grants::issuer_id,
                grants::holder_kind,
                grants::holder_id,
                grants::holder_app,
                grants::capabilities,
                grants::is_exact,
                grants::expires_at,
                grants::created_at,
                grants::origin,
                entry::uuid.nullable(),
                grants::name,
                diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(0 AS BIGINT)"),
                not(users::is_suspended),
            )))
    };
}

pub(crate) use grants_with;

/// The kind of holder that is an app.
const KIND_OF_APPS: i16 = 3;

fn grants_of(rows: Vec<GrantColumns>) -> Result<Vec<Grant>, StoreError> {
    rows.into_iter().map(|row| grant_of(row).map(|(grant, _, _)| grant)).collect()
}

/// Where a grant's resource is kept: the number of an entry, or a name.
pub(crate) type ResourceColumns = (Option<i64>, Option<String>);

impl Tx<'_> {
    pub(crate) fn resource_columns(&mut self, resource: &Resource) -> Result<Option<ResourceColumns>, StoreError> {
        let Resource::Entry(uuid) = resource else { return Ok(Some((None, Some(resource_name(resource))))) };
        let by_uuid = entry::table.filter(entry::uuid.eq(Id::from(*uuid)));
        let number: Option<i64> = by_uuid.select(entry::id).first(self.conn).optional()?;
        Ok(number.map(|n| (Some(n), None)))
    }

    /// The grants to exactly this holder on exactly this resource, oldest first, whoever gave them.
    pub(crate) fn list_grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        let Some((number, name)) = self.resource_columns(resource)? else { return Ok(Vec::new()) };
        let held = HolderColumns::from(holder);
        let mut rows = grants_with!()
            .filter(grants::holder_kind.eq(held.kind))
            .filter(grants::holder_id.eq(held.id))
            .into_boxed::<MultiBackend>();
        if let Some(app) = held.app {
            rows = rows.filter(grants::holder_app.eq(app));
        }
        rows = match name {
            Some(name) => rows.filter(grants::name.eq(name)),
            None => rows.filter(grants::entry_id.eq(number)),
        };
        grants_of(rows.load(self.conn)?)
    }

    /// The grants on the entry of this number and on everything below it.
    pub(crate) fn list_grants_below(&mut self, entry: i64) -> Result<Vec<Grant>, StoreError> {
        let ids = self.find_grants_below(entry, i64::MAX)?;
        self.list_grants_by_id(&ids)
    }

    pub(crate) fn find_grants_below(&mut self, entry: i64, limit: i64) -> Result<Vec<Found>, StoreError> {
        let query = diesel::sql_query(format!("{}LIMIT $2", grants_below(self.conn)));
        Ok(query.bind::<BigInt, _>(entry).bind::<BigInt, _>(limit).load(self.conn)?)
    }

    /// The grants with these ids, each once, oldest first within each thousand.
    pub(crate) fn list_grants_by_id(&mut self, ids: &[Found]) -> Result<Vec<Grant>, StoreError> {
        let mut rows: Vec<GrantColumns> = Vec::with_capacity(ids.len());
        for some in ids.chunks(1_000) {
            let ids = some.iter().map(|found| found.id);
            rows.extend(grants_with!().filter(grants::id.eq_any(ids)).load::<GrantColumns>(self.conn)?);
        }
        grants_of(rows)
    }

    /// The grants that a user gave.
    pub(crate) fn list_grants_given_by(&mut self, user: UserId) -> Result<Vec<Grant>, StoreError> {
        grants_of(grants_with!().filter(grants::issuer_id.eq(Id::from(user))).load(self.conn)?)
    }

    /// The grants that a user has himself, also through apps that act for him.
    pub(crate) fn list_grants_held_by(&mut self, user: UserId) -> Result<Vec<Grant>, StoreError> {
        let himself = HolderColumns::from(&Holder::User(user));
        let mut held: Vec<GrantColumns> = Vec::new();
        for kind in [himself.kind, KIND_OF_APPS] {
            let rows = grants_with!().filter(grants::holder_kind.eq(kind)).filter(grants::holder_id.eq(himself.id));
            held.extend(rows.load::<GrantColumns>(self.conn)?);
        }
        grants_of(held)
    }

    /// The grants that a group has.
    pub(crate) fn list_grants_held_by_group(&mut self, group: GroupId) -> Result<Vec<Grant>, StoreError> {
        let held = HolderColumns::from(&Holder::Group(group));
        let rows = grants_with!().filter(grants::holder_kind.eq(held.kind)).filter(grants::holder_id.eq(held.id));
        grants_of(rows.load(self.conn)?)
    }

    /// The grants that an app has, whomever it acts for.
    pub(crate) fn list_grants_held_by_app(&mut self, app: &AppUid) -> Result<Vec<Grant>, StoreError> {
        let rows =
            grants_with!().filter(grants::holder_kind.eq(KIND_OF_APPS)).filter(grants::holder_app.eq(app.as_str()));
        grants_of(rows.load(self.conn)?)
    }

    /// The grants on an app or a site.
    pub(crate) fn list_grants_on_name(&mut self, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        grants_of(grants_with!().filter(grants::name.eq(resource_name(resource))).load(self.conn)?)
    }

    /// How many grants there are.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_grants(&mut self) -> Result<i64, StoreError> {
        Ok(grants::table.count().get_result(self.conn)?)
    }

    /// The tree whose version covers grants on `resource`: the entry's, or none for what is under identity.
    pub(crate) fn tree_of(&mut self, resource: &Resource) -> Result<Option<i64>, StoreError> {
        match resource {
            Resource::Entry(entry) => Ok(self.root_of(*entry)?.map(|(root, _, _)| root)),
            Resource::App(_) | Resource::Site(_) | Resource::Named(_) => Ok(None),
        }
    }
}

impl WriteTx<'_> {
    /// Says that grants on `resource` changed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn touch(&mut self, resource: &Resource) -> Result<(), StoreError> {
        match self.tree_of(resource)? {
            Some(root) => self.touch_tree(root),
            None => self.touch_identity(),
        }
        Ok(())
    }

    /// Writes a grant. `extra` is kept with it and means nothing to us.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its entry is gone, [`StoreError`] when the database refuses.
    pub fn insert_grant(&mut self, grant: &Grant, extra: &serde_json::Value) -> Result<(), StoreError> {
        let Some((number, name)) = self.resource_columns(&grant.resource)? else {
            return Err(StoreError::Corrupt("a grant on an entry that is not there".to_owned()));
        };
        let held = HolderColumns::from(&grant.holder);
        diesel::insert_into(grants::table)
            .values((
                grants::id.eq(Id::from(grant.id)),
                grants::issuer_id.eq(Id::from(grant.issuer)),
                grants::holder_kind.eq(held.kind),
                grants::holder_id.eq(held.id),
                grants::holder_app.eq(held.app),
                grants::entry_id.eq(number),
                grants::name.eq(name),
                grants::capabilities.eq(i32::from(grant.capabilities.bits())),
                grants::is_exact.eq(grant.exact),
                grants::expires_at.eq(grant.expires_at.map(Ts)),
                grants::created_at.eq(Ts(grant.created_at)),
                grants::origin.eq(&grant.origin),
                grants::extra.eq(Json(extra.clone())),
                grants::changed_at.eq(Ts(grant.created_at)),
            ))
            .execute(self.conn)?;
        self.touch(&grant.resource)
    }

    /// Writes what has changed about a grant, and at `at`, if it says something else now; its id, resource and holder
    /// never change. `extra`, if given, takes the place of what was kept.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub(crate) fn update_grant(
        &mut self,
        Edit { before, after: grant }: &Edit,
        extra: Option<&serde_json::Value>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = grants::table.filter(grants::id.eq(Id::from(grant.id)));
        let says = |grant: &Grant| (grant.capabilities, grant.exact, grant.expires_at);
        let is_other = says(before) != says(grant);
        diesel::update(row)
            .set((
                grants::issuer_id.eq(Id::from(grant.issuer)),
                grants::capabilities.eq(i32::from(grant.capabilities.bits())),
                grants::is_exact.eq(grant.exact),
                grants::expires_at.eq(grant.expires_at.map(Ts)),
                is_other.then(|| grants::changed_at.eq(Ts(at))),
            ))
            .execute(self.conn)?;
        if let Some(extra) = extra {
            diesel::update(row).set(grants::extra.eq(Json(extra.clone()))).execute(self.conn)?;
        }
        self.touch(&grant.resource)
    }

    /// Deletes a grant, and a link that has nothing without it. Gives whether it was there.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_grant(&mut self, grant: &Grant) -> Result<bool, StoreError> {
        let deleted = self.delete_grant_row(grant.id)?;
        if let Holder::Link(link) = grant.holder {
            self.delete_link_without_grant(link)?;
        }
        self.touch(&grant.resource)?;
        Ok(deleted)
    }

    fn delete_grant_row(&mut self, id: GrantId) -> Result<bool, StoreError> {
        Ok(diesel::delete(grants::table.filter(grants::id.eq(Id::from(id)))).execute(self.conn)? > 0)
    }
}
