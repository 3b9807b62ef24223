//! Single values in the forms that clients write them: ids, accesses, truth values.

use serde_json::Value;
use uuid::Uuid;
use vouchsafe_flows::Setting;
use vouchsafe_types::{Access, error::ApiError};

/// The values of the enumeration, by their numbers.
const ACCESSES: [(&str, Setting); 9] = [
    ("None", Setting::Nothing),
    ("ReadWrite", Setting::Exactly(Access::Full)),
    ("Read", Setting::Exactly(Access::Read)),
    ("Restrict", Setting::Exactly(Access::None)),
    ("Varies", Setting::Unchanged),
    ("Review", Setting::Exactly(Access::Review)),
    ("Comment", Setting::Exactly(Access::Comment)),
    ("FillForms", Setting::Exactly(Access::Fill)),
    ("CustomFilter", Setting::Exactly(Access::Filter)),
];

/// So much of a faulty value is shown in its refusal.
const MAX_SHOWN: usize = 100;

/// The number that stands for an access; 0 for what has none.
pub(super) fn number_of(access: Access) -> usize {
    let fits = |(_, setting): &(&str, Setting)| *setting == Setting::Exactly(access);
    ACCESSES.iter().position(fits).unwrap_or(0)
}

/// An access by its number, as a number or a text, or by its name in any casing.
pub(super) fn access(value: &Value) -> Result<Setting, ApiError> {
    let unknown = || {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        ApiError::AccessUnknown { value: text.chars().take(MAX_SHOWN).collect() }
    };
    let numbered = |number: u64| usize::try_from(number).ok().and_then(|at| ACCESSES.get(at));
    let found = match value {
        Value::Number(number) => number.as_u64().and_then(numbered),
        Value::String(text) => {
            let text = text.trim();
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match is_number {
                true => text.parse().ok().and_then(numbered),
                false => ACCESSES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    found.map(|(_, setting)| *setting).ok_or_else(unknown)
}

/// A truth value, also as a text in any casing; empty and null are false.
pub(super) fn boolean(value: &Value) -> Result<bool, ApiError> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "" | "false" => Ok(false),
            "true" => Ok(true),
            _ => Err(ApiError::BooleanInvalid {}),
        },
        Value::Number(_) | Value::Array(_) | Value::Object(_) => Err(ApiError::BooleanInvalid {}),
    }
}

/// An id in any of the usual forms: 32 digits, or 36 characters with hyphens, these also in braces or parentheses.
pub(super) fn guid(value: &Value) -> Result<Uuid, ApiError> {
    let text = value.as_str().map(str::trim).ok_or(ApiError::GuidInvalid {})?;
    let within = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let (plain, is_wrapped) = match within('{', '}').or_else(|| within('(', ')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let is_form = plain.len() == 36 || (plain.len() == 32 && !is_wrapped);
    let parsed = is_form.then(|| plain.parse().ok()).flatten();
    parsed.ok_or(ApiError::GuidInvalid {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_access_has_a_number_a_text_and_a_name() {
        for (number, (name, setting)) in ACCESSES.into_iter().enumerate() {
            let spellings = [json!(number), json!(number.to_string()), json!(name), json!(name.to_lowercase())];
            for value in spellings.iter().chain(&[json!(format!(" {} ", name.to_uppercase()))]) {
                assert_eq!(access(value), Ok(setting), "{value}");
            }
            if let Setting::Exactly(access) = setting {
                assert_eq!(number_of(access), number);
            }
        }
        for value in [json!(9), json!(-1), json!(2.5), json!("9"), json!("Read,Comment"), json!(""), json!(null)] {
            assert!(access(&value).is_err(), "{value}");
        }
        let refused = access(&json!("Admin")).unwrap_err();
        assert_eq!(refused.message(), "Requested value 'Admin' was not found.");
        assert!(access(&json!("x".repeat(10_000))).unwrap_err().message().len() < 200);
    }

    #[test]
    fn a_guid_has_four_forms() {
        let uuid = Uuid::from_u128(0x2fdf_e577_3c26_4736_9df9_b5a6_83bb_8520);
        let plain = "2fdfe577-3c26-4736-9df9-b5a683bb8520";
        for text in [
            plain.to_owned(),
            plain.to_uppercase(),
            plain.replace('-', ""),
            format!("{{{plain}}}"),
            format!("({plain})"),
            format!("  {plain} "),
        ] {
            assert_eq!(guid(&json!(text)), Ok(uuid), "{text}");
        }
        let wrong = ["", "x", "{2fdfe5773c2647369df9b5a683bb8520}", "(2fdfe577-3c26-4736-9df9-b5a683bb8520}"];
        let urn = format!("urn:uuid:{plain}");
        let short: String = plain.chars().take(35).collect();
        for text in wrong.into_iter().chain([urn.as_str(), short.as_str()]) {
            assert_eq!(guid(&json!(text)), Err(ApiError::GuidInvalid {}), "{text}");
        }
        assert!(guid(&json!(5)).is_err() && guid(&json!(null)).is_err());
    }

    #[test]
    fn a_truth_value_may_be_a_text() {
        for (value, flag) in [(json!(true), true), (json!("TRUE"), true), (json!("False"), false), (json!(""), false)] {
            assert_eq!(boolean(&value), Ok(flag));
        }
        for value in [json!(1), json!("1"), json!("yes"), json!([]), json!({})] {
            assert_eq!(boolean(&value), Err(ApiError::BooleanInvalid {}));
        }
    }
}
