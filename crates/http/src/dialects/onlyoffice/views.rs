//! People, groups, records, files and folders as this face shows them.

use super::{
    scalar::number_of,
    well_known::{DEFAULT_LINK, EVERYONE},
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use vouchsafe_flows::{EntryCard, EntryShares, FolderPage, LinkRecord, Merged, Opener, ShareRecord, Sharee, User};
use vouchsafe_types::{LinkId, UserId};

/// The number of "different, or missing on some of them".
const VARIES: usize = 4;
/// The section "My", also for what lies in another person's.
const MY_SECTION: u8 = 5;
/// The section of what others shared.
const SHARED_SECTION: u8 = 6;

/// A moment with seven digits of a second.
pub(super) fn time(at: DateTime<Utc>) -> String {
    format!("{}0Z", at.format("%Y-%m-%dT%H:%M:%S%.6f"))
}

/// The records of an entry, links first.
pub(super) fn records(shares: &EntryShares, me: UserId, origin: &str) -> Vec<Value> {
    let links = shares.links.iter().map(|link| link_record(link, shares, origin));
    links.chain(shares.records.iter().map(|record| self::record(record, me, origin))).collect()
}

fn link_record(link: &LinkRecord, shares: &EntryShares, origin: &str) -> Value {
    let id = if link.is_default { DEFAULT_LINK } else { link.id.map_or(DEFAULT_LINK, LinkId::as_uuid) };
    json!({
        "access": number_of(link.access),
        "sharedTo": { "id": id, "shareLink": link_url(link, shares.number, shares.opener, origin) },
        "isLocked": false,
        "isOwner": false,
    })
}

/// Where a link leads: nowhere when the operator has switched links off; without its key while it is switched off
/// itself.
pub(super) fn link_url(link: &LinkRecord, number: i64, opener: Opener, origin: &str) -> String {
    if link.are_off { String::new() } else { url(origin, number, opener, link.token.as_deref().unwrap_or_default()) }
}

/// The address of a file or folder with a key.
pub(super) fn url(origin: &str, number: i64, opener: Opener, key: &str) -> String {
    let below = match opener {
        Opener::Editor => format!("DocEditor.aspx?fileid={number}&doc={key}"),
        Opener::Viewer => format!("DocEditor.aspx?fileid={number}&action=view&doc={key}"),
        Opener::Download => format!("HttpHandlers/filehandler.ashx?action=download&fileid={number}&doc={key}"),
        Opener::Folder => format!("?share={key}#{number}"),
    };
    format!("{origin}/Products/Files/{below}")
}

/// A share record.
fn record(record: &ShareRecord, me: UserId, origin: &str) -> Value {
    json!({
        "access": number_of(record.access),
        "sharedTo": sharee(&record.sharee, me, origin),
        "isLocked": record.is_caller,
        "isOwner": record.is_owner,
    })
}

/// A share record of several entries together.
pub(super) fn merged(record: &Merged, me: UserId, origin: &str) -> Value {
    json!({
        "access": record.access.map_or(VARIES, number_of),
        "sharedTo": sharee(&record.sharee, me, origin),
        "isLocked": record.is_caller,
        "isOwner": record.is_owner,
    })
}

fn sharee(sharee: &Sharee, me: UserId, origin: &str) -> Value {
    match sharee {
        Sharee::Person(found) => user(found, me, origin),
        Sharee::Group { id, name, manager } => json!({ "id": id, "name": name, "manager": manager }),
        Sharee::Everyone => json!({ "id": EVERYONE, "name": sharee.name(), "manager": null }),
    }
}

/// A person. Addresses, and who administers the server, are nobody else's business.
pub(super) fn user(user: &User, me: UserId, origin: &str) -> Value {
    let is_me = user.id == me;
    let shown = user.display_name.as_deref().unwrap_or(user.username.as_str());
    let (first, last) = shown.rsplit_once(' ').unwrap_or((shown, ""));
    let email = user.email.as_ref().filter(|_| is_me).map(vouchsafe_types::Email::typed);
    let avatar = |size: u32| format!("/skins/default/images/default_user_photo_size_{size}-{size}.png");
    json!({
        "id": user.id,
        "userName": user.username.as_str(),
        "isVisitor": false,
        "firstName": first,
        "lastName": last,
        "email": email,
        "status": if user.is_suspended { 2 } else { 1 },
        "activationStatus": match (user.email_confirmed, user.email.is_some()) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        },
        "terminated": null,
        "department": "",
        "displayName": shown,
        "avatarSmall": avatar(32),
        "avatarMedium": avatar(48),
        "avatar": avatar(82),
        "isAdmin": is_me && user.is_admin,
        "isLDAP": false,
        "isOwner": false,
        "isSSO": false,
        "quotaLimit": 0,
        "usedSpace": 0,
        "docsSpace": 0,
        "mailSpace": 0,
        "talkSpace": 0,
        "profileUrl": format!("{origin}/Products/People/Profile.aspx?user={}", user.username),
    })
}

