//! The two questions a decision asks most, as statements of a fixed text, so that they are prepared once.

use crate::{
    backend::{Conn, each},
    holder::NOBODY,
    sql_types::{DbTime, DbUuid, Id, Ts},
};
use diesel::{
    OptionalExtension, QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Integer, Nullable, SmallInt, Text},
};
use vouchsafe_types::DefaultGroup;

/// Deeper than this, an entry has no place: its checks are refused.
pub(crate) const MAX_DEPTH: i64 = 1_000;

/// What the statements need of an engine.
pub(crate) trait Engine: Backend + HasSqlType<DbUuid> {
    /// A join in the order in which it is written: only SQLite has a word for it, and needs it.
    const THEN: &'static str;
}

impl Engine for diesel::sqlite::Sqlite {
    const THEN: &'static str = "CROSS JOIN";
}

#[cfg(feature = "postgres")]
impl Engine for diesel::pg::Pg {
    const THEN: &'static str = "JOIN";
}

/// Finds the root of the tree that an entry lies in.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct RootOf {
    pub(crate) entry: Id,
}

/// Root and owner; of the entry itself, whether it is a directory, denies downloads and denies sharing.
pub(crate) type RootRow = (i64, Id, bool, bool, bool);

impl RootOf {
    pub(crate) fn find(self, conn: &mut Conn) -> QueryResult<Option<RootRow>> {
        each!(conn, c => self.get_result(c)).optional()
    }
}

impl Query for RootOf {
    type SqlType = (BigInt, DbUuid, Bool, Bool, Bool);
}

impl<C> RunQueryDsl<C> for RootOf {}

impl<DB: Engine> QueryFragment<DB> for RootOf
where
    Id: ToSql<DbUuid, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "WITH RECURSIVE up (id, parent_id, owner_id, is_dir, denies_download, denies_sharing, level) AS (\
             SELECT id, parent_id, owner_id, is_dir, denies_download, denies_sharing, CAST(0 AS BIGINT) \
             FROM entry WHERE uuid = ",
        );
        out.push_bind_param::<DbUuid, _>(&self.entry)?;
        out.push_sql(
            " UNION ALL SELECT e.id, e.parent_id, e.owner_id, up.is_dir, up.denies_download, up.denies_sharing, \
             up.level + 1 FROM up JOIN entry e ON e.id = up.parent_id WHERE up.level < ",
        );
        out.push_bind_param::<BigInt, _>(&MAX_DEPTH)?;
        out.push_sql(
            ") SELECT id, owner_id, is_dir, denies_download, denies_sharing FROM up WHERE owner_id IS NOT NULL LIMIT 1",
        );
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
    /// His own, those of his groups, and those of everyone.
    User(Id),
    /// Those of an app, for this person and for all of its users.
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
    at: Where,
    whose: Whose,
    limit: i64,
    /// The default groups, as what is bound.
    defaults: [Id; 2],
}

impl Spoken {
    pub(crate) fn new(at: Where, whose: Whose, limit: i64) -> Self {
        Self { at, whose, limit, defaults: DefaultGroup::ALL.map(|group| group.id().into()) }
    }

