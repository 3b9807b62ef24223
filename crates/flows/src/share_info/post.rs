//! Somebody shares by a ticket, or keeps one that was published.

use super::{ReadGrant, SharedInfo, give_read};
use crate::{
    Caller, Fault, Vouchsafe,
    grants::own_denies,
    sharing::{entry_view, item_mail, item_notification, share_mail},
    wallet::{Accepted, Ticket},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, NaiveTime, Utc};
use serde_json::json;
use vouchsafe_engine::Engine;
use vouchsafe_store::{Because, Party, ShareInfo, ShareInfoFilter, ShareKind, Tx, User, WriteTx};
use vouchsafe_types::{
    Actor, GrantId, Resource,
    error::{ApiError, TicketFault},
};

/// Why its grants are made, in the words of the audit.
const SHARED: &str = "shared by ticket";

/// What is to be shared.
#[derive(Debug, Clone, Default)]
pub struct SharePost {
    /// The ticket, as it was sent.
    pub auth_ticket: String,
    /// What to say about it.
    pub message: String,
    /// A link of the sender's own.
    pub link: String,
    /// Whether it is marked as AI-related.
    pub is_ai: bool,
}

impl SharePost {
    /// What an owner without a wallet posts, for a file and for good: nobody signed the ticket, so that it gives
    /// something in his own hands only.
    #[must_use]
    pub fn unsigned(owner_id: &str, client_id: &str, lookup_hash: &str) -> Self {
        let ticket = json!({
            "owner_id": owner_id,
            "client_id": client_id,
            "file_path_hash": lookup_hash,
            "reference_type": "f",
        });
        Self { auth_ticket: BASE64_STANDARD.encode(ticket.to_string()), ..Self::default() }
    }
}

impl Vouchsafe {
    /// Shares by a ticket: its owner with the one it names; or anybody keeps a public one for himself.
    ///
    /// It gives something only if the caller is the owner, or the owner signed the ticket and has not taken it back
    /// since. Everything else is a record. The owner tells the receiver once a day of the same thing.
    ///
    /// # Errors
    /// `ticket_refused`: see zus.md 2.1 and 3.1; `public_links_off` for a public ticket; `storage_limit_reached`.
    pub fn post_share_info(&self, caller: &Caller, post: &SharePost) -> Result<SharedInfo, Fault> {
        let now = self.now();
        self.write("share_info", |tx| {
            let accepted = self.accept_ticket(tx, &post.auth_ticket, now)?;
            let Accepted { ticket, owner, is_signed, .. } = &accepted;
            let is_owner = owner.id == caller.user.id;
            if !ticket.is_private() && !self.settings.are_public_links_on {
                return Err(ApiError::PublicLinksOff {}.into());
            }
            let (receiver, receiver_client_id) = receiver(tx, caller, ticket, is_owner)?;
            let mut draft = draft(caller, post, ticket, owner, (&receiver, receiver_client_id), now);
            let before = tx.find_share_info(&draft)?;
            let is_proven = is_owner || *is_signed;
            let kept = before.as_ref().and_then(|before| before.grant);
            let given = match is_proven {
                true => self.give_by_ticket(tx, caller, &draft, &accepted, kept)?,
                false => None,
            };
            // What is not proven, or older, does not take the place of what it has no say against.
            let stays = |kept: &&ShareInfo| {
                kept.grant.is_some() && (!is_proven || !has_ended(kept, now) && issued_at(kept) > ticket.issued_at())
            };
            if let Some(kept) = before.as_ref().filter(|_| !is_owner).filter(stays) {
                draft.auth_ticket.clone_from(&kept.auth_ticket);
            }
            let info = ShareInfo { grant: given.or(kept), ..draft };
            let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
            let is_news = is_owner && before.is_none() && !tx.was_shared_since(&info, today)?;
            tx.save_share_info(&info)?;
            if is_news && owner.id != receiver.id && !tx.is_blocked(receiver.id, owner.id)? {
                tell_receiver(self, tx, owner, &receiver, &info, now)?;
            }
            Ok(SharedInfo {
                info,
                sender_name: owner.username.to_string(),
                receiver_name: receiver.username.to_string(),
            })
        })
    }

    /// Gives what a proven ticket says; what `draft` stands for so far is `kept`. Who uses it without being its owner
    /// changes nothing that the owner has said since, be it by a newer ticket or to the grant itself.
    fn give_by_ticket(
        &self,
        tx: &mut WriteTx<'_>,
        caller: &Caller,
        draft: &ShareInfo,
        Accepted { ticket, since, .. }: &Accepted,
        kept: Option<GrantId>,
    ) -> Result<Option<GrantId>, Fault> {
        let (actor, now) = (caller.actor(), draft.updated_at);
        let because = self.because(&actor, SHARED, now);
        let since = Some(*since).filter(|_| draft.sender != caller.user.id);
        let mut before = kept;
        if let Some(since) = since {
            if tx.is_taken_back(draft.sender, draft.receiver, &draft.lookup_hash, since)? {
                return Ok(kept);
            }
            if let Some((grant, newest)) = given_before(tx, draft, now)? {
                before = kept.or(Some(grant));
                if ticket.issued_at() <= newest {
                    come_back(tx, draft, because)?;
                    return Ok(before);
                }
            }
        }
        let read = ReadGrant {
            owner: draft.sender,
            receiver: draft.receiver,
            lookup_hash: &draft.lookup_hash,
            ends_at: ticket.ends_at(),
            before,
            is_accepted: since.is_some(),
            since,
        };
        give_read(self, tx, &read, because)
    }
}

