//! The audit: rows are added and never changed.

use crate::{
    StoreError, Tx, WriteTx,
    schema::audit,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeMap, str::FromStr};
use vouchsafe_types::{Actor, AppUid, AuditAction, AuditEvent, ChangeKind, EntryId, GrantId, Holder, InviteId, UserId};

/// A line of the audit as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// Its number: later lines have greater ones.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done: the name of an action.
    pub action: String,
    /// The person who acted.
    pub actor_user: Option<UserId>,
    /// The app that acted for him.
    pub actor_app: Option<String>,
    /// The host application that acted.
    pub actor_service: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// On which entry, if it was one.
    pub entry: Option<EntryId>,
    /// Which grant.
    pub grant: Option<GrantId>,
    /// In whose name the grant was given.
    pub issuer: Option<UserId>,
    /// Who had the grant, by id.
    pub holder: Option<Value>,
    /// The person who had it.
    pub holder_user: Option<UserId>,
    /// What it gave, as text.
    pub permission: Option<String>,
    /// Its state before.
    pub before: Option<Value>,
    /// Its state after.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
}

/// Which lines of the audit are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter {
    /// Only those about this entry.
    pub entry: Option<EntryId>,
    /// Only those in which this person acted, gave, or received.
    pub user: Option<UserId>,
}

impl Tx<'_> {
    /// Lines of the audit after number `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_audit(&mut self, filter: AuditFilter, after: i64, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let page = || audit::table.filter(audit::seq.gt(after)).order(audit::seq).limit(limit).into_boxed();
        let mut pages = match filter.user.map(Id::from) {
            None => vec![page()],
            // One index each: together they are one pass over every line.
            Some(user) => vec![
                page().filter(audit::actor_user.eq(user)),
                page().filter(audit::issuer.eq(user)),
                page().filter(audit::holder_user.eq(user)),
            ],
        };
        if let Some(entry) = filter.entry.map(Id::from) {
            pages = pages.into_iter().map(|page| page.filter(audit::entry.eq(entry))).collect();
        }
        let mut found = BTreeMap::new();
        for page in pages {
            let rows: Vec<AuditRow> = page.load(self.conn)?;
            found.extend(rows.into_iter().map(|row| (row.seq, row)));
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(found.into_values().take(most).map(AuditRecord::from).collect())
    }

    /// The last line about an invite that says this of it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_claim(&mut self, invite: InviteId, what: &str) -> Result<Option<AuditRecord>, StoreError> {
        let row: Option<AuditRow> = audit::table
            .filter(audit::action.eq(AuditAction::Claim.name()))
            .filter(audit::reason.eq(format!("invite {invite}: {what}")))
            .order(audit::seq.desc())
            .first(self.conn)
            .optional()?;
        Ok(row.map(AuditRecord::from))
    }
}

#[derive(Queryable)]
pub(crate) struct AuditRow {
    seq: i64,
    at: Ts,
    action: String,
    actor_user: Option<Id>,
    actor_app: Option<String>,
    actor_service: Option<String>,
    request_id: Option<String>,
    entry: Option<Id>,
    grant_id: Option<Id>,
    issuer: Option<Id>,
    holder: Option<Json>,
    permission: Option<String>,
    before: Option<Json>,
    after: Option<Json>,
    reason: Option<String>,
    holder_user: Option<Id>,
}

impl From<AuditRow> for AuditRecord {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at.0,
            action: row.action,
            actor_user: row.actor_user.map(Id::to),
            actor_app: row.actor_app,
            actor_service: row.actor_service,
            request_id: row.request_id,
            entry: row.entry.map(Id::to),
            grant: row.grant_id.map(Id::to),
            issuer: row.issuer.map(Id::to),
            holder: row.holder.map(|json| json.0),
            holder_user: row.holder_user.map(Id::to),
            permission: row.permission,
            before: row.before.map(|json| json.0),
            after: row.after.map(|json| json.0),
            reason: row.reason,
        }
    }
}

