//! How a refusal is written: inside a list of results, and as a whole body.

use super::ApiError;
use serde_json::{Map, Value};

impl ApiError {
    /// A field with a wrong type or value.
    ///
    /// ```
    /// use vouchsafe_types::error::ApiError;
    /// let error = ApiError::invalid("limit", "1 to 1000", Some("0".into()));
    /// assert_eq!(error.message(), "Field `limit` is invalid. Expected 1 to 1000. Got 0.");
    /// ```
    #[must_use]
    pub fn invalid(key: impl Into<String>, expected: impl Into<String>, got: Option<String>) -> Self {
        Self::FieldInvalid { key: key.into(), expected: Some(expected.into()), got }
    }

    /// The form inside a list of results.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::error::ApiError;
    /// let expected = json!({
    ///     "$": "heyputer:api/APIError", "code": "forbidden", "message": "Permission denied.", "status": 403,
    /// });
    /// assert_eq!(ApiError::Forbidden {}.embedded(), expected);
    /// ```
    #[must_use]
    pub fn embedded(&self) -> Value {
        let mut object = self.fields();
        object.insert("code".into(), self.code().into());
        object.insert("$".into(), "heyputer:api/APIError".into());
        object.insert("message".into(), self.message().into());
        object.insert("status".into(), self.status().into());
        object.into()
    }

    /// The form as a whole HTTP body.
    ///
    /// COMPAT(puter): a field called `message` takes the place of the text, except in `format_error`.
    ///
    /// ```
    /// use serde_json::json;
    /// use vouchsafe_types::error::ApiError;
    /// let body = ApiError::FieldMissing { key: "path".into() }.body();
    /// assert_eq!(body, json!({"message": "Field `path` is required.", "key": "path", "code": "field_missing"}));
    /// ```
    #[must_use]
    pub fn body(&self) -> Value {
        let mut object = Map::from_iter([("message".to_owned(), self.message().into())]);
        object.extend(self.fields());
        if let Self::FormatError { .. } = self {
            object.insert("message".into(), self.message().into());
        }
        object.insert("code".into(), self.code().into());
        object.into()
    }
}
