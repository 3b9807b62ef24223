//! Proving an address. The link in the mail only leads here: what reads mails before people do proves nothing.

use super::{form::Form, render, visit::Visit, words};
use crate::error::Rejection;
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::json;

/// The page that the mail leads to, or where the code is typed.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let token = visit.param("token").to_owned();
    if token.is_empty() {
        visit.person()?;
    }
    ask(&visit, &token, visit.param("next"), None)
}

fn ask(visit: &Visit, token: &str, next: &str, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let me = visit.session.as_ref().map(|(_, principal)| &principal.user);
    let page = json!({
        "token": token,
        "next": words::safe_next(next).unwrap_or_default(),
        "email": me.and_then(|user| user.email.as_ref()).map(|email| email.typed().to_owned()),
        "is_confirmed": token.is_empty() && me.is_some_and(|user| user.email_confirmed),
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
    visit.answer(status, "confirm", "Confirm your address", page)
}

/// Proves the address, by the token of the link or by the code.
pub(super) async fn confirm(form: Form) -> Result<HttpResponse, Rejection> {
    let (visit, token, code) = (&form.visit, form.text("token"), form.text("code").replace(' ', ""));
    let outcome = if token.is_empty() {
        match visit.limits().confirm(visit.person()?.user.id) {
            Ok(()) => visit.run(move |vouchsafe, actor| vouchsafe.confirm_email_by_code(actor, &code)).await,
            Err(throttled) => Err(throttled),
        }
    } else {
        let token = token.clone();
        visit.cases.run(move |vouchsafe| vouchsafe.confirm_email_by_link(&token)).await
    };
    match outcome {
        Ok(user) => {
            let is_me = visit.session.as_ref().is_some_and(|(_, principal)| principal.user.id == user.id);
            Ok(render::see_other(if is_me { "/shared?done=confirmed" } else { "/login?done=confirmed" }))
        }
        Err(problem @ (Rejection::Refused(_) | Rejection::Throttled { .. })) => {
            ask(visit, &token, &form.text("next"), Some(&problem))
        }
        Err(other) => Err(other),
    }
}

/// Mails a new link and code.
pub(super) async fn again(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().confirm(visit.person()?.user.id)?;
    visit.run(|vouchsafe, actor| vouchsafe.send_confirm_email(actor)).await?;
    let next = form.text("next");
    let next = words::safe_next(&next).unwrap_or("/confirm-email");
    let sign = if next.contains('?') { '&' } else { '?' };
    Ok(render::see_other(&format!("{next}{sign}done=sent")))
}
