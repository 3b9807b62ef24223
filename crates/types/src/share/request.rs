//! A request to share: checked once, trusted ever after.

use super::ShareItem;
use crate::{
    Username,
    error::ApiError,
    json_type::{type_name, type_of},
    recipient::Recipient,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// What a person asks for: recipients × items.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::share::ShareRequest;
///
/// let body = json!({
///     "recipients": ["bob", "not a name"],
///     "shares": [{"$": "fs-share", "path": "/ann/a", "access": "read"}],
///     "metadata": {"message": "look at this"},
/// });
/// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
/// assert!(request.recipients()[0].is_ok() && request.recipients()[1].is_err(), "the fault stays with its element");
/// assert_eq!(request.metadata()["message"], "look at this");
/// assert!(!request.is_strict() && !request.is_dry_run());
/// # Ok::<(), vouchsafe_types::error::ApiError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShareRequest {
    recipients: Vec<Result<Recipient, ApiError>>,
    items: Vec<Result<ShareItem, ApiError>>,
    metadata: Map<String, Value>,
    is_dry_run: bool,
    is_strict: bool,
    ends_at: Option<DateTime<Utc>>,
}

const MAX_METADATA_KEYS: usize = 20;
const MAX_MESSAGE_CHARS: usize = 10_240;
const MAX_METADATA_CHARS: usize = 255;

impl ShareRequest {
    /// Reads the body of `POST /share`: `~` in paths is `caller`'s home, lists have at most `cap` elements.
    ///
    /// Metadata has at most 20 keys; its values are texts of at most 255 characters, `message` of at most 10,240, or
    /// numbers.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::share::ShareRequest;
    ///
    /// let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a"});
    /// let parse = |cap| ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), cap);
    /// assert!(parse(2).is_ok());
    /// assert_eq!(parse(1).unwrap_err().code(), "too_many_keys");
    /// ```
    ///
    /// # Errors
    /// The first faulty field, in the order metadata, mode, recipients, shares. What is wrong with one element of a list
    /// is kept with that element.
    pub fn parse(body: &Map<String, Value>, caller: &Username, cap: usize) -> Result<Self, ApiError> {
        let metadata = metadata(body.get("metadata"))?;
        let is_strict = is_strict(body.get("mode"))?;
        let recipients = recipients(body.get("recipients"), cap)?;
        let items = items(body, caller, cap)?;
        Ok(Self { recipients, items, metadata, is_dry_run: is_truthy(body.get("dry_run")), is_strict, ends_at: None })
    }

    /// The same request, for what ends at `at`.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": "/ann/a"});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let tomorrow = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1);
    /// assert_eq!(request.until(Some(tomorrow)).ends_at(), Some(tomorrow));
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub fn until(self, at: Option<DateTime<Utc>>) -> Self {
        Self { ends_at: at, ..self }
    }

