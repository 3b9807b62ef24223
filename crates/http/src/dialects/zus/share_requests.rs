//! `/v2/sharereq`: asking an owner, and his answer.

use super::{call::Call, params::integer, wire};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode};
use serde_json::json;
use vouchsafe_flows::{Answer, Ask, Page, RequestQuery, RequestStatus, Side};
use vouchsafe_types::error::{ApiError, TicketFault};

/// Asks an owner for access.
pub(super) async fn post(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().grant(call.caller.user.id)?;
    let params = call.params()?;
    let ask = Ask {
        owner_id: params.id("owner_id")?,
        lookup_hash: params.id("lookup_hash")?,
        auth_ticket: params.ticket()?,
        message: params.text("message", wire::MAX_MESSAGE)?.unwrap_or_default(),
    };
    let id = call.run(move |vouchsafe, caller| vouchsafe.ask_for_share(caller, &ask)).await?;
    let data = wire::request_id(id, call.is_native());
    Ok(wire::done(StatusCode::CREATED, "New Share Request is created", Some(data)))
}

/// What the caller was asked for.
pub(super) async fn received(call: Call) -> Result<HttpResponse, Rejection> {
    list(call, Side::Owner, "client_id").await
}

/// What the caller asked for.
pub(super) async fn requested(call: Call) -> Result<HttpResponse, Rejection> {
    list(call, Side::Receiver, "owner_id").await
}

/// COMPAT(zus): native clients that do not ask for all get the newest one; the published page shows lists.
async fn list(mut call: Call, side: Side, other: &str) -> Result<HttpResponse, Rejection> {
    let params = call.params()?;
    let status = params.get("status")?;
    let status = status.map(|text| wire::status(&text).ok_or(ApiError::from(TicketFault::StatusFilter))).transpose()?;
    let is_native = call.is_native();
    let page = match is_native && params.get("all")?.as_deref() != Some("true") {
        true => Page { offset: 0, limit: 1 },
        false => params.page()?,
    };
    let (other, lookup_hash) = (params.id(other)?, params.id("lookup_hash")?);
    let query = RequestQuery { side, other, lookup_hash, status, page };
    let found = call.run(move |vouchsafe, caller| vouchsafe.list_share_requests(caller, &query)).await?;
    Ok(wire::list(found.iter().map(|asked| wire::request(asked, is_native, false)).collect()))
}

/// The owner's answer.
pub(super) async fn put(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().grant(call.caller.user.id)?;
    let params = call.params()?;
    let id = params.get("id")?.ok_or_else(|| ApiError::from(TicketFault::Missing(vec!["ID"])))?;
    let word = params.get("status")?.unwrap_or_default();
    let is_approved = match wire::status(&word) {
        Some(RequestStatus::Approved) => true,
        Some(RequestStatus::Declined) => false,
        Some(RequestStatus::Pending) | None => return Err(ApiError::from(TicketFault::Status).into()),
    };
    let mut answer = Answer { is_approved, link: None, auth_ticket: None };
    if is_approved {
        answer.link = params.text("link", wire::MAX_LINK)?;
        answer.auth_ticket = params.ticket()?;
    }
    let id = integer(&id).ok_or(ApiError::from(TicketFault::RequestNotFound))?;
    let answered = call.run(move |vouchsafe, caller| vouchsafe.answer_share_request(caller, id, &answer)).await?;
    let is_native = call.is_native();
    let in_digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let data = wire::request(&answered, is_native, in_digits);
    let status = if is_native { StatusCode::CREATED } else { StatusCode::OK };
    Ok(wire::done(status, "share request updated successfully", Some(data)))
}

/// Deletes a request.
pub(super) async fn delete(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().grant(call.caller.user.id)?;
    let id = call.params()?.get("id")?.ok_or_else(|| ApiError::from(TicketFault::Missing(vec!["ID"])))?;
    // No request has a number that is none.
    let is_deleted = match integer(&id) {
        Some(id) => call.run(move |vouchsafe, caller| vouchsafe.delete_share_request(caller, id)).await?,
        None => false,
    };
    let (message, count) = match is_deleted {
        true => ("share request deleted successfully", 1),
        false => ("no share request was deleted for these details", 0),
    };
    Ok(wire::done(StatusCode::OK, message, Some(json!(count))))
}
