//! Answers the engine's questions for lists: what hangs on a grant, who has grants, whom a holder reaches.

use crate::{
    StoreError, Tx,
    backend::MultiBackend,
    below::{Found, grants_below},
    holder::{HolderColumns, NOBODY, resource_name},
    schema::{entry, grants, group_member, users},
    sql_types::{DbUuid, Id},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};
use vouchsafe_engine::GrantIndex;
use vouchsafe_types::{DefaultGroup, EntryId, Grant, GrantId, GroupId, Holder, Resource, UserId};

/// That a grant stands on the entry of the last parameter, or below it.
const AT_OR_BELOW: &str = "EXISTS (WITH RECURSIVE up (id, parent_id) AS (\
    SELECT e.id, e.parent_id FROM entry e WHERE e.id = g.entry_id \
    UNION ALL SELECT e.id, e.parent_id FROM up JOIN entry e ON e.id = up.parent_id) SELECT 1 FROM up WHERE up.id = ";

impl GrantIndex for Tx<'_> {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        let found = match resource {
            Resource::Entry(uuid) => match self.number_of(*uuid)? {
                Some(number) => self.dependants_below(holder, number)?,
                None => Vec::new(),
            },
            Resource::App(_) | Resource::Site(_) | Resource::Named(_) => self.dependants_named(holder, resource)?,
        };
        self.list_grants_by_id(&found)
    }

    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, StoreError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found: Vec<Holder> = Vec::new();
        match resource {
            Resource::Entry(uuid) => {
                let number = self.number_of(*uuid)?;
                for level in number.map(|number| self.line_of(number)).transpose()?.unwrap_or_default() {
                    found.extend(self.holders_at(Stands::OnEntry(level), after, most)?);
                }
            }
            Resource::Named(name) => {
                for prefix in name.prefixes() {
                    let name = resource_name(&Resource::Named(prefix));
                    found.extend(self.holders_at(Stands::OnName(name), after, most)?);
                }
            }
            Resource::App(_) | Resource::Site(_) => {
                found = self.holders_at(Stands::OnName(resource_name(resource)), after, most)?;
            }
        }
        found.sort();
        found.dedup();
        found.truncate(limit);
        Ok(found)
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, StoreError> {
        let after = after.map_or(NOBODY, Id::from);
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let all = users::table.filter(users::id.gt(after)).order(users::id).select(users::id).limit(most);
        let ids: Vec<Id> = match holder {
            Holder::User(user) => return Ok(Some(*user).filter(|user| Id::from(*user) > after).into_iter().collect()),
            Holder::Group(group) => match DefaultGroup::find(*group) {
                Some(default) => all.filter(users::email_confirmed.eq(default.has(true))).load(self.conn)?,
                None => group_member::table
                    .filter(group_member::group_id.eq(Id::from(*group)))
                    .filter(group_member::user_id.gt(after))
                    .order(group_member::user_id)
                    .select(group_member::user_id)
                    .limit(most)
                    .load(self.conn)?,
            },
            Holder::Everyone => all.load(self.conn)?,
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => Vec::new(),
        };
        Ok(ids.into_iter().map(Id::to).collect())
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        Ok(self.list_grants_by_id(&[Found { id: id.into() }])?.pop())
    }
}

/// Where grants stand.
enum Stands {
    OnEntry(i64),
    OnName(String),
}

