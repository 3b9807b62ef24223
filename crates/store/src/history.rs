//! What the audit says of how things were at a moment in the past.

use crate::{
    AuditRecord, StoreError, Tx,
    audit::{AuditRow, holder_of},
    schema::{audit, users},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_types::{AuditAction, Capabilities, EntryId, Grant, GrantId, GroupId, Resource, Restrictions, UserId};

// Literal, not bound: SQLite takes an index of some of the rows only where it reads that they are meant.
const ABOUT_GRANTS: &str = "action IN ('grant', 'change', 'revoke', 'restrict')";
const ABOUT_PLACES: &str = "action IN ('move', 'delete')";
const ABOUT_ACCOUNTS: &str = "action = 'account'";
const ABOUT_MEMBERS: &str = "action IN ('join', 'leave')";

/// What stood on an entry itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntryThen {
    /// The grants, those included that had ended by themselves. Of their origin nothing is known.
    pub grants: Vec<Grant>,
    /// What its owner kept back.
    pub restrictions: Restrictions,
}

/// How an account was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountThen {
    /// Whether it was there, and not shut out.
    pub is_active: bool,
    /// Whether its address was proven.
    pub email_confirmed: bool,
}

impl Tx<'_> {
    /// What stood on an entry at a moment; `None` when the audit has more than `limit` lines about that.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn entry_then(
        &mut self,
        entry: EntryId,
        at: DateTime<Utc>,
        limit: usize,
    ) -> Result<Option<EntryThen>, StoreError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let rows: Vec<AuditRow> = audit::table
            .filter(audit::entry.eq(Id::from(entry)))
            .filter(audit::at.le(Ts(at)))
            .filter(sql::<Bool>(ABOUT_GRANTS))
            .order(audit::seq)
            .limit(most)
            .load(self.conn)?;
        if rows.len() > limit {
            return Ok(None);
        }
        let mut grants = BTreeMap::new();
        let mut restrictions = Restrictions::NONE;
        for line in rows.into_iter().map(AuditRecord::from) {
            match line.grant {
                Some(id) if line.action == AuditAction::Revoke.name() => drop(grants.remove(&id)),
                Some(id) => {
                    if let Some(grant) = grant_after(id, entry, &line, grants.get(&id))? {
                        grants.insert(id, grant);
                    }
                }
                None => restrictions = restrictions_after(&line).unwrap_or(restrictions),
            }
        }
        Ok(Some(EntryThen { grants: grants.into_values().collect(), restrictions }))
    }

    /// The directory in which an entry lay at a moment, if it was moved or deleted later.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_parent_then(&mut self, entry: EntryId, at: DateTime<Utc>) -> Result<Option<EntryId>, StoreError> {
        let next: Option<AuditRow> = audit::table
            .filter(audit::entry.eq(Id::from(entry)))
            .filter(audit::at.gt(Ts(at)))
            .filter(sql::<Bool>(ABOUT_PLACES))
            .order(audit::seq)
            .first(self.conn)
            .optional()?;
        let before = next.and_then(|row| AuditRecord::from(row).before);
        before.and_then(|state| id_in(&state, "parent")).map_or(Ok(None), |parent| parent.map(Some))
    }

    /// The last line before `line` about one of these entries being moved.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_last_move(&mut self, entries: &[EntryId], line: i64) -> Result<Option<AuditRecord>, StoreError> {
        let ids: Vec<Id> = entries.iter().copied().map(Id::from).collect();
        let last: Option<AuditRow> = audit::table
            .filter(audit::entry.eq_any(ids))
            .filter(audit::seq.lt(line))
            .filter(sql::<Bool>(ABOUT_PLACES))
            .filter(audit::action.eq(AuditAction::Move.name()))
            .order(audit::seq.desc())
            .first(self.conn)
            .optional()?;
        Ok(last.map(AuditRecord::from))
    }

    /// When a line was written.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn time_of_line(&mut self, line: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
        let at: Option<Ts> = audit::table.find(line).select(audit::at).first(self.conn).optional()?;
        Ok(at.map(|at| at.0))
    }

    /// The first line about an entry that is not older than a moment.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_line_since(&mut self, entry: EntryId, at: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
        let about = audit::table.filter(audit::entry.eq(Id::from(entry))).filter(audit::at.ge(Ts(at)));
        Ok(about.order(audit::seq).select(audit::seq).first(self.conn).optional()?)
    }

    /// How an account was at a moment: as it was before it was changed next, or as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn account_then(&mut self, user: UserId, at: DateTime<Utc>) -> Result<AccountThen, StoreError> {
        let next: Option<AuditRow> = audit::table
            .filter(audit::holder_user.eq(Id::from(user)))
            .filter(audit::at.gt(Ts(at)))
            .filter(sql::<Bool>(ABOUT_ACCOUNTS))
            .order(audit::seq)
            .first(self.conn)
            .optional()?;
        if let Some(before) = next.and_then(|row| AuditRecord::from(row).before) {
            let says = |key| before.get(key).and_then(Value::as_bool).unwrap_or(false);
            return Ok(AccountThen { is_active: !says("suspended"), email_confirmed: says("email_confirmed") });
        }
        let found = self.find_user(user)?.filter(|found| found.created_at <= at);
        Ok(AccountThen {
            is_active: found.as_ref().is_some_and(|found| !found.is_suspended),
            email_confirmed: found.is_some_and(|found| found.email_confirmed),
        })
    }

    /// Whether a user was in a group at a moment; not for groups that nobody joins.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn was_member(&mut self, group: GroupId, user: UserId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let last: Option<String> = audit::table
            .filter(audit::permission.eq(format!("group:{group}")))
            .filter(audit::holder_user.eq(Id::from(user)))
            .filter(audit::seq.gt(self.last_end_of(group, at)?))
            .filter(audit::at.le(Ts(at)))
            .filter(sql::<Bool>(ABOUT_MEMBERS))
            .order(audit::seq.desc())
            .select(audit::action)
            .first(self.conn)
            .optional()?;
        Ok(last.as_deref() == Some(AuditAction::Join.name()))
    }

    /// The last line until a moment that says that a group was deleted: who came into it before is in none of that id.
    fn last_end_of(&mut self, group: GroupId, at: DateTime<Utc>) -> Result<i64, StoreError> {
        let last: Option<i64> = audit::table
            .filter(audit::permission.eq(format!("group:{group}")))
            .filter(audit::holder_user.is_null())
            .filter(audit::at.le(Ts(at)))
            .filter(sql::<Bool>(ABOUT_MEMBERS))
            .order(audit::seq.desc())
            .select(audit::seq)
            .first(self.conn)
            .optional()?;
        Ok(last.unwrap_or(0))
    }

    /// Users who had come into a group until a moment, whether they had left it again or not, by id after `after`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_joined(
        &mut self,
        group: GroupId,
        at: DateTime<Utc>,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut joined = audit::table
            .filter(audit::permission.eq(format!("group:{group}")))
            .filter(audit::holder_user.is_not_null())
            .filter(audit::seq.gt(self.last_end_of(group, at)?))
            .filter(audit::at.le(Ts(at)))
            .filter(sql::<Bool>(ABOUT_MEMBERS))
            .select(audit::holder_user.assume_not_null())
            .distinct()
            .order(audit::holder_user)
            .limit(limit)
            .into_boxed();
        if let Some(after) = after {
            joined = joined.filter(audit::holder_user.gt(Id::from(after)));
        }
        let ids: Vec<Id> = joined.load(self.conn)?;
        Ok(ids.into_iter().map(Id::to).collect())
    }

    /// Users whose accounts are not younger than a moment, by id after `after`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_users_since(
        &mut self,
        at: DateTime<Utc>,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut old = users::table
            .filter(users::created_at.le(Ts(at)))
            .select(users::id)
            .order(users::id)
            .limit(limit)
            .into_boxed();
        if let Some(after) = after {
            old = old.filter(users::id.gt(Id::from(after)));
        }
        let ids: Vec<Id> = old.load(self.conn)?;
        Ok(ids.into_iter().map(Id::to).collect())
    }
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("audit: {what}"))
}

