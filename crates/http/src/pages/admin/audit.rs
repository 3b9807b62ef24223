//! Who did what, and when.

use super::{
    super::{visit::Visit, words},
    sheet::{self, PAGE},
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{AuditLine, AuditQuery};

/// Lines of the audit, oldest first.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    sheet::require_reader(&visit)?;
    let _turn = visit.turn().await?;
    let user = Some(visit.param("user").to_owned()).filter(|text| !text.is_empty());
    let query =
        AuditQuery { entry: visit.parsed("entry"), user, after: visit.parsed("after").unwrap_or(0), limit: PAGE };
    let is_wrong = !visit.param("entry").is_empty() && query.entry.is_none();
    let outcome = match is_wrong {
        true => None,
        false => Some(visit.run(move |vouchsafe, actor| vouchsafe.admin_audit(actor, &query)).await),
    };
    let (page, problem) = sheet::found(outcome)?;
    let items: Vec<Value> = page.iter().flat_map(|page| &page.items).map(view).collect();
    let content = json!({
        "is_empty": items.is_empty(),
        "items": items,
        "entry": visit.param("entry"),
        "user": visit.param("user"),
        "next": page.and_then(|page| page.next),
        "problem": problem,
    });
    sheet::sheet(&visit, "audit", "Audit", &content)
}

fn view(line: &AuditLine) -> Value {
    let record = &line.record;
    let actor = line.actor.clone().or_else(|| record.actor_service.clone()).unwrap_or_default();
    let holder = line.holder.as_ref().and_then(Value::as_object).and_then(|holder| holder.iter().next());
    json!({
        "at": words::moment(record.at),
        "action": record.action,
        "actor": actor,
        "issuer": line.issuer,
        "holder": holder.map(|(kind, value)| value.as_str().map_or_else(|| kind.clone(), str::to_owned)),
        "permission": record.permission,
        "reason": record.reason,
        "request_id": record.request_id,
    })
}
