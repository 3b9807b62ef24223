//! The envelope around every answer.

use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use serde_json::Value;

const JSON: &str = "application/json; charset=utf-8";

/// What was done: the keys stand in this order on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    #[serde(skip_serializing_if = "is_zero")]
    count: usize,
    #[serde(skip_serializing_if = "is_zero")]
    start_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    status: u8,
    status_code: u16,
    response: Value,
}

/// What was refused.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused<'a> {
    status: u8,
    status_code: u16,
    error: Cause<'a>,
}

#[derive(Serialize)]
struct Cause<'a> {
    message: &'a str,
    hresult: i32,
    data: Empty,
}

#[derive(Serialize)]
struct Empty {}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// An answer of one value. `count` is 1, and the number of characters of a text.
pub(super) fn one(status: StatusCode, response: Value) -> Result<HttpResponse, Rejection> {
    let count = response.as_str().map_or(1, |text| text.chars().count());
    let done = Done { count, start_index: 0, next_index: None, total: None, status: 0, status_code: 0, response };
    send(status, done)
}

/// An answer of a part of a list.
pub(super) fn list(
    status: StatusCode,
    all: Vec<Value>,
    (start, most): (usize, usize),
) -> Result<HttpResponse, Rejection> {
    let total = all.len();
    let part: Vec<Value> = all.into_iter().skip(start).take(most).collect();
    part_of_list(status, part, total, (start, most))
}

/// An answer of a part that was read as such, of a list of `total` elements.
pub(super) fn part_of_list(
    status: StatusCode,
    part: Vec<Value>,
    total: usize,
    (start, most): (usize, usize),
) -> Result<HttpResponse, Rejection> {
    let count = part.len();
    let is_cut = start.saturating_add(count) < total;
    let done = Done {
        count,
        start_index: start,
        // COMPAT(onlyoffice): one too many, as its clients know it.
        next_index: is_cut.then(|| start.saturating_add(most).saturating_add(1)),
        total: is_cut.then_some(total),
        status: 0,
        status_code: 0,
        response: Value::Array(part),
    };
    send(status, done)
}

fn send(status: StatusCode, done: Done) -> Result<HttpResponse, Rejection> {
    let body = serde_json::to_string(&Done { status_code: status.as_u16(), ..done });
    let body = body.map_err(|error| Rejection::Internal(error.to_string()))?;
    Ok(HttpResponse::build(status).content_type(JSON).body(body))
}

/// A refusal.
pub(super) fn refused(status: StatusCode, message: &str, hresult: i32) -> HttpResponse {
    let cause = Cause { message, hresult, data: Empty {} };
    let body = serde_json::to_string(&Refused { status: 1, status_code: status.as_u16(), error: cause });
    HttpResponse::build(status).content_type(JSON).body(body.unwrap_or_default())
}
