//! The two questions a decision asks most, as statements of a fixed text, so that they are prepared once.

use crate::{
    backend::Conn,
    holder::NOBODY,
    sql_types::{DbTime, DbUuid, Id, Ts},
};
use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text},
    sqlite::Sqlite,
};
use std::sync::LazyLock;
use vouchsafe_types::DefaultGroup;

/// Deeper than this, an entry has no place: its checks are refused.
pub(crate) const MAX_DEPTH: i64 = 1_000;

/// Finds the root of the tree that an entry lies in.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct RootOf {
    pub(crate) entry: Id,
}

/// Root, owner, and whether the entry is a directory.
pub(crate) type RootRow = (i64, Id, bool);

impl Query for RootOf {
    type SqlType = (BigInt, DbUuid, Bool);
}

impl RunQueryDsl<Conn> for RootOf {}

impl QueryFragment<Sqlite> for RootOf {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("WITH RECURSIVE up (id, parent_id, owner_id, is_dir, level) AS (SELECT id, parent_id, owner_id, is_dir, 0 FROM entry WHERE uuid = ");
        out.push_bind_param::<DbUuid, _>(&self.entry)?;
        out.push_sql(" UNION ALL SELECT e.id, e.parent_id, e.owner_id, up.is_dir, up.level + 1 FROM up JOIN entry e ON e.id = up.parent_id WHERE up.level < ");
        out.push_bind_param::<BigInt, _>(&MAX_DEPTH)?;
        out.push_sql(") SELECT id, owner_id, is_dir FROM up WHERE owner_id IS NOT NULL LIMIT 1");
        Ok(())
    }
}

/// A grant that speaks: its columns, its entry, the level it stands at, and whether its issuer is active.
pub(crate) type GrantColumns =
    (Id, Id, i16, Id, Option<String>, i32, bool, Option<Ts>, Ts, String, Option<Id>, Option<String>, i64, bool);

type GrantSql = (
    DbUuid,
    DbUuid,
    SmallInt,
    DbUuid,
    Nullable<Text>,
    Integer,
    Bool,
    Nullable<DbTime>,
    DbTime,
    Text,
    Nullable<DbUuid>,
    Nullable<Text>,
    BigInt,
    Bool,
);

/// Whose rows are asked for.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    User(Id),
    App {
        app: String,
        user: Id,
    },
    Token(Id),
    /// A group, and everyone.
    Group(Id),
    Everyone,
    Link(Id),
}

/// Where the rows stand: on an entry and what is above it, or on one name.
#[derive(Debug, Clone)]
pub(crate) enum Where {
    Entry(Id),
    Name { name: String, level: i64 },
}

/// The rows that speak for somebody about something, at most `limit`.
#[derive(Debug, Clone)]
pub(crate) struct Spoken {
    pub(crate) at: Where,
    pub(crate) whose: Whose,
    pub(crate) limit: i64,
}

