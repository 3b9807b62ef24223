//! What went wrong, as a page.

use super::{render, visit::Visit, words};
use crate::error::Rejection;
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    dev::Payload,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};
use vouchsafe_types::error::ApiError;

/// A refusal for a person: who has to sign in first is sent there, and comes back. Who has signed in still sees that.
pub(crate) async fn refusal(request: &HttpRequest, rejection: &Rejection, reference: &str) -> HttpResponse {
    if let Rejection::Refused(ApiError::TokenMissing {}) = rejection {
        let next = if request.method() == Method::GET { request.uri().to_string() } else { "/shared".to_owned() };
        return render::see_other(&words::with_next("/login", &next));
    }
    let status = rejection.status_code();
    let page =
        json!({ "reference": reference, "is_ours": status.is_server_error(), "text": words::refusal(rejection) });
    let title = title(status);
    // Storage that is in trouble is not asked once more who this is.
    let visit = if status.is_server_error() { None } else { signed_in(request).await };
    let shown = match visit {
        Some(visit) => visit.with_status(status, "error", title, page),
        None => to_a_stranger(status, title, page),
    };
    let mut answer =
        shown.unwrap_or_else(|_| HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(title));
    if let Some(seconds) = rejection.pause() {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

async fn signed_in(request: &HttpRequest) -> Option<Visit> {
    let visit = Visit::from_request(request, &mut Payload::None).await.ok()?;
    visit.session.is_some().then(|| visit.without_query())
}

fn to_a_stranger(status: StatusCode, title: &str, page: Value) -> Result<HttpResponse, Rejection> {
    let values = json!({
        "title": title, "user": null, "form_token": "", "in_shared": false, "in_admin": false, "is_signup_open": false,
        "done": null, "page": page,
    });
    render::html(status, "error", &values, None)
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "Please sign in",
        403 => "You may not do this",
        404 => "Nothing here",
        405 => "That does not work here",
        409 | 412 => "Somebody was faster",
        429 => "Too fast",
        400..=499 => "That did not work",
        503 => "Back in a moment",
        _ => "Something went wrong",
    }
}
