//! Who was given something is told.

use super::{
    level::{label, shown_on},
    records::Sharee,
    set::{Meant, Setting},
};
use crate::{
    Fault, Vouchsafe,
    grants::holding,
    sharing::{all_told, item_told},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::GrantIndex;
use vouchsafe_store::{Entry, Mail, User, WriteTx};
use vouchsafe_types::{Access, Actor, Capabilities, Holder, Resource, UserId};

/// The longest message, in characters.
const MAX_MESSAGE: usize = 2_000;
/// How much is told by one request, to each person of each entry, beside those who are named: a group may have a
/// million members.
const MOST_TOLD: usize = 1_000;

/// What is told to whom.
pub(super) struct Notice<'a> {
    pub(super) caller: UserId,
    pub(super) entries: &'a [Entry],
    pub(super) meant: &'a [Meant],
    pub(super) message: &'a str,
}

/// An entry that somebody is told of, its owner, and what he has there.
type Told<'a> = (&'a Entry, &'a User, Capabilities);

/// What he is told that he has: what was asked for, or less, where an exact row gives him less on one of the entries.
fn said(asked: Access, told: &[Told<'_>]) -> Access {
    let has = told.iter().filter_map(|(entry, _, has)| shown_on(entry, *has));
    has.fold(asked, |said, has| if has.capabilities().covers(said.capabilities()) { said } else { has })
}

/// Writes one notification for each who has something now on any of the entries, and one mail to each proven address.
pub(super) fn tell(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    notice: &Notice<'_>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(author) = tx.find_user(notice.caller)? else { return Ok(()) };
    let mut owned = Vec::with_capacity(notice.entries.len());
    for entry in notice.entries {
        owned.extend(tx.find_user(entry.owner)?.map(|owner| (entry, owner)));
    }
    let named: BTreeSet<&Holder> = notice.meant.iter().map(|one| &one.holder).collect();
    let mut left = MOST_TOLD;
    for (user, access) in recipients(tx, notice)? {
        let is_named = named.contains(&Holder::User(user));
        let Some(user) = tx.find_user(user)?.filter(|user| !user.is_suspended) else { continue };
        // Who does not want to hear of the caller is not told either of what his groups get.
        if tx.is_blocked(user.id, author.id)? {
            continue;
        }
        let mut told: Vec<Told<'_>> = Vec::new();
        for (entry, owner) in owned.iter().filter(|(_, owner)| owner.id != user.id) {
            if !is_named {
                let Some(less) = left.checked_sub(1) else { break };
                left = less;
            }
            let has = holding(tx, &Actor::User(user.id), &Resource::Entry(entry.uuid), now)?.capabilities;
            if shown_on(entry, has).is_some() {
                told.push((*entry, owner, has));
            }
        }
        tell_one(vouchsafe, tx, (&author, &user), &told, (notice.message, access, is_named), now)?;
    }
    Ok(())
}

/// Tells one person of all that he got, at once.
fn tell_one(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    (author, user): (&User, &User),
    told: &[Told<'_>],
    (message, access, is_named): (&str, Access, bool),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let (path, notification) = match told {
        [] => return Ok(()),
        [(entry, owner, has)] => (format!("show/{}", entry.uuid), item_told(author, owner, entry, *has)),
        several => ("shared".to_owned(), all_told(author, several)),
    };
    tx.notify(user.id, &notification, now)?;
    let (Some(address), Some((first, ..))) = (user.email.as_ref().filter(|_| user.email_confirmed), told.first())
    else {
        return Ok(());
    };
    let others: Vec<&str> = told.iter().skip(1).map(|(entry, ..)| entry.name.as_str()).collect();
    let payload = json!({
        "title": first.name,
        "others": others,
        "author": author.display_name.as_deref().unwrap_or(author.username.as_str()),
        "rusername": user.username.as_str(),
        "access": label(said(access, told)),
        "time": now.format("%Y-%m-%d %H:%M UTC").to_string(),
        "link": format!("{}/{path}", vouchsafe.settings().public_url),
        "message": message.chars().take(MAX_MESSAGE).collect::<String>(),
        // On the page one blocks who gave to one by name.
        "is_named": is_named,
    });
    let template = if first.is_dir { "folder_shared" } else { "document_shared" };
    let mail = Mail { recipient: address.typed().to_owned(), template, payload };
    vouchsafe.mail_between(tx, (author.id, user.id), &mail, now)
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
            (Sharee::Group { .. } | Sharee::Everyone, Some(access)) if told.len() < MOST_TOLD => {
                let members = tx.reached(&one.holder, None, MOST_TOLD)?;
                told.extend(members.into_iter().map(|user| (user, access)));
            }
            (Sharee::Group { .. } | Sharee::Everyone, _) => {}
        }
    }
    told.remove(&notice.caller);
    Ok(told)
}
