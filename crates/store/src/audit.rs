//! The audit: rows are added and never changed.

use crate::{
    StoreError, WriteTx,
    schema::audit,
    sql_types::{Id, Json, Ts},
};
use diesel::prelude::*;
use serde_json::{Value, json};
use vouchsafe_types::{Actor, AppUid, AuditEvent, Holder};

impl WriteTx<'_> {
    /// Writes down what was done.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn audit(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        let (app, service) = match &event.actor {
            Actor::App { app, .. } => (Some(app.as_str()), None),
            Actor::Service { name } => (None, Some(name.as_str())),
            Actor::User(_) | Actor::Token { .. } => (None, None),
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
                audit::permission.eq(event.permission.as_deref()),
                audit::reason.eq(&event.reason),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}

/// The holder by id: it is kept although the account may go.
fn holder_json(holder: &Holder) -> Value {
    match holder {
        Holder::User(user) => json!({ "user": user }),
        Holder::Group(group) => json!({ "group": group }),
        Holder::Everyone => json!({ "everyone": true }),
        Holder::App { app, user } => json!({ "app": AppUid::as_str(app), "user": user }),
        Holder::Token(token) => json!({ "token": token }),
        Holder::Link(link) => json!({ "link": link }),
    }
}
