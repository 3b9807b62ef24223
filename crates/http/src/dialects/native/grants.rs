//! `/v1/grants` and `/v1/grants/{id}`.

use super::{
    page::{Params, cursor},
    wire::{self, Body},
};
use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields, state::UseCases};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{GrantQuery, GrantView, GrantWish, HolderName, Mode, Revoked};
use vouchsafe_types::{Access, EntryId, GrantId, Permission, Resource, error::ApiError};

/// Makes a grant, or changes the one that was there.
pub(super) async fn post(cases: UseCases, caller: ServiceOrUser, body: Body) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let wish = wish(&mut fields);
    fields.finish()?;
    let (wish, actor) = (wish.ok_or(ApiError::FieldMissing { key: "holder".to_owned() })?, caller.actor().clone());
    let granted = cases.run(move |vouchsafe| vouchsafe.grant(&actor, &wish)).await?;
    Ok(wire::saved(&view(&granted.grant), granted.is_new))
}

/// One grant.
pub(super) async fn get(cases: UseCases, caller: ServiceOrUser, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (id, actor): (GrantId, _) = (wire::id("id", &path)?, caller.actor().clone());
    let grant = cases.run(move |vouchsafe| vouchsafe.find_grant(&actor, id)).await?;
    Ok(HttpResponse::Ok().json(view(&grant)))
}

/// Grants, those included that give nothing now.
pub(super) async fn list(
    cases: UseCases,
    caller: ServiceOrUser,
    request: HttpRequest,
) -> Result<HttpResponse, Rejection> {
    let params = Params::of(&request, &["entry", "issuer", "holder", "user"])?;
    let query = GrantQuery {
        entry: params.parsed::<EntryId>("entry")?,
        issuer: params.text("issuer"),
        holder: params.parsed::<HolderName>("holder")?,
        user: params.text("user"),
        after: params.cursor()?.unwrap_or(0),
        limit: params.rows()?,
    };
    let actor = caller.actor().clone();
    let page = cases.run(move |vouchsafe| vouchsafe.list_grants(&actor, &query)).await?;
    let items: Vec<Value> = page.items.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(json!({ "items": items, "cursor": cursor(page.next.as_ref()) })))
}

/// Revokes a grant, and says what fell with it.
pub(super) async fn delete(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Rejection> {
    let id: GrantId = wire::id("id", &path)?;
    let mode = mode(Params::of(&request, &["mode"])?.text("mode").as_deref())?;
    let actor = caller.actor().clone();
    let views = |grants: &[GrantView]| grants.iter().map(view).collect::<Vec<_>>();
    match cases.run(move |vouchsafe| vouchsafe.revoke(&actor, id, mode)).await? {
        Revoked::Gone { removed, revision } => {
            Ok(HttpResponse::Ok().json(json!({ "removed": views(&removed), "revision": revision })))
        }
        Revoked::Depended(grants) => {
            let mut body = ApiError::Conflict {}.embedded();
            if let Value::Object(object) = &mut body {
                object.insert("dependants".to_owned(), json!(views(&grants)));
            }
            Ok(HttpResponse::Conflict().json(body))
        }
    }
}

/// The words for it.
pub(super) const MODES: &str = "`cascade`, `promote` or `restrict`";

/// What becomes of what hangs on a revoked grant.
pub(super) fn mode(text: Option<&str>) -> Result<Mode, ApiError> {
    match text {
        None | Some("cascade") => Ok(Mode::Cascade),
        Some("promote") => Ok(Mode::Promote),
        Some("restrict") => Ok(Mode::Restrict),
        Some(other) => Err(ApiError::invalid("mode", MODES, Some(other.to_owned()))),
    }
}

/// Reads a grant that is wished for.
pub(super) fn wish(fields: &mut Fields<'_>) -> Option<GrantWish> {
    let holder = fields.inside("holder", holder).flatten();
    let issuer = fields.opt_text("issuer");
    let permission = fields.text("permission");
    let expires_at = fields.opt_parsed::<wire::Moment>("expires_at").map(|moment| moment.0);
    let is_exact = fields.flag("exact").unwrap_or(false);
    Some(GrantWish { issuer, holder: holder?, permission, expires_at, is_exact })
}

/// Exactly one of a person, a group, an app, perhaps for a person, and everyone.
fn holder(fields: &mut Fields<'_>) -> Option<HolderName> {
    let (group, app) = (fields.opt_parsed("group"), fields.opt_parsed("app"));
    let (user, everyone) = (fields.opt_text("user"), fields.flag("everyone"));
    match (user, group, app, everyone) {
        (Some(name), None, None, None) => Some(HolderName::User(name)),
        (None, Some(group), None, None) => Some(HolderName::Group(group)),
        (user, None, Some(app), None) => Some(HolderName::App { app, user }),
        (None, None, None, Some(true)) => Some(HolderName::Everyone),
        _ => {
            fields.refuse_all("one of `user`, `group`, `app` (with or without `user`), or `everyone`: true");
            None
        }
    }
}

/// A holder by name.
pub(super) fn holder_view(holder: &HolderName) -> Value {
    match holder {
        HolderName::User(name) => json!({ "user": name }),
        HolderName::Group(id) => json!({ "group": id }),
        HolderName::Everyone => json!({ "everyone": true }),
        HolderName::App { app, user: None } => json!({ "app": app }),
        HolderName::App { app, user: Some(user) } => json!({ "app": app, "user": user }),
        HolderName::Token(id) => json!({ "token": id }),
        HolderName::Link(id) => json!({ "link": id }),
    }
}

/// A grant as `/v1` shows it.
pub(super) fn view(found: &GrantView) -> Value {
    let grant = &found.grant;
    let entry = match &grant.resource {
        Resource::Entry(entry) => Some(entry),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    };
    let mut view = json!({
        "id": grant.id,
        "issuer": found.issuer,
        "holder": holder_view(&found.holder),
        "entry": entry,
        "permission": Permission::describing(&grant.resource, grant.capabilities).to_string(),
        "access": Access::nearest(grant.capabilities).name(),
        "capabilities": grant.capabilities.names(),
        "exact": grant.exact,
        "expires_at": grant.expires_at.map(wire::time),
        "created_at": wire::time(grant.created_at),
        "origin": grant.origin,
        "live": found.why_not.is_none(),
    });
    if let (Some(why), Value::Object(object)) = (found.why_not, &mut view) {
        object.insert("why_not".to_owned(), json!(why.name()));
    }
    view
}
