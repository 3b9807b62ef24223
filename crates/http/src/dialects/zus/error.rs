//! Refusals in the form of the Züs face: a text, or an object when it is about who calls.

use super::wire::answer;
use crate::error::Rejection;
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde_json::{Value, json};
use vouchsafe_types::error::{ApiError, TicketFault};

/// The answer to a request that was not done.
pub(crate) fn print(rejection: &Rejection) -> HttpResponse {
    match rejection {
        Rejection::Refused(error) => refused(error),
        Rejection::Throttled { retry_after } => {
            later(StatusCode::TOO_MANY_REQUESTS, "429: too many requests", *retry_after)
        }
        Rejection::Unavailable(_) => later(StatusCode::SERVICE_UNAVAILABLE, "503: service unavailable", 1),
        Rejection::Repeated => text(StatusCode::BAD_REQUEST, "conflict: the request was made before"),
        Rejection::Internal(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "500: internal error"),
    }
}

/// Nearly everything that is the client's fault is 400 here.
fn refused(error: &ApiError) -> HttpResponse {
    match error {
        ApiError::InvalidHeader { .. } => known(StatusCode::BAD_REQUEST, error.code(), &error.message()),
        ApiError::TokenAuthFailed {} => known(StatusCode::UNAUTHORIZED, "unauthorized", "Invalid token."),
        ApiError::TicketRefused { fault } => text(StatusCode::BAD_REQUEST, &fault.to_string()),
        ApiError::PayloadTooLarge { .. } => text(StatusCode::BAD_REQUEST, &TicketFault::TooLong.to_string()),
        ApiError::NotFound {} => text(StatusCode::NOT_FOUND, "404: not found"),
        ApiError::MethodNotAllowed {} => text(StatusCode::METHOD_NOT_ALLOWED, "405: method not allowed"),
        ApiError::Unavailable {} => later(StatusCode::SERVICE_UNAVAILABLE, "503: service unavailable", 1),
        other => text(StatusCode::BAD_REQUEST, &format!("{}: {}", other.code(), other.message())),
    }
}

fn known(status: StatusCode, code: &str, message: &str) -> HttpResponse {
    error(status, &json!({ "code": code, "msg": message }))
}

fn text(status: StatusCode, text: &str) -> HttpResponse {
    error(status, &json!(text))
}

fn error(status: StatusCode, error: &Value) -> HttpResponse {
    answer(status, &json!({ "error": error }))
}

fn later(status: StatusCode, what: &str, seconds: u64) -> HttpResponse {
    let mut answer = text(status, what);
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    answer
}
