//! What a person has been told, and that he has seen it.

use super::wire;
use crate::{auth::Call, error::Rejection, state::UseCases};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_flows::NotificationFilter;
use vouchsafe_types::{NotificationId, error::ApiError, json_type::type_name};

/// Puter's drivers, of which this service has one: `puter-notifications`, method `select`.
pub(super) async fn call_driver(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.own()?;
    let (filter, offset) = selection(&body)?;
    let page = cases.run(move |vouchsafe| vouchsafe.list_notifications(&principal.actor, filter, offset)).await?;
    let result: Vec<Value> = page.iter().map(wire::notification).collect();
    Ok(HttpResponse::Ok().json(json!({ "success": true, "result": result })))
}

/// Puts a notification of the caller's away.
pub(super) async fn mark_acknowledged(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.own()?;
    if let Some(id) = uid(&body)? {
        cases.run(move |vouchsafe| vouchsafe.acknowledge_notification(&principal.actor, id)).await?;
    }
    Ok(HttpResponse::Ok().json(json!({})))
}

/// Says that a notification of the caller's was shown.
pub(super) async fn mark_shown(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.own()?;
    if let Some(id) = uid(&body)? {
        cases.run(move |vouchsafe| vouchsafe.mark_notification_read(&principal.actor, id)).await?;
    }
    Ok(HttpResponse::Ok().json(json!({})))
}

/// The notification that is meant; a text that can be none is like an unknown one.
fn uid(body: &Map<String, Value>) -> Result<Option<NotificationId>, ApiError> {
    match body.get("uid") {
        Some(Value::String(text)) => Ok(text.parse().ok()),
        _ => Err(ApiError::invalid("uid", "a valid UUID", Some("non-string value".to_owned()))),
    }
}

fn selection(body: &Map<String, Value>) -> Result<(NotificationFilter, u32), ApiError> {
    for (key, only) in [("interface", "puter-notifications"), ("method", "select")] {
        if body.get(key).and_then(Value::as_str) != Some(only) {
            return Err(ApiError::invalid(key, format!("`{only}`"), Some(type_name(body.get(key)).to_owned())));
        }
    }
    let nothing = Map::new();
    let args = match body.get("args") {
        None | Some(Value::Null) => &nothing,
        Some(Value::Object(args)) => args,
        other => return Err(ApiError::invalid("args", "object", Some(type_name(other).to_owned()))),
    };
    Ok((filter(args.get("predicate"))?, offset(args.get("offset"))?))
}

fn filter(predicate: Option<&Value>) -> Result<NotificationFilter, ApiError> {
    let word = match predicate {
        None | Some(Value::Null) => return Ok(NotificationFilter::All),
        Some(Value::Array(list)) if list.is_empty() => return Ok(NotificationFilter::All),
        Some(Value::Array(list)) => list.first().and_then(Value::as_str),
        Some(_) => None,
    };
    match word {
        Some("unread") => Ok(NotificationFilter::Unread),
        Some("unacknowledged") => Ok(NotificationFilter::Unacknowledged),
        Some("acknowledged") => Ok(NotificationFilter::Acknowledged),
        Some(_) | None => {
            Err(ApiError::invalid("args.predicate", "`unread`, `unacknowledged` or `acknowledged` in a list", None))
        }
    }
}

fn offset(value: Option<&Value>) -> Result<u32, ApiError> {
    match value {
        None | Some(Value::Null) => Ok(0),
        Some(value) => {
            let offset = value.as_u64().and_then(|n| u32::try_from(n).ok());
            offset.ok_or_else(|| ApiError::invalid("args.offset", "whole number from 0", None))
        }
    }
}
