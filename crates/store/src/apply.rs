//! Writes what the engine planned.

use crate::{StoreError, WriteTx, share_infos::is_own};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_engine::plan::{Changes, Edit};
use vouchsafe_types::{Actor, AuditAction, AuditEvent, Grant, GrantId};

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
    /// Writes a plan: its rows, and an audit event for each. `extra` is kept with what is new or changed. What was
    /// shared by a ticket follows its grant, and a request for what is given is approved by it, unless the holder gave
    /// it to himself.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; the transaction must then be given up.
    pub fn apply(&mut self, changes: &Changes, extra: Option<&Value>, because: Because<'_>) -> Result<(), StoreError> {
        let Because { actor, at, reason, .. } = because;
        for grant in &changes.delete {
            let kept = self.extra_of(grant.id)?;
            if self.delete_grant(grant)? {
                let event = AuditEvent::of_grant(AuditAction::Revoke, grant, actor, at, reason);
                self.audit_for(because, AuditEvent { before: with_extra(event.before, &kept), ..event })?;
                self.follow_grant(grant, changes, because)?;
            }
        }
        for edit @ Edit { before, after } in &changes.update {
            let kept = self.extra_of(before.id)?;
            self.update_grant(edit, extra, at)?;
            self.audit_change(before, after, (&kept, extra.unwrap_or(&kept)), because)?;
            self.overrule_tickets(before, after, because)?;
            self.answer_requests(after, because)?;
        }
        for grant in &changes.insert {
            let extra = extra.cloned().unwrap_or_else(|| json!({}));
            self.insert_grant(grant, &extra)?;
            let event = AuditEvent::of_grant(AuditAction::Grant, grant, actor, at, reason);
            self.audit_for(because, AuditEvent { after: with_extra(event.after, &extra), ..event })?;
            self.answer_requests(grant, because)?;
        }
        Ok(())
    }

    /// A grant answers what its holder asked for, unless it is he who wrote it, by taking up what was published: that
    /// is no answer to him.
    fn answer_requests(&mut self, grant: &Grant, because: Because<'_>) -> Result<(), StoreError> {
        if is_own(grant, because) { Ok(()) } else { self.approve_by_grant(grant, because.at) }
    }

    /// Keeps something else with a grant that otherwise stays as it is; the same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn keep_extra(&mut self, grant: &Grant, extra: &Value, because: Because<'_>) -> Result<(), StoreError> {
        let kept = self.extra_of(grant.id)?;
        if kept == *extra {
            return Ok(());
        }
        let same = Edit { before: grant.clone(), after: grant.clone() };
        self.update_grant(&same, Some(extra), because.at)?;
        self.audit_change(grant, grant, (&kept, extra), because)
    }

    fn audit_change(
        &mut self,
        before: &Grant,
        after: &Grant,
        (kept, keeps): (&Value, &Value),
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let event = AuditEvent::of_change(before, after, because.actor, because.at, because.reason);
        let (before, after) = (with_extra(event.before, kept), with_extra(event.after, keeps));
        self.audit_for(because, AuditEvent { before, after, ..event })
    }

    fn extra_of(&mut self, id: GrantId) -> Result<Value, StoreError> {
        Ok(self.list_extras(&[id])?.remove(&id).unwrap_or_else(|| json!({})))
    }

    /// Writes down an event of the request that `because` speaks of.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn audit_for(&mut self, because: Because<'_>, event: AuditEvent) -> Result<(), StoreError> {
        self.audit(&AuditEvent { request_id: because.request_id.map(str::to_owned), ..event })
    }
}

/// The state of a grant, with what is kept with it, if anything is.
fn with_extra(state: Option<Value>, extra: &Value) -> Option<Value> {
    let mut state = state?;
    if let (Value::Object(object), false) = (&mut state, *extra == json!({})) {
        object.insert("extra".to_owned(), extra.clone());
    }
    Some(state)
}
