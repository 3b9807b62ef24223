//! Proving an e-mail address: by the code or by the link that was mailed to it.

use crate::{
    auth::{Call, OpenCall},
    error::Rejection,
    fields::Fields,
    state::UseCases,
};
use actix_web::{HttpRequest, HttpResponse, web::Query};
use serde::Deserialize;
use serde_json::{Value, json};
use vouchsafe_types::error::ApiError;

/// The query of the mailed link.
#[derive(Deserialize)]
pub(super) struct LinkQuery {
    token: Option<String>,
}

/// Mails a new code and link.
pub(super) async fn send(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, _) = call.own()?;
    cases.limits().confirm(principal.user.id)?;
    cases.run(move |vouchsafe| vouchsafe.send_confirm_email(&principal.actor)).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// Takes the token of the mailed link, without a session.
pub(super) async fn by_link(cases: UseCases, query: Query<LinkQuery>) -> Result<HttpResponse, Rejection> {
    let token = query.into_inner().token.filter(|token| !token.is_empty());
    confirm_link(&cases, token.ok_or_else(|| ApiError::FieldMissing { key: "token".to_owned() })?).await
}

/// Takes the code that was mailed to the caller, or the token of the mailed link.
pub(super) async fn by_code_or_link(
    cases: UseCases,
    request: HttpRequest,
    OpenCall(body): OpenCall,
) -> Result<HttpResponse, Rejection> {
    if let Some(Value::String(token)) = body.get("token") {
        return confirm_link(&cases, token.clone()).await;
    }
    let principal = Call::principal_of(&request, &body).await?;
    if !principal.actor.is_plain_user() {
        return Err(ApiError::Forbidden {}.into());
    }
    cases.limits().confirm(principal.user.id)?;
    let mut fields = Fields::of(&body);
    let code = fields.text("code");
    fields.finish()?;
    cases.run(move |vouchsafe| vouchsafe.confirm_email_by_code(&principal.actor, &code)).await?;
    Ok(confirmed())
}

async fn confirm_link(cases: &UseCases, token: String) -> Result<HttpResponse, Rejection> {
    cases.run(move |vouchsafe| vouchsafe.confirm_email_by_link(&token)).await?;
    Ok(confirmed())
}

fn confirmed() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "email_confirmed": true }))
}
