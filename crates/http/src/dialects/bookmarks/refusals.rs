//! The texts of refusals, endpoint by endpoint (bookmarks.md 2 and 4).

use actix_web::http::StatusCode;
use vouchsafe_types::error::ApiError;

/// A refusal as clients know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) text: &'static str,
    /// Whether the text stands alone, and not in a list.
    pub(super) is_plain: bool,
}

const fn listed(status: StatusCode, text: &'static str) -> Refusal {
    Refusal { status, text, is_plain: false }
}

const fn plain(text: &'static str) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, text, is_plain: true }
}

pub(super) const BAD_REQUEST: Refusal = listed(StatusCode::BAD_REQUEST, "Bad request");
pub(super) const UNSUPPORTED_TYPE: Refusal = listed(StatusCode::BAD_REQUEST, "Unsupported share type");
pub(super) const NO_FOLDER: Refusal = listed(StatusCode::BAD_REQUEST, "Could not find folder");
pub(super) const NO_FOLDER_404: Refusal = listed(StatusCode::NOT_FOUND, "Could not find folder");
pub(super) const NOT_FOUND: Refusal = listed(StatusCode::NOT_FOUND, "Not found");
pub(super) const NOT_FOUND_400: Refusal = listed(StatusCode::BAD_REQUEST, "Not found");
pub(super) const UNAUTHORIZED: Refusal = listed(StatusCode::FORBIDDEN, "Unauthorized");
const NO_PARENT: Refusal = listed(StatusCode::BAD_REQUEST, "Could not find parent folder");
const NO_PARTICIPANT: Refusal = listed(StatusCode::BAD_REQUEST, "Could not find participant");
const UNSUPPORTED: Refusal = listed(StatusCode::BAD_REQUEST, "Unsupported operation");
const TWICE: Refusal = plain("Cannot create the same share twice");
const ONESELF: Refusal = plain("Cannot share with oneself");
const LOOP: Refusal = plain("Cannot share this with user that shared some of its contents");

/// Creating a share: 2.1.
pub(super) const fn of_share(error: &ApiError) -> Refusal {
    match error {
        ApiError::SubjectDoesNotExist {} => NO_FOLDER,
        ApiError::UserDoesNotExist { .. } | ApiError::EntityNotFound { .. } => NO_PARTICIPANT,
        ApiError::AlreadyShared {} => TWICE,
        ApiError::CannotShareWithOwner {} | ApiError::CannotShareWithSelf {} => ONESELF,
        ApiError::ShareLoop {} => LOOP,
        _ => UNSUPPORTED,
    }
}

/// Editing a share: 2.4.
pub(super) const fn of_share_edit(error: &ApiError) -> Refusal {
    match error {
        ApiError::EntityNotFound { .. } => NOT_FOUND_400,
        _ => UNSUPPORTED,
    }
}

/// Making a public token: 2.6.
pub(super) const fn of_token(error: &ApiError) -> Refusal {
    match error {
        ApiError::PublicLinksOff {} | ApiError::StorageLimitReached {} => UNSUPPORTED,
        _ => NOT_FOUND,
    }
}

/// Creating a folder: 4.1.
pub(super) const fn of_new_folder(error: &ApiError) -> Refusal {
    match error {
        ApiError::SubjectDoesNotExist {} => NO_PARENT,
        ApiError::FieldInvalid { .. } => BAD_REQUEST,
        _ => UNSUPPORTED,
    }
}

/// Listing folders: 4.2 and 4.4.
pub(super) const fn of_contents(error: &ApiError) -> Refusal {
    match error {
        ApiError::SubjectDoesNotExist {} => NOT_FOUND,
        _ => UNSUPPORTED,
    }
}

/// Editing a folder: 4.3.
pub(super) const fn of_folder_edit(error: &ApiError) -> Refusal {
    match error {
        ApiError::SubjectDoesNotExist {} | ApiError::Immutable {} => NOT_FOUND,
        ApiError::FieldInvalid { .. } => BAD_REQUEST,
        _ => UNSUPPORTED,
    }
}
