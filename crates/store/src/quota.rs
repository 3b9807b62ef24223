//! What people used of what they may do in an hour or a day. What became of it later gives nothing back: an invite that
//! was taken up, or a group that was deleted, still counts.

use crate::{
    StoreError, Tx, WriteTx,
    schema::quota_use,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::UserId;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// Invites that were sent: each is a mail to a stranger.
    Invites,
    /// Groups that were made.
    Groups,
    /// Mails that went to one person because of what another one did.
    MailsTo(UserId),
}

impl Quota {
    fn name(self) -> String {
        match self {
            Self::Invites => "invites".to_owned(),
            Self::Groups => "groups".to_owned(),
            Self::MailsTo(user) => format!("mails to {user}"),
        }
    }
}

impl Tx<'_> {
    /// How much of a quota `user` has used since `since`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_used(&mut self, user: UserId, quota: Quota, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let used = quota_use::table
            .filter(quota_use::user_id.eq(Id::from(user)))
            .filter(quota_use::quota.eq(quota.name()))
            .filter(quota_use::used_at.gt(Ts(since)));
        Ok(used.count().get_result(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Counts one use.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn count_use(&mut self, user: UserId, quota: Quota, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::insert_into(quota_use::table)
            .values((
                quota_use::user_id.eq(Id::from(user)),
                quota_use::quota.eq(quota.name()),
                quota_use::used_at.eq(Ts(now)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Forgets uses before `before`, at most `limit`. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn forget_uses(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        let old = quota_use::table.filter(quota_use::used_at.lt(Ts(before))).order(quota_use::used_at);
        let old: Vec<i64> = old.select(quota_use::seq).limit(limit).load(self.conn)?;
        Ok(diesel::delete(quota_use::table.filter(quota_use::seq.eq_any(old))).execute(self.conn)?)
    }
}
