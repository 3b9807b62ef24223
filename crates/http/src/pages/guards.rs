//! What a browser sends when a person follows a link or sends a form.

use actix_web::{
    guard::GuardContext,
    http::{Method, header},
};

/// The type of a form's body.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Whether a browser asks for a page, or sends a form: on paths that a dialect has, too.
pub(super) fn by_browser(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    match head.method {
        Method::POST => begins(head.headers().get(header::CONTENT_TYPE), FORM),
        Method::GET => wants_page(head.headers()),
        _ => false,
    }
}

/// Whether the answer will be looked at by a person: programs do not ask for HTML.
pub(crate) fn wants_page(headers: &header::HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains("text/html"))
}

fn begins(value: Option<&header::HeaderValue>, with: &str) -> bool {
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(with))
}
