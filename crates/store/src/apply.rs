//! Writes what the engine planned.

use crate::{StoreError, WriteTx};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_engine::plan::{Changes, Edit};
use vouchsafe_types::{Actor, AuditAction, AuditEvent};

/// In whose name changes are written, and why.
#[derive(Debug, Clone, Copy)]
pub struct Because<'a> {
    /// Who did it.
    pub actor: &'a Actor,
    /// In which request.
    pub request_id: Option<&'a str>,
    /// Why, in the words of the caller or of the program.
    pub reason: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

impl WriteTx<'_> {
    /// Writes a plan: its rows, and an audit event for each. `extra` is kept with what is new or changed.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; the transaction must then be given up.
    pub fn apply(&mut self, changes: &Changes, extra: Option<&Value>, because: Because<'_>) -> Result<(), StoreError> {
        let Because { actor, at, reason, .. } = because;
        for grant in &changes.delete {
            if self.delete_grant(grant)? {
                self.audit_for(because, AuditEvent::of_grant(AuditAction::Revoke, grant, actor, at, reason))?;
            }
        }
        for Edit { before, after } in &changes.update {
            self.update_grant(after, extra)?;
            self.audit_for(because, AuditEvent::of_change(before, after, actor, at, reason))?;
        }
        for grant in &changes.insert {
            self.insert_grant(grant, extra.unwrap_or(&json!({})))?;
            self.audit_for(because, AuditEvent::of_grant(AuditAction::Grant, grant, actor, at, reason))?;
        }
        Ok(())
    }

    pub(crate) fn audit_for(&mut self, because: Because<'_>, event: AuditEvent) -> Result<(), StoreError> {
        self.audit(&AuditEvent { request_id: because.request_id.map(str::to_owned), ..event })
    }
}
