//! One thing that is shared.

use crate::{EntryPath, Username, error::ApiError, name::is_bidi, tagged::Tagged};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What a person shares.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::share::{ShareAccess, ShareItem};
///
/// let ann = "ann".parse().unwrap();
/// let item = ShareItem::from_tagged(&json!({"$": "fs-share", "path": "~/a", "access": "manage"}), "shares[0]", &ann)?;
/// assert!(matches!(item, ShareItem::Fs { access: ShareAccess::Manage, .. }));
///
/// let item = ShareItem::from_tagged(&json!({"$": "app-share", "name": "editor"}), "shares[0]", &ann)?;
/// assert_eq!(item, ShareItem::App { uid: None, name: Some("editor".into()) });
///
/// let error = ShareItem::from_tagged(&json!({"$": "fs-share"}), "shares[0]", &ann).unwrap_err();
/// assert_eq!(error.code(), "field_errors");
/// # Ok::<(), vouchsafe_types::error::ApiError>(())
/// ```
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
///
/// ```
/// use vouchsafe_types::share::EntryTarget;
///
/// let ann = "ann".parse().unwrap();
/// let at = |text: &str| EntryTarget::parse(text, &ann);
/// assert!(matches!(at("~/a.txt"), Ok(EntryTarget::Path(path)) if path.to_string() == "/ann/a.txt"));
/// assert!(matches!(at("5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11"), Ok(EntryTarget::Uuid(_))));
/// assert_eq!(at("./a.txt").unwrap_err().code(), "unresolved_relative_path");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryTarget {
    /// By path.
    Path(EntryPath),
    /// By id.
    Uuid(Uuid),
}

/// How much of a file or directory is given.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::share::{ShareAccess, ShareItem};
///
/// let ann = "ann".parse().unwrap();
/// let access = |word: &str| match ShareItem::from_path(&json!({"path": "~/a", "access": word}), "paths[0]", &ann) {
///     Ok(ShareItem::Fs { access, .. }) => Some(access),
///     _ => None,
/// };
/// assert_eq!((access("write"), access("manage")), (Some(ShareAccess::Write), Some(ShareAccess::Manage)));
/// assert_eq!(access("own"), None);
/// ```
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
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::share::ShareItem;
    ///
    /// let ann = "ann".parse().unwrap();
    /// let code = |item| ShareItem::from_tagged(&item, "shares[0]", &ann).unwrap_err().code();
    /// assert_eq!(code(json!({"$": "site-share"})), "disallowed_thing");
    /// assert_eq!(code(json!("/ann/a")), "format_error");
    /// ```
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
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::share::{ShareAccess, ShareItem};
    ///
    /// let item = ShareItem::from_path(&json!("/ann/a"), "paths[0]", &"ann".parse().unwrap())?;
    /// assert!(matches!(item, ShareItem::Fs { access: ShareAccess::Read, .. }), "reading unless it says otherwise");
    /// # Ok::<(), vouchsafe_types::error::ApiError>(())
    /// ```
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
    /// ```
    /// use vouchsafe_types::share::EntryTarget;
    ///
    /// let code = |text: &str| EntryTarget::parse(text, &"ann".parse().unwrap()).unwrap_err().code();
    /// assert_eq!(code("../bob"), "unresolved_relative_path");
    /// assert_eq!(code("~bob/a.txt"), "field_invalid", "only one's own home is called `~`");
    /// ```
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
        if is_masked(&absolute) && absolute.split('/').any(|name| matches!(name, "." | "..")) {
            return Err(neither());
        }
        EntryPath::normalise(&absolute).map(Self::Path).ok().ok_or_else(neither)
    }
}

