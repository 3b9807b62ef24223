//! `/v1/audit`.

use super::{desk::Desk, page::Params, wire};
use crate::error::Rejection;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use vouchsafe_flows::{AuditLine, AuditQuery};
use vouchsafe_types::error::ApiError;

/// Lines of the audit, oldest first. A cursor is the `id` of a line, which `after` takes as well.
pub(super) async fn list(desk: Desk, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let params = Params::of(&request, &["entry", "user", "after"])?;
    let after = match (number(&params, "cursor")?, number(&params, "after")?) {
        (Some(_), Some(_)) => return Err(ApiError::invalid("after", "either `after` or `cursor`", None).into()),
        (cursor, after) => cursor.or(after).unwrap_or(0),
    };
    let query = AuditQuery { entry: params.parsed("entry")?, user: params.text("user"), after, limit: params.rows()? };
    let told = desk.see(move |vouchsafe, actor| vouchsafe.audit(actor, &query)).await?;
    Ok(told.json(|page| {
        let items: Vec<Value> = page.items.iter().map(view).collect();
        json!({ "items": items, "cursor": page.next.map(|id| id.to_string()) })
    }))
}

/// The number of a line.
fn number(params: &Params, name: &str) -> Result<Option<i64>, Rejection> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let refused = || ApiError::invalid(name, "the `id` of a record", Some(text.clone()));
    Ok(Some(text.parse::<i64>().ok().filter(|id| *id >= 0).ok_or_else(refused)?))
}

fn view(line: &AuditLine) -> Value {
    let record = &line.record;
    let actor = present([
        ("user", line.actor.as_ref().map(|name| json!(name))),
        ("app", record.actor_app.as_ref().map(|uid| json!(uid))),
        ("service", record.actor_service.as_ref().map(|name| json!(name))),
    ]);
    let mut view = json!({
        "id": record.seq,
        "at": wire::time(record.at),
        "action": record.action,
        "actor": actor,
    });
    let more = present([
        ("request_id", record.request_id.as_ref().map(|id| json!(id))),
        ("entry", record.entry.map(|id| json!(id))),
        ("grant", record.grant.map(|id| json!(id))),
        ("issuer", line.issuer.as_ref().map(|name| json!(name))),
        ("holder", line.holder.clone()),
        ("permission", record.permission.as_ref().map(|text| json!(text))),
        ("before", record.before.clone()),
        ("after", record.after.clone()),
        ("reason", record.reason.as_ref().map(|text| json!(text))),
    ]);
    if let Value::Object(object) = &mut view {
        object.extend(more);
    }
    view
}

/// Those of the pairs that have a value.
fn present<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Map<String, Value> {
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}
