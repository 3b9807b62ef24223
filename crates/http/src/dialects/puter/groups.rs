//! Groups of people, made by a person, and the two that every account is in or out of by itself.

use super::wire;
use crate::{auth::Call, error::Rejection, fields::Fields, state::UseCases};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_flows::{Group, GroupEdit, OwnedGroup};
use vouchsafe_types::{DefaultGroup, GroupId, error::ApiError};

/// The most names in one request.
const MAX_USERS: usize = 1_000;

/// Makes a group of the caller's.
pub(super) async fn create(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = wire::change(&cases, call)?;
    // `extra` is reserved: it is looked at and not kept.
    object(&body, "extra")?;
    let metadata = object(&body, "metadata")?;
    let uid = cases.run(move |vouchsafe| vouchsafe.create_group(&principal.actor, metadata)).await?;
    Ok(HttpResponse::Ok().json(json!({ "uid": uid })))
}

/// Takes people into a group of the caller's.
pub(super) async fn add_users(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    edit(&cases, call, |add| GroupEdit { add, ..GroupEdit::default() }).await
}

/// Takes people out of a group of the caller's.
pub(super) async fn remove_users(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    edit(&cases, call, |remove| GroupEdit { remove, ..GroupEdit::default() }).await
}

/// The groups that concern the caller; members only of those he owns. Where a list had to be cut it says so, and
/// `/v1/groups/{uid}` has all members in pages.
pub(super) async fn list(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (user, actor) = (call.principal.user.id, call.principal.actor);
    let _turn = cases.limits().heavy(user).await?;
    let found = cases.run(move |vouchsafe| vouchsafe.groups_of(&actor)).await?;
    let mut body = json!({
        "owned_groups": found.owned.iter().map(owned).collect::<Vec<_>>(),
        "in_groups": found.joined.iter().map(group).collect::<Vec<_>>(),
        "public_groups": DefaultGroup::ALL.map(|of| json!({ "uid": of.id(), "metadata": { "title": title(of) } })),
    });
    wire::mark_cut(&mut body, found.is_complete);
    Ok(HttpResponse::Ok().json(body))
}

/// The groups of all confirmed accounts and of all others.
pub(super) async fn public(_: Call) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "user": DefaultGroup::User.id(), "temp": DefaultGroup::Temp.id() }))
}

async fn edit(
    cases: &UseCases,
    call: Call,
    edit: impl FnOnce(Vec<String>) -> GroupEdit,
) -> Result<HttpResponse, Rejection> {
    let (principal, body) = wire::change(cases, call)?;
    let mut fields = Fields::of(&body);
    let uid = fields.text("uid");
    fields.finish()?;
    let edit = edit(wire::texts(&body, "users", MAX_USERS)?);
    let id: GroupId = uid.parse().ok().ok_or_else(|| ApiError::EntityNotFound { identifier: Value::from(uid) })?;
    cases.run(move |vouchsafe| vouchsafe.edit_group(&principal.actor, id, &edit)).await?;
    Ok(wire::done())
}

/// An object that need not be there; these routes name one faulty field at a time.
fn object(body: &Map<String, Value>, key: &str) -> Result<Map<String, Value>, Rejection> {
    let mut fields = Fields::of(body);
    let found = wire::kept(&mut fields, key);
    fields.finish()?;
    Ok(found.as_ref().and_then(Value::as_object).cloned().unwrap_or_default())
}

fn group(group: &Group) -> Value {
    json!({ "uid": group.id, "metadata": group.metadata })
}

fn owned(found: &OwnedGroup) -> Value {
    let mut view = json!({ "uid": found.group.id, "metadata": found.group.metadata, "members": found.members });
    let is_complete = found.members.len() == found.member_count;
    wire::mark_cut(&mut view, is_complete);
    if let (Value::Object(object), false) = (&mut view, is_complete) {
        object.insert("member_count".to_owned(), json!(found.member_count));
    }
    view
}

const fn title(group: DefaultGroup) -> &'static str {
    match group {
        DefaultGroup::User => "Confirmed accounts",
        DefaultGroup::Temp => "Other accounts",
    }
}