/// Whether a path may be one that shows what is somebody else's under its id, `/<owner>/<uuid>/<name>`.
fn is_masked(path: &str) -> bool {
    path.split('/').nth(2).is_some_and(|name| name.len() == 36 && name.parse::<Uuid>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Username {
        "ann".parse().unwrap()
    }

    fn tagged(value: &Value) -> Result<ShareItem, ApiError> {
        ShareItem::from_tagged(value, "shares[2]", &ann())
    }

    fn at(path: &str, access: ShareAccess) -> Result<ShareItem, ApiError> {
        Ok(ShareItem::Fs { target: EntryTarget::Path(EntryPath::normalise(path).unwrap()), access })
    }

    fn faults(key: &str, errors: &[&str]) -> Result<ShareItem, ApiError> {
        let errors = errors.iter().map(|&e| e.to_owned()).collect();
        Err(ApiError::FieldErrors { key: key.to_owned(), errors })
    }

    #[test]
    fn the_three_forms_and_the_old_type_name_are_one_share() {
        for form in [
            json!({"$": "fs-share", "$version": "0.0.0", "path": "/a/b", "access": "write"}),
            json!({"$": "$meta-body", "type": "fs-share", "body": {"path": "/a/b", "access": "write"}}),
            json!(["fs-share", {"path": "/a/b", "access": "write"}, {"version": "0.0.0"}]),
            json!({"$": "file-share", "path": "/a/b", "access": "write"}),
        ] {
            assert_eq!(tagged(&form), at("/a/b", ShareAccess::Write), "{form}");
        }
    }

    #[test]
    fn access_is_read_unless_it_says_otherwise() {
        for (access, expected) in [
            (Value::Null, ShareAccess::Read),
            (json!("read"), ShareAccess::Read),
            (json!("write"), ShareAccess::Write),
            (json!("manage"), ShareAccess::Manage),
        ] {
            assert_eq!(tagged(&json!({"$": "fs-share", "path": "/a", "access": access})), at("/a", expected));
        }
        assert_eq!(tagged(&json!({"$": "fs-share", "path": "/a"})), at("/a", ShareAccess::Read));
    }

    #[test]
    fn what_is_no_tagged_object_is_a_format_error() {
        for (value, message) in [
            (json!("/a"), "format error: should be object or array"),
            (json!([]), "format error: tag-typed arrays should have 1-3 elements"),
            (json!({"$": "$meta-body"}), "format error: missing \"type\" property"),
            (json!({"path": "/a"}), "format error: type parameter is missing"),
        ] {
            let error = tagged(&value).unwrap_err();
            assert_eq!((error.code(), error.message().as_str()), ("format_error", message));
        }
    }

    #[test]
    fn another_type_is_named_with_those_that_are_accepted() {
        let accepted = vec!["fs-share".to_owned(), "app-share".to_owned()];
        let error = ApiError::DisallowedThing { thing: "site-share".to_owned(), accepted };
        assert_eq!(tagged(&json!({"$": "site-share"})), Err(error));
    }

    #[test]
    fn a_share_is_told_all_that_is_wrong_with_it() {
        let (path, access) = ("`path` is required", "`access` should be `read` or `write`");
        for body in [json!({}), json!({"path": ""}), json!({"path": 5}), json!({"path": null})] {
            assert_eq!(tagged(&json!(["fs-share", body])), faults("shares[2]", &[path]));
            assert_eq!(ShareItem::from_path(&body, "paths[0]", &ann()), faults("paths[0]", &[path]));
        }
        for wrong in [json!("see"), json!("Read"), json!(""), json!(5), json!(false), json!(["read"])] {
            let share = json!({"$": "fs-share", "path": "/a", "access": wrong});
            assert_eq!(tagged(&share), faults("shares[2]", &[access]), "{share}");
        }
        assert_eq!(tagged(&json!({"$": "fs-share", "access": "x"})), faults("shares[2]", &[path, access]));
    }

    #[test]
    fn an_element_of_paths_is_a_path_or_an_object() {
        let read = |value: &Value| ShareItem::from_path(value, "paths[0]", &ann());
        assert_eq!(read(&json!("/a")), at("/a", ShareAccess::Read));
        assert_eq!(read(&json!({"path": "/a", "access": "write"})), at("/a", ShareAccess::Write));
        for value in [json!(5), json!(null), json!(true), json!(["/a"])] {
            assert_eq!(read(&value), Err(ApiError::InvalidPath { value }));
        }
    }

    #[test]
    fn an_app_is_named_by_uid_or_name() {
        let app = |uid: Option<&str>, name: Option<&str>| {
            Ok(ShareItem::App { uid: uid.map(str::to_owned), name: name.map(str::to_owned) })
        };
        assert_eq!(tagged(&json!({"$": "app-share", "uid": "app-1"})), app(Some("app-1"), None));
        assert_eq!(tagged(&json!({"$": "app-share", "name": "x"})), app(None, Some("x")));
        assert_eq!(tagged(&json!({"$": "app-share", "uid": "u", "name": "x"})), app(Some("u"), Some("x")));
        for body in [json!({}), json!({"uid": ""}), json!({"name": null}), json!({"uid": 5})] {
            assert_eq!(tagged(&json!(["app-share", body])), faults("shares[2]", &["`uid` or `name` is required"]));
        }
    }

    #[test]
    fn a_target_is_a_uuid_or_a_normalised_path() {
        let uuid = "0189d1c2-7c3a-4f6e-9a55-3f6c0a7b1e2d";
        assert_eq!(EntryTarget::parse(uuid, &ann()), Ok(EntryTarget::Uuid(uuid.parse().unwrap())));
        for (text, path) in
            [("/a//b/../c/", "/a/c"), ("/", "/"), ("~", "/ann"), ("~/b.txt", "/ann/b.txt"), ("~/../bob/x", "/bob/x")]
        {
            let target = EntryTarget::Path(EntryPath::normalise(path).unwrap());
            assert_eq!(EntryTarget::parse(text, &ann()), Ok(target), "{text}");
        }
    }

    #[test]
    fn what_is_neither_uuid_nor_path_is_refused() {
        let long = format!("/{}", "a".repeat(256));
        let no_uuid = "0189d1c27c3a4f6e9a553f6c0a7b1e2d";
        for text in ["a/b", "~bob/x", "/a\0b", "/a\n", "/a\u{202e}b", "./a\0", "*", no_uuid, &long] {
            let error = EntryTarget::parse(text, &ann()).unwrap_err();
            let fields = json!({"key": "path", "expected": "unix-style path or uuid4"});
            assert_eq!((error.code(), Value::from(error.fields())), ("field_invalid", fields), "{text:?}");
        }
    }

    #[test]
    fn a_path_from_a_dot_leads_nowhere() {
        for text in [".", "..", "./a", "../a", ".hidden"] {
            let error = ApiError::UnresolvedRelativePath { path: text.to_owned() };
            assert_eq!(EntryTarget::parse(text, &ann()), Err(error));
        }
    }
}
