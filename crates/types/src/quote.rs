//! The quoting of values inside messages.
//!
//! Source: Puter's `quot`: back-ticks around the JSON text of a string, `(5)` around a number.

use serde_json::Value;

/// Quotes a value for a message.
///
/// ```
/// use vouchsafe_types::quote::q;
/// assert_eq!(q("no`body"), r"`no\`body`");
/// assert_eq!(q(5), "(5)");
/// assert_eq!(q(serde_json::json!({"a": 1})), "[object]");
/// ```
#[must_use]
pub fn q(value: impl Into<Value>) -> String {
    match value.into() {
        Value::Null | Value::Array(_) | Value::Object(_) => "[object]".to_owned(),
        Value::Number(number) => format!("({number})"),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::String(text) => format!("`{}`", escaped(&text)),
    }
}

/// The same for a text that may be missing.
///
/// ```
/// use vouchsafe_types::quote::q_or_undefined;
/// assert_eq!((q_or_undefined(Some("a")), q_or_undefined(None)), ("`a`".into(), "`undefined`".into()));
/// ```
#[must_use]
pub fn q_or_undefined(value: Option<&str>) -> String {
    value.map_or_else(|| "`undefined`".to_owned(), q)
}

/// A list of quoted values.
///
/// ```
/// use vouchsafe_types::quote::q_list;
/// assert_eq!(q_list(&["read".into(), "write".into()]), "`read`, `write`");
/// ```
#[must_use]
pub fn q_list(values: &[String]) -> String {
    values.iter().map(|v| q(v.as_str())).collect::<Vec<_>>().join(", ")
}

fn escaped(text: &str) -> String {
    let json = Value::from(text).to_string();
    let inner = json.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(&json);
    inner.replace("\\\"", "\"").replace('`', "\\`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_keeps_quotes_and_escapes_ticks_backslashes_and_newlines() {
        assert_eq!(q("a\"b`c\\d\ne"), "`a\"b\\`c\\\\d\\ne`");
        assert_eq!(q(true), "`true`");
        assert_eq!(q(Value::Null), "[object]");
        assert_eq!(q_or_undefined(None), "`undefined`");
        assert_eq!(q(serde_json::json!([1])), "[object]");
        assert_eq!(q(1.5), "(1.5)");
        assert_eq!(q(false), "`false`");
        assert_eq!(q(""), "``");
    }
}
