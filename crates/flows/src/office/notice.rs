//! Who was given something is told.

use super::{
    level::label,
    records::Sharee,
    set::{Meant, Setting},
};
use crate::{Fault, Vouchsafe, grants::holding, sharing::item_told};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;
use vouchsafe_engine::GrantIndex;
use vouchsafe_store::{Entry, Mail, User, WriteTx};
use vouchsafe_types::{Access, Actor, Capability, Holder, Resource, UserId};

/// The longest message, in characters.
const MAX_MESSAGE: usize = 2_000;
/// The most people who are told by one request: a group may have a million members.
const MOST_TOLD: usize = 1_000;

/// What is told to whom.
pub(super) struct Notice<'a> {
    pub(super) caller: UserId,
    pub(super) entry: &'a Entry,
    pub(super) meant: &'a [Meant],
    pub(super) message: &'a str,
}

/// Writes a notification for each who has something there now, and a mail to each proven address.
pub(super) fn tell(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    notice: &Notice<'_>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let (Some(author), Some(owner)) = (tx.find_user(notice.caller)?, tx.find_user(notice.entry.owner)?) else {
        return Ok(());
    };
    let link = format!("{}/show/{}", vouchsafe.settings().public_url, notice.entry.uuid);
    for (user, access) in recipients(tx, notice)? {
        let Some(user) = tx.find_user(user)?.filter(|user| !user.is_suspended) else { continue };
        // Who does not want to hear of the caller is not told either of what his groups get.
        if tx.is_blocked(user.id, author.id)? {
            continue;
        }
        let has = holding(tx, &Actor::User(user.id), &Resource::Entry(notice.entry.uuid), now)?.capabilities;
        if !has.has(Capability::See) {
            continue;
        }
        tx.notify(user.id, &item_told(&author, &owner, notice.entry, has), now)?;
        if let Some(mail) = mail(&author, &user, notice, access, &link) {
            vouchsafe.mail_between(tx, (author.id, user.id), &mail, now)?;
        }
    }
    Ok(())
}

/// Each person once: what is said of himself counts more than what is said of his groups.
fn recipients(tx: &mut WriteTx<'_>, notice: &Notice<'_>) -> Result<BTreeMap<UserId, Access>, Fault> {
    let mut told = BTreeMap::new();
    // Groups come first in the list.
    for one in notice.meant {
        let access = match one.setting {
            Setting::Exactly(access) if access != Access::None => Some(access),
            Setting::Exactly(_) | Setting::Nothing | Setting::Unchanged => None,
        };
        match (&one.sharee, access) {
            (Sharee::Person(user), Some(access)) => {
                told.insert(user.id, access);
            }
            (Sharee::Person(user), None) => {
                told.remove(&user.id);
            }
            (Sharee::Group { .. } | Sharee::Everyone, Some(access)) => {
                let members = tx.reached(&one.holder, None, MOST_TOLD)?;
                told.extend(members.into_iter().map(|user| (user, access)));
            }
            (Sharee::Group { .. } | Sharee::Everyone, None) => {}
        }
    }
    told.remove(&notice.caller);
    told.remove(&notice.entry.owner);
    let is_named = |user: &UserId| notice.meant.iter().any(|one| one.holder == Holder::User(*user));
    let mut left = MOST_TOLD;
    told.retain(|user, _| {
        let is_told = is_named(user) || left > 0;
        left = left.saturating_sub(1);
        is_told
    });
    Ok(told)
}

fn mail(author: &User, to: &User, notice: &Notice<'_>, access: Access, link: &str) -> Option<Mail> {
    let address = to.email.as_ref().filter(|_| to.email_confirmed)?;
    let template = if notice.entry.is_dir { "folder_shared" } else { "document_shared" };
    let message: String = notice.message.chars().take(MAX_MESSAGE).collect();
    let payload = json!({
        "title": notice.entry.name,
        "author": author.display_name.as_deref().unwrap_or(author.username.as_str()),
        "rusername": to.username.as_str(),
        "access": label(access),
        "link": link,
        "message": message,
        // On the page one blocks who gave to one by name.
        "is_named": notice.meant.iter().any(|one| one.holder == Holder::User(to.id)),
    });
    Some(Mail { recipient: address.typed().to_owned(), template, payload })
}
