//! A request to give one person access to one entry.

use super::{EntryTarget, ShareAccess};
use crate::{Username, error::ApiError, json_type::type_of};
use serde_json::{Map, Value};

/// Whom to give which entry, and how much of it.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::share::{AccessByUsername, EntryTarget, ShareAccess};
///
/// let body = json!({"username": "bob", "path": "~/a.txt"});
/// let request = AccessByUsername::parse(body.as_object().unwrap(), &"ann".parse().unwrap())?;
/// assert_eq!((request.username.as_str(), request.access), ("bob", ShareAccess::Write));
/// assert!(matches!(request.target, EntryTarget::Path(path) if path.to_string() == "/ann/a.txt"));
/// # Ok::<(), vouchsafe_types::error::ApiError>(())
/// ```
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
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::share::AccessByUsername;
    ///
    /// let ann = "ann".parse().unwrap();
    /// let parse = |body: serde_json::Value| AccessByUsername::parse(body.as_object().unwrap(), &ann);
    /// let code = |body| parse(body).unwrap_err().code();
    /// assert_eq!(code(json!({"username": "bob"})), "field_invalid");
    /// assert_eq!(code(json!({"username": "not a name", "path": "~/a.txt"})), "user_does_not_exist");
    /// ```
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryPath;
    use serde_json::json;

    fn parse(body: Value) -> Result<AccessByUsername, ApiError> {
        AccessByUsername::parse(body.as_object().unwrap(), &"ann".parse().unwrap())
    }

    fn refused(body: Value) -> Value {
        let error = parse(body).unwrap_err();
        assert_eq!((error.code(), error.status()), ("field_invalid", 400));
        error.fields().into()
    }

    #[test]
    fn the_body_names_a_person_an_entry_and_an_access() {
        let request = parse(json!({"username": "bob", "path": "~/a.txt", "access_level": "read"})).unwrap();
        assert_eq!(request.username.as_str(), "bob");
        assert_eq!(request.target, EntryTarget::Path(EntryPath::normalise("/ann/a.txt").unwrap()));
        assert_eq!(request.access, ShareAccess::Read);
    }

    #[test]
    fn access_is_write_for_anything_falsy() {
        for level in [json!(null), json!(false), json!(""), json!(0), json!("write")] {
            let body = json!({"username": "bob", "path": "/ann/a", "access_level": level});
            assert_eq!(parse(body).unwrap().access, ShareAccess::Write);
        }
        assert_eq!(parse(json!({"username": "bob", "path": "/ann/a"})).unwrap().access, ShareAccess::Write);
    }

    #[test]
    fn another_access_is_refused_without_saying_what_was_sent() {
        for level in [json!("manage"), json!("Read"), json!(1), json!(true), json!(["read"]), json!({})] {
            let body = json!({"username": "bob", "path": "/ann/a", "access_level": level});
            assert_eq!(refused(body), json!({"key": "access_level", "expected": "\"read\" or \"write\""}));
        }
    }

    #[test]
    fn fields_are_checked_in_the_order_username_path_access() {
        let body = |username: Value, path: Value| json!({"username": username, "path": path, "access_level": "x"});
        let fault = |key: &str, got: &str| json!({"key": key, "expected": "string", "got": got});
        assert_eq!(refused(json!({})), fault("username", "undefined"));
        assert_eq!(refused(body(json!(null), json!(5))), fault("username", "object"));
        assert_eq!(refused(body(json!("bob"), json!(5))), fault("path", "number"));
        assert_eq!(refused(body(json!("bob"), json!([]))), fault("path", "object"));
        assert_eq!(refused(body(json!("bob"), json!("/a")))["key"], "access_level");
    }

    #[test]
    fn a_text_that_is_no_name_is_nobody() {
        for username in ["", "b-ob", "bob@example.org", "b\0ob"] {
            let error = ApiError::UserDoesNotExist { username: username.to_owned() };
            assert_eq!(parse(json!({"username": username, "path": "/ann/a"})), Err(error));
        }
    }
}
