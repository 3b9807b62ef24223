//! What the bearer of a share link is shown before he does anything.

use super::{
    claim::{TAKEN_UP, is_barred},
    link::{is_invited, open_invite},
};
use crate::{Fault, OverviewPage, Vouchsafe, grants::username, overview::fits};
use chrono::{DateTime, Utc};
use serde_json::Value;
use vouchsafe_engine::{Engine, plan};
use vouchsafe_store::{Invite, Tx};
use vouchsafe_types::{Actor, Capabilities, EntryId, InviteId, Permission, Resource, Target, UserId, error::ApiError};

/// How many invites are read at once.
const BATCH: i64 = 50;

/// What a share link leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkSeen {
    /// To something that waits.
    Open(Box<Offer>),
    /// To nothing any more: it has ended.
    Expired,
    /// To nothing any more: some of it at least was taken up, by this person. He may have lost it since.
    Used {
        /// Who did.
        by: UserId,
    },
    /// To nothing any more: who sent it has taken it back, or cannot give it any more; or not to who asks.
    Withdrawn,
    /// It is none of ours, or was cut off on its way.
    Invalid,
}

/// What somebody offers to an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The invite.
    pub id: InviteId,
    /// Who offers.
    pub sender: String,
    /// To which address.
    pub email: String,
    /// What he says to it; empty when nothing.
    pub message: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When what it gives ends.
    pub grants_end_at: Option<DateTime<Utc>>,
    /// What he can give now; to who was invited and looks himself, what he is not shut out from.
    pub items: Vec<OfferedItem>,
    /// Whether the asker has the address, proven or not.
    pub is_for_asker: bool,
    /// Whether the asker sent it himself.
    pub is_from_asker: bool,
}

/// One thing that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedItem {
    /// What it is called.
    pub name: String,
    /// `file`, `folder` or `app`.
    pub kind: &'static str,
    /// What may be done with it.
    pub capabilities: Capabilities,
    /// The entry it is, if it is one.
    pub entry: Option<EntryId>,
}

impl Vouchsafe {
    /// What a share link leads to, for whoever has it; `asker` is who has signed in. Consumes nothing.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn look_at_share_link(&self, token: &str, asker: Option<UserId>) -> Result<LinkSeen, Fault> {
        let now = self.now();
        let Some(token) = self.verified(token).filter(|t| t.kind == "token:share") else {
            return Ok(LinkSeen::Invalid);
        };
        self.read(|tx| match open_invite(tx, token.uid, now)? {
            Some(invite) => offer(tx, &invite, asker, now),
            // Whoever used it and was given nothing has not taken it up.
            None => match tx.find_claim(token.uid, TAKEN_UP)?.and_then(|line| line.holder_user) {
                Some(by) => Ok(LinkSeen::Used { by }),
                None if now.timestamp() >= token.exp => Ok(LinkSeen::Expired),
                None => Ok(LinkSeen::Withdrawn),
            },
        })
    }
}

impl Vouchsafe {
    /// What waits for the address that the caller has proven, and was not taken up yet.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn offers_waiting(&self, actor: &Actor) -> Result<Vec<Offer>, Fault> {
        let Actor::User(asker) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let user = tx.find_user(*asker)?.filter(|user| user.email_confirmed);
            let Some(email) = user.and_then(|user| user.email) else { return Ok(Vec::new()) };
            let mut offers = Vec::new();
            for invite in tx.list_invites(email.canonical(), now)? {
                if let LinkSeen::Open(offer) = offer(tx, &invite, Some(*asker), now)? {
                    offers.push(*offer);
                }
            }
            Ok(offers)
        })
    }
}

impl Vouchsafe {
    /// What the caller offers to addresses and nobody has taken up yet, newest first, after so many invites, at most
    /// `limit`: those with `search` in the address or in what is offered, and with this entry among it, if one is named.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn offers_sent(
        &self,
        actor: &Actor,
        search: &str,
        entry: Option<EntryId>,
        (after, limit): (u32, u32),
    ) -> Result<OverviewPage<Offer>, Fault> {
        let Actor::User(issuer) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        let named = entry.map(|entry| entry.to_string());
        let is_wanted = |offer: &Offer| {
            let is_here = entry.is_none_or(|entry| offer.items.iter().any(|item| item.entry == Some(entry)));
            is_here && (fits(&offer.email, search) || offer.items.iter().any(|item| fits(&item.name, search)))
        };
        self.read(|tx| {
            let batch =
                |tx: &mut Tx<'_>, at: i64| Ok((at + 1..).zip(tx.list_invites_of(*issuer, at, BATCH, now)?).collect());
            OverviewPage::fill(tx, after.into(), limit, batch, |tx, invite: Invite| {
                // What its issuer can give now costs a decision for each thing in it.
                if named.as_ref().is_some_and(|entry| !invite.permissions.iter().any(|text| text.contains(entry))) {
                    return Ok(None);
                }
                Ok(match offer(tx, &invite, Some(*issuer), now)? {
                    LinkSeen::Open(offer) => Some(*offer).filter(is_wanted),
                    _ => None,
                })
            })
        })
    }
}

fn offer(tx: &mut Tx<'_>, invite: &Invite, asker: Option<UserId>, now: DateTime<Utc>) -> Result<LinkSeen, Fault> {
    let user = asker.map(|id| tx.find_user(id)).transpose()?.flatten();
    let invited = user.filter(|user| is_invited(user, invite)).map(|user| user.id);
    let mut items = Vec::new();
    for permission in invite.permissions.iter().filter_map(|text| text.parse::<Permission>().ok()) {
        let Target::Resource(resource) = &permission.target else { continue };
        let holding = Engine::default().holding(tx, &Actor::User(invite.issuer), resource, now)?;
        let wanted = (resource, permission.granted());
        let is_barred = |user| is_barred(tx, user, wanted, invite.created_at, now);
        if plan::may_give(&holding, &permission, false).is_ok() && !invited.map_or(Ok(false), is_barred)? {
            items.extend(item(tx, resource, permission.granted())?);
        }
    }
    if items.is_empty() {
        return Ok(LinkSeen::Withdrawn);
    }
    let message = invite.metadata.get("message").and_then(Value::as_str).unwrap_or_default();
    Ok(LinkSeen::Open(Box::new(Offer {
        id: invite.id,
        sender: username(tx, invite.issuer)?,
        email: invite.email.typed().to_owned(),
        message: message.to_owned(),
        expires_at: invite.expires_at,
        grants_end_at: invite.grants_end_at,
        items,
        is_for_asker: invited.is_some(),
        is_from_asker: asker == Some(invite.issuer),
    })))
}

fn item(tx: &mut Tx<'_>, resource: &Resource, capabilities: Capabilities) -> Result<Option<OfferedItem>, Fault> {
    Ok(match resource {
        Resource::Entry(uuid) => tx.find_entry(*uuid)?.map(|entry| OfferedItem {
            kind: if entry.is_dir { "folder" } else { "file" },
            name: entry.name,
            capabilities,
            entry: Some(*uuid),
        }),
        Resource::App(uid) => {
            tx.find_app(uid)?.map(|app| OfferedItem { kind: "app", name: app.name, capabilities, entry: None })
        }
        // A site comes with its app.
        Resource::Site(_) | Resource::Named(_) => None,
    })
}
