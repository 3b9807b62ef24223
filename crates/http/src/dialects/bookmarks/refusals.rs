//! The texts of refusals, endpoint by endpoint (bookmarks.md 2 and 4).

use super::desk::written;
use crate::{error::Rejection, face::Face};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use vouchsafe_types::error::ApiError;

/// A refusal as clients know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) text: &'static str,
    /// Whether the text stands alone, and not in a list.
    pub(super) is_plain: bool,
}

impl Refusal {
    pub(super) fn data(self) -> Value {
        if self.is_plain { json!(self.text) } else { json!([self.text]) }
    }
}

const fn listed(status: StatusCode, text: &'static str) -> Refusal {
    Refusal { status, text, is_plain: false }
}

const fn plain(text: &'static str) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, text, is_plain: true }
}

/// Our own trouble with one folder, which this endpoint alone tells without a list (4.3).
const TROUBLE: Refusal = Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, text: "Internal error", is_plain: true };

/// The answer to a request that was not done.
pub(crate) fn print(request: &HttpRequest, rejection: &Rejection) -> HttpResponse {
    match rejection {
        Rejection::Internal(_) if asks_for_one_folder(request) => {
            let body = json!({ "status": "error", "data": TROUBLE.data() });
            written(HttpResponse::build(TROUBLE.status), &body)
        }
        other => other.print(Face::Bookmarks),
    }
}

fn asks_for_one_folder(request: &HttpRequest) -> bool {
    let folder = request.path().split_once("/public/rest/v2/folder/").map(|(_, folder)| folder);
    request.method() == Method::GET && folder.is_some_and(|folder| folder != "shared" && !folder.contains('/'))
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

/// Listing the shares of a folder: 2.2.
pub(super) const fn of_shares(error: &ApiError) -> Refusal {
    match error {
        ApiError::TooManyItems { .. } => UNSUPPORTED,
        _ => NO_FOLDER_404,
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

/// Listing one's own shares, and what was shared with one: 2.6.
pub(super) const fn of_own(error: &ApiError) -> Refusal {
    match error {
        ApiError::TooManyItems { .. } => UNSUPPORTED,
        _ => UNAUTHORIZED,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::bookmarks::KIND;
    use actix_web::{http::header, test::TestRequest};

    #[test]
    fn every_refusal_has_the_type_of_this_face_whoever_makes_it() {
        for (rejection, status) in [
            (ApiError::TokenMissing {}.into(), 401),
            (ApiError::Forbidden {}.into(), 403),
            (ApiError::NotFound {}.into(), 404),
            (ApiError::TooManyRequests {}.into(), 429),
            (Rejection::Throttled { retry_after: 7 }, 429),
            (Rejection::Unavailable("away".to_owned()), 503),
            (Rejection::Repeated, 409),
            (Rejection::Internal("trouble".to_owned()), 500),
        ] {
            for path in ["/public/rest/v2/folder/7", "/apps/bookmarks/public/rest/v2/share"] {
                let answer = print(&TestRequest::get().uri(path).to_http_request(), &rejection);
                let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                assert_eq!((answer.status().as_u16(), kind), (status, Some(KIND)), "{path}");
            }
        }
    }
}
