//! `/v2/shareinfo/public`: what the caller has published. Private shares are never shown or touched here.

use super::{call::Call, params::Params, wire};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode};
use serde_json::json;
use vouchsafe_flows::{NamedShares, Page, ShareInfoQuery, ShareKind, SharedInfo, Side};
use vouchsafe_types::error::{ApiError, TicketFault};

const PRESENT: &str = "Data is present for the given details";

/// Whether the caller has published something.
pub(super) async fn check(mut call: Call) -> Result<HttpResponse, Rejection> {
    let params = call.params()?;
    let found = published(&call, hash(&params)?, Page { offset: 0, limit: 1 }).await?;
    if found.is_empty() {
        let body = json!({ "error": TicketFault::PublicNotFound.to_string() });
        return Ok(wire::answer(StatusCode::NOT_FOUND, &body));
    }
    Ok(wire::done(StatusCode::OK, PRESENT, Some(json!({ "exists": true }))))
}

/// Who keeps what the caller has published.
pub(super) async fn recipients(mut call: Call) -> Result<HttpResponse, Rejection> {
    let params = call.params()?;
    let found = published(&call, hash(&params)?, params.page()?).await?;
    let view = |shared: &SharedInfo| {
        json!({
            "client_id": shared.info.receiver_client_id,
            "user_name": shared.receiver_name,
            "created_at": wire::time(shared.info.created_at),
        })
    };
    Ok(wire::list(found.iter().map(view).collect()))
}

/// Takes back what the caller has published, from everybody.
pub(super) async fn revoke(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().grant(call.caller.user.id)?;
    let params = call.params()?;
    let named = NamedShares { lookup_hash: Some(hash(&params)?), only_published: true, auth_ticket: None };
    let count = call.run(move |vouchsafe, caller| vouchsafe.delete_share_infos(caller, &named)).await?;
    if count == 0 {
        return Err(ApiError::from(TicketFault::PublicNotFound).into());
    }
    Ok(wire::done(StatusCode::OK, "public share revoked successfully", Some(json!(count))))
}

fn hash(params: &Params) -> Result<String, ApiError> {
    let named = params.id("lookup_hash")?.or(params.id("file_path_hash")?);
    named.ok_or(TicketFault::HashMissing.into())
}

async fn published(call: &Call, lookup_hash: String, page: Page) -> Result<Vec<SharedInfo>, Rejection> {
    let query = ShareInfoQuery {
        side: Side::Owner,
        kind: ShareKind::Public,
        lookup_hash: Some(lookup_hash),
        leaves_out_ai: false,
        page,
    };
    call.run(move |vouchsafe, caller| vouchsafe.list_share_infos(caller, &query)).await
}
