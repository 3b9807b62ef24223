//! `/v1/apps/{uid}`.

use super::{
    desk::Desk,
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{App, AppChange};
use vouchsafe_types::AppUid;

/// Makes an app known, or says what has changed about it.
pub(super) async fn put(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
    let uid: AppUid = wire::id("uid", &path)?;
    let mut fields = Fields::of(&body.0);
    let metadata = fields.object("metadata");
    if metadata.iter().any(|(key, value)| has_nul(key, value)) {
        fields.refuse("metadata", "texts without NUL");
    }
    let change = AppChange {
        name: wire::name(&mut fields),
        owner: fields.text("owner"),
        is_protected: fields.flag("protected"),
        metadata: metadata.into(),
        index_url: wire::opt_short(&mut fields, "index_url"),
    };
    fields.finish()?;
    wire::only_for_oneself(&desk.caller, &change.owner)?;
    let told = desk.act(move |vouchsafe, actor| vouchsafe.put_app(actor, &uid, &change)).await?;
    Ok(told.saved(told.value.2, |(app, owner, _)| view(app, owner)))
}

/// An app.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uid = wire::id("uid", &path)?;
    let told = desk.see_one(move |vouchsafe, actor| vouchsafe.app(actor, &uid)).await?;
    Ok(told.json(|(app, owner)| view(app, owner)))
}

/// Deletes an app with the grants on it and those it has.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uid = wire::id("uid", &path)?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_app(actor, &uid)).await?.done())
}

/// Whether a NUL is anywhere in it: not every database can keep one.
fn has_nul(key: &str, value: &Value) -> bool {
    let inner = match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(|item| has_nul("", item)),
        Value::Object(object) => object.iter().any(|(key, value)| has_nul(key, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    };
    inner || key.contains('\0')
}

fn view(app: &App, owner: &str) -> Value {
    json!({
        "uid": app.uid.as_str(),
        "name": app.name,
        "owner": owner,
        "protected": app.is_protected,
        "metadata": app.metadata,
        "index_url": app.index_url,
        "created_at": wire::time(app.created_at),
    })
}
