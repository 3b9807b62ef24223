//! One grant: how it is changed.

use super::super::{form::Form, group_names, render, shared::lists, visit::Visit, words};
use crate::error::Rejection;
use actix_web::{HttpResponse, ResponseError, http::StatusCode, web::Path};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::{EntryWithPath, GrantTerms, GrantView, IfMatch};
use vouchsafe_types::{Access, EntryId, GrantId, Permission, Resource, error::ApiError};

/// What people choose from.
const CHOICES: [Access; 3] = [Access::Read, Access::Write, Access::Manage];

/// The page for changing a grant.
pub(in super::super) async fn page(visit: Visit, path: Path<(EntryId, GrantId)>) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (uuid, id) = path.into_inner();
    show(&visit, uuid, id, None).await
}

/// A grant, its entry, and the name of who has it.
pub(super) struct Found {
    pub(super) entry: EntryWithPath,
    pub(super) view: GrantView,
    pub(super) holder: String,
}

/// The grant and its entry; they must belong together.
pub(super) async fn find(visit: &Visit, uuid: EntryId, id: GrantId) -> Result<Found, Rejection> {
    let found = visit
        .run(move |vouchsafe, actor| {
            let (entry, _) = vouchsafe.look_at_entry(actor, uuid)?;
            let view = vouchsafe.find_grant(actor, id)?;
            let names = group_names::names_of_groups(vouchsafe, actor, [&view.holder])?;
            let holder = group_names::holder(&view.holder, &names);
            Ok(Found { entry, view, holder })
        })
        .await;
    match found {
        Ok(found) if found.view.grant.resource == Resource::Entry(uuid) => Ok(found),
        Ok(_) | Err(Rejection::Refused(ApiError::EntityNotFound { .. })) => Err(ApiError::NotFound {}.into()),
        Err(other) => Err(other),
    }
}

async fn show(
    visit: &Visit,
    uuid: EntryId,
    id: GrantId,
    problem: Option<&Rejection>,
) -> Result<HttpResponse, Rejection> {
    let Found { entry, view, holder } = find(visit, uuid, id).await?;
    let page = json!({
        "entry": lists::entry(&entry),
        "grant": id,
        "seen": view.tag(),
        "name": holder,
        "issuer": view.issuer,
        "choices": choices(&view),
        "until": last_day(&view),
        "ends": view.grant.expires_at.map(words::moment),
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
    visit.answer(status, "grant", "Change access", page)
}

/// The day within which the grant ends; empty for good.
fn last_day(view: &GrantView) -> String {
    let last = view.grant.expires_at.and_then(|at| at.checked_sub_signed(TimeDelta::microseconds(1)));
    last.map(|at| at.date_naive().to_string()).unwrap_or_default()
}

/// What can be chosen; what the grant gives now stays a choice when it has no word of its own.
fn choices(view: &GrantView) -> Vec<Value> {
    let now = view.grant.capabilities;
    let choice = |value: &str, access: Access| json!({ "value": value, "can": words::can(access.capabilities()), "is_now": access.capabilities() == now });
    let mut all: Vec<Value> = CHOICES.iter().map(|access| choice(access.name(), *access)).collect();
    if !CHOICES.iter().any(|access| access.capabilities() == now) {
        let text = Permission::describing(&view.grant.resource, now);
        if text.granted() == now {
            all.push(json!({ "value": "keep", "can": words::can(now), "is_now": true }));
        }
    }
    all
}

/// Changes it.
pub(in super::super) async fn change(form: Form, path: Path<(EntryId, GrantId)>) -> Result<HttpResponse, Rejection> {
    let (uuid, id) = path.into_inner();
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let found = find(visit, uuid, id).await?;
    let outcome = match terms(&form, uuid, &found.view) {
        Ok(terms) => {
            let seen = IfMatch(Some(vec![form.text("seen")]));
            visit.run(move |vouchsafe, actor| vouchsafe.edit_grant(actor, id, &terms, &seen)).await
        }
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => Ok(render::see_other(&format!("/entry/{uuid}?done=changed"))),
        Err(problem @ Rejection::Refused(_)) => show(visit, uuid, id, Some(&problem)).await,
        Err(other) => Err(other),
    }
}

fn terms(form: &Form, uuid: EntryId, view: &GrantView) -> Result<GrantTerms, Rejection> {
    let permission = match form.text("access").as_str() {
        "read" => format!("fs:{uuid}:read"),
        "write" => format!("fs:{uuid}:write"),
        "manage" => format!("manage:fs:{uuid}"),
        "keep" => Permission::describing(&view.grant.resource, view.grant.capabilities).to_string(),
        other => return Err(ApiError::invalid("access", "one of the choices", Some(other.to_owned())).into()),
    };
    // The form knows days only: one that was left as it was shown is the very moment that it stands for.
    let expires_at = match form.text("until") == last_day(view) {
        true => view.grant.expires_at,
        false => form.until("until")?,
    };
    Ok(GrantTerms { permission, expires_at, is_exact: view.grant.exact })
}
