//! Type-tagged objects in their three representations.
//!
//! Source: Puter's documentation of type-tagged objects.

use serde_json::{Map, Value};

/// A type-tagged object, whichever way it was written.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::tagged::Tagged;
///
/// let standard = json!({"$": "fs-share", "$version": "1", "path": "/ann/a"});
/// for form in [
///     standard.clone(),
///     json!({"$": "$meta-body", "type": "fs-share", "meta": {"version": "1"}, "body": {"path": "/ann/a"}}),
///     json!(["fs-share", {"path": "/ann/a"}, {"version": "1"}]),
/// ] {
///     let tagged = Tagged::parse(&form)?;
///     assert_eq!((tagged.kind.as_str(), tagged.get("path")), ("fs-share", Some(&json!("/ann/a"))));
///     assert_eq!(tagged.to_standard(), standard);
/// }
/// # Ok::<(), vouchsafe_types::tagged::TagError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// The type: the value of `$`.
    pub kind: String,
    /// What describes the object: `$version` and the like, without the `$`.
    pub meta: Map<String, Value>,
    /// The object itself.
    pub body: Map<String, Value>,
}

/// Why a value is no type-tagged object. The texts are letter by letter those of Puter.
///
/// ```
/// use vouchsafe_types::tagged::{TagError, Tagged};
/// assert_eq!(Tagged::parse(&serde_json::json!([])), Err(TagError::InvalidArrayLength));
/// assert_eq!(TagError::InvalidType.to_string(), "should be object or array");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// Neither object nor array.
    #[error("should be object or array")]
    InvalidType,
    /// An array of no or more than three elements.
    #[error("tag-typed arrays should have 1-3 elements")]
    InvalidArrayLength,
    /// The structured form without `type`.
    #[error("missing \"type\" property")]
    MissingTypeProperty,
    /// No type, or an empty one.
    #[error("type parameter is missing")]
    MissingTypeParam,
}

impl Tagged {
    /// Reads any of the three forms. Keys with a `$` elsewhere than alone in front are ignored.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::tagged::{TagError, Tagged};
    /// assert_eq!(Tagged::parse(&json!(["fs-share", "/ann/a"]))?.get("value"), Some(&json!("/ann/a")));
    /// assert_eq!(Tagged::parse(&json!({"path": "/ann/a"})), Err(TagError::MissingTypeParam));
    /// # Ok::<(), TagError>(())
    /// ```
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(value: &Value) -> Result<Self, TagError> {
        match value {
            Value::Array(elements) => Self::from_array(elements),
            Value::Object(object) if object.get("$").is_some_and(|t| t == "$meta-body") => {
                Self::from_structured(object)
            }
            Value::Object(object) => Self::from_standard(object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(TagError::InvalidType),
        }
    }

    fn from_standard(object: &Map<String, Value>) -> Result<Self, TagError> {
        let kind = kind(object.get("$"))?;
        let (mut meta, mut body) = (Map::new(), Map::new());
        for (key, value) in object.iter().filter(|(key, _)| *key != "$") {
            match key.strip_prefix('$') {
                Some(name) if !name.contains('$') => meta.insert(name.to_owned(), value.clone()),
                None if !key.contains('$') => body.insert(key.clone(), value.clone()),
                Some(_) | None => None,
            };
        }
        Ok(Self { kind, meta, body })
    }

    fn from_structured(object: &Map<String, Value>) -> Result<Self, TagError> {
        let kind = kind(Some(object.get("type").ok_or(TagError::MissingTypeProperty)?))?;
        let part = |name| object.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(Self { kind, meta: part("meta"), body: part("body") })
    }

    fn from_array(elements: &[Value]) -> Result<Self, TagError> {
        let (first, body, meta) = match elements {
            [first] => (first, None, None),
            [first, body] => (first, Some(body), None),
            [first, body, meta] => (first, Some(body), Some(meta)),
            _ => return Err(TagError::InvalidArrayLength),
        };
        let body = match body {
            None => Map::new(),
            Some(Value::Object(object)) => object.clone(),
            Some(other) => Map::from_iter([("value".to_owned(), other.clone())]),
        };
        let meta = meta.and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(Self { kind: kind(Some(first))?, meta, body })
    }

    /// The value of a key of the body.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::tagged::Tagged;
    /// let tagged = Tagged::parse(&json!({"$": "fs-share", "$version": "1", "path": "/ann/a"}))?;
    /// assert_eq!(tagged.get("path"), Some(&json!("/ann/a")));
    /// assert_eq!(tagged.get("version"), None, "that is in the meta");
    /// # Ok::<(), vouchsafe_types::tagged::TagError>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.body.get(key)
    }

