//! The fields of a body, read so that one refusal names every faulty one.

use crate::error::Rejection;
use serde_json::{Map, Value};
use std::{fmt::Display, mem, ops::RangeInclusive, str::FromStr};
use vouchsafe_types::{
    error::{ApiError, FieldFault, Unnamed},
    json_type::type_name,
};

/// The most faults that are named: a list of small wrong things must not make a huge answer.
const MAX_FAULTS: usize = 50;

/// Faults of one kind: the first of them, and how many there are beside these.
struct Faults<T> {
    named: Vec<T>,
    unnamed: usize,
}

impl<T> Faults<T> {
    const NONE: Self = Self { named: Vec::new(), unnamed: 0 };

    const fn are_none(&self) -> bool {
        self.named.is_empty()
    }

    fn push(&mut self, fault: T) {
        if self.named.len() < MAX_FAULTS { self.named.push(fault) } else { self.unnamed += 1 }
    }
}

/// A body that is being read, and what was wrong with it so far.
pub(crate) struct Fields<'a> {
    body: &'a Map<String, Value>,
    /// Where it lies in the whole body: nothing, or what is put before its keys.
    place: String,
    missing: Faults<String>,
    invalid: Faults<FieldFault>,
}

impl<'a> Fields<'a> {
    pub(crate) const fn of(body: &'a Map<String, Value>) -> Self {
        Self { body, place: String::new(), missing: Faults::NONE, invalid: Faults::NONE }
    }