/// A file or folder.
pub(super) fn card(card: &EntryCard, me: UserId, origin: &str) -> Value {
    let entry = &card.entry;
    let owner = user(&card.owner, me, origin);
    let mut view = json!({
        "id": entry.id,
        "title": entry.name,
        // COMPAT(onlyoffice): 0 for what has no value; 3 would deny what is seen.
        "access": card.access.map_or(0, number_of),
        "shared": card.is_shared,
        "rootFolderType": MY_SECTION,
        "created": time(entry.created_at),
        "updated": time(entry.modified_at),
        "createdBy": owner,
        "updatedBy": owner,
    });
    if let Value::Object(object) = &mut view {
        object.extend(if entry.is_dir { of_folder(card) } else { of_file(card, origin) });
    }
    view
}

fn of_folder(card: &EntryCard) -> Map<String, Value> {
    let (files, folders) = card.counts;
    let parent = card.folder.unwrap_or(0);
    object([("parentId", json!(parent)), ("filesCount", json!(files)), ("foldersCount", json!(folders))])
}

fn of_file(card: &EntryCard, origin: &str) -> Map<String, Value> {
    let (entry, restrictions) = (&card.entry, card.entry.restrictions);
    let mut fields = object([
        ("version", json!(1)),
        ("versionGroup", json!(1)),
        ("contentLength", json!(format!("{} bytes", entry.size_bytes))),
        ("pureContentLength", json!(entry.size_bytes)),
        ("fileStatus", json!(0)),
        ("fileExst", json!(if card.extension.is_empty() { String::new() } else { format!(".{}", card.extension) })),
        ("comment", json!("")),
        ("encrypted", json!(false)),
        ("webUrl", json!(format!("{origin}/Products/Files/DocEditor.aspx?fileid={}", entry.id))),
        (
            "viewUrl",
            json!(format!("{origin}/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid={}", entry.id)),
        ),
    ]);
    if let Some(folder) = card.folder {
        fields.insert("folderId".to_owned(), json!(folder));
    }
    // Said only when it is so.
    let flags = [("denyDownload", restrictions.denies_download), ("denySharing", restrictions.denies_sharing)];
    fields.extend(flags.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| (name.to_owned(), json!(true))));
    fields
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What lies in a folder.
pub(super) fn folder(page: &FolderPage, current: Value, me: UserId, origin: &str) -> Value {
    let of_kind = |is_dir: bool| -> Vec<Value> {
        let items = page.items.iter().filter(|item| item.entry.is_dir == is_dir);
        items.map(|item| card(item, me, origin)).collect()
    };
    json!({
        "files": of_kind(false),
        "folders": of_kind(true),
        "pathParts": [current.get("id")],
        "current": current,
        "startIndex": page.start,
        "count": page.items.len(),
        "total": page.total,
    })
}

/// The folder that stands for what others shared: no entry.
pub(super) fn shared_root(page: &FolderPage) -> Value {
    let folders = page.items.iter().filter(|item| item.entry.is_dir).count();
    json!({
        "id": "@share",
        "title": "Shared with me",
        "access": number_of(vouchsafe_types::Access::Read),
        "shared": false,
        "rootFolderType": SHARED_SECTION,
        "parentId": 0,
        "filesCount": page.items.len().saturating_sub(folders),
        "foldersCount": folders,
    })
}
