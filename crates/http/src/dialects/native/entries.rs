//! `/v1/entries/{uuid}` and `/v1/entries/{uuid}/move`.

use super::{
    desk::Desk,
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{EntryChange, EntryKind, EntryWithPath};
use vouchsafe_types::{
    EntryId, EntryPath,
    error::ApiError,
    name::{NameError, PathError},
};

/// The longest MIME type, in bytes.
const MAX_TYPE_BYTES: usize = 255;

/// Makes an entry known, or says what has changed about it.
pub(super) async fn put(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    let mut fields = Fields::of(&body.0);
    let (at, kind) = (fields.raw_text("path"), fields.text("kind"));
    if !matches!(kind.as_str(), "file" | "dir" | "") {
        fields.refuse("kind", "`file` or `dir`");
    }
    let (owner, size_bytes) = (fields.opt_text("owner"), fields.count("size"));
    let content_type = fields.opt_text("content_type");
    let is_odd = |t: &String| t.len() > MAX_TYPE_BYTES || t.chars().any(char::is_control);
    if content_type.as_ref().is_some_and(is_odd) {
        fields.refuse("content_type", "at most 255 bytes without control characters");
    }
    let modified_at = fields.opt_parsed::<wire::Moment>("modified").map(|moment| moment.0);
    let create_parents = fields.flag("create_parents").unwrap_or(false);
    let kind = if kind == "dir" { EntryKind::Dir } else { EntryKind::File };
    let at = entry_path(fields, &at)?;
    desk.guess_path(&at)?;
    let change = EntryChange { path: at, kind, owner, size_bytes, content_type, modified_at, create_parents };
    let told = desk.act(move |vouchsafe, actor| vouchsafe.put_entry(actor, uuid, &change)).await?;
    Ok(told.saved(told.value.1, |(entry, _)| view(entry)))
}

/// An entry that the caller may see.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uuid = wire::id("uuid", &path)?;
    Ok(desk.see_one(move |vouchsafe, actor| vouchsafe.entry(actor, uuid)).await?.json(view))
}

/// Deletes an entry with everything below it.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uuid = wire::id("uuid", &path)?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_entry(actor, uuid)).await?.done())
}

/// Moves an entry, whatever lies below it.
pub(super) async fn move_to(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    let mut fields = Fields::of(&body.0);
    let to = fields.raw_text("path");
    let to = entry_path(fields, &to)?;
    desk.guess_path(&to)?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.move_entry(actor, uuid, &to)).await?.json(view))
}

/// A path as the host application writes it, after the rest of the body: nothing in it is resolved away.
///
/// A name that is none has a code of its own, as long as nothing else is wrong with the body.
fn entry_path(mut fields: Fields<'_>, text: &str) -> Result<EntryPath, Rejection> {
    let parsed = EntryPath::strict(text);
    if let (Err(error), false, false) = (&parsed, fields.is_fine(), text.is_empty()) {
        fields.refuse("path", &error.to_string());
    }
    fields.finish()?;
    parsed.map_err(|error| match error {
        PathError::Name(reason) if reason != NameError::Empty => {
            let name = text.to_owned();
            ApiError::InvalidFileName { name, reason: Some(format!("{reason}.")) }.into()
        }
        PathError::Name(_) | PathError::Relative | PathError::TooLong => {
            ApiError::invalid("path", error.to_string(), None).into()
        }
    })
}

pub(super) fn view(found: &EntryWithPath) -> Value {
    let entry = &found.entry;
    let mut view = json!({
        "id": entry.id,
        "uuid": entry.uuid,
        "path": found.path,
        "name": entry.name,
        "kind": if entry.is_dir { "dir" } else { "file" },
        "owner": found.owner,
        "parent": found.parent,
        "size": entry.size_bytes,
        "content_type": entry.content_type,
        "created": wire::time(entry.created_at),
        "modified": wire::time(entry.modified_at),
        "allocation_id": entry.allocation_id,
        "lookup_hash": entry.lookup_hash,
    });
    if let (Some(title), Value::Object(object)) = (&entry.title, &mut view) {
        object.insert("title".to_owned(), json!(title));
    }
    view
}
