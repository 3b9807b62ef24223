//! Refusals in the form of this face.

use super::envelope;
use crate::{error::Rejection, state::WasRepeated};
use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, http::header, web::Data};
use vouchsafe_types::error::ApiError;

/// The codes of .NET's exceptions, as clients know them.
const EXCEPTION: i32 = -2_146_233_088;
const SECURITY: i32 = -2_146_233_078;
const FORMAT: i32 = -2_146_233_033;
const ARGUMENT: i32 = -2_147_024_809;
const NULL_ARGUMENT: i32 = -2_147_467_261;
const INVALID_OPERATION: i32 = -2_146_233_079;

/// What is said to who may not do something, and about what there is not: the two must not be told apart.
const NO_PERMISSION: &str = "You don't have enough permission to perform the operation";

/// A refusal on the wire.
pub(crate) fn print(rejection: &Rejection) -> HttpResponse {
    let status = rejection.status_code();
    match rejection {
        Rejection::Refused(error) => refused(error, status),
        Rejection::Throttled { retry_after } => {
            let mut answer = envelope::refused(status, "Too many requests.", EXCEPTION);
            answer.headers_mut().insert(header::RETRY_AFTER, (*retry_after).into());
            answer
        }
        Rejection::Unavailable(_) => {
            let mut answer = envelope::refused(status, &ApiError::Unavailable {}.message(), EXCEPTION);
            answer.headers_mut().insert(header::RETRY_AFTER, 1.into());
            answer
        }
        Rejection::Repeated => {
            let mut answer = envelope::refused(status, &ApiError::Conflict {}.message(), EXCEPTION);
            answer.extensions_mut().insert(WasRepeated);
            answer
        }
        Rejection::Internal(_) => envelope::refused(status, "Internal Server Error", EXCEPTION),
    }
}

fn refused(error: &ApiError, status: StatusCode) -> HttpResponse {
    let known = |hresult| envelope::refused(status, &error.message(), hresult);
    match error {
        _ if status == StatusCode::UNAUTHORIZED => {
            HttpResponse::Unauthorized().content_type("text/plain; charset=utf-8").body("Unauthorized")
        }
        ApiError::Forbidden {} | ApiError::PermissionDenied { .. } | ApiError::SubjectDoesNotExist {} => {
            envelope::refused(StatusCode::FORBIDDEN, NO_PERMISSION, SECURITY)
        }
        ApiError::LinkRefused {} => known(SECURITY),
        ApiError::OtherKind {} => known(NULL_ARGUMENT),
        ApiError::RequiredNotFound { .. } => known(INVALID_OPERATION),
        ApiError::GuidInvalid {} | ApiError::BooleanInvalid {} => known(FORMAT),
        ApiError::AccessUnknown { .. } => known(ARGUMENT),
        _ => known(EXCEPTION),
    }
}

/// Tells who sent a header that was not accepted which one would be.
pub(crate) fn challenge(request: &HttpRequest, answer: &mut HttpResponse) {
    let is_asked = answer.status() == StatusCode::UNAUTHORIZED && request.headers().contains_key(header::AUTHORIZATION);
    let state = request.app_data::<Data<crate::AppState>>();
    if let (true, Some(state)) = (is_asked, state) {
        let origin = state.public_url();
        let host = origin.split("://").nth(1).unwrap_or(origin).split(['/', ':']).next().unwrap_or_default();
        if let Ok(realm) = header::HeaderValue::from_str(&format!("Basic Realm=\"{host}\"")) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        }
    }
}
