//! A request to give one person access to one entry.

use super::{EntryTarget, ShareAccess};
use crate::{Username, error::ApiError, json_type::type_of};
use serde_json::{Map, Value};

/// Whom to give which entry, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessByUsername {
    /// Whom.
    pub username: Username,
    /// Which entry.
    pub target: EntryTarget,
    /// How much: `write` unless it says otherwise.
    pub access: ShareAccess,
}

impl AccessByUsername {
    /// Reads the body of `POST /share/item-by-username`; `~` is `caller`'s home.
    ///
    /// # Errors
    /// The first faulty field, in the order username, path, access level. A text that can be nobody's name is
    /// `user_does_not_exist`.
    pub fn parse(body: &Map<String, Value>, caller: &Username) -> Result<Self, ApiError> {
        let username = text(body, "username")?;
        let path = text(body, "path")?;
        let access = match body.get("access_level") {
            None | Some(Value::Null | Value::Bool(false)) => ShareAccess::Write,
            Some(Value::String(level)) if level == "read" => ShareAccess::Read,
            Some(Value::String(level)) if level.is_empty() || level == "write" => ShareAccess::Write,
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => ShareAccess::Write,
            Some(_) => return Err(ApiError::invalid("access_level", "\"read\" or \"write\"", None)),
        };
        let target = EntryTarget::parse(path, caller)?;
        let nobody = || ApiError::UserDoesNotExist { username: username.to_owned() };
        Ok(Self { username: username.parse().ok().ok_or_else(nobody)?, target, access })
    }
}

fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Result<&'a str, ApiError> {
    let value = body.get(key);
    let wrong = || ApiError::invalid(key, "string", Some(type_of(value).to_owned()));
    value.and_then(Value::as_str).ok_or_else(wrong)
}
