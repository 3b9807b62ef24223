//! `POST /share` in the seed contract, and `POST /share/item-by-username`.

use super::wire;
use crate::{auth::Call, error::Rejection, guess, state::UseCases};
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_types::share::{AccessByUsername, ShareItem, ShareRequest};

/// Shares items with recipients. The gates stand in the order of puter.md 2.1.
pub(super) async fn share(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    cases.limits().share(call.principal.user.id)?;
    call.require_person()?;
    call.principal.user.may_share()?;
    let (principal, body) = call.object()?;
    let request = ShareRequest::parse(&body, &principal.user.username, cases.settings().share_list_cap)?;
    let named = request.items().iter().flatten().filter_map(|item| match item {
        ShareItem::Fs { target, .. } => Some(target),
        ShareItem::App { .. } => None,
    });
    guess::count_targets(&cases, &principal.user, named)?;
    let report = cases.run(move |vouchsafe| vouchsafe.share(&principal.actor, &request)).await?;
    Ok(wire::report(&report))
}

/// Gives one person access to one entry.
pub(super) async fn item_by_username(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    cases.limits().share(call.principal.user.id)?;
    let (principal, body) = call.own()?;
    let request = AccessByUsername::parse(&body, &principal.user.username)?;
    guess::count_targets(&cases, &principal.user, [&request.target])?;
    cases.run(move |vouchsafe| vouchsafe.share_by_username(&principal.actor, &request)).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}
