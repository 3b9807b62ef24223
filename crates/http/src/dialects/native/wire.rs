//! What all of `/v1` shares: ids in paths, times, and the answer to a `PUT`.

use crate::error::Rejection;
use actix_web::HttpResponse;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use std::{fmt::Display, str::FromStr};
use vouchsafe_types::error::ApiError;

/// The longest name of a group, an app or a site, in characters.
const MAX_NAME_CHARS: usize = 255;

/// The body of a request, as an object.
pub(super) type Body = crate::json::JsonBody<Map<String, Value>>;

/// A part of the path as an id.
pub(super) fn id<T: FromStr<Err: Display>>(key: &str, text: &str) -> Result<T, Rejection> {
    text.parse().map_err(|error: T::Err| ApiError::invalid(key, error.to_string(), None).into())
}

/// RFC 3339, UTC, with microseconds.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// 201 for what is new, 200 for what was there.
pub(super) fn saved(view: &Value, is_new: bool) -> HttpResponse {
    if is_new { HttpResponse::Created().json(view) } else { HttpResponse::Ok().json(view) }
}

/// A name of 1 to 255 characters, none of which is a control character.
pub(super) fn name(text: &str) -> Result<(), Rejection> {
    let fits = (1..=MAX_NAME_CHARS).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ApiError::invalid("name", "1 to 255 characters without control characters", None).into())
}
