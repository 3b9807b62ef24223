//! `/v1/entries/{uuid}/access`, `/v1/entries/{uuid}/leave` and `/v1/users/{username}/entries`.

use super::{
    desk::Desk,
    entries, grants,
    page::{Params, cursor},
    wire,
};
use crate::{cursor::Place, error::Rejection};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{AccessCursor, AccessItem, Vouchsafe};
use vouchsafe_types::{Access, Actor, EntryId, error::ApiError};

/// Who can do what on an entry, and through which grants; with `at`, who could then.
pub(super) async fn list(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    let params = Params::of(&request, &["at"])?;
    let at = params.parsed::<wire::Moment>("at")?.map(|moment| moment.0);
    let (limit, after) = (params.limit()?, params.cursor::<Place>()?.map(AccessCursor::from));
    let list = move |vouchsafe: &Vouchsafe, actor: &Actor| match at {
        None => vouchsafe.who_has_access(actor, uuid, after.as_ref(), limit),
        Some(at) => vouchsafe.who_had_access(actor, uuid, at, after.as_ref(), limit),
    };
    let told = desk.see(list).await?;
    Ok(told.json(|page| {
        let items: Vec<Value> = page.items.iter().map(item_view).collect();
        json!({ "items": items, "cursor": cursor(page.next.clone().map(Place::from).as_ref()) })
    }))
}

/// Gives up what the caller was given on an entry.
pub(super) async fn leave(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    desk.spend()?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.leave(actor, uuid)).await?.done())
}

/// The entries that were given to somebody.
pub(super) async fn given(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let username = path.into_inner();
    wire::only_for_oneself(&desk.caller, &username)?;
    let params = Params::of(&request, &["access"])?;
    let access = match params.text("access") {
        None => Access::See,
        Some(text) => {
            let named = text.parse().ok().filter(|access| *access != Access::None);
            named.ok_or_else(|| ApiError::invalid("access", "the name of an access", Some(text)))?
        }
    };
    let (limit, after) = (params.limit()?, params.cursor()?.unwrap_or(0));
    let told =
        desk.see(move |vouchsafe, actor| vouchsafe.entries_given_to(actor, &username, access, after, limit)).await?;
    let item = |(entry, has): &(vouchsafe_flows::EntryWithPath, vouchsafe_types::Capabilities)| {
        json!({
            "entry": entries::view(entry),
            "access": Access::nearest(*has).name(),
            "capabilities": has.names(),
        })
    };
    Ok(told.json(|page| {
        json!({
            "items": page.items.iter().map(item).collect::<Vec<_>>(),
            "cursor": cursor(page.next.as_ref()),
            "complete": true,
        })
    }))
}

fn item_view(item: &AccessItem) -> Value {
    let via = item.via.iter().map(|via| {
        let mut view = json!({
            "grant_id": via.grant,
            "issuer": via.issuer,
            "entry": via.entry,
            "inherited": via.is_inherited,
        });
        let Value::Object(object) = &mut view else { return view };
        if let Some(group) = via.group {
            object.insert("group".to_owned(), json!(group));
        }
        if via.is_everyones {
            object.insert("everyone".to_owned(), json!(true));
        }
        view
    });
    json!({
        "subject": grants::holder_view(&item.subject),
        "access": Access::nearest(item.capabilities).name(),
        "capabilities": item.capabilities.names(),
        "via": via.collect::<Vec<_>>(),
    })
}
