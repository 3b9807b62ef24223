//! The shapes of the Puter face.

use crate::{auth::Call, error::Rejection, fields::Fields, state::UseCases, token};
use actix_web::{HttpResponse, http::StatusCode};
use serde_json::{Map, Value, json};
use vouchsafe_flows::{Notification, Principal, User};
use vouchsafe_types::{
    Email, Username,
    error::ApiError,
    json_type::type_name,
    share::{EntryTarget, ShareReport, ShareStatus},
};

/// The most bytes of JSON of a client's own that are kept in one place.
const MAX_KEPT_BYTES: usize = 10_240;

/// A person in a session of his own who changes what others may do, and the body. What acts for him is refused before
/// it can spend what he has left of requests.
pub(super) fn change(cases: &UseCases, call: Call) -> Result<(Principal, Map<String, Value>), Rejection> {
    call.require_person()?;
    cases.limits().grant(call.principal.user.id)?;
    call.object()
}

/// The answer that says nothing but that it was done.
pub(super) fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}

/// Says of a list that it was cut; one that was not is as clients know it.
pub(super) fn mark_cut(list: &mut Value, is_complete: bool) {
    if let (Value::Object(object), false) = (list, is_complete) {
        object.insert("complete".to_owned(), json!(false));
    }
}

/// The entry that the text under `key` names: a uuid or a path; `~` is `caller`'s home.
pub(super) fn target(key: &str, text: &str, caller: &Username) -> Result<EntryTarget, ApiError> {
    EntryTarget::parse(text, caller).map_err(|error| match error {
        ApiError::FieldInvalid { expected, got, .. } => ApiError::FieldInvalid { key: key.to_owned(), expected, got },
        other => other,
    })
}

/// A list of at most so many texts; the first fault is named.
pub(super) fn texts(body: &Map<String, Value>, key: &str, most: usize) -> Result<Vec<String>, ApiError> {
    require_few(body, key, most)?;
    let wrong = |key: &str, expected: &str, got: Option<&Value>| {
        ApiError::invalid(key, expected, Some(type_name(got).to_owned()))
    };
    let list = match body.get(key) {
        Some(Value::Array(list)) => list,
        other => return Err(wrong(key, "array", other)),
    };
    let text = |(i, item): (usize, &Value)| match item {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(&format!("{key}[{i}]"), "string", Some(other))),
    };
    list.iter().enumerate().map(text).collect()
}

/// Refuses a list of more than so many elements.
pub(super) fn require_few(body: &Map<String, Value>, key: &str, most: usize) -> Result<(), ApiError> {
    match body.get(key) {
        Some(Value::Array(list)) if list.len() > most => Err(ApiError::TooManyKeys { key: key.to_owned(), max: most }),
        _ => Ok(()),
    }
}

/// An object that is kept as the client sent it, if there is one.
pub(super) fn kept(fields: &mut Fields<'_>, key: &str) -> Option<Value> {
    if !fields.has(key) {
        return None;
    }
    let object = fields.object(key);
    if !is_keepable(&object) {
        fields.refuse(key, "at most 10240 bytes as JSON, without NUL");
    }
    Some(Value::Object(object))
}

/// Whether an object is small enough to be kept, and free of what not every database keeps.
pub(super) fn is_keepable(object: &Map<String, Value>) -> bool {
    let size = serde_json::to_string(object).map_or(usize::MAX, |text| text.len());
    size <= MAX_KEPT_BYTES && !object.iter().any(|(key, value)| key.contains('\0') || has_nul(value))
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
    }
}

/// The answer to `POST /share`: 218, a status of Puter's own, when nothing was done.
pub(super) fn report(report: &ShareReport) -> HttpResponse {
    let (status, word) = match report.status() {
        ShareStatus::Success => (StatusCode::OK, "success"),
        ShareStatus::Mixed => (StatusCode::OK, "mixed"),
        ShareStatus::Aborted => (StatusCode::from_u16(218).unwrap_or(StatusCode::OK), "aborted"),
    };
    let mut body = json!({
        "$": "api:share",
        "$version": "v0.0.0",
        "status": word,
        "recipients": lines(report.recipients()),
        "paths": lines(report.items()),
    });
    if let (true, Some(object)) = (report.is_dry_run(), body.as_object_mut()) {
        object.insert("dry_run".to_owned(), json!(true));
    }
    HttpResponse::build(status).json(body)
}

fn lines(lines: &[Option<ApiError>]) -> Vec<Value> {
    let success = || json!({"$": "api:status-report", "status": "success"});
    lines.iter().map(|line| line.as_ref().map_or_else(success, ApiError::embedded)).collect()
}

/// The answer to signing up or in: the token, and as a cookie for pages of this origin.
pub(super) fn session(cases: &UseCases, token: &str, user: &User) -> HttpResponse {
    let cookie = token::session_cookie(token, cases.settings());
    HttpResponse::Ok().cookie(cookie).json(json!({
        "proceed": true,
        "token": token,
        "user": whoami(user, true),
    }))
}

/// The caller's account. What an app may not read of it is left out.
pub(super) fn whoami(user: &User, is_own_session: bool) -> Value {
    let email = user.email.as_ref().filter(|_| is_own_session).map(Email::typed);
    json!({
        "username": user.username.as_str(),
        "uuid": user.id,
        "email": email,
        "email_confirmed": user.email_confirmed,
        "requires_email_confirmation": !user.email_confirmed,
        "is_temp": false,
        "feature_flags": { "share": true },
    })
}

/// A notification of the caller's.
pub(super) fn notification(found: &Notification) -> Value {
    json!({
        "uid": found.id,
        "value": found.value,
        "acknowledged": found.acknowledged_at.map(|at| at.timestamp()),
        "shown": found.shown_at.map(|at| at.timestamp()),
        "created_at": found.created_at.timestamp(),
    })
}
