//! What all of `/v1` shares: ids in paths, names, times, who may act for whom, and the answer to a `PUT`.

use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use std::{fmt::Display, str::FromStr};
use vouchsafe_types::error::ApiError;

/// The longest name of a group, an app or a site, in bytes.
const MAX_NAME_BYTES: usize = 255;

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

/// A moment in RFC 3339.
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = DateTime::parse_from_rfc3339(text).map(|at| Self(at.with_timezone(&Utc)));
        parsed.ok().ok_or("a time as in RFC 3339")
    }
}

/// A name that must be there: at most 255 bytes, none of which is a control character.
pub(super) fn name(fields: &mut Fields<'_>) -> String {
    let text = fields.text("name");
    if !text.is_empty() {
        check_short(fields, "name", &text);
    }
    text
}

/// A short text that need not be there, and is not empty when it is.
pub(super) fn opt_short(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    let text = fields.opt_text(key);
    if let Some(text) = &text {
        check_short(fields, key, text);
    }
    text
}

fn check_short(fields: &mut Fields<'_>, key: &str, text: &str) {
    if text.is_empty() || text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
        fields.refuse(key, "1 to 255 bytes without control characters");
    }
}

/// Refuses a user who acts for somebody else, before anybody looks whether there is such a person.
pub(super) fn only_for_oneself(caller: &ServiceOrUser, owner: &str) -> Result<(), Rejection> {
    match caller {
        ServiceOrUser::Service(_) => Ok(()),
        ServiceOrUser::User(me) if me.user.username.as_str() == owner => Ok(()),
        ServiceOrUser::User(_) => Err(ApiError::Forbidden {}.into()),
    }
}
