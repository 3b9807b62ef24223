//! `/v1/groups/{uid}`.

use super::{
    page::{Params, cursor},
    wire::{self, Body},
};
use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields, state::UseCases};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{GroupChange, GroupWithMembers};
use vouchsafe_types::GroupId;

/// How many members are shown when nobody says.
const MOST_MEMBERS: usize = 1_000;

/// Makes a group, or says what has changed about it.
pub(super) async fn put(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
    body: Body,
) -> Result<HttpResponse, Rejection> {
    let id: GroupId = wire::id("uid", &path)?;
    let mut fields = Fields::of(&body.0);
    let change =
        GroupChange { owner: fields.text("owner"), name: wire::name(&mut fields), members: fields.texts("members") };
    fields.finish()?;
    wire::only_for_oneself(&caller, &change.owner)?;
    let actor = caller.actor().clone();
    let (group, is_new) = cases.run(move |vouchsafe| vouchsafe.put_group(&actor, id, &change)).await?;
    Ok(wire::saved(&view(&group), is_new))
}

/// A group, with a page of its members.
pub(super) async fn get(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Rejection> {
    let (id, actor) = (wire::id("uid", &path)?, caller.actor().clone());
    let params = Params::of(&request, &[])?;
    let (limit, after) = (params.limit_or(MOST_MEMBERS)?, params.cursor::<String>()?);
    let group = cases.run(move |vouchsafe| vouchsafe.group(&actor, id, after.as_deref(), limit)).await?;
    Ok(HttpResponse::Ok().json(view(&group)))
}

/// Deletes a group with its memberships and grants.
pub(super) async fn delete(
    cases: UseCases,
    caller: ServiceOrUser,
    path: Path<String>,
) -> Result<HttpResponse, Rejection> {
    let (id, actor) = (wire::id("uid", &path)?, caller.actor().clone());
    cases.run(move |vouchsafe| vouchsafe.delete_group(&actor, id)).await?;
    Ok(HttpResponse::Ok().json(json!({})))
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
