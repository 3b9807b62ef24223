//! `/v1/changes`: what changed, in the order of the revisions.

use super::{
    desk::{Desk, Told},
    page::Params,
    wire,
};
use crate::error::Rejection;
use actix_web::{HttpRequest, HttpResponse, rt::time::sleep};
use serde_json::{Value, json};
use std::time::Duration;
use vouchsafe_flows::{Changed, Changes};
use vouchsafe_types::error::ApiError;

/// The longest wait for a change, in seconds.
const MAX_WAIT: u64 = 60;
/// How often a waiting request looks.
const PAUSE: Duration = Duration::from_millis(200);

/// The changes after a revision. With `wait`, an answer without any is held back so many seconds, until there is one,
/// or until the server is to stop.
pub(super) async fn list(desk: Desk, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    desk.caller.service()?;
    let params = Params::of(&request, &["after", "wait"])?;
    let after = match (number(&params, "after")?, number(&params, "cursor")?) {
        (Some(_), Some(_)) => return Err(ApiError::invalid("after", "either `after` or `cursor`", None).into()),
        (after, cursor) => after.or(cursor).unwrap_or(0),
    };
    let (limit, wait) = (params.rows()?, wait(&params)?);
    let mut told = changes(&desk, after, limit).await?;
    let mut left = Duration::from_secs(wait);
    while told.value.items.is_empty() && !left.is_zero() && !desk.cases.is_stopping() {
        sleep(PAUSE.min(left)).await;
        left = left.saturating_sub(PAUSE);
        let now = desk.see(|vouchsafe, _| vouchsafe.revision()).await?;
        if now.revision > after {
            told = changes(&desk, after, limit).await?;
        }
    }
    Ok(told.json(|changes| {
        let items: Vec<Value> = changes.items.iter().map(view).collect();
        json!({ "items": items, "cursor": changes.next.map(|revision| revision.to_string()) })
    }))
}

async fn changes(desk: &Desk, after: i64, limit: i64) -> Result<Told<Changes>, Rejection> {
    desk.see(move |vouchsafe, _| vouchsafe.changes(after, limit)).await
}

fn number(params: &Params, name: &str) -> Result<Option<i64>, Rejection> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let refused = || ApiError::invalid(name, "a revision", Some(text.clone()));
    Ok(Some(text.parse::<i64>().ok().filter(|number| *number >= 0).ok_or_else(refused)?))
}

fn wait(params: &Params) -> Result<u64, Rejection> {
    let Some(text) = params.text("wait") else { return Ok(0) };
    let refused = || ApiError::invalid("wait", format!("0 to {MAX_WAIT} seconds"), Some(text.clone()));
    Ok(text.parse::<u64>().ok().filter(|seconds| *seconds <= MAX_WAIT).ok_or_else(refused)?)
}

fn view(change: &Changed) -> Value {
    let mut view = json!({ "revision": change.revision, "at": wire::time(change.at), "kind": change.kind });
    if let (Value::Object(view), Value::Object(detail)) = (&mut view, &change.detail) {
        view.extend(detail.clone());
    }
    view
}
