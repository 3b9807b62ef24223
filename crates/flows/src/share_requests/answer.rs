//! The owner's answer, and the end of a request.

use super::notices;
use crate::{
    Caller, Fault, Vouchsafe,
    share_info::{ReadGrant, give_read},
    sharing::close_elsewhere,
    wallet::{Accepted, Ticket},
};
use chrono::{DateTime, Utc};
use vouchsafe_store::{AccessRequest, AccessRequestKey, RequestStatus, ShareInfo, WriteTx};
use vouchsafe_types::{UserId, error::TicketFault};

/// Why the grant of an approval is made, in the words of the audit.
const APPROVED: &str = "share request approved";

/// What an owner answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether he approves.
    pub is_approved: bool,
    /// A link of his own.
    pub link: Option<String>,
    /// The ticket to approve with, instead of the one that came with the request.
    pub auth_ticket: Option<String>,
}

impl Vouchsafe {
    /// Answers a request of the caller's, for good. An approval shares what was asked for in the same transaction.
    ///
    /// # Errors
    /// `ticket_refused`: see zus.md 4.4, checks 3 to 7; `storage_limit_reached`.
    pub fn answer_share_request(&self, caller: &Caller, id: i64, answer: &Answer) -> Result<AccessRequest, Fault> {
        let now = self.now();
        self.write("answer_share_request", |tx| {
            let asked = seen(tx, caller, id)?.ok_or(TicketFault::RequestNotFound)?;
            if asked.key.owner != caller.user.id {
                return Err(TicketFault::NotToUpdate.into());
            }
            if asked.status != RequestStatus::Pending {
                return Err(TicketFault::Final.into());
            }
            let ticket = match answer.is_approved {
                true => Some(self.ticket_for(tx, caller, &asked, answer, now)?),
                false => None,
            };
            let link = answer.link.clone().filter(|_| answer.is_approved).unwrap_or_default();
            let status = if answer.is_approved { RequestStatus::Approved } else { RequestStatus::Declined };
            let answered = AccessRequest { status, link, updated_at: now, ..asked };
            if !tx.answer_access_request(&answered)? {
                return Err(TicketFault::Final.into());
            }
            close_on_pages(tx, &answered, caller.user.id, now)?;
            if let Some((text, ticket)) = ticket {
                self.share_as_asked(tx, caller, &answered, text, &ticket, now)?;
            }
            notices::tell_requester(self, tx, &caller.user, &answered, now)?;
            Ok(answered)
        })
    }

    /// The ticket to approve with.
    fn ticket_for(
        &self,
        tx: &mut WriteTx<'_>,
        caller: &Caller,
        asked: &AccessRequest,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Result<(String, Ticket), Fault> {
        if let Some(text) = &answer.auth_ticket {
            let Accepted { ticket, owner, .. } = self.read_ticket(tx, text, now)?;
            if owner.id != caller.user.id || ticket.file_path_hash != asked.key.lookup_hash {
                return Err(TicketFault::NotAsAsked.into());
            }
            return Ok((text.clone(), ticket));
        }
        if asked.auth_ticket.is_empty() {
            return Err(TicketFault::TicketRequired.into());
        }
        // It was looked at when it came; it may have ended since.
        Ok((asked.auth_ticket.clone(), Ticket::read(&asked.auth_ticket, now)?))
    }

    fn share_as_asked(
        &self,
        tx: &mut WriteTx<'_>,
        caller: &Caller,
        answered: &AccessRequest,
        auth_ticket: String,
        ticket: &Ticket,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let draft = ShareInfo { auth_ticket, ..answered.to_share_info() };
        let before = tx.find_share_info(&draft)?;
        let kept = before.as_ref().and_then(|before| before.grant);
        let read = ReadGrant {
            owner: caller.user.id,
            receiver: answered.key.requester,
            lookup_hash: &answered.key.lookup_hash,
            ends_at: ticket.ends_at(),
            before: kept,
            is_accepted: true,
            since: None,
        };
        let grant = give_read(self, tx, &read, self.because(&caller.actor(), APPROVED, now))?;
        let link = match (answered.link.is_empty(), before) {
            (true, Some(before)) => before.link,
            _ => answered.link.clone(),
        };
        tx.save_share_info(&ShareInfo { grant: grant.or(kept), link, ..draft })?;
        Ok(())
    }

    /// Deletes a request that the caller made, or that was put to him. What it led to stays. Gives whether there was
    /// one.
    ///
    /// # Errors
    /// `ticket_refused` for somebody else's.
    pub fn delete_share_request(&self, caller: &Caller, id: i64) -> Result<bool, Fault> {
        let now = self.now();
        self.write("delete_share_request", |tx| {
            let Some(asked) = seen(tx, caller, id)? else { return Ok(false) };
            if ![asked.key.owner, asked.key.requester].contains(&caller.user.id) {
                return Err(TicketFault::NotToDelete.into());
            }
            tx.delete_access_request(asked.id, now)?;
            if asked.status == RequestStatus::Pending {
                close_on_pages(tx, &asked, caller.user.id, now)?;
            }
            Ok(true)
        })
    }
}

/// What is answered or taken back here waits on no page any more, whoever owns it: who may not read may not edit. Who
/// is let read, or asks for that no more, may still wish to edit; and what another kind of app asks for waits on.
fn close_on_pages(tx: &mut WriteTx<'_>, asked: &AccessRequest, by: UserId, now: DateTime<Utc>) -> Result<(), Fault> {
    let AccessRequestKey { owner, requester, lookup_hash, .. } = &asked.key;
    let Some(entry) = tx.find_entry_by_lookup_hash(lookup_hash)? else { return Ok(()) };
    let is_approved = asked.status == RequestStatus::Approved;
    if !is_approved && tx.is_access_asked(*requester, *owner, lookup_hash)? {
        return Ok(());
    }
    match is_approved || by == *requester {
        true => close_elsewhere(tx, *requester, *owner, entry.uuid, now),
        false => Ok(tx.close_asks_on(*requester, *owner, &entry, now)?),
    }
}

/// The request of this number, in the caller's kind of app.
fn seen(tx: &mut WriteTx<'_>, caller: &Caller, id: i64) -> Result<Option<AccessRequest>, Fault> {
    Ok(tx.find_access_request(id)?.filter(|asked| asked.key.app_type == caller.app_type.as_str()))
}
