//! `/v1/invites`: what was sent to addresses and not taken up yet.

use super::{
    desk::Desk,
    page::{Params, cursor},
    wire,
};
use crate::error::Rejection;
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{Invite, InviteQuery};
use vouchsafe_types::{Email, InviteId, error::ApiError};

/// Open invites, by id.
pub(super) async fn list(desk: Desk, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let params = Params::of(&request, &["issuer", "email"])?;
    let refused = |text: &str| ApiError::invalid("email", "an e-mail address", Some(text.to_owned()));
    let email = params.text("email").map(|text| Email::parse(&text).ok().ok_or_else(|| refused(&text))).transpose()?;
    let query = InviteQuery { issuer: params.text("issuer"), email, after: params.cursor()?, limit: params.limit()? };
    let told = desk.see(move |vouchsafe, actor| vouchsafe.list_invites(actor, &query)).await?;
    Ok(told.json(|page| {
        let items: Vec<Value> = page.items.iter().map(|(invite, issuer)| view(invite, issuer)).collect();
        json!({ "items": items, "cursor": cursor(page.next.as_ref()) })
    }))
}

/// Takes an open invite back.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let id: InviteId = wire::id("id", &path)?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.withdraw_invite(actor, id)).await?.done())
}

fn view(invite: &Invite, issuer: &str) -> Value {
    json!({
        "id": invite.id,
        "issuer": issuer,
        "email": invite.email.typed(),
        "permissions": invite.permissions,
        "created_at": wire::time(invite.created_at),
        "expires_at": wire::time(invite.expires_at),
    })
}
