//! The arguments of a call: from its query and its body, whatever form that has, by names in any casing.

use super::{
    form::{self, Fields},
    scalar,
};
use crate::{error::Rejection, json, multipart};
use actix_web::{HttpRequest, web::Query};
use serde_json::{Map, Value};
use vouchsafe_types::error::ApiError;

/// The most elements of a list of records, and how many there are when nobody says.
const MOST_RECORDS: usize = 1_000;
/// The most numbers in one list of entries.
const MOST_IDS: usize = 1_000;

/// Arguments by their names in lower case. What is wrong with one concerns who reads it: unknown ones are ignored.
#[derive(Debug, Default)]
pub(super) struct Args(Fields);

impl Args {
    /// The arguments of a request with this body. Single values in the query take the place of those in the body.
    ///
    /// # Errors
    /// `invalid_json`, `field_invalid`, `unsupported_media_type`.
    pub(super) fn of(request: &HttpRequest, body: &[u8]) -> Result<Self, Rejection> {
        let mut all = folded(body_of(request, body)?);
        for (name, value) in folded(query_of(request)?) {
            if value.as_ref().map_or(true, Value::is_string) || !all.contains_key(&name) {
                all.insert(name, value);
            }
        }
        Ok(Self(all))
    }

    /// The value under a name in lower case; null is none.
    ///
    /// # Errors
    /// `bad_request` when it cannot be read, or is there in two casings.
    pub(super) fn get(&self, name: &str) -> Result<Option<&Value>, ApiError> {
        let value = self.0.get(name).map(Result::as_ref).transpose().map_err(Clone::clone)?;
        Ok(value.filter(|value| !value.is_null()))
    }

    /// A text; numbers are taken as they are written.
    ///
    /// # Errors
    /// `field_invalid` for a list or an object, and for what no database keeps: a NUL.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.get(name)? {
            None => Ok(None),
            Some(Value::String(text)) if !text.contains('\0') => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ApiError::invalid(name, "a text without NUL", None)),
        }
    }

    /// A truth value; false when there is none.
    ///
    /// # Errors
    /// `boolean_invalid`.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        self.get(name)?.map_or(Ok(false), scalar::boolean)
    }

    /// Numbers of entries: a list, or a single one.
    ///
    /// # Errors
    /// `field_invalid`; `too_many_keys` for more than 1,000.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<Option<i64>>, ApiError> {
        let number = |value: &Value| match value {
            Value::Number(number) => Ok(number.as_i64()),
            Value::String(text) => Ok(entry_number(text)),
            _ => Err(ApiError::invalid(name, "numbers of entries", None)),
        };
        match self.get(name)? {
            None => Ok(Vec::new()),
            Some(Value::Array(all)) if all.len() > MOST_IDS => {
                Err(ApiError::TooManyKeys { key: name.to_owned(), max: MOST_IDS })
            }
            Some(Value::Array(all)) => all.iter().map(number).collect(),
            Some(one) => Ok(vec![number(one)?]),
        }
    }

    /// Which part of a list is wanted: where it begins, and how many elements it has at most.
    ///
    /// # Errors
    /// `field_invalid`.
    pub(super) fn part(&self) -> Result<(usize, usize), ApiError> {
        let number = |name: &str| match self.text(name)? {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => {
                let parsed = text.parse::<usize>().ok().filter(|number| *number <= 1_000_000_000);
                parsed.map(Some).ok_or_else(|| ApiError::invalid(name, "a whole number from 0", Some(text)))
            }
        };
        let count = number("count")?.filter(|count| *count > 0).unwrap_or(MOST_RECORDS);
        Ok((number("startindex")?.unwrap_or(0), count.min(MOST_RECORDS)))
    }
}

/// The number that a text stands for; others stand for entries of other stores, of which there are none here.
pub(super) fn entry_number(text: &str) -> Option<i64> {
    let plain = text.strip_suffix(".json").unwrap_or(text);
    let is_plain = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| plain.parse().ok()).flatten()
}

/// A field of an object, by its name in lower case.
///
/// # Errors
/// `bad_request` when it is there in two casings.
pub(super) fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a Value>, ApiError> {
    let mut found = object.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        (_, Some(_)) => Err(twice(name)),
    }
}

fn twice(name: &str) -> ApiError {
    ApiError::BadRequest { reason: format!("The field `{name}` is given twice.") }
}

fn folded(fields: Fields) -> Fields {
    let mut folded = Fields::new();
    for (key, value) in fields {
        let name = key.to_ascii_lowercase();
        let is_there = folded.contains_key(&name);
        let value = if is_there { Err(twice(&key.chars().take(100).collect::<String>())) } else { value };
        folded.insert(name, value);
    }
    folded
}

fn query_of(request: &HttpRequest) -> Result<Fields, ApiError> {
    let unreadable = |_| ApiError::invalid("query", "names and values", None);
    let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string()).map_err(unreadable)?;
    Ok(form::object(pairs.into_inner()))
}

fn body_of(request: &HttpRequest, body: &[u8]) -> Result<Fields, Rejection> {
    if body.is_empty() {
        return Ok(Fields::new());
    }
    let content_type = json::media_type(request).unwrap_or_default();
    let unknown = || ApiError::invalid("Content-Type", "`application/json` or a form", Some(content_type.clone()));
    if json::is_encoded(request) {
        return Err(ApiError::UnsupportedMediaType { got: Some(content_type) }.into());
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => match json::parse(body)? {
            Value::Object(object) => Ok(object.into_iter().map(|(name, value)| (name, Ok(value))).collect()),
            other => Err(json::not_an_object(&other).into()),
        },
        "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(body).ok().map(Query::<Vec<(String, String)>>::from_query);
            let pairs = text.and_then(Result::ok).ok_or_else(unknown)?;
            Ok(form::object(pairs.into_inner()))
        }
        "multipart/form-data" => {
            let malformed = || ApiError::BadRequest { reason: "The form cannot be read.".to_owned() };
            Ok(form::object(multipart::fields(&content_type, body).ok_or_else(malformed)?))
        }
        "text/xml" | "application/xml" => Err(ApiError::UnsupportedMediaType { got: Some(content_type) }.into()),
        _ => Err(unknown().into()),
    }
}
