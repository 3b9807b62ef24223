//! One grant: how it is changed.

use super::super::{
    consequences::{Consequences, Question},
    form::Form,
    group_names, render,
    shared::lists,
    visit::Visit,
    words,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::{Change, EntryWithPath, Gives, GrantTerms, GrantView, IfMatch};
use vouchsafe_types::{Access, Capabilities, EntryId, GrantId, Resource, error::ApiError};

/// What people choose from.
const CHOICES: [Access; 3] = [Access::Read, Access::Write, Access::Manage];

/// The choice that leaves what it gives as it is.
const KEEP: &str = "keep";

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
    /// What it can be raised to.
    most: Capabilities,
}

/// The grant and its entry; they must belong together.
pub(super) async fn find(visit: &Visit, uuid: EntryId, id: GrantId) -> Result<Found, Rejection> {
    let found = visit
        .run(move |vouchsafe, actor| {
            let (entry, _) = vouchsafe.look_at_entry(actor, uuid)?;
            let view = vouchsafe.find_grant(actor, id)?;
            let names = group_names::names_of_groups(vouchsafe, actor, [&view.holder])?;
            let holder = group_names::holder(&view.holder, &names);
            let most = vouchsafe.most_for(&view)?;
            Ok(Found { entry, view, holder, most })
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
    let Found { entry, view, holder, most } = find(visit, uuid, id).await?;
    let page = json!({
        "entry": lists::entry(&entry),
        "grant": id,
        "seen": view.tag(),
        "name": holder,
        "issuer": view.issuer,
        "choices": choices(&view, most),
        "until": last_day(&view),
        "ends": view.grant.expires_at.map(words::moment),
        "problem": problem.map(words::refusal),
    });
    visit.answer(problem, "grant", "Change access", page)
}

/// The day within which the grant ends; empty for good.
fn last_day(view: &GrantView) -> String {
    let last = view.grant.expires_at.and_then(|at| at.checked_sub_signed(TimeDelta::microseconds(1)));
    last.map(|at| at.date_naive().to_string()).unwrap_or_default()
}

/// What can be chosen; what the grant gives now stays a choice where it is none of these, whatever it is.
fn choices(view: &GrantView, most: Capabilities) -> Vec<Value> {
    let now = view.grant.capabilities;
    let choice =
        |value: &str, gives: Capabilities| json!({ "value": value, "can": words::can(gives), "is_now": gives == now });
    let offered = || CHOICES.into_iter().filter(|access| most.covers(access.capabilities()));
    let mut all: Vec<Value> = offered().map(|access| choice(access.name(), access.capabilities())).collect();
    if !offered().any(|access| access.capabilities() == now) {
        all.push(choice(KEEP, now));
    }
    all
}

/// Changes it.
pub(in super::super) async fn change(form: Form, path: Path<(EntryId, GrantId)>) -> Result<HttpResponse, Rejection> {
    let (uuid, id) = path.into_inner();
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    // Before anything is done: it is looked at who loses what by it.
    let _turn = visit.turn().await?;
    let found = find(visit, uuid, id).await?;
    let outcome = match terms(&form, &found.view) {
        Ok((terms, gives)) => changed(&form, &found, terms, gives).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Err(problem @ Rejection::Refused(_)) => show(visit, uuid, id, Some(&problem)).await,
        answer => answer,
    }
}

/// The answer to a change, made unless somebody else would lose something by it who was not told of yet.
async fn changed(
    form: &Form,
    Found { entry, view, holder, .. }: &Found,
    terms: GrantTerms,
    gives: Capabilities,
) -> Result<HttpResponse, Rejection> {
    let (visit, id, uuid) = (&form.visit, view.grant.id, entry.entry.uuid);
    let seen = IfMatch(Some(vec![form.text("seen")]));
    let change = Change::Edit { grant: id, terms: terms.clone(), seen: seen.clone() };
    let (takes, who) = (!gives.covers(view.grant.capabilities), view.holder.clone());
    let told = visit
        .run(move |vouchsafe, actor| {
            // Nobody else can lose anything otherwise: others need not wait for a look at everybody.
            let may_take = takes && vouchsafe.may_have_given(actor, &who, uuid)?;
            may_take.then(|| Consequences::of(vouchsafe, actor, &change)).transpose()
        })
        .await?;
    if let Some(told) = told.filter(|told| told.are_to_be_told(form, &view.holder, true)) {
        let action = format!("/entry/{uuid}/grants/{id}");
        let fields = ["seen", "access", "until"].map(|name| (name, form.text(name))).to_vec();
        let question = Question { action, fields, entry, becomes: Some((holder, words::can(gives))) };
        return question.ask(visit, &told);
    }
    visit.run(move |vouchsafe, actor| vouchsafe.edit_grant(actor, id, &terms, &seen)).await?;
    Ok(render::see_other(&format!("/entry/{uuid}?done=changed")))
}

/// What was chosen, and what it gives.
fn terms(form: &Form, view: &GrantView) -> Result<(GrantTerms, Capabilities), Rejection> {
    let text = form.text("access");
    let chosen = CHOICES.into_iter().find(|access| access.name() == text);
    if chosen.is_none() && text != KEEP {
        return Err(ApiError::invalid("access", "one of the choices", Some(text)).into());
    }
    let gives = chosen.map_or(view.grant.capabilities, Access::capabilities);
    let said = chosen.map_or(Gives::Same, Gives::Access);
    // The form knows days only: one that was left as it was shown is the very moment that it stands for.
    let expires_at = match form.text("until") == last_day(view) {
        true => view.grant.expires_at,
        false => form.until("until")?,
    };
    Ok((GrantTerms { gives: said, expires_at, is_exact: view.grant.exact }, gives))
}
