//! One thing that is shared.

use crate::{EntryPath, Username, error::ApiError, name::is_bidi, tagged::Tagged};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What a person shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareItem {
    /// A file or directory.
    Fs {
        /// Which.
        target: EntryTarget,
        /// How much.
        access: ShareAccess,
    },
    /// An app, with its site and its data as far as they go with it. The uid wins when both are given.
    App {
        /// Its uid.
        uid: Option<String>,
        /// Its name.
        name: Option<String>,
    },
}

/// Which file or directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryTarget {
    /// By path.
    Path(EntryPath),
    /// By id.
    Uuid(Uuid),
}

/// How much of a file or directory is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareAccess {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Writing and sharing.
    Manage,
}

const ACCEPTED: [&str; 2] = ["fs-share", "app-share"];

impl ShareItem {
    /// An element of `shares`; `key` names it in errors. `fs-share` may be spelt `file-share`.
    ///
    /// # Errors
    /// The row of the catalogue that says what is wrong with it.
    pub fn from_tagged(value: &Value, key: &str, caller: &Username) -> Result<Self, ApiError> {
        let tagged = Tagged::parse(value).map_err(|e| ApiError::FormatError { message: e.to_string() })?;
        match tagged.kind.as_str() {
            "fs-share" | "file-share" => Self::fs(&tagged.body, key, caller),
            "app-share" => Self::app(&tagged.body, key),
            _ => Err(ApiError::DisallowedThing { thing: tagged.kind, accepted: ACCEPTED.map(str::to_owned).to_vec() }),
        }
    }

    /// An element of `paths`: a path, or an object with a path and perhaps an access.
    ///
    /// # Errors
    /// The row of the catalogue that says what is wrong with it.
    pub fn from_path(value: &Value, key: &str, caller: &Username) -> Result<Self, ApiError> {
        match value {
            Value::String(path) => Self::fs(&Map::from_iter([("path".to_owned(), json!(path))]), key, caller),
            Value::Object(body) => Self::fs(body, key, caller),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                Err(ApiError::InvalidPath { value: value.clone() })
            }
        }
    }

    fn fs(body: &Map<String, Value>, key: &str, caller: &Username) -> Result<Self, ApiError> {
        let path = body.get("path").and_then(Value::as_str).filter(|p| !p.is_empty());
        let access = match body.get("access") {
            None | Some(Value::Null) => Some(ShareAccess::Read),
            Some(Value::String(text)) => ShareAccess::named(text),
            Some(_) => None,
        };
        let mut errors = Vec::new();
        if path.is_none() {
            errors.push("`path` is required".to_owned());
        }
        if access.is_none() {
            errors.push("`access` should be `read` or `write`".to_owned());
        }
        match (path, access) {
            (Some(path), Some(access)) => Ok(Self::Fs { target: EntryTarget::parse(path, caller)?, access }),
            _ => Err(ApiError::FieldErrors { key: key.to_owned(), errors }),
        }
    }

    fn app(body: &Map<String, Value>, key: &str) -> Result<Self, ApiError> {
        let text = |name| body.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
        match (text("uid"), text("name")) {
            (None, None) => Err(ApiError::FieldErrors {
                key: key.to_owned(),
                errors: vec!["`uid` or `name` is required".to_owned()],
            }),
            (uid, name) => Ok(Self::App { uid, name }),
        }
    }
}

impl ShareAccess {
    fn named(text: &str) -> Option<Self> {
        match text {
            "read" => Some(Self::Read),
            "write" => Some(Self::Write),
            "manage" => Some(Self::Manage),
            _ => None,
        }
    }
}

impl EntryTarget {
    /// A uuid, or a path from `/` or from the caller's home (`~`).
    ///
    /// # Errors
    /// `unresolved_relative_path` for a path from `.`, `field_invalid` for what is neither.
    pub fn parse(text: &str, caller: &Username) -> Result<Self, ApiError> {
        if text.len() == 36
            && let Ok(uuid) = text.parse()
        {
            return Ok(Self::Uuid(uuid));
        }
        let neither = || ApiError::invalid("path", "unix-style path or uuid4", None);
        if text.chars().any(|c| c.is_control() || is_bidi(c)) {
            return Err(neither());
        }
        if text.starts_with('.') {
            return Err(ApiError::UnresolvedRelativePath { path: text.to_owned() });
        }
        let absolute = match text.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("/{caller}{rest}"),
            Some(_) => return Err(neither()),
            None => text.to_owned(),
        };
        EntryPath::normalise(&absolute).map(Self::Path).ok().ok_or_else(neither)
    }
}