/// Who takes up what he has already takes back that he left.
fn come_back(tx: &mut WriteTx<'_>, draft: &ShareInfo, because: Because<'_>) -> Result<(), Fault> {
    let Some(entry) = tx.find_entry_by_lookup_hash(&draft.lookup_hash)? else { return Ok(()) };
    let left = own_denies(tx, draft.receiver, &Resource::Entry(entry.uuid))?;
    Ok(tx.revoke(left, because)?)
}

/// What the receiver has of the same by tickets of the same owner, in any kind of app, and when the newest of those was
/// issued. What has ended has no say: anybody else may use an older one.
fn given_before(
    tx: &mut Tx<'_>,
    draft: &ShareInfo,
    now: DateTime<Utc>,
) -> Result<Option<(GrantId, DateTime<Utc>)>, Fault> {
    let filter = ShareInfoFilter {
        sender: Some(Party { user: draft.sender, client_id: None }),
        receiver: Some(Party { user: draft.receiver, client_id: None }),
        lookup_hash: Some(draft.lookup_hash.clone()),
        ..ShareInfoFilter::default()
    };
    let mut given = Vec::new();
    for info in tx.list_share_infos(&filter, 0, i64::MAX)? {
        let Some(id) = info.grant else { continue };
        if tx.find_grant(id)?.is_some_and(|stored| !stored.grant.is_expired(now)) {
            given.push((id, issued_at(&info)));
        }
    }
    Ok(given.into_iter().max_by_key(|(_, issued_at)| *issued_at))
}

/// Whether the ticket of a share says that it has ended. What was approved without one does not end by itself.
pub(crate) fn has_ended(info: &ShareInfo, now: DateTime<Utc>) -> bool {
    Ticket::read(&info.auth_ticket, now) == Err(TicketFault::Expired)
}

/// When the ticket of a share was issued. What was approved without one was given when it was.
fn issued_at(info: &ShareInfo) -> DateTime<Utc> {
    Ticket::parse(&info.auth_ticket).map_or(info.updated_at, |ticket| ticket.issued_at())
}

/// Whom the ticket is for, and his client id.
fn receiver(tx: &mut WriteTx<'_>, caller: &Caller, ticket: &Ticket, is_owner: bool) -> Result<(User, String), Fault> {
    if !ticket.is_private() {
        return Ok((caller.user.clone(), caller.client_id.clone()));
    }
    if !is_owner {
        return Err(TicketFault::NotTheOwner.into());
    }
    let (receiver, _) = tx.find_client(&ticket.client_id)?.ok_or(TicketFault::ReceiverNotFound)?;
    Ok((receiver, ticket.client_id.clone()))
}

fn draft(
    caller: &Caller,
    post: &SharePost,
    ticket: &Ticket,
    owner: &User,
    (receiver, receiver_client_id): (&User, String),
    now: DateTime<Utc>,
) -> ShareInfo {
    ShareInfo {
        id: 0,
        app_type: caller.app_type.as_str().to_owned(),
        sender: owner.id,
        client_id: ticket.owner_id.clone(),
        receiver: receiver.id,
        receiver_client_id,
        lookup_hash: ticket.file_path_hash.clone(),
        auth_ticket: post.auth_ticket.clone(),
        message: post.message.clone(),
        link: post.link.clone(),
        kind: if ticket.is_private() { ShareKind::Private } else { ShareKind::Public },
        is_ai: post.is_ai,
        grant: None,
        created_at: now,
        updated_at: now,
    }
}

/// Tells somebody what was shared with him: by name only when he can read it here.
fn tell_receiver(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    owner: &User,
    receiver: &User,
    info: &ShareInfo,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let entry = match info.grant {
        Some(_) => tx.find_entry_by_lookup_hash(&info.lookup_hash)?,
        None => None,
    };
    let mail = match &entry {
        Some(entry) => {
            let on = Resource::Entry(entry.uuid);
            let has = Engine::default().holding(&mut **tx, &Actor::User(receiver.id), &on, now)?.capabilities;
            let view = entry_view(owner, entry, has);
            tx.notify(receiver.id, &item_notification(owner, entry, view), now)?;
            item_mail(owner, receiver, &format!("{}/show/{}", vouchsafe.settings.public_url, entry.uuid))
        }
        None => {
            let username = owner.username.as_str();
            let notice = json!({
                "source": "sharing",
                "icon": "shared.svg",
                "title": "Files were shared with you!",
                "template": "file-shared-with-you",
                "fields": { "metadata": { "message": info.message }, "username": username, "files": [] },
                "text": format!("The user `{username}` shared 1 file with you."),
            });
            tx.notify(receiver.id, &notice, now)?;
            let link = format!("{}/shared", vouchsafe.settings.public_url);
            share_mail(owner, receiver, &json!({ "message": info.message }), &link)
        }
    };
    if let Some(mail) = mail {
        vouchsafe.mail_between(tx, (owner.id, receiver.id), &mail, now)?;
    }
    Ok(())
}
