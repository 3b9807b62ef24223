//! Somebody shares by a ticket, or keeps one that was published.

use super::{ReadGrant, SharedInfo, give_read};
use crate::{
    Caller, Fault, Vouchsafe,
    sharing::{entry_view, item_mail, item_notification, share_mail},
    wallet::{Accepted, Ticket},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use vouchsafe_engine::Engine;
use vouchsafe_store::{ShareInfo, ShareKind, User, WriteTx};
use vouchsafe_types::{
    Actor, Resource,
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

impl Vouchsafe {
    /// Shares by a ticket: its owner with the one it names; or anybody keeps a public one for himself.
    ///
    /// It gives something only if the caller is the owner, or the owner signed the ticket and has not taken it back
    /// since. Everything else is a record.
    ///
    /// # Errors
    /// `ticket_refused`: see zus.md 2.1 and 3.1; `public_links_off` for a public ticket.
    pub fn post_share_info(&self, caller: &Caller, post: &SharePost) -> Result<SharedInfo, Fault> {
        let now = self.now();
        self.write("share_info", |tx| {
            let Accepted { ticket, owner, is_signed } = self.accept_ticket(tx, &post.auth_ticket, now)?;
            let is_owner = owner.id == caller.user.id;
            if !ticket.is_private() && !self.settings.are_public_links_on {
                return Err(ApiError::PublicLinksOff {}.into());
            }
            let (receiver, receiver_client_id) = receiver(tx, caller, &ticket, is_owner)?;
            let draft = draft(caller, post, &ticket, &owner, (&receiver, receiver_client_id), now);
            let before = tx.find_share_info(&draft)?;
            let is_proven = is_owner || (is_signed && !is_taken_back(tx, &ticket, &owner, &receiver)?);
            let kept = before.as_ref().and_then(|before| before.grant);
            if !is_proven && kept.is_some() {
                return Err(TicketFault::Unproven.into());
            }
            let mut grant = None;
            if is_proven {
                let read = ReadGrant {
                    owner: owner.id,
                    receiver: receiver.id,
                    lookup_hash: &ticket.file_path_hash,
                    ends_at: ticket.ends_at(),
                    before: kept,
                    is_accepted: !is_owner,
                    issued_at: (!is_owner).then(|| ticket.issued_at()),
                };
                grant = give_read(tx, &read, self.because(&caller.actor(), SHARED, now))?;
            }
            let info = ShareInfo { grant: grant.or(kept), ..draft };
            let is_told = before.is_none() && is_owner && owner.id != receiver.id;
            if is_told && !tx.is_blocked(receiver.id, owner.id)? {
                tell_receiver(self, tx, &owner, &receiver, &info, now)?;
            }
            tx.save_share_info(&info)?;
            Ok(SharedInfo {
                info,
                sender_name: owner.username.to_string(),
                receiver_name: receiver.username.to_string(),
            })
        })
    }
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

fn is_taken_back(tx: &mut WriteTx<'_>, ticket: &Ticket, owner: &User, receiver: &User) -> Result<bool, Fault> {
    Ok(tx.is_taken_back(owner.id, receiver.id, &ticket.file_path_hash, ticket.issued_at())?)
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
