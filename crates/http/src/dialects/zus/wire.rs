//! The shapes of the Züs face.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_flows::{AccessRequest, RequestStatus, ShareKind, SharedInfo};

/// The longest message and the longest link, in characters.
pub(super) const MAX_MESSAGE: usize = 4096;
pub(super) const MAX_LINK: usize = 2048;

/// Any answer: always a JSON object, and readable for pages from everywhere, which have no cookies to go by here.
pub(super) fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")).json(body)
}

/// That something was done.
pub(super) fn done(status: StatusCode, message: &str, data: Option<Value>) -> HttpResponse {
    let mut body = json!({ "message": message });
    if let (Some(data), Some(object)) = (data, body.as_object_mut()) {
        object.insert("data".to_owned(), data);
    }
    answer(status, &body)
}

/// A list.
pub(super) fn list(items: Vec<Value>) -> HttpResponse {
    let message = match items.is_empty() {
        true => "No data is present for the given details",
        false => "Data is present for the given details",
    };
    done(StatusCode::OK, message, Some(items.into()))
}

/// UTC, in whole seconds, without saying so.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What was just shared. The receiver has another name here than in lists.
pub(super) fn posted(shared: &SharedInfo) -> Value {
    let info = &shared.info;
    json!({
        "auth_ticket": info.auth_ticket,
        "message": info.message,
        "share_info_type": kind(info.kind),
        "client_id": info.client_id,
        "receiver": info.receiver_client_id,
        "lookup_hash": info.lookup_hash,
        "sender_name": shared.sender_name,
        "link": info.link,
        "receiver_name": shared.receiver_name,
    })
}

/// What was shared, in a list.
pub(super) fn shared(shared: &SharedInfo) -> Value {
    let info = &shared.info;
    json!({
        "id": info.id,
        "auth_ticket": info.auth_ticket,
        "message": info.message,
        "share_info_type": kind(info.kind),
        "client_id": info.client_id,
        "receiver_client_id": info.receiver_client_id,
        "link": info.link,
        "sender_name": shared.sender_name,
        "receiver_name": shared.receiver_name,
        "lookup_hash": info.lookup_hash,
        "created_at": time(info.created_at),
        "updated_at": time(info.updated_at),
    })
}

const fn kind(kind: ShareKind) -> &'static str {
    match kind {
        ShareKind::Public => "public",
        ShareKind::Private => "private",
    }
}

/// The number of a request: a text on the published page.
pub(super) fn request_id(id: i64, is_native: bool) -> Value {
    if is_native { json!(id) } else { json!(id.to_string()) }
}

/// A request. Its status is a number for native clients, and for those who speak of it in numbers.
pub(super) fn request(request: &AccessRequest, is_native: bool, in_digits: bool) -> Value {
    let status = request.status;
    json!({
        "id": request_id(request.id, is_native),
        "owner_id": request.owner_client_id,
        "client_id": request.client_id,
        "lookup_hash": request.key.lookup_hash,
        "status": if is_native || in_digits { json!(status.number()) } else { json!(status.name()) },
        "message": request.message,
        "auth_ticket": request.auth_ticket,
        "link": request.link,
        "created_at": time(request.created_at),
        "updated_at": time(request.updated_at),
    })
}

/// A status by number or name.
pub(super) fn status(text: &str) -> Option<RequestStatus> {
    let all = [RequestStatus::Pending, RequestStatus::Approved, RequestStatus::Declined];
    all.into_iter().find(|status| status.name() == text || status.number().to_string() == text)
}
