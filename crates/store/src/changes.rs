//! What changed, in the order of the revisions.

use crate::{
    StoreError, Tx, WriteTx,
    schema::{change, outbox},
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use vouchsafe_types::{Actor, ChangeKind, MessageId};

/// Something that changed, told by the revision that it came with.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its number: later changes have greater ones.
    pub seq: i64,
    /// The revision that it came with; several may have come with one.
    pub revision: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What it was: the name of a kind.
    pub kind: String,
    /// Who did it, and to what.
    pub detail: Value,
}

/// A change of the transaction that goes on.
#[derive(Debug, Clone)]
pub(crate) struct NewChange {
    pub(crate) at: DateTime<Utc>,
    pub(crate) kind: ChangeKind,
    pub(crate) detail: Value,
}

type ChangeRow = (i64, i64, Ts, String, Json);

fn change_of((seq, revision, at, kind, detail): ChangeRow) -> Change {
    Change { seq, revision, at: at.0, kind, detail: detail.0 }
}

impl Tx<'_> {
    /// The changes after revision `after`, oldest first. Those of one revision are never torn apart, so there are about
    /// `limit` of them, and more when one revision alone has more. Also gives whether there are others behind them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_changes(&mut self, after: i64, limit: i64) -> Result<(Vec<Change>, bool), StoreError> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let later = change::table.filter(change::revision.gt(after)).order((change::revision, change::seq));
        let rows: Vec<ChangeRow> = later.limit(limit.saturating_add(1)).load(self.conn)?;
        let mut found: Vec<Change> = rows.into_iter().map(change_of).collect();
        if found.len() <= most {
            return Ok((found, false));
        }
        let (first, last) = (found.first().map(|c| c.revision), found.last().map(|c| c.revision));
        if first != last {
            found.retain(|change| Some(change.revision) != last);
            return Ok((found, true));
        }
        let Some(revision) = first else { return Ok((found, false)) };
        let whole = change::table.filter(change::revision.eq(revision)).order(change::seq);
        let rows: Vec<ChangeRow> = whole.load(self.conn)?;
        let others = change::table.filter(change::revision.gt(revision));
        let has_more: bool = diesel::select(diesel::dsl::exists(others)).get_result(self.conn)?;
        Ok((rows.into_iter().map(change_of).collect(), has_more))
    }
}

impl WriteTx<'_> {
    /// Says that something changed. It is written, with the revision that it makes, when the transaction ends.
    pub fn tell(&mut self, kind: ChangeKind, actor: &Actor, at: DateTime<Utc>, effect: Value) {
        let actor = match actor {
            Actor::User(user) => json!({ "user": user }),
            Actor::App { app, user } => json!({ "app": app, "user": user }),
            Actor::Token { token, user } => json!({ "token": token, "user": user }),
            Actor::Site { site, user } => json!({ "site": site, "user": user }),
            Actor::Link { link } => json!({ "link": link }),
            Actor::Service { name } => json!({ "service": name }),
        };
        self.changes.push(NewChange { at, kind, detail: json!({ "actor": actor, "effect": effect }) });
    }

    /// Writes what was told, and for each a message to `webhook`, if there is one.
    pub(crate) fn write_changes(&mut self, revision: i64, webhook: Option<&str>) -> Result<(), StoreError> {
        for NewChange { at, kind, detail } in std::mem::take(&mut self.changes) {
            diesel::insert_into(change::table)
                .values((
                    change::revision.eq(revision),
                    change::at.eq(Ts(at)),
                    change::kind.eq(kind.name()),
                    change::detail.eq(Json(detail.clone())),
                ))
                .execute(self.conn)?;
            let Some(url) = webhook else { continue };
            let mut payload = json!({ "revision": revision, "at": at, "kind": kind.name() });
            if let (Value::Object(payload), Value::Object(detail)) = (&mut payload, detail) {
                payload.extend(detail);
            }
            diesel::insert_into(outbox::table)
                .values((
                    outbox::id.eq(Id::from(MessageId::mint())),
                    outbox::recipient.eq(url),
                    outbox::template.eq(crate::outbox::WEBHOOK),
                    outbox::payload.eq(Json(payload)),
                    outbox::created_at.eq(Ts(at)),
                    outbox::due_at.eq(Ts(at)),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }
}
