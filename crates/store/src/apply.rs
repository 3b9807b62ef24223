//! Writes what the engine planned.

use crate::{StoreError, WriteTx};
use chrono::{DateTime, Utc};
use serde_json::Value;
use vouchsafe_engine::plan::Changes;
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
    /// Writes a plan: its rows, and an audit event for each. `extra` is kept with the new grant.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; the transaction must then be given up.
    pub fn apply(&mut self, changes: &Changes, extra: &Value, because: Because<'_>) -> Result<(), StoreError> {
        let event = |action, grant| AuditEvent {
            request_id: because.request_id.map(str::to_owned),
            ..AuditEvent::of_grant(action, grant, because.actor, because.at, because.reason)
        };
        for grant in &changes.delete {
            if self.delete_grant(grant)? {
                self.audit(&event(AuditAction::Revoke, grant))?;
            }
        }
        if let Some(grant) = &changes.insert {
            self.insert_grant(grant, extra)?;
            self.audit(&event(AuditAction::Grant, grant))?;
        }
        Ok(())
    }
}
