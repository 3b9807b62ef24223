//! Tickets that were shown to us before the time that they say.

use super::{EndedBy, ShareInfo, ShareKind};
use crate::{
    StoreError, Tx, WriteTx,
    schema::share_info,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::UserId;

/// A public ticket, however its text is written: the owner signed all of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedTicket {
    /// Its owner.
    pub owner: UserId,
    /// About what.
    pub lookup_hash: String,
    /// The time that it says.
    pub issued_at: DateTime<Utc>,
}

impl Tx<'_> {
    /// Since when a ticket is known to be there, if it was shown before its time.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_early_ticket(&mut self, ticket: &DatedTicket) -> Result<Option<DateTime<Utc>>, StoreError> {
        let found: Option<Ts> = share_info::table
            .filter(share_info::sender_id.eq(Id::from(ticket.owner)))
            .filter(share_info::app_type.eq(""))
            .filter(share_info::lookup_hash.eq(&ticket.lookup_hash))
            .filter(share_info::updated_at.eq(Ts(ticket.issued_at)))
            .select(share_info::created_at)
            .order(share_info::created_at)
            .first(self.conn)
            .optional()?;
        Ok(found.map(|at| at.0))
    }
}

impl WriteTx<'_> {
    /// Keeps that a ticket is known to be there since `seen_at`: an ended row of no kind of app, which was made then and
    /// changed when the ticket says that it was issued. The first time counts; gives it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn keep_early_ticket(
        &mut self,
        ticket: &DatedTicket,
        seen_at: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreError> {
        if let Some(first) = self.find_early_ticket(ticket)? {
            return Ok(first);
        }
        let row = ShareInfo {
            id: 0,
            app_type: String::new(),
            sender: ticket.owner,
            client_id: String::new(),
            receiver: ticket.owner,
            receiver_client_id: String::new(),
            lookup_hash: ticket.lookup_hash.clone(),
            auth_ticket: String::new(),
            message: String::new(),
            link: String::new(),
            kind: ShareKind::Public,
            is_ai: false,
            grant: None,
            created_at: seen_at,
            updated_at: ticket.issued_at,
        };
        self.insert_share_info(&row, Some((seen_at, EndedBy::Receiver)))?;
        Ok(seen_at)
    }
}
