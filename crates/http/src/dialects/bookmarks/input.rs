//! What a request says: query, form and JSON together, read as loosely as clients are used to (bookmarks.md 1.4).

use crate::{error::Rejection, json, multipart};
use actix_web::{HttpRequest, dev::Payload, web};
use serde_json::{Map, Value};
use vouchsafe_flows::FolderRef;

/// A field that must be there is not, or is of a shape that no coercion helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadRequest;

/// What a request says; later sources win.
#[derive(Debug, Default)]
pub(super) struct Input {
    fields: Map<String, Value>,
    /// Whether the body says that it is JSON, and is no object; or a multipart form, and is none.
    is_broken: bool,
}

/// The number of a folder or share that is none: nothing has it.
const NO_NUMBER: i64 = -1;

/// A part of the path as a number. What is none stands for nothing that there is.
pub(super) fn number(text: &str) -> i64 {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { text.parse().unwrap_or(NO_NUMBER) } else { NO_NUMBER }
}

/// A folder by its number, where -1 is the top.
pub(super) fn folder(number: i64) -> FolderRef {
    if number == -1 { FolderRef::Root } else { FolderRef::Number(number) }
}

/// A part of the path as a folder, where `-1` is the top.
pub(super) fn folder_in_path(text: &str) -> FolderRef {
    if text == "-1" { FolderRef::Root } else { FolderRef::Number(number(text)) }
}

impl Input {
    /// Reads query and body.
    ///
    /// # Errors
    /// `payload_too_large`.
    pub(super) async fn read(request: &HttpRequest, payload: &mut Payload) -> Result<Self, Rejection> {
        let mut input = Self::default();
        input.take_pairs(request.query_string());
        let bytes = json::read_bytes(payload).await?;
        let said = json::media_type(request).unwrap_or_default();
        let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            _ if bytes.is_empty() => {}
            "application/x-www-form-urlencoded" => input.take_pairs(&String::from_utf8_lossy(&bytes)),
            "multipart/form-data" => match multipart::fields(&said, &bytes) {
                Some(fields) => input.fields.extend(fields.into_iter().map(|(key, value)| (key, Value::String(value)))),
                None => input.is_broken = true,
            },
            kind if kind == "application/json" || kind.ends_with("+json") => input.take_json(&bytes),
            _ => {}
        }
        Ok(input)
    }

    fn take_pairs(&mut self, text: &str) {
        if let Ok(pairs) = web::Query::<Vec<(String, String)>>::from_query(text) {
            self.fields.extend(pairs.into_inner().into_iter().map(|(key, value)| (key, Value::String(value))));
        }
    }

    fn take_json(&mut self, bytes: &[u8]) {
        match json::parse(bytes) {
            Ok(Value::Object(object)) => {
                for (key, value) in object {
                    match value {
                        Value::Null => drop(self.fields.remove(&key)),
                        value => drop(self.fields.insert(key, value)),
                    }
                }
            }
            Ok(_) | Err(_) => self.is_broken = true,
        }
    }

    /// Refuses a body that is not what it says.
    pub(super) fn whole(&self) -> Result<(), BadRequest> {
        if self.is_broken { Err(BadRequest) } else { Ok(()) }
    }

    /// A text; numbers and truth values become one.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, BadRequest> {
        Ok(match self.fields.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(is_true)) => Some(if *is_true { "1" } else { "" }.to_owned()),
            Some(Value::Array(_) | Value::Object(_)) => return Err(BadRequest),
        })
    }

    /// A truth value: of scalars, only these are false.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, BadRequest> {
        Ok(match self.fields.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(is_true)) => Some(*is_true),
            Some(Value::String(text)) => Some(!matches!(text.as_str(), "false" | "0" | "")),
            Some(Value::Number(number)) => Some(number.as_f64() != Some(0.0)),
            Some(Value::Array(_) | Value::Object(_)) => return Err(BadRequest),
        })
    }

    /// A whole number, however it is written; what is none is 0.
    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        match self.fields.get(key)? {
            Value::Array(list) => Some(i64::from(!list.is_empty())),
            Value::Object(_) => Some(1),
            value => Some(numeric(value).unwrap_or(0)),
        }
    }

    /// A whole number that must be one.
    pub(super) fn required_integer(&self, key: &str) -> Result<i64, BadRequest> {
        self.fields.get(key).and_then(numeric).ok_or(BadRequest)
    }
}

/// The number that a scalar begins with.
fn numeric(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(is_true) => Some(i64::from(*is_true)),
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => prefix(text.trim_start()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What stands before the point; nothing where no whole number is so large.
fn whole(number: f64) -> Option<i64> {
    format!("{:.0}", number.trunc()).parse().ok()
}

fn prefix(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    format!("{sign}{digits}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(value: Value) -> Input {
        let mut input = Input::default();
        input.take_json(json!({ "x": value }).to_string().as_bytes());
        input
    }

    #[test]
    fn numbers_are_read_loosely() {
        for (value, number) in [
            (json!(5), 5),
            (json!("5"), 5),
            (json!("1abc"), 1),
            (json!(" -1"), -1),
            (json!("abc"), 0),
            (json!(true), 1),
            (json!([]), 0),
            (json!(1.9), 1),
            (json!(-0.5), 0),
            (json!(-1.9), -1),
            (json!(5e3), 5_000),
            (json!(1e20), 0),
            (json!(-1e300), 0),
            (json!(u64::MAX), 0),
        ] {
            assert_eq!(with(value.clone()).integer("x"), Some(number), "{value}");
        }
        assert_eq!(with(Value::Null).integer("x"), None);
        for value in [json!("abc"), json!(""), json!([]), json!({}), json!(1e20), Value::Null] {
            assert_eq!(with(value.clone()).required_integer("x"), Err(BadRequest), "{value}");
        }
        assert_eq!(with(json!("1abc")).required_integer("x"), Ok(1));
    }

    #[test]
    fn of_scalars_a_few_are_false() {
        for value in [json!(false), json!("false"), json!("0"), json!(""), json!(0)] {
            assert_eq!(with(value.clone()).flag("x"), Ok(Some(false)), "{value}");
        }
        for value in [json!(true), json!("true"), json!("no"), json!(1), json!("FALSE")] {
            assert_eq!(with(value.clone()).flag("x"), Ok(Some(true)), "{value}");
        }
        assert_eq!(with(Value::Null).flag("x"), Ok(None));
        assert_eq!(with(json!([])).flag("x"), Err(BadRequest));
    }

    #[test]
    fn scalars_become_texts_and_nothing_else_does() {
        for (value, text) in [(json!("a"), "a"), (json!(12), "12"), (json!(true), "1"), (json!(false), "")] {
            assert_eq!(with(value).text("x"), Ok(Some(text.to_owned())));
        }
        assert_eq!(with(json!({})).text("x"), Err(BadRequest));
    }

    #[test]
    fn only_digits_are_a_number_in_a_path() {
        assert_eq!((number("12"), number("-1"), number("1a"), number("")), (12, -1, -1, -1));
        assert_eq!(number("99999999999999999999"), -1);
    }
}