impl WriteTx<'_> {
    /// Writes down what was done.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn audit(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        let (app, service) = match &event.actor {
            Actor::App { app, .. } => (Some(app.as_str()), None),
            Actor::Service { name } => (None, Some(name.as_str())),
            Actor::User(_) | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => (None, None),
        };
        diesel::insert_into(audit::table)
            .values((
                audit::at.eq(Ts(event.at)),
                audit::action.eq(event.action.name()),
                audit::actor_user.eq(event.actor.user().map(Id::from)),
                audit::actor_app.eq(app),
                audit::actor_service.eq(service),
                audit::request_id.eq(event.request_id.as_deref()),
                audit::entry.eq(event.entry.map(Id::from)),
                audit::grant_id.eq(event.grant.map(Id::from)),
                audit::issuer.eq(event.issuer.map(Id::from)),
                audit::holder.eq(event.holder.as_ref().map(|h| Json(holder_json(h)))),
                audit::holder_user.eq(event.holder.as_ref().and_then(person_of).map(Id::from)),
                audit::permission.eq(event.permission.as_deref()),
                audit::before.eq(event.before.clone().map(Json)),
                audit::after.eq(event.after.clone().map(Json)),
                audit::reason.eq(&event.reason),
            ))
            .execute(self.conn)?;
        if let Some(kind) = kind_of(event) {
            self.tell(kind, &event.actor, event.at, effect_of(event));
        }
        Ok(())
    }
}

/// As what the feed tells it; what it tells in other words, it tells where that is done.
const fn kind_of(event: &AuditEvent) -> Option<ChangeKind> {
    Some(match event.action {
        AuditAction::Grant => ChangeKind::Grant,
        AuditAction::Change => ChangeKind::GrantChanged,
        AuditAction::Revoke => ChangeKind::Revoke,
        AuditAction::Join => ChangeKind::Join,
        // Of all at once, when their group is deleted.
        AuditAction::Leave if event.holder.is_none() => return None,
        AuditAction::Leave => ChangeKind::Leave,
        AuditAction::Invite => ChangeKind::Invite,
        AuditAction::Claim => ChangeKind::Claim,
        AuditAction::Restrict => ChangeKind::Entry,
        AuditAction::Move | AuditAction::Delete | AuditAction::Account => return None,
    })
}

/// What the feed says of it: the same, by id.
fn effect_of(event: &AuditEvent) -> Value {
    let pairs = [
        ("entry", event.entry.map(|id| json!(id))),
        ("grant", event.grant.map(|id| json!(id))),
        ("issuer", event.issuer.map(|id| json!(id))),
        ("holder", event.holder.as_ref().map(holder_json)),
        ("permission", event.permission.as_ref().map(|text| json!(text))),
        ("before", event.before.clone()),
        ("after", event.after.clone()),
    ];
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

const fn person_of(holder: &Holder) -> Option<UserId> {
    match holder {
        Holder::User(user) | Holder::App { user: Some(user), .. } => Some(*user),
        Holder::App { user: None, .. } | Holder::Group(_) | Holder::Everyone | Holder::Token(_) | Holder::Link(_) => {
            None
        }
    }
}

/// The holder by id: it is kept although the account may go.
pub(crate) fn holder_json(holder: &Holder) -> Value {
    match holder {
        Holder::User(user) => json!({ "user": user }),
        Holder::Group(group) => json!({ "group": group }),
        Holder::Everyone => json!({ "everyone": true }),
        Holder::App { app, user } => json!({ "app": AppUid::as_str(app), "user": user }),
        Holder::Token(token) => json!({ "token": token }),
        Holder::Link(link) => json!({ "link": link }),
    }
}

/// The holder again.
pub(crate) fn holder_of(json: &Value) -> Option<Holder> {
    fn id<T: FromStr>(json: &Value, key: &str) -> Option<T> {
        json.get(key)?.as_str()?.parse().ok()
    }
    if json.get("everyone").is_some() {
        return Some(Holder::Everyone);
    }
    if let Some(app) = id(json, "app") {
        return Some(Holder::App { app, user: id(json, "user") });
    }
    let user = id(json, "user").map(Holder::User);
    let group = || id(json, "group").map(Holder::Group);
    let token = || id(json, "token").map(Holder::Token);
    let link = || id(json, "link").map(Holder::Link);
    user.or_else(group).or_else(token).or_else(link)
}
