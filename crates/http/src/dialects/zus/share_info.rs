//! `/v2/shareinfo`: sharing by tickets.

use super::{call::Call, wire};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode};
use vouchsafe_flows::{NamedShares, ShareInfoQuery, SharePost, Side};
use vouchsafe_types::error::{ApiError, TicketFault};

/// Shares by a ticket, or keeps one that was published. Whom it is for is in the ticket, whatever else is said.
pub(super) async fn post(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().share(call.caller.user.id)?;
    let params = call.params()?;
    let auth_ticket = params.ticket()?.ok_or_else(|| ApiError::from(TicketFault::Missing(vec!["AuthTicket"])))?;
    params.kind(&["share_info_type"])?;
    let post = SharePost {
        auth_ticket,
        message: params.text("message", wire::MAX_MESSAGE)?.unwrap_or_default(),
        link: params.text("link", wire::MAX_LINK)?.unwrap_or_default(),
        is_ai: params.get("is_ai")?.as_deref() == Some("true"),
    };
    let shared = call.run(move |vouchsafe, caller| vouchsafe.post_share_info(caller, &post)).await?;
    let data = (!call.is_native()).then(|| wire::posted(&shared));
    Ok(wire::done(StatusCode::CREATED, "shareinfo added successfully", data))
}

/// What the caller shares.
pub(super) async fn shared(call: Call) -> Result<HttpResponse, Rejection> {
    list(call, Side::Owner).await
}

/// What is shared with the caller.
pub(super) async fn received(call: Call) -> Result<HttpResponse, Rejection> {
    list(call, Side::Receiver).await
}

async fn list(mut call: Call, side: Side) -> Result<HttpResponse, Rejection> {
    let params = call.params()?;
    // The page names the first, clients send the second.
    let kind = params.kind(&["shareInfoType", "share_info_type"])?;
    let query = ShareInfoQuery {
        side,
        kind: kind.ok_or_else(|| ApiError::from(TicketFault::Kind))?,
        lookup_hash: params.id("lookup_hash")?,
        leaves_out_ai: side == Side::Owner && params.get("exclude_ai")?.as_deref() == Some("true"),
        page: params.page()?,
    };
    let found = call.run(move |vouchsafe, caller| vouchsafe.list_share_infos(caller, &query)).await?;
    Ok(wire::list(found.iter().map(wire::shared).collect()))
}

/// Takes back what the caller shares, or puts away what he keeps.
pub(super) async fn delete(mut call: Call) -> Result<HttpResponse, Rejection> {
    call.cases.limits().grant(call.caller.user.id)?;
    let params = call.params()?;
    let (auth_ticket, lookup_hash) = (params.ticket_of_query()?, params.id("lookup_hash")?);
    if auth_ticket.is_none() && lookup_hash.is_none() {
        return Err(ApiError::from(TicketFault::NothingNamed).into());
    }
    let named = NamedShares { auth_ticket, lookup_hash, only_published: false };
    let count = call.run(move |vouchsafe, caller| vouchsafe.delete_share_infos(caller, &named)).await?;
    let message = match count {
        0 => "no shareinfo was deleted for these details",
        _ => "deleting shareinfo successful",
    };
    Ok(wire::done(StatusCode::OK, message, None))
}
