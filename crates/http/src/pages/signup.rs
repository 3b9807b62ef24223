//! Making an account of one's own.

use super::{form::Form, render, visit::Visit, words};
use crate::{error::Rejection, token};
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_flows::SignUp;
use vouchsafe_types::{Email, Username, error::ApiError};

/// What was typed.
#[derive(Default)]
struct Typed {
    next: String,
    name: String,
    email: String,
}

/// The page for signing up.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let next = words::safe_next(visit.param("next")).unwrap_or("/confirm-email").to_owned();
    if visit.session.is_some() {
        return Ok(render::see_other(&next));
    }
    let typed = Typed { next, email: visit.param("email").to_owned(), ..Typed::default() };
    ask(&visit, &typed, None)
}

fn ask(visit: &Visit, typed: &Typed, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let page = json!({
        "next": typed.next,
        "name": typed.name,
        "email": typed.email,
        "is_open": visit.cases.settings().is_signup_open,
        "sign_in": words::with_next("/login", &typed.next),
        "problem": problem.map(words::refusal),
    });
    visit.answer(problem, "signup", "Make an account", page)
}

/// Makes the account, and signs in with it.
pub(super) async fn sign_up(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    let next = form.text("next");
    let next = words::safe_next(&next).unwrap_or("/confirm-email").to_owned();
    let typed = Typed { next, name: form.text("username"), email: form.text("email") };
    let outcome = match wanted(&form, &typed) {
        Ok(wanted) => visit.cases.run(move |vouchsafe| vouchsafe.sign_up(&wanted)).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok((token, _)) => {
            Ok(render::see_other_with(&typed.next, Some(token::session_cookie(&token, visit.cases.settings()))))
        }
        Err(problem @ (Rejection::Refused(_) | Rejection::Throttled { .. })) => ask(visit, &typed, Some(&problem)),
        Err(other) => Err(other),
    }
}

fn wanted(form: &Form, typed: &Typed) -> Result<SignUp, Rejection> {
    form.visit.limits().sign_up(form.visit.peer)?;
    let not_a_name = || ApiError::invalid("username", "letters, digits and `_`", None);
    let not_an_address = || ApiError::EmailNotAllowed { email: typed.email.clone() };
    Ok(SignUp {
        username: typed.name.parse::<Username>().ok().ok_or_else(not_a_name)?,
        email: Email::parse(&typed.email).ok().ok_or_else(not_an_address)?,
        password: form.raw("password").to_owned(),
    })
}
