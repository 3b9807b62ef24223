//! `/v2/csrftoken`, and what browsers ask before they call.

use super::wire;
use crate::{error::Rejection, state::UseCases};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde_json::json;

/// The headers that a page may send.
const HEADERS: &str = "Authorization, Content-Type, X-App-Client-ID, X-App-Client-Key, X-App-User-ID, \
    X-App-Phone-Number, X-App-Client-Signature, X-App-Timestamp, X-App-Type, X-App-ID-Token, X-CSRF-TOKEN, \
    X-App-Nonce, X-App-Request-Signature";

/// A new token, for anybody.
pub(super) async fn issue(cases: UseCases) -> Result<HttpResponse, Rejection> {
    let token = cases.run(|vouchsafe| Ok(vouchsafe.issue_csrf_token())).await?;
    Ok(wire::answer(StatusCode::OK, &json!({ "csrf_token": token })))
}

/// What a page from anywhere may do. It has no cookies to go by here, so it can do nothing that it was not told how.
pub(super) async fn preflight() -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "3600"));
    answer.json(json!({}))
}
