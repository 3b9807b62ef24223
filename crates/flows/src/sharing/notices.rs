//! What people are told: notifications and mails. Nobody is shown the real path of a tree that is not his own.

use serde_json::{Value, json};
use vouchsafe_store::{Entry, Invite, Mail, User};
use vouchsafe_types::{Capabilities, Capability};

/// A file or directory as its receiver may see it.
pub(crate) fn entry_view(owner: &User, entry: &Entry, has: Capabilities) -> Value {
    let username = owner.username.as_str();
    json!({
        "id": entry.uuid, "uid": entry.uuid, "uuid": entry.uuid,
        "name": entry.name,
        "path": format!("/{username}/{}/{}", entry.uuid, entry.name),
        "is_dir": entry.is_dir,
        "size": entry.size_bytes,
        "type": entry.content_type,
        "created": entry.created_at.timestamp(),
        "modified": entry.modified_at.timestamp(),
        "writable": has.has(Capability::Write),
        "owner": { "username": username },
    })
}

/// "alice shared 2 files with you."
pub(super) fn share_notification(sharer: &User, metadata: &Value, files: Vec<Value>, app_count: usize) -> Value {
    let username = sharer.username.as_str();
    let what = match (files.len(), app_count) {
        (0, 1) => "1 app".to_owned(),
        (0, apps) => format!("{apps} apps"),
        (1, _) => "1 file".to_owned(),
        (files, _) => format!("{files} files"),
    };
    json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": "Files were shared with you!",
        "template": "file-shared-with-you",
        "fields": { "metadata": metadata, "username": username, "files": files },
        "text": format!("The user `{username}` shared {what} with you."),
    })
}

/// "alice shared a file with you called `a.txt`"
pub(crate) fn item_notification(sharer: &User, entry: &Entry, view: Value) -> Value {
    let username = sharer.username.as_str();
    let kind = if entry.is_dir { "directory" } else { "file" };
    json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": "A file was shared with you!",
        "template": "file-shared-with-you",
        "fields": { "metadata": {}, "username": username, "files": [view] },
        "text": format!("The user `{username}` shared a {kind} with you called `{}`", entry.name),
    })
}

/// The notification about one entry and what was given on it.
pub(crate) fn item_told(sharer: &User, owner: &User, entry: &Entry, given: Capabilities) -> Value {
    item_notification(sharer, entry, entry_view(owner, entry, given))
}

/// The notification about several entries at once, each with its owner and what was given on it.
pub(crate) fn all_told(sharer: &User, told: &[(&Entry, &User, Capabilities)]) -> Value {
    let files = told.iter().map(|(entry, owner, given)| entry_view(owner, entry, *given)).collect();
    share_notification(sharer, &json!({}), files, 0)
}

/// "User carol is trying to open a share you sent to bob@example.org"
pub(super) fn request_notification(caller: &User, invite: &Invite) -> Value {
    let (username, address) = (caller.username.as_str(), invite.email.typed());
    json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": format!("User {username} is trying to open a share you sent to {address}"),
        "template": "user-requesting-share",
        "fields": {
            "username": username,
            "intended_recipient": address,
            "permissions": invite.permissions,
        },
    })
}

/// "User carol asks whether she may read `plan.txt`"
pub(super) fn ask_notification(caller: &User, entry: &Entry, access: &str, message: &str) -> Value {
    let username = caller.username.as_str();
    json!({
        "source": "sharing",
        "icon": "shared.svg",
        "title": format!("User {username} asks for access to `{}`", entry.name),
        "template": "user-asking-access",
        "fields": { "username": username, "entry": entry.uuid, "access": access, "message": message },
    })
}

/// The mail to somebody who has an account; `None` when he has not proven an address.
pub(crate) fn share_mail(sharer: &User, recipient: &User, metadata: &Value, link: &str) -> Option<Mail> {
    let payload = json!({
        "susername": sharer.username.as_str(),
        "rusername": recipient.username.as_str(),
        "message": message(metadata),
        "link": link,
    });
    to_account(recipient, "share_by_username", payload)
}

/// The mail about one item, with a link to it; `None` when the recipient has not proven an address.
pub(crate) fn item_mail(sharer: &User, recipient: &User, link: &str) -> Option<Mail> {
    let payload = json!({
        "susername": sharer.username.as_str(),
        "rusername": recipient.username.as_str(),
        "link": link,
    });
    to_account(recipient, "share_existing_user", payload)
}

/// The mail with a share link, to an address that is nobody's yet. It sends nobody to make an account where none can be
/// made.
pub(super) fn invite_mail(sharer: &User, invite: &Invite, link: &str, is_signup_open: bool) -> Mail {
    let Invite { email, metadata, .. } = invite;
    let payload = json!({
        "link": link,
        "sender_name": sharer.username.as_str(),
        "message": message(metadata),
        "is_signup_open": is_signup_open,
    });
    Mail { recipient: email.typed().to_owned(), template: "share_by_email", payload }
}

pub(crate) fn to_account(recipient: &User, template: &'static str, payload: Value) -> Option<Mail> {
    let address = recipient.email.as_ref().filter(|_| recipient.email_confirmed)?;
    Some(Mail { recipient: address.typed().to_owned(), template, payload })
}

fn message(metadata: &Value) -> Value {
    metadata.get("message").cloned().unwrap_or_else(|| Value::from(""))
}
