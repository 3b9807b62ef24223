//! Asking, with one more try after a refusal.

use super::notices;
use crate::{
    Caller, Fault, Vouchsafe,
    share_info::{has_ended, reads},
    sharing::open_elsewhere,
    wallet::{Accepted, is_too_long},
};
use chrono::{DateTime, TimeDelta, Utc};
use vouchsafe_store::{AccessRequest, AccessRequestKey, RequestStatus, Tx, User, WriteTx};
use vouchsafe_types::{EntryId, error::TicketFault};

/// What somebody asks for: a ticket, or owner and hash.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The client id of the owner.
    pub owner_id: Option<String>,
    /// What.
    pub lookup_hash: Option<String>,
    /// A ticket about it; it may be anybody's.
    pub auth_ticket: Option<String>,
    /// What to say about it.
    pub message: String,
}

/// A request before it is known whether it may be made.
pub(crate) struct NewRequest<'a> {
    pub(crate) key: AccessRequestKey,
    pub(crate) owner_client_id: String,
    pub(crate) client_id: String,
    pub(crate) auth_ticket: &'a str,
    pub(crate) message: &'a str,
}

impl Vouchsafe {
    /// Asks an owner. Gives the number of the request. The owner is told, by mail if he has proven an address.
    ///
    /// # Errors
    /// `ticket_refused`: see zus.md 4.1 and 4.2.
    pub fn ask_for_share(&self, caller: &Caller, ask: &Ask) -> Result<i64, Fault> {
        let now = self.now();
        self.write("ask_for_share", |tx| {
            let (owner, owner_client_id, lookup_hash) = self.asked(tx, ask, now)?;
            if owner.id == caller.user.id {
                return Err(TicketFault::OwnFile.into());
            }
            let key = AccessRequestKey {
                app_type: caller.app_type.as_str().to_owned(),
                owner: owner.id,
                requester: caller.user.id,
                lookup_hash,
            };
            let new = NewRequest {
                key,
                owner_client_id,
                client_id: caller.client_id.clone(),
                auth_ticket: ask.auth_ticket.as_deref().unwrap_or_default(),
                message: &ask.message,
            };
            let today = now - TimeDelta::days(1);
            if self.settings.are_limits_on
                && tx.count_access_requests(caller.user.id, today)? >= self.settings.invites_per_day
            {
                return Err(TicketFault::TooManyToday.into());
            }
            let asked = open_request(tx, &new, now)??;
            if let Some(entry) = entry_asked_for(tx, &asked)? {
                open_elsewhere(tx, &caller.user, owner.id, (entry, &asked.message), now)?;
            }
            // Who does not listen is not told, and who asks does not learn that.
            if !tx.is_blocked(owner.id, caller.user.id)? {
                notices::tell_owner(self, tx, &caller.user, &owner, &asked, now)?;
            }
            Ok(asked.id)
        })
    }

    /// Who is asked, by which client id, and for what.
    fn asked(&self, tx: &mut WriteTx<'_>, ask: &Ask, now: DateTime<Utc>) -> Result<(User, String, String), Fault> {
        let named = |id: &Option<String>| id.as_deref().is_some_and(is_too_long);
        if named(&ask.owner_id) || named(&ask.lookup_hash) {
            return Err(TicketFault::TooLong.into());
        }
        if let Some(text) = &ask.auth_ticket {
            let Accepted { ticket, owner, .. } = self.read_ticket(tx, text, now)?;
            let fits = |given: &Option<String>, said: &String| given.as_ref().is_none_or(|given| given == said);
            if !fits(&ask.owner_id, &ticket.owner_id) || !fits(&ask.lookup_hash, &ticket.file_path_hash) {
                return Err(TicketFault::NotAsNamed.into());
            }
            return Ok((owner, ticket.owner_id, ticket.file_path_hash));
        }
        let (Some(owner_id), Some(hash)) = (&ask.owner_id, &ask.lookup_hash) else {
            let absent = [("OwnerID", ask.owner_id.is_none()), ("LookupHash", ask.lookup_hash.is_none())];
            let names = absent.into_iter().filter(|(_, is_absent)| *is_absent).map(|(name, _)| name).collect();
            return Err(TicketFault::Missing(names).into());
        };
        let (owner, _) = tx.find_client(owner_id)?.ok_or(TicketFault::OwnerNotFound)?;
        Ok((owner, owner_id.clone(), hash.clone()))
    }
}

/// The entry that a request is about, if it is the owner's who is asked.
pub(super) fn entry_asked_for(tx: &mut Tx<'_>, asked: &AccessRequest) -> Result<Option<EntryId>, Fault> {
    let entry = tx.find_entry_by_lookup_hash(&asked.key.lookup_hash)?;
    Ok(entry.filter(|entry| entry.owner == asked.key.owner).map(|entry| entry.uuid))
}

/// Writes a request, if the same was not asked already; after it was declined, once more.
pub(crate) fn open_request(
    tx: &mut WriteTx<'_>,
    new: &NewRequest<'_>,
    now: DateTime<Utc>,
) -> Result<Result<AccessRequest, TicketFault>, Fault> {
    match tx.find_latest_access_request(&new.key)? {
        Some(latest) if latest.status == RequestStatus::Pending => return Ok(Err(TicketFault::AlreadyPending)),
        Some(latest) if latest.status == RequestStatus::Approved => {
            if is_shared(tx, &latest, now)? {
                return Ok(Err(TicketFault::AlreadyApproved));
            }
        }
        Some(_) | None => {}
    }
    let declined = tx.count_declined(&new.key)?;
    let Some(attempt) = i16::try_from(declined + 1).ok().filter(|attempt| *attempt <= 2) else {
        return Ok(Err(TicketFault::AlreadyDeclined));
    };
    let asked = AccessRequest {
        id: 0,
        key: new.key.clone(),
        owner_client_id: new.owner_client_id.clone(),
        client_id: new.client_id.clone(),
        auth_ticket: new.auth_ticket.to_owned(),
        message: new.message.to_owned(),
        link: String::new(),
        status: RequestStatus::Pending,
        attempt,
        created_at: now,
        updated_at: now,
    };
    Ok(Ok(AccessRequest { id: tx.insert_access_request(&asked)?, ..asked }))
}

/// Whether what an approval shared still stands: neither taken back, nor at its end, nor made so little that there is
/// nothing to read.
fn is_shared(tx: &mut Tx<'_>, approved: &AccessRequest, now: DateTime<Utc>) -> Result<bool, Fault> {
    let Some(info) = tx.find_share_info(&approved.to_share_info())? else { return Ok(false) };
    let Some(grant) = info.grant else {
        return Ok(!has_ended(&info, now));
    };
    let Some(grant) = tx.find_grant(grant)?.map(|stored| stored.grant) else { return Ok(false) };
    Ok(!grant.is_expired(now) && reads(tx, approved.key.requester, &grant.resource, now)?)
}