    pub(crate) fn load_rows(self, conn: &mut Conn) -> QueryResult<Vec<GrantColumns>> {
        if matches!((&self.at, &self.whose), (Where::Entry(_), Whose::User(_))) {
            each!(conn, c => OfUserOnEntry(self).load(c))
        } else {
            each!(conn, c => self.load(c))
        }
    }
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

impl<C> RunQueryDsl<C> for OfUserOnEntry {}

impl<DB: Engine> QueryFragment<DB> for OfUserOnEntry
where
    Spoken: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl Query for Spoken {
    type SqlType = GrantSql;
}

impl<C> RunQueryDsl<C> for Spoken {}

const COLUMNS: &str = "SELECT g.id, g.issuer_id, g.holder_kind, g.holder_id, g.holder_app, g.capabilities, \
    g.is_exact, g.expires_at, g.created_at, g.origin, up.uuid, g.name, up.level, NOT u.is_suspended FROM up ";
const ISSUER: &str = " JOIN \"user\" u ON u.id = g.issuer_id ";

/// One of the statements that are put together: the rows of one kind of holder.
enum Part<'a> {
    /// Rows of this kind, of this holder.
    Of(&'static str, &'a Id),
    /// Rows of an app, for this person.
    OfApp(&'a Id, &'a str),
    OfEveryone,
    /// Rows of the groups in which this person is written down.
    OfGroups(&'a Id),
    /// Rows of the default group of this person: nobody is written down as its member.
    OfDefault(&'a Id),
}

impl Spoken {
    fn parts(&self) -> Vec<Part<'_>> {
        match &self.whose {
            Whose::User(user) => {
                vec![Part::Of("0", user), Part::OfEveryone, Part::OfGroups(user), Part::OfDefault(user)]
            }
            Whose::App { app, user } if *user == NOBODY => vec![Part::OfApp(&NOBODY, app)],
            Whose::App { app, user } => vec![Part::OfApp(user, app), Part::OfApp(&NOBODY, app)],
            Whose::Token(token) => vec![Part::Of("4", token)],
            Whose::Group(group) => vec![Part::Of("1", group), Part::OfEveryone],
            Whose::Everyone => vec![Part::OfEveryone],
            Whose::Link(link) => vec![Part::Of("5", link)],
        }
    }
}

impl<DB: Engine> QueryFragment<DB> for Spoken
where
    Id: ToSql<DbUuid, DB>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let on = match &self.at {
            Where::Entry(entry) => {
                out.push_sql(
                    "WITH RECURSIVE up (id, uuid, parent_id, level) AS (\
                     SELECT id, uuid, parent_id, CAST(0 AS BIGINT) FROM entry WHERE uuid = ",
                );
                out.push_bind_param::<DbUuid, _>(entry)?;
                out.push_sql(
                    " UNION ALL SELECT e.id, e.uuid, e.parent_id, up.level + 1 \
                     FROM up JOIN entry e ON e.id = up.parent_id WHERE up.level < ",
                );
                out.push_bind_param::<BigInt, _>(&MAX_DEPTH)?;
                out.push_sql(") ");
                " \"grant\" g ON g.entry_id = up.id "
            }
            Where::Name { name, level } => {
                out.push_sql("WITH up (uuid, name, level) AS (SELECT CAST(NULL AS UUID), ");
                out.push_bind_param::<Text, _>(name)?;
                out.push_sql(", ");
                out.push_bind_param::<BigInt, _>(level)?;
                out.push_sql(") ");
                " \"grant\" g ON g.name = up.name "
            }
        };
        for (i, part) in self.parts().into_iter().enumerate() {
            if i > 0 {
                out.push_sql("UNION ALL ");
            }
            out.push_sql(COLUMNS);
            out.push_sql(DB::THEN);
            out.push_sql(on);
            match part {
                Part::Of(kind, holder) => {
                    out.push_sql("AND g.holder_kind = ");
                    out.push_sql(kind);
                    out.push_sql(" AND g.holder_id = ");
                    out.push_bind_param::<DbUuid, _>(holder)?;
                }
                Part::OfApp(user, app) => {
                    out.push_sql("AND g.holder_kind = 3 AND g.holder_id = ");
                    out.push_bind_param::<DbUuid, _>(user)?;
                    out.push_sql(" AND g.holder_app = ");
                    out.push_bind_param::<Text, _>(app)?;
                }
                Part::OfEveryone => out.push_sql("AND g.holder_kind = 2"),
                Part::OfGroups(user) => {
                    out.push_sql("AND g.holder_kind = 1 ");
                    out.push_sql(DB::THEN);
                    out.push_sql(" group_member m ON m.group_id = g.holder_id AND m.user_id = ");
                    out.push_bind_param::<DbUuid, _>(user)?;
                }
                Part::OfDefault(user) => {
                    let [confirmed, other] = &self.defaults;
                    out.push_sql("AND g.holder_kind = 1 AND g.holder_id = (SELECT CASE WHEN email_confirmed THEN ");
                    out.push_bind_param::<DbUuid, _>(confirmed)?;
                    out.push_sql(" ELSE ");
                    out.push_bind_param::<DbUuid, _>(other)?;
                    out.push_sql(" END FROM \"user\" WHERE id = ");
                    out.push_bind_param::<DbUuid, _>(user)?;
                    out.push_sql(")");
                }
            }
            out.push_sql(ISSUER);
        }
        out.push_sql("LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}
