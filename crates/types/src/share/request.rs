//! A request to share: checked once, trusted ever after.

use super::ShareItem;
use crate::{
    Username,
    error::ApiError,
    json_type::{type_name, type_of},
    recipient::Recipient,
};
use serde_json::{Map, Value};

/// What a person asks for: recipients × items.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareRequest {
    recipients: Vec<Result<Recipient, ApiError>>,
    items: Vec<Result<ShareItem, ApiError>>,
    metadata: Map<String, Value>,
    is_dry_run: bool,
    is_strict: bool,
}

const MAX_METADATA_KEYS: usize = 20;
const MAX_MESSAGE_CHARS: usize = 10_240;
const MAX_METADATA_CHARS: usize = 255;

impl ShareRequest {
    /// Reads the body of `POST /share`: `~` in paths is `caller`'s home, lists have at most `cap` elements.
    ///
    /// # Errors
    /// The first faulty field, in the order metadata, mode, recipients, shares. What is wrong with one element of a list
    /// is kept with that element.
    pub fn parse(body: &Map<String, Value>, caller: &Username, cap: usize) -> Result<Self, ApiError> {
        let metadata = metadata(body.get("metadata"))?;
        let is_strict = is_strict(body.get("mode"))?;
        let recipients = recipients(body.get("recipients"), cap)?;
        let items = items(body, caller, cap)?;
        Ok(Self { recipients, items, metadata, is_dry_run: is_truthy(body.get("dry_run")), is_strict })
    }

    /// Whom to share with, in the request's order.
    pub fn recipients(&self) -> &[Result<Recipient, ApiError>] {
        &self.recipients
    }

    /// What to share, in the request's order.
    pub fn items(&self) -> &[Result<ShareItem, ApiError>] {
        &self.items
    }

    /// What the sharer sends along; `message` goes into mails.
    #[must_use]
    pub const fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// Whether only to validate.
    #[must_use]
    pub const fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Whether one refused element stops the whole.
    #[must_use]
    pub const fn is_strict(&self) -> bool {
        self.is_strict
    }
}

/// JavaScript's idea of a value that counts.
fn is_truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64().is_some_and(|n| n != 0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => true,
    }
}

fn metadata(value: Option<&Value>) -> Result<Map<String, Value>, ApiError> {
    let Some(value) = value.filter(|v| is_truthy(Some(v))) else { return Ok(Map::new()) };
    let Value::Object(object) = value else {
        return Err(ApiError::invalid("metadata", "object", Some(type_name(Some(value)).to_owned())));
    };
    if object.len() > MAX_METADATA_KEYS {
        return Err(ApiError::invalid("metadata", "at most 20 keys", Some(format!("{} keys", object.len()))));
    }
    for (key, value) in object {
        metadatum(key, value)?;
    }
    Ok(object.clone())
}

fn metadatum(key: &str, value: &Value) -> Result<(), ApiError> {
    let is_message = key == "message";
    let wrong = |expected: String, got: String| Err(ApiError::invalid(format!("metadata.{key}"), expected, Some(got)));
    let most = if is_message { MAX_MESSAGE_CHARS } else { MAX_METADATA_CHARS };
    match value {
        Value::String(text) if text.chars().count() > most => {
            wrong(format!("at most {most} characters"), format!("{} characters", text.chars().count()))
        }
        Value::String(_) => Ok(()),
        Value::Number(_) if !is_message => Ok(()),
        other if is_message => wrong("string".to_owned(), type_name(Some(other)).to_owned()),
        other => wrong("string or number".to_owned(), type_name(Some(other)).to_owned()),
    }
}

fn is_strict(value: Option<&Value>) -> Result<bool, ApiError> {
    match value {
        Some(Value::String(text)) if text == "strict" => Ok(true),
        Some(Value::String(text)) if text == "best-effort" => Ok(false),
        value if !is_truthy(value) => Ok(false),
        _ => Err(ApiError::invalid("mode", "`strict`, `best-effort`, or undefined", None)),
    }
}

fn recipients(value: Option<&Value>, cap: usize) -> Result<Vec<Result<Recipient, ApiError>>, ApiError> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one @ Value::String(_)) => std::slice::from_ref(one),
        other => {
            let got = type_of(other);
            return Err(ApiError::invalid("recipients", "array or string", Some(got.to_owned())));
        }
    };
    within("recipients", list, cap)?;
    Ok(list.iter().map(Recipient::parse).collect())
}

fn items(
    body: &Map<String, Value>,
    caller: &Username,
    cap: usize,
) -> Result<Vec<Result<ShareItem, ApiError>>, ApiError> {
    type Read = fn(&Value, &str, &Username) -> Result<ShareItem, ApiError>;
    let (key, value, read): (&str, Option<&Value>, Read) = match (body.get("shares"), body.get("paths")) {
        (None, Some(paths)) => ("paths", Some(paths), ShareItem::from_path),
        (shares, _) => ("shares", shares, ShareItem::from_tagged),
    };
    let list = match value {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    within(key, list, cap)?;
    Ok(list.iter().enumerate().map(|(i, item)| read(item, &format!("{key}[{i}]"), caller)).collect())
}

fn within(key: &str, list: &[Value], cap: usize) -> Result<(), ApiError> {
    if list.is_empty() {
        return Err(ApiError::invalid(key, "at least one", Some("none".to_owned())));
    }
    if list.len() > cap {
        return Err(ApiError::TooManyKeys { key: key.to_owned(), max: cap });
    }
    Ok(())
}
