//! `POST authentication`: a name and a password for a token.

use super::{args::Args, envelope, views};
use crate::{error::Rejection, json, state::UseCases};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde_json::json;
use vouchsafe_types::error::ApiError;

/// Opens a session, by username, proven address or id, and password.
pub(super) async fn log_in(
    cases: UseCases,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Rejection> {
    let body = json::read_bytes(&mut payload.into_inner()).await?;
    let args = Args::of(&request, &body)?;
    let (name, password) = (args.text("username")?, args.text("password")?);
    let (Some(name), Some(password)) = (name, password) else { return Err(ApiError::CredentialsInvalid {}.into()) };
    cases.limits().log_in(&name, cases.peer(&request))?;
    let (token, expires) = cases.run(move |vouchsafe| vouchsafe.log_in_until(&name, &password)).await?;
    envelope::one(StatusCode::CREATED, json!({ "token": token, "expires": views::time(expires) }))
}