    /// When what is shared ends; `None` for what is shared for good.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": "/ann/a"});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// assert_eq!(request.ends_at(), None, "a body alone shares for good");
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub const fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.ends_at
    }

    /// Whom to share with, in the request's order.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": ["bob", 5], "paths": "/ann/a"});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let [Ok(_), Err(error)] = request.recipients() else { panic!("one of each") };
    /// assert_eq!(error.code(), "invalid_username_or_email");
    /// # Ok::<(), ApiError>(())
    /// ```
    pub fn recipients(&self) -> &[Result<Recipient, ApiError>] {
        &self.recipients
    }

    /// What to share, in the request's order.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": ["/ann/a", "./b"]});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let [Ok(_), Err(error)] = request.items() else { panic!("one of each") };
    /// assert_eq!(error.code(), "unresolved_relative_path");
    /// # Ok::<(), ApiError>(())
    /// ```
    pub fn items(&self) -> &[Result<ShareItem, ApiError>] {
        &self.items
    }

    /// What the sharer sends along; `message` goes into mails.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": "/ann/a", "metadata": {"message": "hi"}});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// assert_eq!(request.metadata()["message"], "hi");
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub const fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// Whether only to validate.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": "/ann/a", "dry_run": 1});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// assert!(request.is_dry_run(), "whatever counts as true in JavaScript");
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub const fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Whether one refused element stops the whole.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::ShareRequest};
    /// let body = json!({"recipients": "bob", "paths": "/ann/a", "mode": "strict"});
    /// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// assert!(request.is_strict());
    /// # Ok::<(), ApiError>(())
    /// ```
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
    if key.contains('\0') {
        return wrong("a key without NUL characters".to_owned(), "a NUL character".to_owned());
    }
    match value {
        Value::String(text) if text.chars().count() > most => {
            wrong(format!("at most {most} characters"), format!("{} characters", text.chars().count()))
        }
        // A NUL is no text to a mail server or to PostgreSQL.
        Value::String(text) if text.contains('\0') => {
            wrong("text without NUL characters".to_owned(), "a NUL character".to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CAP: usize = 3;

    fn parse(body: Value) -> Result<ShareRequest, ApiError> {
        ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), CAP)
    }

    /// A good request with one key changed.
    fn with(key: &str, value: Value) -> Result<ShareRequest, ApiError> {
        let mut body = json!({"recipients": "bob", "shares": {"$": "fs-share", "path": "/ann/a"}});
        body[key] = value;
        parse(body)
    }

    /// Key, expected and got of a refusal.
    fn fault(result: Result<ShareRequest, ApiError>) -> [Option<String>; 3] {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.status()), ("field_invalid", 400));
        let fields = error.fields();
        ["key", "expected", "got"].map(|name| fields.get(name).and_then(Value::as_str).map(str::to_owned))
    }

    fn words(key: &str, expected: &str, got: &str) -> [Option<String>; 3] {
        [key, expected, got].map(|word| Some(word.to_owned()))
    }

    #[test]
    fn single_values_are_lists_of_one() {
        let request = with("metadata", Value::Null).unwrap();
        assert_eq!((request.recipients().len(), request.items().len()), (1, 1));
        assert!(request.recipients()[0].is_ok() && request.items()[0].is_ok());
        assert!(request.metadata().is_empty() && !request.is_dry_run() && !request.is_strict());
    }

    #[test]
    fn metadata_counts_when_it_is_truthy_and_an_object() {
        for falsy in [json!(null), json!(false), json!(0), json!("")] {
            assert!(with("metadata", falsy).unwrap().metadata().is_empty());
        }
        for (value, got) in [(json!([1]), "array"), (json!([]), "array"), (json!("x"), "string"), (json!(5), "number")]
        {
            assert_eq!(fault(with("metadata", value)), words("metadata", "object", got));
        }
        assert_eq!(fault(with("metadata", json!(true))), words("metadata", "object", "boolean"));
        let metadata = json!({"message": "hi", "n": 5, "note": "x"});
        assert_eq!(Value::from(with("metadata", metadata.clone()).unwrap().metadata().clone()), metadata);
    }

    #[test]
    fn metadata_has_limits_in_characters_and_keys() {
        let keys = |n: usize| Value::from((0..n).map(|i| (i.to_string(), json!(i))).collect::<Map<_, _>>());
        assert!(with("metadata", keys(20)).is_ok());
        assert_eq!(fault(with("metadata", keys(21))), words("metadata", "at most 20 keys", "21 keys"));
        assert!(with("metadata", json!({"message": "ö".repeat(10_240), "a": "ö".repeat(255)})).is_ok());
        let message = fault(with("metadata", json!({"message": "ö".repeat(10_241)})));
        assert_eq!(message, words("metadata.message", "at most 10240 characters", "10241 characters"));
        let other = fault(with("metadata", json!({"a": "ö".repeat(256)})));
        assert_eq!(other, words("metadata.a", "at most 255 characters", "256 characters"));
    }

    #[test]
    fn metadata_holds_strings_and_numbers_and_a_message_is_a_string() {
        for (value, got) in
            [(json!(null), "null"), (json!([]), "array"), (json!({}), "object"), (json!(true), "boolean")]
        {
            let plain = fault(with("metadata", json!({"a": value})));
            assert_eq!(plain, words("metadata.a", "string or number", got));
            let message = fault(with("metadata", json!({"message": value})));
            assert_eq!(message, words("metadata.message", "string", got));
        }
        assert_eq!(fault(with("metadata", json!({"message": 5}))), words("metadata.message", "string", "number"));
    }

    #[test]
    fn metadata_holds_no_nul() {
        for (metadata, key) in [
            (json!({"message": "a\0b"}), "metadata.message"),
            (json!({"a": "\0"}), "metadata.a"),
            (json!({"\0": 1}), "metadata.\0"),
        ] {
            assert_eq!(fault(with("metadata", metadata))[0].as_deref(), Some(key));
        }
        assert!(with("metadata", json!({"message": "two\nlines\tand a tab"})).is_ok());
    }

    #[test]
    fn the_mode_is_strict_best_effort_or_falsy() {
        assert!(with("mode", json!("strict")).unwrap().is_strict());
        for lenient in [json!("best-effort"), json!(null), json!(""), json!(0), json!(false)] {
            assert!(!with("mode", lenient).unwrap().is_strict());
        }
        for wrong in [json!("Strict"), json!("lazy"), json!(1), json!(true), json!([]), json!({})] {
            let expected = "`strict`, `best-effort`, or undefined";
            assert_eq!(fault(with("mode", wrong)), [Some("mode".to_owned()), Some(expected.to_owned()), None]);
        }
    }

    #[test]
    fn a_dry_run_is_anything_truthy() {
        for (value, is_dry_run) in [
            (json!(true), true),
            (json!("false"), true),
            (json!(-1), true),
            (json!([]), true),
            (json!({}), true),
            (json!(false), false),
            (json!(0), false),
            (json!(0.0), false),
            (json!(""), false),
            (json!(null), false),
        ] {
            assert_eq!(with("dry_run", value.clone()).unwrap().is_dry_run(), is_dry_run, "{value}");
        }
    }

    #[test]
    fn recipients_are_a_string_or_a_list() {
        for (value, got) in
            [(json!(null), "object"), (json!(5), "number"), (json!(true), "boolean"), (json!({}), "object")]
        {
            assert_eq!(fault(with("recipients", value)), words("recipients", "array or string", got));
        }
        let missing = fault(parse(json!({"shares": []})));
        assert_eq!(missing, words("recipients", "array or string", "undefined"));
        assert_eq!(fault(with("recipients", json!([]))), words("recipients", "at least one", "none"));
    }

    #[test]
    fn there_is_something_to_share() {
        for none in [json!([]), json!(null)] {
            assert_eq!(fault(with("shares", none)), words("shares", "at least one", "none"));
        }
        assert_eq!(fault(parse(json!({"recipients": "bob"}))), words("shares", "at least one", "none"));
        let paths = parse(json!({"recipients": "bob", "paths": []}));
        assert_eq!(fault(paths), words("paths", "at least one", "none"));
    }

    #[test]
    fn fields_are_checked_in_the_order_metadata_mode_recipients_shares() {
        let mut body = json!({"metadata": 1, "mode": "x", "recipients": 1, "shares": []});
        for (key, good) in
            [("metadata", json!({})), ("mode", json!("strict")), ("recipients", json!("bob")), ("shares", json!("x"))]
        {
            assert_eq!(fault(parse(body.clone()))[0].as_deref(), Some(key));
            body[key] = good;
        }
        assert!(parse(body).is_ok());
    }

    #[test]
    fn long_lists_are_refused_whole() {
        for key in ["recipients", "shares"] {
            assert!(with(key, json!(vec!["x"; CAP])).is_ok());
            let error = ApiError::TooManyKeys { key: key.to_owned(), max: CAP };
            assert_eq!(with(key, json!(vec!["x"; CAP + 1])), Err(error));
        }
    }

    #[test]
    fn faulty_elements_stay_in_their_place_under_the_name_of_their_list() {
        let codes = |request: &ShareRequest| -> Vec<&'static str> {
            request.items().iter().map(|item| item.as_ref().map_or_else(ApiError::code, |_| "")).collect()
        };
        let keys = |request: &ShareRequest| request.items()[1].clone().unwrap_err().fields().get("key").cloned();
        let shares = with("shares", json!([{"$": "fs-share", "path": "/a"}, {"$": "fs-share"}, "/a"])).unwrap();
        assert_eq!(codes(&shares), ["", "field_errors", "format_error"]);
        assert_eq!(keys(&shares), Some(json!("shares[1]")));
        let paths = parse(json!({"recipients": ["bob", 5], "paths": ["/a", {}, 5]})).unwrap();
        assert_eq!(codes(&paths), ["", "field_errors", "invalid_path"]);
        assert_eq!(keys(&paths), Some(json!("paths[1]")));
        assert!(paths.recipients()[0].is_ok() && paths.recipients()[1].is_err());
    }

    #[test]
    fn paths_count_only_without_shares() {
        let shares = with("paths", json!(["/x", "/y"])).unwrap();
        assert_eq!(shares.items().len(), 1);
        for one in [json!("/a"), json!({"path": "/a"}), json!(["/a"])] {
            let request = parse(json!({"recipients": "bob", "paths": one})).unwrap();
            assert!(matches!(request.items(), [Ok(ShareItem::Fs { .. })]));
        }
    }

    #[test]
    fn a_bare_array_is_always_the_list() {
        let request = with("shares", json!(["fs-share", {"path": "/a"}])).unwrap();
        assert_eq!(request.items().len(), 2);
        assert!(request.items().iter().all(Result::is_err));
        let nested = with("shares", json!([["fs-share", {"path": "/a"}]])).unwrap();
        assert!(matches!(nested.items(), [Ok(ShareItem::Fs { .. })]));
    }
}