    /// Whether a key is there and not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.body.get(key).is_some_and(|value| !value.is_null())
    }

    /// Whether nothing was wrong so far.
    pub(crate) const fn is_fine(&self) -> bool {
        self.missing.are_none() && self.invalid.are_none()
    }

    /// A text that must be there. What stands for a faulty one is empty and never used: see [`Fields::finish`].
    pub(crate) fn text(&mut self, key: &str) -> String {
        match self.body.get(key) {
            Some(Value::String(text)) if text.is_empty() => {
                self.miss(key);
                String::new()
            }
            Some(_) | None => self.any_text(key),
        }
    }

    /// A text that must be there, as it was sent: what reads it looks for NULs itself.
    pub(crate) fn raw_text(&mut self, key: &str) -> String {
        match self.body.get(key) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(_) | None => self.text(key),
        }
    }

    /// A text that must be there and may be empty.
    pub(crate) fn any_text(&mut self, key: &str) -> String {
        if !self.has(key) {
            self.miss(key);
        }
        self.opt_text(key).unwrap_or_default()
    }

    /// The text under the first of these keys that is there.
    pub(crate) fn text_of(&mut self, keys: &[&str]) -> String {
        match keys.iter().find(|key| self.has(key)).or(keys.first()) {
            Some(key) => self.text(key),
            None => String::new(),
        }
    }

    /// A whole number that need not be there, from 0.
    pub(crate) fn count(&mut self, key: &str) -> i64 {
        match self.body.get(key) {
            None | Some(Value::Null) => 0,
            Some(value) => value.as_i64().filter(|count| *count >= 0).unwrap_or_else(|| {
                self.fault(key, "whole number from 0", value);
                0
            }),
        }
    }

    /// A text that need not be there.
    pub(crate) fn opt_text(&mut self, key: &str) -> Option<String> {
        match self.body.get(key) {
            None | Some(Value::Null) => None,
            // Not every database can keep it, so nothing may get as far as that.
            Some(Value::String(text)) if text.contains('\0') => {
                self.refuse(key, "a text without NUL");
                None
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => {
                self.fault(key, "string", other);
                None
            }
        }
    }

    /// A text that need not be there and must parse when it is.
    pub(crate) fn opt_parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<T> {
        let text = self.opt_text(key)?;
        self.parsed_or_fault(key, &text)
    }

    /// A text that must be there and must parse.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() { None } else { self.parsed_or_fault(key, &text) }
    }

    fn parsed_or_fault<T: FromStr<Err: Display>>(&mut self, key: &str, text: &str) -> Option<T> {
        let parsed = text.parse::<T>();
        parsed.map_err(|error| self.refuse(key, &error.to_string())).ok()
    }

    /// A flag that need not be there.
    pub(crate) fn flag(&mut self, key: &str) -> Option<bool> {
        match self.body.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(flag)) => Some(*flag),
            Some(other) => {
                self.fault(key, "boolean", other);
                None
            }
        }
    }

    /// An object that need not be there.
    pub(crate) fn object(&mut self, key: &str) -> Map<String, Value> {
        match self.body.get(key) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(object)) => object.clone(),
            Some(other) => {
                self.fault(key, "object", other);
                Map::new()
            }
        }
    }

    /// A list of texts that need not be there.
    pub(crate) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let list = match self.body.get(key) {
            None | Some(Value::Null) => return None,
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.fault(key, "array", other);
                return None;
            }
        };
        for (i, item) in list.iter().enumerate() {
            match item {
                Value::String(text) if text.contains('\0') => self.refuse(&format!("{key}[{i}]"), "a text without NUL"),
                Value::String(_) => {}
                other => self.fault(&format!("{key}[{i}]"), "string", other),
            }
        }
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Reads an object that must be there; its faults are named by the whole path, `actor.user`.
    pub(crate) fn inside<T>(&mut self, key: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        match self.body.get(key) {
            None | Some(Value::Null) => {
                self.miss(key);
                None
            }
            Some(Value::Object(object)) => Some(self.nested(key, object, read)),
            Some(other) => {
                self.fault(key, "object", other);
                None
            }
        }
    }

    /// Reads a list of objects that must be there and have so many elements.
    pub(crate) fn each<T>(
        &mut self,
        key: &str,
        sizes: &RangeInclusive<usize>,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        let list = match self.body.get(key) {
            None | Some(Value::Null) => {
                self.miss(key);
                return Vec::new();
            }
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.fault(key, "array", other);
                return Vec::new();
            }
        };
        if !sizes.contains(&list.len()) {
            let (least, most) = (sizes.start(), sizes.end());
            self.wrong(key, &format!("{least} to {most} elements"), Some(format!("{} elements", list.len())));
            return Vec::new();
        }
        let mut all = Vec::with_capacity(list.len());
        for (i, item) in list.iter().enumerate() {
            let at = format!("{key}[{i}]");
            match item {
                Value::Object(object) => all.push(self.nested(&at, object, &mut read)),
                other => self.fault(&at, "object", other),
            }
        }
        all
    }

    fn nested<T>(&mut self, key: &str, body: &Map<String, Value>, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let place = format!("{}{key}.", self.place);
        let missing = mem::replace(&mut self.missing, Faults::NONE);
        let invalid = mem::replace(&mut self.invalid, Faults::NONE);
        let mut inner = Fields { body, place, missing, invalid };
        let outcome = read(&mut inner);
        (self.missing, self.invalid) = (inner.missing, inner.invalid);
        outcome
    }

    /// Refuses every key but these, where what is passed over might have been meant to restrict something.
    pub(crate) fn refuse_others(&mut self, known: &[&str]) {
        let body = self.body;
        for key in body.keys().filter(|key| !known.contains(&key.as_str())) {
            self.wrong(key, &format!("one of {}", known.join(", ")), None);
        }
    }

    /// Says what is wrong with a value of the right type.
    pub(crate) fn refuse(&mut self, key: &str, expected: &str) {
        self.wrong(key, expected, None);
    }

    /// Says what is wrong with the object as a whole.
    pub(crate) fn refuse_all(&mut self, expected: &str) {
        let key = self.place.strip_suffix('.').unwrap_or("body").to_owned();
        self.invalid.push(FieldFault { key, expected: Some(expected.to_owned()), got: None });
    }

    fn fault(&mut self, key: &str, expected: &str, got: &Value) {
        self.wrong(key, expected, Some(type_name(Some(got)).to_owned()));
    }

    fn wrong(&mut self, key: &str, expected: &str, got: Option<String>) {
        self.invalid.push(FieldFault { key: format!("{}{key}", self.place), expected: Some(expected.to_owned()), got });
    }

    fn miss(&mut self, key: &str) {
        self.missing.push(format!("{}{key}", self.place));
    }

    /// As [`Fields::finish`], but in the plural also for a single field, and what is missing first.
    pub(crate) fn finish_in_plural(self) -> Result<(), Rejection> {
        if !self.missing.are_none() {
            return Err(fields_missing(self.missing).into());
        }
        if self.invalid.are_none() { Ok(()) } else { Err(fields_invalid(self.invalid).into()) }
    }

    /// Refuses the body when anything was wrong with it.
    pub(crate) fn finish(mut self) -> Result<(), Rejection> {
        let error = match (self.missing.named.len(), self.invalid.named.len()) {
            (0, 0) => return Ok(()),
            (1, 0) => ApiError::FieldMissing { key: self.missing.named.remove(0) },
            (_, 0) => fields_missing(self.missing),
            (0, 1) => {
                let FieldFault { key, expected, got } = self.invalid.named.remove(0);
                ApiError::FieldInvalid { key, expected, got }
            }
            _ => {
                for key in self.missing.named {
                    self.invalid.push(FieldFault { key, expected: None, got: Some("undefined".to_owned()) });
                }
                self.invalid.unnamed += self.missing.unnamed;
                fields_invalid(self.invalid)
            }
        };
        Err(error.into())
    }
}

