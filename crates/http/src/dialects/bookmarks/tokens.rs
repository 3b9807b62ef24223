//! The public token of a folder (bookmarks.md 2.6).

use super::{
    desk::Desk,
    input::number,
    refusals::{self, NOT_FOUND, NOT_FOUND_400},
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};

/// The token, if there is one.
pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    Ok(match desk.see(move |vouchsafe, actor| vouchsafe.public_token(actor, folder)).await? {
        Ok(Some(token)) => desk.item(token),
        Ok(None) | Err(_) => desk.refuse(NOT_FOUND),
    })
}

/// The token, made if there is none.
pub(super) async fn make(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    Ok(match desk.change(move |vouchsafe, actor| vouchsafe.make_public_token(actor, folder)).await? {
        Ok(token) => desk.item(token),
        Err(error) => desk.refuse(refusals::of_token(&error)),
    })
}

/// Ends the token.
pub(super) async fn end(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let folder = number(&path);
    Ok(match desk.change(move |vouchsafe, actor| vouchsafe.end_public_token(actor, folder)).await? {
        Ok(()) => desk.done(),
        Err(_) => desk.refuse(NOT_FOUND_400),
    })
}
