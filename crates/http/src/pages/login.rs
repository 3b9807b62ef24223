//! Signing in and out.

use super::{form::Form, render, visit::Visit, words};
use crate::{error::Rejection, token};
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_types::error::ApiError;

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
        "problem": problem.map(refusal),
    });
    visit.answer(problem, "login", "Sign in", page)
}

/// What went wrong. Nobody is told that an account is suspended but who has its password.
fn refusal(problem: &Rejection) -> String {
    match problem {
        Rejection::Refused(ApiError::Forbidden {}) => {
            "This account is suspended. Whoever runs this server can tell you why.".to_owned()
        }
        other => words::refusal(other),
    }
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

/// Asks whether to sign out: a link alone signs nobody out.
pub(super) async fn leave(visit: Visit) -> Result<HttpResponse, Rejection> {
    match visit.session {
        Some(_) => visit.page("logout", "Sign out", json!({})),
        None => Ok(render::see_other("/login")),
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
