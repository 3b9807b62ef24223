//! `/v1/groups/{uid}`.

use super::{
    desk::Desk,
    page::{Params, cursor},
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{GroupChange, GroupWithMembers};
use vouchsafe_types::GroupId;

/// How many members are shown when nobody says.
const MOST_MEMBERS: usize = 1_000;

/// Makes a group, or says what has changed about it.
pub(super) async fn put(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
    let id: GroupId = wire::id("uid", &path)?;
    let mut fields = Fields::of(&body.0);
    let change =
        GroupChange { owner: fields.text("owner"), name: wire::name(&mut fields), members: fields.texts("members") };
    fields.finish()?;
    wire::only_for_oneself(&desk.caller, &change.owner)?;
    desk.spend()?;
    let told = desk.act(move |vouchsafe, actor| vouchsafe.put_group(actor, id, &change)).await?;
    Ok(told.saved(told.value.1, |(group, _)| view(group)))
}

/// A group, with a page of its members.
pub(super) async fn get(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let id = wire::id("uid", &path)?;
    let params = Params::of(&request, &[])?;
    let (limit, after) = (params.limit_or(MOST_MEMBERS)?, params.cursor::<String>()?);
    let told = desk.see(move |vouchsafe, actor| vouchsafe.group(actor, id, after.as_deref(), limit)).await?;
    Ok(told.json(view))
}

/// Deletes a group with its memberships and grants.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let id = wire::id("uid", &path)?;
    desk.spend()?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_group(actor, id)).await?.done())
}

fn view(found: &GroupWithMembers) -> Value {
    json!({
        "uid": found.group.id,
        "owner": found.owner,
        "name": found.group.name,
        "members": found.members,
        "cursor": cursor(found.next.as_ref()),
        "created_at": wire::time(found.group.created_at),
    })
}
