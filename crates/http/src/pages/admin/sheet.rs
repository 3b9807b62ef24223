//! What all pages for administrators have in common.

use super::super::{visit::Visit, words};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_types::error::ApiError;

/// The pages, by the name under which the template finds what is on them.
const ALL: [&str; 5] = ["health", "users", "shares", "audit", "outbox"];

/// How many rows a page has.
pub(super) const PAGE: i64 = 50;

/// Refuses who is neither administrator nor auditor before anything is looked up.
pub(super) fn require_reader(visit: &Visit) -> Result<(), Rejection> {
    let user = &visit.person()?.user;
    if user.is_admin || user.is_auditor { Ok(()) } else { Err(ApiError::Forbidden {}.into()) }
}

/// What was found, or what to say instead of it; `None` stands for a filter that cannot be read.
pub(super) fn found<T>(outcome: Option<Result<T, Rejection>>) -> Result<(Option<T>, Option<String>), Rejection> {
    match outcome {
        Some(Ok(page)) => Ok((Some(page), None)),
        None => Ok((None, Some("A filter cannot be read.".to_owned()))),
        Some(Err(problem @ Rejection::Refused(_))) => Ok((None, Some(words::refusal(&problem)))),
        Some(Err(other)) => Err(other),
    }
}

/// One of the pages.
pub(super) fn sheet(visit: &Visit, name: &str, title: &str, content: &Value) -> Result<HttpResponse, Rejection> {
    let user = &visit.person()?.user;
    let mut page = Map::from_iter([("is_admin".to_owned(), json!(user.is_admin)), ("title".to_owned(), json!(title))]);
    for one in ALL {
        page.insert(one.to_owned(), if one == name { content.clone() } else { Value::Null });
    }
    visit.page("admin", title, Value::Object(page))
}
