//! The fields of a refusal, as JSON.

use super::{SignatureFault, TicketFault};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;

/// One faulty field of a body.
///
/// ```
/// use vouchsafe_types::error::{ApiError, FieldFault, Unnamed};
///
/// let fault = |key: &str, got: &str| FieldFault { key: key.into(), expected: None, got: Some(got.into()) };
/// let errors = vec![fault("path", "number"), fault("mode", "null")];
/// let error = ApiError::FieldsInvalid { errors, unnamed: Unnamed(0) };
/// assert!(error.message().ends_with("Field `path` is invalid. Got number., Field `mode` is invalid. Got null."));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// Which.
    pub key: String,
    /// What belongs there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
}

/// How many more faults there are than are named: the message says so, where it is not to be endless.
///
/// ```
/// use vouchsafe_types::error::{ApiError, Unnamed};
///
/// let error = ApiError::FieldsMissing { keys: vec!["a".into()], unnamed: Unnamed(2) };
/// assert_eq!(error.message(), "The following fields are required but missing: `a`, and 2 more.");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unnamed(pub usize);

impl fmt::Display for Unnamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, ", and {} more", self.0) }
    }
}

/// How often a method may be called.
///
/// ```
/// use vouchsafe_types::error::{ApiError, RateLimit};
///
/// let rate_limit = RateLimit { max: 10, period: 60_000 };
/// let error = ApiError::RateLimitExceeded { method_name: "share".into(), rate_limit };
/// assert_eq!(error.message(), "Rate limit exceeded for method `share`: 10 requests per 60000ms.");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RateLimit {
    /// The most requests in one period.
    pub max: u64,
    /// The period, in milliseconds.
    pub period: u64,
}

/// What a field of the catalogue becomes in JSON.
pub(super) trait Field {
    /// The value, or `None` for a field that is not set. A `null` that a client sent is a value and stays.
    fn json(&self) -> Option<Value>;
}

impl<T: Field> Field for Option<T> {
    fn json(&self) -> Option<Value> {
        self.as_ref().and_then(Field::json)
    }
}

macro_rules! always_set {
    ($($type:ty),*) => { $(impl Field for $type {
        fn json(&self) -> Option<Value> {
            Some(json!(self))
        }
    })* };
}

always_set!(Value, String, Vec<String>, Vec<FieldFault>, RateLimit, usize, u64, i64);

macro_rules! told_by_the_message {
    ($($type:ty),*) => { $(impl Field for $type {
        fn json(&self) -> Option<Value> {
            None
        }
    })* };
}

told_by_the_message!(SignatureFault, TicketFault, Unnamed);
