//! What JavaScript calls the type of a value.

use serde_json::Value;

/// The type's name; `array` and `null` are named as such, and a missing value is `undefined`.
///
/// ```
/// use vouchsafe_types::json_type::type_name;
/// assert_eq!((type_name(Some(&serde_json::json!([1]))), type_name(None)), ("array", "undefined"));
/// ```
#[must_use]
pub const fn type_name(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

/// The same as `typeof` says it: arrays and `null` are objects.
///
/// ```
/// use vouchsafe_types::json_type::type_of;
/// assert_eq!(type_of(Some(&serde_json::json!(null))), "object");
/// ```
#[must_use]
pub const fn type_of(value: Option<&Value>) -> &'static str {
    match type_name(value).as_bytes() {
        b"array" | b"null" => "object",
        _ => type_name(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_have_javascripts_names() {
        for (value, name, typeof_name) in [
            (None, "undefined", "undefined"),
            (Some(json!(null)), "null", "object"),
            (Some(json!(true)), "boolean", "boolean"),
            (Some(json!(1.5)), "number", "number"),
            (Some(json!("")), "string", "string"),
            (Some(json!([])), "array", "object"),
            (Some(json!({})), "object", "object"),
        ] {
            assert_eq!((type_name(value.as_ref()), type_of(value.as_ref())), (name, typeof_name));
        }
    }
}