impl Tx<'_> {
    pub(crate) fn number_of(&mut self, uuid: EntryId) -> Result<Option<i64>, StoreError> {
        let by_uuid = entry::table.filter(entry::uuid.eq(Id::from(uuid)));
        Ok(by_uuid.select(entry::id).first(self.conn).optional()?)
    }

    fn dependants_below(&mut self, holder: &Holder, number: i64) -> Result<Vec<Found>, StoreError> {
        let (user, group) = match holder {
            Holder::User(user) => (Id::from(*user), NOBODY),
            Holder::Group(group) => match DefaultGroup::find(*group) {
                Some(default) => return self.dependants_from_above(number, Some(default.has(true))),
                None => (NOBODY, Id::from(*group)),
            },
            Holder::Everyone => return self.dependants_from_above(number, None),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => return Ok(Vec::new()),
        };
        let by_issuer = if group == NOBODY {
            "SELECT g.id FROM \"grant\" g WHERE g.issuer_id = $1 AND g.entry_id IS NOT NULL AND "
        } else {
            "SELECT g.id FROM group_member m JOIN \"grant\" g ON g.issuer_id = m.user_id \
             WHERE m.group_id = $1 AND g.entry_id IS NOT NULL AND "
        };
        let query = diesel::sql_query(format!("{by_issuer}{AT_OR_BELOW}$2)"));
        let whose = if group == NOBODY { user } else { group };
        Ok(query.bind::<DbUuid, _>(whose).bind::<BigInt, _>(number).load(self.conn)?)
    }

    /// Those given by accounts of which an address is proven, or not, or by anybody.
    fn dependants_from_above(&mut self, number: i64, is_confirmed: Option<bool>) -> Result<Vec<Found>, StoreError> {
        let Some(is_confirmed) = is_confirmed else { return self.find_grants_below(number, i64::MAX) };
        let from_above = grants_below(self.conn);
        let query = format!("{from_above}JOIN \"user\" u ON u.id = x.issuer_id WHERE u.email_confirmed = $2");
        Ok(diesel::sql_query(query).bind::<BigInt, _>(number).bind::<Bool, _>(is_confirmed).load(self.conn)?)
    }

    /// Those on a name and on names below it: after the name comes `:`, and `;` is the next character after that.
    fn dependants_named(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Found>, StoreError> {
        let name = resource_name(resource);
        let (from, to) = match resource {
            Resource::Named(_) => (format!("{name}:"), format!("{name};")),
            Resource::Entry(_) | Resource::App(_) | Resource::Site(_) => (name.clone(), name.clone()),
        };
        let found: Vec<GrantIssuer> = diesel::sql_query(
            "SELECT id, issuer_id FROM \"grant\" WHERE name = $1 OR (name >= $2 AND name < $3) ORDER BY seq",
        )
        .bind::<Text, _>(name)
        .bind::<Text, _>(from)
        .bind::<Text, _>(to)
        .load(self.conn)?;
        let mut hanging = Vec::new();
        for GrantIssuer { id, issuer_id } in found {
            if self.is_reached(holder, issuer_id.to())? {
                hanging.push(Found { id });
            }
        }
        Ok(hanging)
    }

    /// Whether `holder` reaches `user`: as himself, as a member, or as one of everyone.
    fn is_reached(&mut self, holder: &Holder, user: UserId) -> Result<bool, StoreError> {
        match holder {
            Holder::User(held) => Ok(*held == user),
            Holder::Group(group) => self.is_in_group(*group, user),
            Holder::Everyone => Ok(true),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => Ok(false),
        }
    }

    /// Whether a user is in a group, a default one included.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn is_in_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        match DefaultGroup::find(group) {
            Some(default) => Ok(self.find_user(user)?.is_some_and(|found| default.has(found.email_confirmed))),
            None => self.is_member(group, user),
        }
    }

    /// The holders of grants at one place, in their order, one page of an index.
    fn holders_at(&mut self, at: Stands, after: Option<&Holder>, most: i64) -> Result<Vec<Holder>, StoreError> {
        type Columns = (i16, Id, Option<String>);
        let columns = (grants::holder_kind, grants::holder_id, grants::holder_app);
        let mut query =
            grants::table.select(columns).distinct().order(columns).limit(most).into_boxed::<MultiBackend>();
        query = match at {
            Stands::OnEntry(number) => query.filter(grants::entry_id.eq(number)),
            Stands::OnName(name) => query.filter(grants::name.eq(name)),
        };
        if let Some(after) = after {
            let HolderColumns { kind, id, app } = HolderColumns::from(after);
            let later_app = grants::holder_app.gt(app.unwrap_or_default()).assume_not_null();
            let same = grants::holder_kind.eq(kind);
            query = query.filter(
                grants::holder_kind
                    .gt(kind)
                    .or(same.and(grants::holder_id.gt(id)))
                    .or(same.and(grants::holder_id.eq(id)).and(later_app)),
            );
        }
        let rows: Vec<Columns> = query.load(self.conn)?;
        rows.into_iter().map(|(kind, id, app)| HolderColumns { kind, id, app }.try_into()).collect()
    }
}

#[derive(QueryableByName)]
struct GrantIssuer {
    #[diesel(sql_type = DbUuid)]
    id: Id,
    #[diesel(sql_type = DbUuid)]
    issuer_id: Id,
}
