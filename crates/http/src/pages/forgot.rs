//! A forgotten password.

use super::{form::Form, render, visit::Visit, words};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_types::{Email, error::ApiError};

/// The page that asks for the address, or, with the token of the mail, for another password.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let token = visit.param("token").to_owned();
    if token.is_empty() {
        return ask(&visit, "", false, None);
    }
    let looked_at = token.clone();
    match visit.cases.run(move |vouchsafe| vouchsafe.check_password_reset(&looked_at)).await {
        Ok(()) => ask(&visit, &token, false, None),
        Err(problem @ Rejection::Refused(_)) => ask(&visit, "", false, Some(&problem)),
        Err(other) => Err(other),
    }
}

fn ask(visit: &Visit, token: &str, is_sent: bool, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let page = json!({ "token": token, "is_sent": is_sent, "problem": problem.map(words::refusal) });
    visit.answer(problem, "forgot", if token.is_empty() { "Forgotten password" } else { "A new password" }, page)
}

/// Mails the link, or sets the password.
pub(super) async fn post(form: Form) -> Result<HttpResponse, Rejection> {
    let (visit, token) = (&form.visit, form.text("token"));
    let outcome = match (visit.limits().sign_up(visit.peer), token.is_empty()) {
        (Err(throttled), _) => Err(throttled),
        (Ok(()), true) => mail(&form).await,
        (Ok(()), false) => {
            let (token, password) = (token.clone(), form.raw("password").to_owned());
            visit.cases.run(move |vouchsafe| vouchsafe.reset_password(&token, &password)).await.map(|_| ())
        }
    };
    match outcome {
        Ok(()) if token.is_empty() => ask(visit, "", true, None),
        Ok(()) => Ok(render::see_other("/login?done=password")),
        // A link that is worth nothing asks for no password: another link is had here.
        Err(problem @ Rejection::Refused(ApiError::InvalidToken {})) => ask(visit, "", false, Some(&problem)),
        Err(problem @ (Rejection::Refused(_) | Rejection::Throttled { .. })) => {
            ask(visit, &token, false, Some(&problem))
        }
        Err(other) => Err(other),
    }
}

async fn mail(form: &Form) -> Result<(), Rejection> {
    let typed = form.text("email");
    let not_an_address = || ApiError::EmailNotAllowed { email: typed.clone() };
    let email = Email::parse(&typed).ok().ok_or_else(not_an_address)?;
    form.visit.cases.run(move |vouchsafe| vouchsafe.forgot_password(&email)).await
}
