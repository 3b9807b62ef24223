//! Access tokens: what a person lets a program do for him, and no more.

use super::wire;
use crate::{auth::Call, error::Rejection, fields::Fields, guess, state::UseCases};
use actix_web::HttpResponse;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use vouchsafe_flows::TokenWish;
use vouchsafe_types::{duration, error::ApiError, json_type::type_name};

/// The most permissions of one token.
const MAX_PERMISSIONS: usize = 100;

/// Makes a token; it is shown this once.
pub(super) async fn create(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = wire::change(&cases, call)?;
    let wish = wish(&body)?;
    guess::count_permissions(&cases, &principal.user, wish.permissions.iter().map(|(text, _)| text))?;
    let (uid, token) = cases.run(move |vouchsafe| vouchsafe.create_access_token(&principal.actor, &wish)).await?;
    Ok(HttpResponse::Ok().json(json!({ "token": token, "uid": uid })))
}

/// Ends a token of the caller's.
pub(super) async fn revoke(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = wire::change(&cases, call)?;
    let mut fields = Fields::of(&body);
    let token = fields.text_of(&["tokenOrUuid", "token", "uid"]);
    fields.finish()?;
    cases.run(move |vouchsafe| vouchsafe.revoke_access_token(&principal.actor, &token)).await?;
    Ok(wire::done())
}

fn wish(body: &Map<String, Value>) -> Result<TokenWish, Rejection> {
    wire::require_few(body, "permissions", MAX_PERMISSIONS)?;
    let list = match body.get("permissions") {
        None | Some(Value::Null) => return Err(ApiError::FieldMissing { key: "permissions".to_owned() }.into()),
        Some(Value::Array(list)) => list,
        other => return Err(ApiError::invalid("permissions", "array", Some(type_name(other).to_owned())).into()),
    };
    let mut fields = Fields::of(body);
    let mut permissions = Vec::with_capacity(list.len());
    for (i, element) in list.iter().enumerate() {
        match permission(element) {
            Some(found) => permissions.push(found),
            None => fields.refuse(
                &format!("permissions[{i}]"),
                "a permission, `[permission, extra]`, or `{permission, extra}` with an object as `extra`",
            ),
        }
    }
    let ttl = ttl(&mut fields, body);
    fields.finish()?;
    Ok(TokenWish { permissions, ttl })
}

/// A permission in one of its three forms, and what to keep with it.
fn permission(element: &Value) -> Option<(String, Value)> {
    let (permission, extra) = match element {
        Value::String(_) => (Some(element), None),
        Value::Array(pair) if pair.len() <= 2 => (pair.first(), pair.get(1)),
        Value::Object(object) => (object.get("permission"), object.get("extra")),
        _ => (None, None),
    };
    let extra = match extra {
        None | Some(Value::Null) => json!({}),
        Some(Value::Object(object)) if wire::is_keepable(object) => json!(object),
        Some(_) => return None,
    };
    Some((permission?.as_str()?.to_owned(), extra))
}

/// How long a token lasts: a number of seconds, or a text such as `12h`.
fn ttl(fields: &mut Fields<'_>, body: &Map<String, Value>) -> Option<TimeDelta> {
    let length = match body.get("expiresIn") {
        None | Some(Value::Null) => return None,
        Some(Value::String(text)) => duration::parse(text).ok(),
        Some(other) => other.as_i64().and_then(|count| duration::seconds(count).ok()),
    };
    if length.is_none() {
        fields.refuse("expiresIn", "a number of seconds, or a text such as `15m`, `12h`, `30d`");
    }
    length
}
