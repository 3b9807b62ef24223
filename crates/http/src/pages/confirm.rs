//! Proving an address. The link in the mail only leads here: what reads mails before people do proves nothing.

use super::{form::Form, render, visit::Visit, words};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_flows::User;

/// The page that the mail leads to, or where the code is typed.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let token = visit.param("token").to_owned();
    ask(&visit, &token, visit.param("next"), None).await
}

/// Whether somebody was sent a mail that still counts: nobody looks for one that never was.
pub(super) async fn is_mail_sent(visit: &Visit) -> Result<bool, Rejection> {
    visit.run(|vouchsafe, actor| vouchsafe.is_confirm_email_sent(actor)).await
}

async fn ask(visit: &Visit, token: &str, next: &str, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let looked_at = token.to_owned();
    let (proves, dead) = match token {
        "" => (None, None),
        _ => match visit.cases.run(move |vouchsafe| vouchsafe.look_at_confirm_link(&looked_at)).await {
            Ok(user) => (Some(user), None),
            Err(dead @ Rejection::Refused(_)) => (None, Some(dead)),
            Err(other) => return Err(other),
        },
    };
    let problem = problem.or(dead.as_ref());
    // Whoever has a link that is worth nothing may well have signed in nowhere yet.
    let is_asked_for_code = token.is_empty() || (dead.is_some() && visit.session.is_some());
    let is_sent = is_asked_for_code && is_mail_sent(visit).await?;
    let me = visit.session.as_ref().map(|(_, principal)| &principal.user);
    let address = |user: &User| user.email.as_ref().map(|email| email.typed().to_owned());
    let page = json!({
        "token": token,
        "proves": proves.as_ref().map(|user| json!({
            "account": user.username.as_str(),
            "email": address(user),
            "is_anothers": me.is_some_and(|me| me.id != user.id),
        })),
        "next": words::safe_next(next).unwrap_or_default(),
        "email": me.and_then(address),
        "is_sent": is_sent,
        "is_confirmed": me.is_some_and(|user| user.email_confirmed),
        "problem": problem.map(words::refusal),
    });
    visit.answer(problem, "confirm", "Confirm your address", page)
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
            ask(visit, &token, &form.text("next"), Some(&problem)).await
        }
        Err(other) => Err(other),
    }
}

/// Mails a link and a code.
pub(super) async fn again(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    let me = &visit.person()?.user;
    visit.limits().confirm(me.id)?;
    if me.email_confirmed || me.email.is_none() {
        return Ok(render::see_other("/confirm-email"));
    }
    visit.run(|vouchsafe, actor| vouchsafe.send_confirm_email(actor)).await?;
    let next = form.text("next");
    let next = words::safe_next(&next).unwrap_or("/confirm-email");
    let sign = if next.contains('?') { '&' } else { '?' };
    Ok(render::see_other(&format!("{next}{sign}done=sent")))
}
