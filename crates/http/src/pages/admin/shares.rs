//! All grants, with filters. Names of files are people's own: an administrator sees ids.

use super::{
    super::{group_names::holder_by_id, visit::Visit, words},
    sheet::{self, PAGE},
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{GrantQuery, GrantView};
use vouchsafe_types::Permission;

/// Grants, oldest first.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    sheet::require_reader(&visit)?;
    let _turn = visit.turn().await?;
    let named = |name: &str| Some(visit.param(name).to_owned()).filter(|text| !text.is_empty());
    let query = GrantQuery {
        entry: visit.parsed("entry"),
        issuer: named("issuer"),
        holder: visit.parsed("holder"),
        user: None,
        after: visit.parsed("after").unwrap_or(0),
        limit: PAGE,
    };
    let is_wrong =
        named("entry").is_some() && query.entry.is_none() || named("holder").is_some() && query.holder.is_none();
    let outcome = match is_wrong {
        true => None,
        false => Some(visit.run(move |vouchsafe, actor| vouchsafe.admin_grants(actor, &query)).await),
    };
    let (page, problem) = sheet::found(outcome)?;
    let items: Vec<Value> = page.iter().flat_map(|page| &page.items).map(view).collect();
    let content = json!({
        "is_empty": items.is_empty(),
        "items": items,
        "entry": visit.param("entry"),
        "issuer": visit.param("issuer"),
        "holder": visit.param("holder"),
        "next": page.and_then(|page| page.next),
        "problem": problem,
    });
    sheet::sheet(&visit, "shares", "All shares", &content)
}

fn view(found: &GrantView) -> Value {
    let grant = &found.grant;
    json!({
        "id": grant.id,
        "issuer": found.issuer,
        "holder": holder_by_id(&found.holder),
        "what": Permission::describing(&grant.resource, grant.capabilities).to_string(),
        "since": words::moment(grant.created_at),
        "until": grant.expires_at.map(words::moment),
        "origin": grant.origin,
        "asleep": found.why_not.map(words::asleep),
    })
}
