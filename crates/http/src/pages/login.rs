//! Signing in and out.

use super::{form::Form, render, visit::Visit, words};
use crate::{error::Rejection, token};
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::json;

/// The page for signing in.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let next = words::safe_next(visit.param("next")).unwrap_or("/shared").to_owned();
    if visit.session.is_some() {
        return Ok(render::see_other(&next));
    }
    ask(&visit, &next, "", None)
}

fn ask(visit: &Visit, next: &str, name: &str, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let page = json!({
        "next": next,
        "name": name,
        "sign_up": words::with_next("/signup", next),
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
    visit.answer(status, "login", "Sign in", page)
}

/// Signs in.
pub(super) async fn log_in(form: Form) -> Result<HttpResponse, Rejection> {
    let (visit, name, password) = (&form.visit, form.text("username"), form.raw("password").to_owned());
    let next = form.text("next");
    let next = words::safe_next(&next).unwrap_or("/shared");
    let spent = visit.limits().log_in(&name, visit.peer);
    let typed = name.clone();
    let outcome = match spent {
        Ok(()) => visit.cases.run(move |vouchsafe| vouchsafe.log_in(&name, &password)).await,
        Err(throttled) => Err(throttled),
    };
    match outcome {
        Ok((token, _)) => Ok(render::see_other_with(next, Some(token::session_cookie(&token, visit.cases.settings())))),
        Err(problem @ (Rejection::Refused(_) | Rejection::Throttled { .. })) => {
            ask(visit, next, &typed, Some(&problem))
        }
        Err(other) => Err(other),
    }
}

/// Signs out.
pub(super) async fn log_out(form: Form) -> Result<HttpResponse, Rejection> {
    if let Some((token, _)) = &form.visit.session {
        let token = token.clone();
        form.visit.cases.run(move |vouchsafe| vouchsafe.log_out(&token)).await?;
    }
    Ok(render::see_other_with("/login?done=out", Some(token::no_session_cookie())))
}