    /// The standard form. A key of the body wins over an equal one derived from the meta, and neither over the type.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::tagged::Tagged;
    /// let tagged = Tagged::parse(&json!(["fs-share", {"path": "/ann/a"}]))?;
    /// assert_eq!(tagged.to_standard(), json!({"$": "fs-share", "path": "/ann/a"}));
    /// # Ok::<(), vouchsafe_types::tagged::TagError>(())
    /// ```
    #[must_use]
    pub fn to_standard(&self) -> Value {
        let mut object: Map<String, Value> =
            self.meta.iter().map(|(key, value)| (format!("${key}"), value.clone())).collect();
        object.extend(self.body.clone());
        // Last, so that no key of the body can turn the object into one of another type.
        object.insert("$".to_owned(), self.kind.as_str().into());
        object.into()
    }
}

fn kind(value: Option<&Value>) -> Result<String, TagError> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(_) | None => Err(TagError::MissingTypeParam),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_three_forms_are_one_object() {
        let standard = json!({"$": "fs-share", "$version": "0.0.0", "path": "/a/b"});
        for form in [
            standard.clone(),
            json!({"$": "$meta-body", "type": "fs-share", "meta": {"version": "0.0.0"}, "body": {"path": "/a/b"}}),
            json!(["fs-share", {"path": "/a/b"}, {"version": "0.0.0"}]),
        ] {
            assert_eq!(Tagged::parse(&form).unwrap().to_standard(), standard);
        }
    }

    #[test]
    fn short_arrays_and_plain_values_have_their_meaning() {
        assert_eq!(Tagged::parse(&json!(["x"])).unwrap().to_standard(), json!({"$": "x"}));
        assert_eq!(Tagged::parse(&json!(["x", "y"])).unwrap().to_standard(), json!({"$": "x", "value": "y"}));
        let odd = json!({"$": "x", "a$b": 1, "$$c": 2, "d": 3});
        assert_eq!(Tagged::parse(&odd).unwrap().to_standard(), json!({"$": "x", "d": 3}));
    }

    #[test]
    fn a_key_of_the_body_wins_over_the_meta_but_not_over_the_type() {
        let both = json!(["x", {"$version": "2.0.0", "$": "y"}, {"version": "1.0.0", "note": "n"}]);
        let standard = json!({"$": "x", "$version": "2.0.0", "$note": "n"});
        assert_eq!(Tagged::parse(&both).unwrap().to_standard(), standard);
    }

    #[test]
    fn body_and_meta_may_be_left_out() {
        for form in [json!(["x"]), json!(["x", {}]), json!({"$": "$meta-body", "type": "x"}), json!({"$": "x"})] {
            let tagged = Tagged::parse(&form).unwrap();
            assert_eq!((tagged.kind.as_str(), tagged.meta.len(), tagged.body.len()), ("x", 0, 0), "{form}");
        }
    }

    #[test]
    fn the_messages_are_letter_by_letter() {
        for (error, message) in [
            (TagError::InvalidType, "should be object or array"),
            (TagError::InvalidArrayLength, "tag-typed arrays should have 1-3 elements"),
            (TagError::MissingTypeProperty, "missing \"type\" property"),
            (TagError::MissingTypeParam, "type parameter is missing"),
        ] {
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn each_fault_has_its_own_message() {
        for (value, error) in [
            (json!("x"), TagError::InvalidType),
            (json!(5), TagError::InvalidType),
            (Value::Null, TagError::InvalidType),
            (json!([]), TagError::InvalidArrayLength),
            (json!(["x", {}, {}, {}]), TagError::InvalidArrayLength),
            (json!({"$": "$meta-body"}), TagError::MissingTypeProperty),
            (json!({"$": "$meta-body", "type": ""}), TagError::MissingTypeParam),
            (json!({"path": "/a"}), TagError::MissingTypeParam),
            (json!({"$": 5}), TagError::MissingTypeParam),
            (json!([""]), TagError::MissingTypeParam),
        ] {
            assert_eq!(Tagged::parse(&value), Err(error), "{value}");
        }
    }
}