fn id_in<T: std::str::FromStr>(state: &Value, key: &str) -> Option<Result<T, StoreError>> {
    let text = state.get(key)?.as_str()?;
    Some(text.parse().ok().ok_or_else(|| corrupt(key)))
}

/// A grant after a line about it; none where the line is about what hangs on it only, as the title of a link.
fn grant_after(
    id: GrantId,
    entry: EntryId,
    line: &AuditRecord,
    before: Option<&Grant>,
) -> Result<Option<Grant>, StoreError> {
    let Some(state) = &line.after else { return Ok(None) };
    let Some(names) = state.get("capabilities").and_then(Value::as_array) else { return Ok(None) };
    let mut capabilities = Capabilities::NONE;
    for name in names {
        let one = name.as_str().and_then(|name| name.parse::<vouchsafe_types::Capability>().ok());
        capabilities = capabilities | one.ok_or_else(|| corrupt("capabilities"))?.into();
    }
    let expires_at = state.get("expires_at").and_then(Value::as_str).map(str::parse).transpose();
    Ok(Some(Grant {
        id,
        issuer: id_in(state, "issuer").unwrap_or_else(|| Err(corrupt("issuer")))?,
        holder: line.holder.as_ref().and_then(holder_of).ok_or_else(|| corrupt("holder"))?,
        resource: Resource::Entry(entry),
        capabilities,
        exact: state.get("exact").and_then(Value::as_bool).unwrap_or(false),
        expires_at: expires_at.map_err(|error: chrono::ParseError| corrupt(&error.to_string()))?,
        created_at: before.map_or(line.at, |before| before.created_at),
        origin: String::new(),
    }))
}

fn restrictions_after(line: &AuditRecord) -> Option<Restrictions> {
    let state = line.after.as_ref()?;
    let says = |key| state.get(key).and_then(Value::as_bool);
    Some(Restrictions { denies_download: says("denies_download")?, denies_sharing: says("denies_sharing")? })
}
