//! What owners and those who ask are told. Nobody learns a name that he did not know.

use super::ask::entry_asked_for;
use crate::{Fault, Vouchsafe, sharing::to_account};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_store::{AccessRequest, RequestStatus, User, WriteTx};

/// Tells an owner that somebody asks him.
pub(super) fn tell_owner(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    requester: &User,
    owner: &User,
    asked: &AccessRequest,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let username = requester.username.as_str();
    let entry = tx.find_entry_by_lookup_hash(&asked.key.lookup_hash)?;
    // Its name only to whose tree it lies in; anybody can ask anybody for anything.
    let entry = entry.filter(|entry| entry.owner == owner.id);
    let name = entry.as_ref().map(|entry| &entry.name);
    // What is only a record is on no page: neither does the mail lead there, nor the notification.
    let mut fields = fields(asked, username);
    if let (Some(fields), Some(entry)) = (fields.as_object_mut(), &entry) {
        fields.insert("entry".to_owned(), json!(entry.uuid));
    }
    let link = name.map(|_| format!("{}/shared/requests", vouchsafe.settings().public_url));
    let what = name.map_or_else(|| "a file".to_owned(), |name| format!("`{name}`"));
    let notice = json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": format!("User {username} asks you for access to a file"),
        "template": "user-requesting-share",
        "fields": fields,
        "text": format!("The user `{username}` asks you for access to {what}."),
    });
    tx.notify(owner.id, &notice, now)?;
    let payload = json!({
        "rusername": owner.username.as_str(),
        "susername": username,
        "message": asked.message,
        "file_name": name.map_or("", String::as_str),
        "link": link,
    });
    if let Some(mail) = to_account(owner, "share_request", payload) {
        vouchsafe.mail_between(tx, (requester.id, owner.id), &mail, now)?;
    }
    Ok(())
}

/// Tells who asked what was answered.
pub(crate) fn tell_requester(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    owner: &User,
    answered: &AccessRequest,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(requester) = tx.find_user(answered.key.requester)? else { return Ok(()) };
    let (username, word) = (owner.username.as_str(), answered.status.name());
    let notice = json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": format!("User {username} {word} your request"),
        "template": "share-request-answered",
        "fields": fields(answered, username),
        "text": format!("The user `{username}` {word} your request for access to a file."),
    });
    tx.notify(requester.id, &notice, now)?;
    let is_approved = answered.status == RequestStatus::Approved;
    let link = entry_asked_for(tx, answered)?.map(|_| format!("{}/shared", vouchsafe.settings().public_url));
    let payload = json!({
        "rusername": requester.username.as_str(),
        "susername": username,
        "is_approved": is_approved,
        "link": link,
    });
    if let Some(mail) = to_account(&requester, "share_request_answered", payload) {
        vouchsafe.mail_between(tx, (owner.id, requester.id), &mail, now)?;
    }
    Ok(())
}

fn fields(asked: &AccessRequest, username: &str) -> Value {
    json!({
        "username": username,
        "request": asked.id.to_string(),
        "lookup_hash": asked.key.lookup_hash,
        "message": asked.message,
        "status": asked.status.name(),
    })
}
