//! What people are told inside the app.

use crate::{Fault, OverviewPage, Vouchsafe, overview::fits};
use chrono::{DateTime, TimeDelta, Utc};
use vouchsafe_store::{Mail, Notification, NotificationFilter, NotificationOrder, Quota, Tx, WriteTx};
use vouchsafe_types::{Actor, NotificationId, UserId, error::ApiError};

/// How many notifications a page has.
const PAGE: i64 = 200;
/// The most mails that one person gets in a day from what another one does.
const MAILS_PER_DAY: i64 = 20;

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
        let which = (filter, NotificationOrder::OldestFirst);
        self.read(|tx| Ok(tx.list_notifications(user, which, offset.into(), PAGE)?))
    }

    /// One page of what the caller was told and has not put away, newest first, after so many of them: where `search`
    /// is in what it says.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn latest_notifications(
        &self,
        actor: &Actor,
        search: &str,
        after: u32,
        limit: u32,
    ) -> Result<OverviewPage<Notification>, Fault> {
        let user = person(actor)?;
        let which = (NotificationFilter::Unacknowledged, NotificationOrder::NewestFirst);
        self.read(|tx| {
            let batch = |tx: &mut Tx<'_>, at: i64| {
                let told = tx.list_notifications(user, which, at, i64::from(limit) + 1)?;
                Ok((at + 1..).zip(told).collect())
            };
            let is_wanted = |told: &Notification| {
                let mut said = ["title", "text"].iter().filter_map(|key| told.value.get(key)?.as_str());
                search.is_empty() || said.any(|text| fits(text, search))
            };
            OverviewPage::fill(tx, after.into(), limit, batch, |_, told| Ok(Some(told).filter(is_wanted)))
        })
    }

    /// Puts the caller's own notification away. Gives whether there is one; an unknown one changes nothing.
    ///
    /// # Errors
    /// `forbidden` for who is no person.
    pub fn acknowledge_notification(&self, actor: &Actor, id: NotificationId) -> Result<bool, Fault> {
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

    /// Queues a mail to the second because the first did something, unless he got 20 for that within a day: what is
    /// told inside the app is not bounded by this.
    pub(crate) fn mail_between(
        &self,
        tx: &mut WriteTx<'_>,
        (from, to): (UserId, UserId),
        mail: &Mail,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        if self.settings.are_limits_on {
            let quota = Quota::MailsTo(to);
            if tx.count_used(from, quota, now - TimeDelta::days(1))? >= MAILS_PER_DAY {
                return Ok(());
            }
            tx.count_use(from, quota, now)?;
        }
        tx.queue_mail(mail, now)?;
        Ok(())
    }
}

fn person(actor: &Actor) -> Result<UserId, ApiError> {
    actor.user().ok_or(ApiError::Forbidden {})
}

#[cfg(test)]
mod tests;
