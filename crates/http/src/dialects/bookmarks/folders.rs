//! Folders (bookmarks.md 4).

use super::{
    desk::Desk,
    input::{folder, folder_in_path, number},
    refusals::{self, BAD_REQUEST, NO_FOLDER, NO_FOLDER_404},
    wire,
};
use crate::error::Rejection;
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    web::Path,
};
use serde_json::Value;
use vouchsafe_flows::{FolderChange, FolderItem, FolderRef};

/// Makes a folder.
pub(super) async fn make(desk: Desk) -> Result<HttpResponse, Rejection> {
    let (Ok(()), Ok(title)) = (desk.input.whole(), desk.input.text("title")) else {
        return Ok(desk.refuse(BAD_REQUEST));
    };
    let (title, parent) = (title.unwrap_or_default(), folder(desk.input.integer("parent_folder").unwrap_or(-1)));
    Ok(match desk.change(move |vouchsafe, actor| vouchsafe.make_folder(actor, &title, parent)).await? {
        Ok(made) => desk.item(wire::folder(&made)),
        Err(error) => desk.refuse(refusals::of_new_folder(&error)),
    })
}

/// The folders in a folder, and in those.
pub(super) async fn hierarchy(desk: Desk) -> Result<HttpResponse, Rejection> {
    let root = folder(desk.input.integer("root").unwrap_or(-1));
    let layers = layers(desk.input.integer("layers").unwrap_or(-1));
    let mut answer =
        match desk.see_list(move |vouchsafe, actor| vouchsafe.folder_contents(actor, root, layers, false)).await? {
            Ok(folders) => desk.data(folders.iter().map(wire::folder).collect()),
            Err(error) => desk.refuse(refusals::of_contents(&error)),
        };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, must-revalidate"));
    Ok(answer)
}

/// How many levels: any negative number is all of them.
fn layers(number: i64) -> Option<usize> {
    usize::try_from(number).ok()
}

/// One folder.
pub(super) async fn one(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    Ok(match desk.see(move |vouchsafe, actor| vouchsafe.folder(actor, folder)).await? {
        Ok(found) => desk.item(wire::folder(&found)),
        Err(_) => desk.refuse(NO_FOLDER),
    })
}

/// Renames and moves a folder, or the caller's own view of somebody else's.
pub(super) async fn edit(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (Ok(()), Ok(title)) = (desk.input.whole(), desk.input.text("title")) else {
        return Ok(desk.refuse(BAD_REQUEST));
    };
    let change = FolderChange { title, parent: desk.input.integer("parent_folder").map(folder) };
    let id = number(&path);
    Ok(match desk.change(move |vouchsafe, actor| vouchsafe.edit_folder(actor, id, &change)).await? {
        Ok(edited) => desk.item(wire::folder(&edited)),
        Err(error) => desk.refuse(refusals::of_folder_edit(&error)),
    })
}

/// Deletes a folder, or leaves somebody else's.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    // COMPAT(bookmarks): clients are told success also when nothing was theirs to delete.
    let _ = desk.change(move |vouchsafe, actor| vouchsafe.delete_folder(actor, folder)).await?;
    Ok(desk.done())
}

/// Takes a folder back that the caller left.
pub(super) async fn undelete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    let taken = if desk.is_person() {
        desk.change(move |vouchsafe, actor| vouchsafe.take_folder_back(actor, folder)).await?
    } else {
        // Nothing was left by a token: what it reads is there.
        desk.see(move |vouchsafe, actor| vouchsafe.folder(actor, folder)).await?.map(|_| ())
    };
    Ok(match taken {
        Ok(()) => desk.done(),
        Err(_) => desk.refuse(NO_FOLDER_404),
    })
}

/// What is in a folder.
pub(super) async fn children(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let looker = desk.username();
    contents(desk, folder_in_path(&path), move |item| wire::child(item, &looker)).await
}

/// What is in a folder, by kind and number.
pub(super) async fn child_order(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    contents(desk, folder_in_path(&path), wire::order).await
}

async fn contents(
    desk: Desk,
    folder: FolderRef,
    view: impl Fn(&FolderItem) -> Value,
) -> Result<HttpResponse, Rejection> {
    let layers = layers(desk.input.integer("layers").unwrap_or(0));
    Ok(match desk.see_list(move |vouchsafe, actor| vouchsafe.folder_contents(actor, folder, layers, true)).await? {
        Ok(items) => desk.data(items.iter().map(view).collect()),
        Err(error) => desk.refuse(refusals::of_contents(&error)),
    })
}

/// How many files are in a folder and below it.
pub(super) async fn count(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = folder_in_path(&path);
    Ok(match desk.see_list(move |vouchsafe, actor| vouchsafe.count_files(actor, folder)).await? {
        Ok(count) => desk.item(count),
        Err(error) => desk.refuse(refusals::of_contents(&error)),
    })
}