/// Its text depends on the kinds of its parts.
impl QueryId for Spoken {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A person's rows about an entry, the question that every check of a file asks: one text, prepared once.
#[derive(Debug, Clone)]
struct OfUserOnEntry(Spoken);

impl QueryId for OfUserOnEntry {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for OfUserOnEntry {
    type SqlType = GrantSql;
}

impl RunQueryDsl<Conn> for OfUserOnEntry {}

impl QueryFragment<Sqlite> for OfUserOnEntry {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl Spoken {
    pub(crate) fn load_rows(self, conn: &mut Conn) -> QueryResult<Vec<GrantColumns>> {
        if matches!((&self.at, &self.whose), (Where::Entry(_), Whose::User(_))) {
            OfUserOnEntry(self).load(conn)
        } else {
            self.load(conn)
        }
    }
}

impl Query for Spoken {
    type SqlType = GrantSql;
}

impl RunQueryDsl<Conn> for Spoken {}

const COLUMNS: &str = "SELECT g.id, g.issuer_id, g.holder_kind, g.holder_id, g.holder_app, g.capabilities, \
    g.is_exact, g.expires_at, g.created_at, g.origin, up.uuid, g.name, up.level, NOT u.is_suspended \
    FROM up CROSS JOIN \"grant\" g ";

/// The grants to the default group of the account whose id follows. Made once: every check walks over it.
static OF_DEFAULT_GROUP: LazyLock<String> = LazyLock::new(|| {
    let [user, temp] = DefaultGroup::ALL.map(|group| hex(group.id().into()));
    format!(
        "AND g.holder_kind = 1 AND g.holder_id = \
         (SELECT CASE WHEN email_confirmed THEN {user} ELSE {temp} END FROM \"user\" WHERE id = "
    )
});

fn hex(id: Id) -> String {
    format!("X'{:X}'", id.0.as_simple())
}

impl QueryFragment<Sqlite> for Spoken {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let on = match &self.at {
            Where::Entry(entry) => {
                out.push_sql("WITH RECURSIVE up (id, uuid, parent_id, level) AS (SELECT id, uuid, parent_id, 0 FROM entry WHERE uuid = ");
                out.push_bind_param::<DbUuid, _>(entry)?;
                out.push_sql(" UNION ALL SELECT e.id, e.uuid, e.parent_id, up.level + 1 FROM up JOIN entry e ON e.id = up.parent_id WHERE up.level < ");
                out.push_bind_param::<BigInt, _>(&MAX_DEPTH)?;
                out.push_sql(") ");
                "ON g.entry_id = up.id "
            }
            Where::Name { name, level } => {
                out.push_sql("WITH up (id, uuid, name, level) AS (SELECT NULL, NULL, ");
                out.push_bind_param::<Text, _>(name)?;
                out.push_sql(", ");
                out.push_bind_param::<BigInt, _>(level)?;
                out.push_sql(") ");
                "ON g.name = up.name "
            }
        };
        let mut part = |held: &str, holder: Option<&'b Id>, app: Option<&'b String>, more: &str| {
            out.push_sql(COLUMNS);
            out.push_sql(on);
            out.push_sql(held);
            if let Some(holder) = holder {
                out.push_bind_param::<DbUuid, _>(holder)?;
            }
            if held.ends_with("WHERE id = ") {
                out.push_sql(")");
            }
            if let Some(app) = app {
                out.push_sql(" AND g.holder_app = ");
                out.push_bind_param::<Text, _>(app)?;
            }
            out.push_sql(" JOIN \"user\" u ON u.id = g.issuer_id ");
            out.push_sql(more);
            QueryResult::Ok(())
        };
        match &self.whose {
            Whose::User(user) => {
                part("AND g.holder_kind = 0 AND g.holder_id = ", Some(user), None, "UNION ALL ")?;
                part("AND g.holder_kind = 2 ", None, None, "UNION ALL ")?;
                part(
                    "AND g.holder_kind = 1 CROSS JOIN group_member m ON m.group_id = g.holder_id AND m.user_id = ",
                    Some(user),
                    None,
                    "UNION ALL ",
                )?;
                // The default group of the account: nobody is written down as its member.
                part(&OF_DEFAULT_GROUP, Some(user), None, "LIMIT ")?;
            }
            Whose::App { app, user } => {
                if *user != NOBODY {
                    part("AND g.holder_kind = 3 AND g.holder_id = ", Some(user), Some(app), "UNION ALL ")?;
                }
                part("AND g.holder_kind = 3 AND g.holder_id = zeroblob(16)", None, Some(app), "LIMIT ")?;
            }
            Whose::Token(token) => part("AND g.holder_kind = 4 AND g.holder_id = ", Some(token), None, "LIMIT ")?,
            Whose::Group(group) => {
                part("AND g.holder_kind = 1 AND g.holder_id = ", Some(group), None, "UNION ALL ")?;
                part("AND g.holder_kind = 2 ", None, None, "LIMIT ")?;
            }
            Whose::Everyone => part("AND g.holder_kind = 2 ", None, None, "LIMIT ")?,
            Whose::Link(link) => part("AND g.holder_kind = 5 AND g.holder_id = ", Some(link), None, "LIMIT ")?,
        }
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}
