//! Shares and folders on the wire.

use super::input::{BadRequest, Input};
use serde_json::{Map, Value, json};
use vouchsafe_flows::{FolderItem, FolderShare, FolderShareWish, Participant};

/// The number that everybody's top goes by.
const TOP: i64 = -1;

/// What a request to create a share says; the type of participant if it is none of ours.
pub(super) fn wish(folder: i64, input: &Input) -> Result<Result<FolderShareWish, i64>, BadRequest> {
    input.whole()?;
    let name = input.text("participant")?.ok_or(BadRequest)?;
    let participant = match input.required_integer("type")? {
        0 => Participant::User(name),
        1 => Participant::Group(name),
        other => return Ok(Err(other)),
    };
    let can_write = input.flag("canWrite")?.unwrap_or(false);
    let can_share = input.flag("canShare")?.unwrap_or(false);
    Ok(Ok(FolderShareWish { folder, participant, can_write, can_share }))
}

/// What a request to edit a share says: both flags, always.
pub(super) fn flags(input: &Input) -> Result<(bool, bool), BadRequest> {
    input.whole()?;
    let can_write = input.flag("canWrite")?.ok_or(BadRequest)?;
    Ok((can_write, input.flag("canShare")?.ok_or(BadRequest)?))
}

pub(super) fn share(share: &FolderShare) -> Value {
    let (kind, participant) = match &share.participant {
        Participant::User(name) => (0, name),
        Participant::Group(name) => (1, name),
    };
    json!({
        "id": share.id,
        "folderId": share.folder,
        "owner": share.owner,
        "participant": participant,
        "type": kind,
        "canWrite": share.can_write,
        "canShare": share.can_share,
        "createdAt": share.created_at.timestamp(),
        "participantDisplayName": share.participant_shown,
    })
}

/// A folder, with what is in it as far as that was looked up.
pub(super) fn folder(folder: &FolderItem) -> Value {
    let mut view = fields(folder, &folder.owner);
    if let Some(children) = &folder.children {
        view.insert("children".to_owned(), children.iter().map(self::folder).collect());
    }
    Value::Object(view)
}

fn fields(folder: &FolderItem, owner: &str) -> Map<String, Value> {
    let pairs = [
        ("id", json!(folder.id)),
        ("title", json!(folder.title)),
        ("userId", json!(owner)),
        ("userDisplayName", json!(folder.owner_shown)),
        ("parent_folder", json!(folder.parent.unwrap_or(TOP))),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What is in a folder, one by one; a folder that `looker` mounted is shown as his.
pub(super) fn child(item: &FolderItem, looker: &str) -> Value {
    let owner = if item.is_mount { looker } else { &item.owner };
    let mut view = order_fields(item);
    if item.is_folder {
        view.extend(fields(item, owner));
    }
    if let Some(children) = &item.children {
        view.insert("children".to_owned(), children.iter().map(|item| child(item, looker)).collect());
    }
    Value::Object(view)
}

/// What is in a folder, by kind and number only.
pub(super) fn order(item: &FolderItem) -> Value {
    let mut view = order_fields(item);
    if let Some(children) = &item.children {
        view.insert("children".to_owned(), children.iter().map(order).collect());
    }
    Value::Object(view)
}

fn order_fields(item: &FolderItem) -> Map<String, Value> {
    let kind = if item.is_folder { "folder" } else { "bookmark" };
    [("type".to_owned(), json!(kind)), ("id".to_owned(), json!(item.id))].into_iter().collect()
}
