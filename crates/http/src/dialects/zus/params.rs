//! Parameters: from a query, or from a body in one of three formats.

use crate::{error::Rejection, json};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest,
    error::PayloadError,
    http::header,
    web::{Bytes, Query},
};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::future::ready;
use vouchsafe_flows::{Page, ShareKind};
use vouchsafe_types::error::{ApiError, TicketFault};

/// The most parts of a form.
const MAX_PARTS: usize = 100;
/// The longest id or hash, in characters.
const MAX_ID: usize = 128;
/// The longest ticket, in bytes.
const MAX_TICKET: usize = 16 * 1024;
/// How many rows a list has unless it is said, and at most.
const USUAL_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

/// Named values, in the order in which they were sent; `None` for one that is no plain value. The first of a name counts.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, Option<String>)>);

impl Params {
    /// Those of a query.
    pub(super) fn of_query(query: &str) -> Self {
        Self(pairs(query))
    }

    /// Those of a body: JSON, or a form of either kind. An empty body has none.
    ///
    /// # Errors
    /// `ticket_refused` for a body that cannot be read.
    pub(super) async fn of_body(request: &HttpRequest, body: Bytes) -> Result<Self, Rejection> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let read = match kind.as_str() {
            "application/json" => json::read_value(request, &body).ok().and_then(of_object),
            "application/x-www-form-urlencoded" => std::str::from_utf8(&body).ok().map(pairs),
            "multipart/form-data" => parts(request, body).await,
            _ => None,
        };
        read.map(Self).ok_or_else(|| ApiError::from(TicketFault::Body).into())
    }

    /// A value that is there and not empty.
    ///
    /// # Errors
    /// `ticket_refused` for one that is no plain value, or has a NUL in it.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, ApiError> {
        let Some((_, value)) = self.0.iter().find(|(key, _)| key == name) else { return Ok(None) };
        let text = value.as_ref().ok_or(TicketFault::Body)?;
        if text.contains('\0') {
            return Err(TicketFault::Nul.into());
        }
        Ok(Some(text.clone()).filter(|text| !text.is_empty()))
    }

    /// A text of at most so many characters.
    ///
    /// # Errors
    /// `ticket_refused`.
    pub(super) fn text(&self, name: &str, most: usize) -> Result<Option<String>, ApiError> {
        let text = self.get(name)?;
        match text.as_ref().is_some_and(|text| text.chars().count() > most) {
            true => Err(TicketFault::TooLong.into()),
            false => Ok(text),
        }
    }

    /// An id or a hash.
    ///
    /// # Errors
    /// `ticket_refused`.
    pub(super) fn id(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.text(name, MAX_ID)
    }

    /// A ticket in a body.
    ///
    /// # Errors
    /// `ticket_refused`.
    pub(super) fn ticket(&self) -> Result<Option<String>, ApiError> {
        self.text("auth_ticket", MAX_TICKET)
    }

    /// A ticket in a query.
    ///
    /// COMPAT(zus): clients put its base64 there as it is, and every `+` of it arrives as a space.
    ///
    /// # Errors
    /// `ticket_refused`.
    pub(super) fn ticket_of_query(&self) -> Result<Option<String>, ApiError> {
        Ok(self.ticket()?.map(|ticket| ticket.replace(' ', "+")))
    }

    /// The kind of share under the first of these names that is there.
    ///
    /// # Errors
    /// `ticket_refused` for another word.
    pub(super) fn kind(&self, names: &[&str]) -> Result<Option<ShareKind>, ApiError> {
        for name in names {
            if let Some(word) = self.get(name)? {
                return match word.to_ascii_lowercase().as_str() {
                    "public" => Ok(Some(ShareKind::Public)),
                    "private" => Ok(Some(ShareKind::Private)),
                    _ => Err(TicketFault::Kind.into()),
                };
            }
        }
        Ok(None)
    }

    /// Which part of a list is wanted.
    ///
    /// # Errors
    /// `ticket_refused` for what is no number from 0.
    pub(super) fn page(&self) -> Result<Page, ApiError> {
        let count = |name: &str| match self.get(name)? {
            None => Ok(0),
            Some(text) => integer(&text).filter(|n| *n >= 0).ok_or(ApiError::from(TicketFault::Page)),
        };
        let (limit, offset) = (count("limit")?, count("offset")?);
        Ok(Page { offset, limit: if limit == 0 { USUAL_LIMIT } else { limit.min(MAX_LIMIT) } })
    }
}

/// A whole number as it is written everywhere: without a plus sign.
pub(super) fn integer(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| !text.starts_with('+'))
}

/// Name and value of each pair of a query, or of a form that is written like one.
fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let read = Query::<Vec<(String, String)>>::from_query(text).map(Query::into_inner).unwrap_or_default();
    read.into_iter().map(|(name, value)| (name, Some(value))).collect()
}

/// The members of an object: texts, numbers and truth values are plain; `null` is like absent.
fn of_object(body: Value) -> Option<Vec<(String, Option<String>)>> {
    let Value::Object(members) = body else { return None };
    let plain = |value: Value| match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    };
    Some(members.into_iter().map(|(name, value)| (name, plain(value))).collect())
}

/// The parts of a form. `None` when it is broken, or has too many.
async fn parts(request: &HttpRequest, body: Bytes) -> Option<Vec<(String, Option<String>)>> {
    let mut form = Multipart::new(request.headers(), stream::once(ready(Ok::<_, PayloadError>(body))));
    let mut read = Vec::new();
    while let Some(part) = form.next().await {
        let mut part = part.ok().filter(|_| read.len() < MAX_PARTS)?;
        let name = part.name()?.to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            bytes.extend_from_slice(&chunk.ok()?);
        }
        read.push((name, String::from_utf8(bytes).ok()));
    }
    Some(read)
}
