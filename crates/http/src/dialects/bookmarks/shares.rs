//! Shares of folders (bookmarks.md 2.1 to 2.6).

use super::{
    desk::Desk,
    input::number,
    refusals::{self, BAD_REQUEST, NO_FOLDER, NOT_FOUND, UNAUTHORIZED, UNSUPPORTED_TYPE},
    wire,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::json;

/// Shares a folder.
pub(super) async fn make(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    let Ok(wish) = wire::wish(folder, &desk.input) else { return Ok(desk.refuse(BAD_REQUEST)) };
    let Ok(wish) = wish else {
        let may = desk.see(move |vouchsafe, actor| vouchsafe.may_share_folder(actor, folder)).await?;
        return Ok(desk.refuse(if may == Ok(true) { UNSUPPORTED_TYPE } else { NO_FOLDER }));
    };
    Ok(match desk.change(move |vouchsafe, actor| vouchsafe.share_folder(actor, &wish)).await? {
        Ok(share) => desk.item(wire::share(&share)),
        Err(error) => desk.refuse(refusals::of_share(&error)),
    })
}

/// The shares of exactly this folder.
pub(super) async fn of_folder(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    Ok(match desk.see_list(move |vouchsafe, actor| vouchsafe.folder_shares(actor, folder)).await? {
        Ok(shares) => desk.data(shares.iter().map(wire::share).collect()),
        Err(error) => desk.refuse(refusals::of_shares(&error)),
    })
}

/// One share.
pub(super) async fn one(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let share = number(&path);
    Ok(match desk.see(move |vouchsafe, actor| vouchsafe.folder_share(actor, share)).await? {
        Ok(share) => desk.item(wire::share(&share)),
        Err(_) => desk.refuse(NOT_FOUND),
    })
}

/// Says anew whether whom it is shared with may write, and share onwards.
pub(super) async fn edit(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let share = number(&path);
    let Ok((can_write, can_share)) = wire::flags(&desk.input) else { return Ok(desk.refuse(BAD_REQUEST)) };
    let edited =
        desk.change(move |vouchsafe, actor| vouchsafe.edit_folder_share(actor, share, can_write, can_share)).await?;
    Ok(match edited {
        Ok(share) => desk.item(wire::share(&share)),
        Err(error) => desk.refuse(refusals::of_share_edit(&error)),
    })
}

/// Ends a share.
pub(super) async fn end(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let share = number(&path);
    // COMPAT(bookmarks): clients are told success also when nothing was theirs to end.
    let _ = desk.change(move |vouchsafe, actor| vouchsafe.end_folder_share(actor, share)).await?;
    Ok(desk.done())
}

/// The shares of all folders of the caller's own, whoever made them.
pub(super) async fn own(desk: Desk) -> Result<HttpResponse, Rejection> {
    if !desk.is_person() {
        return Ok(desk.refuse(UNAUTHORIZED));
    }
    Ok(match desk.see_list(|vouchsafe, actor| vouchsafe.shares_of_own_folders(actor)).await? {
        Ok(shares) => desk.data(shares.iter().map(wire::share).collect()),
        Err(error) => desk.refuse(refusals::of_own(&error)),
    })
}

/// The folders of others that stand in the caller's own tree.
pub(super) async fn mounted(desk: Desk) -> Result<HttpResponse, Rejection> {
    if !desk.is_person() {
        return Ok(desk.refuse(UNAUTHORIZED));
    }
    Ok(match desk.see_list(|vouchsafe, actor| vouchsafe.mounted_folders(actor)).await? {
        Ok(folders) => desk.data(folders.into_iter().map(|id| json!({ "id": id })).collect()),
        Err(error) => desk.refuse(refusals::of_own(&error)),
    })
}
