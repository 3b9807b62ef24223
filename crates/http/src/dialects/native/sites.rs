//! `/v1/sites/{uuid}`.

use super::{
    desk::Desk,
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{Site, SiteChange};
use vouchsafe_types::{AppUid, SiteId};

/// Makes a site known, or says what has changed about it.
pub(super) async fn put(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
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
    wire::only_for_oneself(&desk.caller, &change.owner)?;
    let told = desk.act(move |vouchsafe, actor| vouchsafe.put_site(actor, id, &change)).await?;
    Ok(told.saved(told.value.2, |(site, owner, _)| view(site, owner)))
}

/// A site.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let id = wire::id("uuid", &path)?;
    let told = desk.see_one(move |vouchsafe, actor| vouchsafe.site(actor, id)).await?;
    Ok(told.json(|(site, owner)| view(site, owner)))
}

/// Deletes a site with the grants on it.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let id = wire::id("uuid", &path)?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_site(actor, id)).await?.done())
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
