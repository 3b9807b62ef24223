//! Bodies: JSON under the content types that clients use, within limits of size and depth.

use crate::error::Rejection;
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{future::Future, pin::Pin};
use vouchsafe_types::{error::ApiError, json_type::type_name};

/// The largest body, in bytes.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;
/// What is read and thrown away of a larger one, so that the client reads our answer and not a reset.
const MAX_DRAINED: usize = 16 * MAX_BYTES;
/// How deep objects and arrays may lie in each other.
const MAX_DEPTH: usize = 64;

/// A JSON body read into `T`. Keys given twice: the last wins. An empty body is `{}`.
///
/// Limits: 1 MiB, 64 levels. Accepts `application/json` and Puter's `text/plain;actually=json`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest for JsonBody<T> {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read_bytes(&mut payload).await?;
            if is_json(&request) && !is_encoded(&request) && depth(&bytes) <= MAX_DEPTH {
                // Straight into `T`; only a body that does not fit is read again, to name the key that is wrong.
                if bytes.trim_ascii_start().starts_with(b"{")
                    && let Ok(body) = serde_json::from_slice(&bytes)
                {
                    return Ok(Self(body));
                }
            }
            match read_value(&request, &bytes)? {
                value @ Value::Object(_) => typed(value).map(Self),
                other => Err(not_an_object(&other).into()),
            }
        })
    }
}

/// Reads the body of a request as JSON.
///
/// # Errors
/// `payload_too_large`, `unsupported_media_type`, or `invalid_json`.
pub(crate) async fn read_json(request: &HttpRequest, payload: &mut Payload) -> Result<Value, Rejection> {
    read_value(request, &read_bytes(payload).await?)
}

fn read_value(request: &HttpRequest, bytes: &[u8]) -> Result<Value, Rejection> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    if !is_json(request) || is_encoded(request) {
        return Err(ApiError::UnsupportedMediaType { got: media_type(request) }.into());
    }
    parse(bytes)
}

/// A value as `T`, or the key that is wrong with it.
///
/// # Errors
/// `field_missing` or `field_invalid`, naming the key.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Rejection> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        faulty(&path, &error.inner().to_string()).into()
    })
}

/// Reads JSON, however large, unless it is too deep.
///
/// # Errors
/// `invalid_json`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Rejection> {
    if depth(bytes) > MAX_DEPTH {
        return Err(malformed("nested deeper than 64 levels"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        malformed(&format!("syntax error at line {line} column {column}"))
    })
}

pub(crate) async fn read_bytes(payload: &mut Payload) -> Result<Bytes, Rejection> {
    let mut kept = BytesMut::new();
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else { return Err(malformed("cut off")) };
        seen = seen.saturating_add(chunk.len());
        if seen <= MAX_BYTES {
            kept.extend_from_slice(&chunk);
        } else if seen > MAX_DRAINED {
            break;
        }
    }
    if seen > MAX_BYTES { Err(too_large().into()) } else { Ok(kept.freeze()) }
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> ApiError {
    ApiError::PayloadTooLarge { max_size: u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) }
}

/// Whether the content type says JSON. Puter's client says so in a way that avoids a CORS preflight.
fn is_json(request: &HttpRequest) -> bool {
    let Some(text) = media_type(request) else { return false };
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    match parts.next().as_deref() {
        Some("application/json") => true,
        Some("text/plain") => parts.any(|part| part == "actually=json"),
        Some(_) | None => false,
    }
}

fn media_type(request: &HttpRequest) -> Option<String> {
    request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn is_encoded(request: &HttpRequest) -> bool {
    request.headers().get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes() != b"identity")
}

fn malformed(reason: &str) -> Rejection {
    ApiError::InvalidJson { reason: reason.to_owned() }.into()
}

/// The deepest nesting of brackets outside strings, without building anything.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut is_escaped) = (0_usize, 0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The refusal of JSON that is no object.
pub(crate) fn not_an_object(body: &Value) -> ApiError {
    ApiError::invalid("body", "object", Some(type_name(Some(body)).to_owned()))
}

/// What serde says about a key, in the catalogue's words.
fn faulty(path: &str, text: &str) -> ApiError {
    let whole = path == ".";
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let key = if whole { name.to_owned() } else { format!("{path}.{name}") };
        return ApiError::FieldMissing { key };
    }
    let (got, expected) = match text.split_once(", expected ") {
        Some((got, expected)) => (got.split_once(": ").map(|(_, got)| got.to_owned()), Some(expected.to_owned())),
        None => (None, Some(text.to_owned())),
    };
    ApiError::FieldInvalid { key: if whole { "body".to_owned() } else { path.to_owned() }, expected, got }
}
