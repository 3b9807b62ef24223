//! Share links: `/sharelink/check`, `/apply` and `/request`.

use crate::{
    auth::{Call, OpenCall},
    error::Rejection,
    state::UseCases,
};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_types::{InviteId, error::ApiError};

/// What the token of a share link stands for; needs no session.
pub(super) async fn check(cases: UseCases, OpenCall(body): OpenCall) -> Result<HttpResponse, Rejection> {
    let token = match body.get("token") {
        None | Some(Value::Null | Value::Bool(false)) => Err(missing("token")),
        Some(Value::String(text)) if text.is_empty() => Err(missing("token")),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Err(missing("token")),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(ApiError::InvalidToken {}),
    }?;
    let invite = cases.run(move |vouchsafe| vouchsafe.check_share_link(&token)).await?;
    Ok(HttpResponse::Ok().json(json!({ "$": "api:share", "uid": invite.id, "email": invite.email.typed() })))
}

/// Applies a share to the caller, if it was sent to his proven address.
pub(super) async fn apply(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.own()?;
    let id = uid(&body)?;
    cases.run(move |vouchsafe| vouchsafe.apply_share_link(&principal.actor, id)).await?;
    Ok(success())
}

/// Asks the sender of a share for what it gives.
pub(super) async fn request(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.own()?;
    let id = uid(&body)?;
    cases.run(move |vouchsafe| vouchsafe.request_share_link(&principal.actor, id)).await?;
    Ok(success())
}

/// The share that is meant; a text that can be none is like one that is gone.
fn uid(body: &Map<String, Value>) -> Result<InviteId, ApiError> {
    match body.get("uid") {
        Some(Value::String(text)) if !text.is_empty() => text.parse().ok().ok_or(ApiError::ShareExpired {}),
        _ => Err(missing("uid")),
    }
}

fn missing(key: &str) -> ApiError {
    ApiError::FieldMissing { key: key.to_owned() }
}

fn success() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "$": "api:status-report", "status": "success" }))
}
