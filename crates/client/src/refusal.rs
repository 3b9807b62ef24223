//! What the server says when it refuses.

use crate::Grant;
use serde_json::{Map, Value};
use std::{fmt, time::Duration};

/// The longest text that is taken over from an answer that is not the server's own JSON, in characters.
const MAX_TEXT_CHARS: usize = 200;

/// A refusal: any answer whose status is not a success.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The code from the catalogue of errors, which never changes its meaning: `forbidden`, `field_invalid`, …
    ///
    /// An answer in another form, such as that of a proxy in between, has none: then this is `http_<status>`.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
    /// The other fields of the refusal, such as `key` of `field_invalid`.
    pub fields: Map<String, Value>,
    /// The reference of the request (`X-Request-Id`), by which the server's log can be searched.
    pub request_id: Option<String>,
    /// How long the server asks to wait (`Retry-After`, in whole seconds).
    pub retry_after: Option<Duration>,
    /// Whether an earlier attempt of this call ended without a clear answer, so that it may have been carried out.
    ///
    /// A `DELETE` that is refused because the thing is not there has then perhaps deleted it itself a moment before.
    /// The client cannot tell that from somebody else's doing, or from a thing that never was: it is for the caller to
    /// decide whether "it is gone" is good enough.
    pub earlier_outcome_unknown: bool,
}

/// What an answer says beside its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What the status is called.
    pub(crate) reason: &'static str,
    /// `X-Request-Id`.
    pub(crate) request_id: Option<String>,
    /// `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the body is plain text.
    pub(crate) is_text: bool,
}

impl Refusal {
    /// The refusal in an answer; whatever its body is, it becomes one.
    pub(crate) fn read(head: Head, body: &[u8]) -> Self {
        let Head { status, reason, request_id, retry_after, is_text } = head;
        let mut fields = serde_json::from_slice::<Map<String, Value>>(body).unwrap_or_default();
        let (code, message) = match (fields.remove("code"), fields.remove("message")) {
            (Some(Value::String(code)), Some(Value::String(message))) => (code, message),
            (Some(Value::String(code)), _) => (code, reason.to_owned()),
            _ => {
                fields.clear();
                let text = if is_text { first_line(body) } else { None };
                (format!("http_{status}"), text.unwrap_or_else(|| reason.to_owned()))
            }
        };
        fields.retain(|key, _| !matches!(key.as_str(), "$" | "status"));
        Self { status, code, message, fields, request_id, retry_after, earlier_outcome_unknown: false }
    }

    /// The grants that hang on the one that should be revoked: why
    /// [`RevokeMode::Restrict`](crate::RevokeMode::Restrict) was refused. Empty for any other refusal.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let id = vouchsafe_client::GrantId::mint();
    /// use vouchsafe_client::{Error, RevokeMode};
    /// if let Err(Error::Refused(refusal)) = client.revoke(id, RevokeMode::Restrict).await {
    ///     refusal.dependants().iter().for_each(|grant| println!("{:?} would lose it, too", grant.holder));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn dependants(&self) -> Vec<Grant> {
        let listed = self.fields.get("dependants").cloned();
        listed.and_then(|grants| serde_json::from_value(grants).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {} (`{}`): {}", self.status, self.code, self.message)?;
        self.request_id.iter().try_for_each(|reference| write!(f, " [request {reference}]"))
    }
}

impl std::error::Error for Refusal {}

/// The first line of a text that is fit to be shown.
fn first_line(body: &[u8]) -> Option<String> {
    let text = str::from_utf8(body).ok()?.trim();
    let line: String = text.chars().take_while(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect();
    if line.is_empty() { None } else { Some(line) }
}

#[cfg(test)]
mod tests {
    use super::{Head, Refusal};
    use serde_json::json;
    use std::error::Error;

    fn head(status: u16, reason: &'static str, is_text: bool) -> Head {
        Head { status, reason, is_text, request_id: Some("r-1".into()), ..Head::default() }
    }

    #[test]
    fn a_refusal_keeps_code_message_fields_and_reference() {
        let body = json!({
            "$": "heyputer:api/APIError", "code": "field_invalid", "status": 400, "key": "owner",
            "message": "Field `owner` is invalid.", "expected": "string",
        });
        let refusal = Refusal::read(head(400, "Bad Request", false), body.to_string().as_bytes());
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "field_invalid"));
        assert_eq!(json!(refusal.fields), json!({ "key": "owner", "expected": "string" }));
        assert_eq!(refusal.to_string(), "refused with 400 (`field_invalid`): Field `owner` is invalid. [request r-1]");
        assert!(refusal.source().is_none());
    }

    #[test]
    fn an_answer_that_is_not_the_servers_own_becomes_a_sensible_refusal() {
        let html = b"<html><body>Bad gateway at 10.0.0.7</body></html>".as_slice();
        for (head, body, code, message) in [
            (head(429, "Too Many Requests", true), b"Too many requests.".as_slice(), "http_429", "Too many requests."),
            (head(502, "Bad Gateway", false), html, "http_502", "Bad Gateway"),
            (head(502, "Bad Gateway", true), b"", "http_502", "Bad Gateway"),
            (head(502, "Bad Gateway", true), b"\xff\xfe", "http_502", "Bad Gateway"),
            (head(500, "Internal Server Error", true), b"one\nlog: two", "http_500", "one"),
            (head(400, "Bad Request", false), b"[1]", "http_400", "Bad Request"),
            (head(400, "Bad Request", false), br#"{"error":"x","code":7}"#, "http_400", "Bad Request"),
            (head(400, "Bad Request", false), br#"{"code":"bad_request"}"#, "bad_request", "Bad Request"),
        ] {
            let refusal = Refusal::read(head, body);
            assert_eq!((refusal.code.as_str(), refusal.message.as_str()), (code, message));
            assert!(refusal.fields.is_empty());
        }
        let long = Refusal::read(head(500, "", true), "x".repeat(10_000).as_bytes());
        assert_eq!(long.message.len(), super::MAX_TEXT_CHARS);
    }
}
