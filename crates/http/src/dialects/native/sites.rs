//! `/v1/sites/{uuid}`.

use super::wire::{self, Body};
use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields, state::UseCases};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{Site, SiteChange};
use vouchsafe_types::{AppUid, SiteId};

/// Makes a site known, or says what has changed about it.
pub(super) async fn put(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
    body: Body,
) -> Result<HttpResponse, Rejection> {
    let id: SiteId = wire::id("uuid", &path)?;
    let mut fields = Fields::of(&body.0);
    let change = SiteChange {
        name: wire::name(&mut fields),
        owner: fields.text("owner"),
        associated_app: fields.opt_parsed("associated_app_uid"),
        root: fields.opt_parsed("root"),
        is_protected: fields.flag("protected"),
    };
    fields.finish()?;
    wire::only_for_oneself(&caller, &change.owner)?;
    let actor = caller.actor().clone();
    let (site, owner, is_new) = cases.run(move |vouchsafe| vouchsafe.put_site(&actor, id, &change)).await?;
    Ok(wire::saved(&view(&site, &owner), is_new))
}

/// A site.
pub(super) async fn get(cases: UseCases, caller: ServiceOrUser, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (id, actor) = (wire::id("uuid", &path)?, caller.actor().clone());
    let (site, owner) = cases.run(move |vouchsafe| vouchsafe.site(&actor, id)).await?;
    Ok(HttpResponse::Ok().json(view(&site, &owner)))
}

/// Deletes a site with the grants on it.
pub(super) async fn delete(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
) -> Result<HttpResponse, Rejection> {
    let (id, actor) = (wire::id("uuid", &path)?, caller.actor().clone());
    cases.run(move |vouchsafe| vouchsafe.delete_site(&actor, id)).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}

fn view(site: &Site, owner: &str) -> Value {
    json!({
        "uuid": site.id,
        "name": site.name,
        "owner": owner,
        "associated_app_uid": site.associated_app.as_ref().map(AppUid::as_str),
        "root": site.root,
        "protected": site.is_protected,
        "created_at": wire::time(site.created_at),
    })
}
