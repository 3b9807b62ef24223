//! What people are told inside the app.

use crate::{Fault, OverviewPage, Vouchsafe};
use vouchsafe_store::{Notification, NotificationFilter};
use vouchsafe_types::{Actor, NotificationId, UserId, error::ApiError};

/// How many notifications a page has.
const PAGE: i64 = 200;

impl Vouchsafe {
    /// One page of 200 of the caller's notifications, oldest first.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn list_notifications(
        &self,
        actor: &Actor,
        filter: NotificationFilter,
        offset: u32,
    ) -> Result<Vec<Notification>, Fault> {
        let user = person(actor)?;
        self.read(|tx| Ok(tx.list_notifications(user, filter, offset.into(), PAGE)?))
    }

    /// One page of what the caller was told and has not put away, newest first, after so many of them.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn latest_notifications(
        &self,
        actor: &Actor,
        after: u32,
        limit: u32,
    ) -> Result<OverviewPage<Notification>, Fault> {
        let (user, most) = (person(actor)?, usize::try_from(limit).unwrap_or(usize::MAX));
        self.read(|tx| {
            let mut items = tx.list_latest_notifications(user, after.into(), i64::from(limit) + 1)?;
            let next = (items.len() > most).then(|| i64::from(after) + i64::from(limit));
            items.truncate(most);
            Ok(OverviewPage { items, next })
        })
    }

    /// Puts the caller's own notification away; an unknown one changes nothing.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn acknowledge_notification(&self, actor: &Actor, id: NotificationId) -> Result<(), Fault> {
        let (user, now) = (person(actor)?, self.now());
        self.write("acknowledge_notification", |tx| Ok(tx.acknowledge_notification(user, id, now)?))
    }

    /// Says that the caller's own notification was shown; an unknown one changes nothing.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn mark_notification_read(&self, actor: &Actor, id: NotificationId) -> Result<(), Fault> {
        let (user, now) = (person(actor)?, self.now());
        self.write("mark_notification_read", |tx| Ok(tx.show_notification(user, id, now)?))
    }
}

fn person(actor: &Actor) -> Result<UserId, ApiError> {
    actor.user().ok_or(ApiError::Forbidden {})
}

#[cfg(test)]
mod tests;