fn fields_missing(faults: Faults<String>) -> ApiError {
    ApiError::FieldsMissing { keys: faults.named, unnamed: Unnamed(faults.unnamed) }
}

fn fields_invalid(faults: Faults<FieldFault>) -> ApiError {
    ApiError::FieldsInvalid { errors: faults.named, unnamed: Unnamed(faults.unnamed) }
}

#[cfg(test)]
mod tests {
    use super::Fields;
    use crate::error::Rejection;
    use serde_json::{Map, Value, json};

    fn code_of(read: impl FnOnce(&mut Fields<'_>), body: Value) -> String {
        let Value::Object(body) = body else { return "no object".to_owned() };
        let mut fields = Fields::of(&body);
        read(&mut fields);
        match fields.finish() {
            Ok(()) => "fine".to_owned(),
            Err(Rejection::Refused(error)) => format!("{}: {}", error.code(), error.message()),
            Err(_) => "another trouble".to_owned(),
        }
    }

    #[test]
    fn one_refusal_names_every_faulty_field() {
        let read = |fields: &mut Fields<'_>| {
            fields.text("a");
            fields.text("b");
        };
        assert_eq!(code_of(read, json!({"a": "x", "b": "y"})), "fine");
        assert_eq!(code_of(read, json!({"a": "x"})), "field_missing: Field `b` is required.");
        assert_eq!(
            code_of(read, json!({"a": "", "b": null})),
            "fields_missing: The following fields are required but missing: `a`, `b`."
        );
        assert_eq!(
            code_of(read, json!({"a": [], "b": "y"})),
            "field_invalid: Field `a` is invalid. Expected string. Got array."
        );
        assert!(code_of(read, json!({"a": 1})).starts_with("fields_invalid: "));
    }

    #[test]
    fn faults_inside_objects_and_lists_are_named_by_their_whole_path() {
        let read = |fields: &mut Fields<'_>| {
            fields.each("list", &(1..=2), |item| item.inside("who", |who| who.text("name")));
        };
        assert_eq!(code_of(read, json!({"list": [{"who": {"name": "x"}}]})), "fine");
        assert_eq!(
            code_of(read, json!({"list": [{"who": {"name": "x"}}, {"who": {}}]})),
            "field_missing: Field `list[1].who.name` is required."
        );
        let both = code_of(read, json!({"list": [5, {"who": {"name": 5}}]}));
        assert!(both.contains("`list[0]`") && both.contains("`list[1].who.name`"), "{both}");
        for size in [0, 3] {
            let odd = code_of(read, json!({"list": vec![5; size]}));
            assert_eq!(
                odd,
                format!("field_invalid: Field `list` is invalid. Expected 1 to 2 elements. Got {size} elements.")
            );
        }
        assert_eq!(code_of(read, json!({})), "field_missing: Field `list` is required.");
        assert!(code_of(read, json!({"list": {}})).starts_with("field_invalid: Field `list`"));
    }

    #[test]
    fn a_long_list_of_faults_does_not_make_an_endless_answer() {
        let read = |fields: &mut Fields<'_>| {
            fields.texts("members");
        };
        let all = code_of(read, json!({"members": vec![5; 20_000]}));
        assert!(all.starts_with("fields_invalid: ") && all.contains("`members[49]`"));
        assert!(!all.contains("`members[50]`") && all.ends_with("Got number., and 19950 more"), "{all}");
        let read = |fields: &mut Fields<'_>| {
            fields.each("list", &(0..=1_000), |item| (item.text("a"), item.flag("b")));
        };
        let missing = code_of(read, json!({"list": vec![json!({}); 60]}));
        assert!(
            missing.starts_with("fields_missing: ") && missing.ends_with("`list[49].a`, and 10 more."),
            "{missing}"
        );
        let both = code_of(read, json!({"list": vec![json!({"b": 5}); 60]}));
        assert!(both.starts_with("fields_invalid: ") && both.ends_with("and 70 more"), "{both}");
    }

    #[test]
    fn the_first_key_that_is_there_is_read() {
        let body = Map::from_iter([("email".to_owned(), json!("e"))]);
        assert_eq!(Fields::of(&body).text_of(&["username", "email"]), "e");
    }

    #[test]
    fn a_count_is_a_whole_number_from_zero() {
        let read = |fields: &mut Fields<'_>| {
            fields.count("offset");
        };
        assert_eq!(code_of(read, json!({})), "fine");
        assert_eq!(code_of(read, json!({"offset": 3})), "fine");
        for odd in [json!(-1), json!(1.5), json!("1")] {
            assert!(code_of(read, json!({"offset": odd})).starts_with("field_invalid: "));
        }
    }
}
