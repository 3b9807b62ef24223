//! Accounts and sessions.

use super::wire;
use crate::{
    auth::{Call, OpenCall},
    error::Rejection,
    fields::Fields,
    state::UseCases,
    token,
};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use vouchsafe_flows::SignUp;
use vouchsafe_types::{Email, Username, error::ApiError};

/// Makes an account of one's own and a session with it.
pub(super) async fn sign_up(
    cases: UseCases,
    request: HttpRequest,
    OpenCall(body): OpenCall,
) -> Result<HttpResponse, Rejection> {
    cases.limits().sign_up(cases.peer(&request))?;
    let mut fields = Fields::of(&body);
    let (username, email) = (fields.parsed::<Username>("username"), fields.text("email"));
    let password = fields.text("password");
    fields.finish()?;
    let missing = || ApiError::FieldMissing { key: "username".to_owned() };
    let wanted = SignUp {
        username: username.ok_or_else(missing)?,
        email: Email::parse(&email).ok().ok_or(ApiError::EmailNotAllowed { email })?,
        password,
    };
    let (token, user) = cases.run(move |vouchsafe| vouchsafe.sign_up(&wanted)).await?;
    Ok(wire::session(&cases, &token, &user))
}

/// Opens a session, by username or e-mail address, and password.
pub(super) async fn log_in(
    cases: UseCases,
    request: HttpRequest,
    OpenCall(body): OpenCall,
) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body);
    let (name, password) = (fields.text_of(&["username", "email"]), fields.text("password"));
    fields.finish()?;
    cases.limits().log_in(&name, cases.peer(&request))?;
    let (token, user) = cases.run(move |vouchsafe| vouchsafe.log_in(&name, &password)).await?;
    Ok(wire::session(&cases, &token, &user))
}

/// Ends the session that the request came with.
pub(super) async fn log_out(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let token = call.token().to_owned();
    cases.run(move |vouchsafe| vouchsafe.log_out(&token)).await?;
    Ok(HttpResponse::Ok().cookie(token::no_session_cookie()).json(json!({})))
}

/// Who the token stands for.
pub(super) async fn whoami(call: Call) -> HttpResponse {
    let is_own_session = call.principal.actor.is_plain_user();
    HttpResponse::Ok().json(wire::whoami(&call.principal.user, is_own_session))
}
