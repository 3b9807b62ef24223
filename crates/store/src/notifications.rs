//! What people are told inside the app.

use crate::{
    StoreError, Tx, WriteTx,
    schema::notification,
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use vouchsafe_types::{NotificationId, UserId};

/// A notification.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What it says.
    pub value: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its receiver saw it.
    pub shown_at: Option<DateTime<Utc>>,
    /// When its receiver put it away.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

/// Which notifications to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationFilter {
    /// All of them.
    All,
    /// Neither shown nor put away.
    Unread,
    /// Not put away.
    Unacknowledged,
    /// Put away.
    Acknowledged,
}

/// In which order to list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationOrder {
    /// The oldest first.
    OldestFirst,
    /// The newest first.
    NewestFirst,
}

type NotificationRow = (i64, Id, Id, Json, Ts, Option<Ts>, Option<Ts>);

impl Tx<'_> {
    /// A person's notifications.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_notifications(
        &mut self,
        user: UserId,
        (filter, order): (NotificationFilter, NotificationOrder),
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        let mut found = notification::table.filter(notification::user_id.eq(Id::from(user))).into_boxed();
        found = match order {
            NotificationOrder::OldestFirst => found.order(notification::seq),
            NotificationOrder::NewestFirst => found.order(notification::seq.desc()),
        };
        found = match filter {
            NotificationFilter::All => found,
            NotificationFilter::Unread => {
                found.filter(notification::shown_at.is_null()).filter(notification::acknowledged_at.is_null())
            }
            NotificationFilter::Unacknowledged => found.filter(notification::acknowledged_at.is_null()),
            NotificationFilter::Acknowledged => found.filter(notification::acknowledged_at.is_not_null()),
        };
        let rows: Vec<NotificationRow> = found.limit(limit).offset(offset).load(self.conn)?;
        Ok(rows.into_iter().map(notification_of).collect())
    }
}

fn notification_of((_, id, _, value, created_at, shown_at, acknowledged_at): NotificationRow) -> Notification {
    Notification {
        id: id.to(),
        value: value.0,
        created_at: created_at.0,
        shown_at: shown_at.map(|at| at.0),
        acknowledged_at: acknowledged_at.map(|at| at.0),
    }
}

impl WriteTx<'_> {
    /// Tells a person something.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn notify(&mut self, user: UserId, value: &Value, now: DateTime<Utc>) -> Result<NotificationId, StoreError> {
        let id = NotificationId::mint();
        diesel::insert_into(notification::table)
            .values((
                notification::id.eq(Id::from(id)),
                notification::user_id.eq(Id::from(user)),
                notification::value.eq(Json(value.clone())),
                notification::created_at.eq(Ts(now)),
            ))
            .execute(self.conn)?;
        Ok(id)
    }

    /// Puts a person's own notification away. Gives whether there is one; an unknown one changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn acknowledge_notification(
        &mut self,
        user: UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let own = notification::table
            .filter(notification::id.eq(Id::from(id)))
            .filter(notification::user_id.eq(Id::from(user)));
        Ok(diesel::update(own).set(notification::acknowledged_at.eq(Some(Ts(now)))).execute(self.conn)? > 0)
    }

    /// Says that a person's own notification was shown; an unknown one changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn show_notification(
        &mut self,
        user: UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let own = notification::table
            .filter(notification::id.eq(Id::from(id)))
            .filter(notification::user_id.eq(Id::from(user)));
        diesel::update(own).set(notification::shown_at.eq(Some(Ts(now)))).execute(self.conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
