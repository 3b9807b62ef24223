//! Taking a grant away, after a look at who loses what by it.

use super::{
    super::{consequences::Consequences, form::Form, render, shared::lists, visit::Visit, words},
    grant,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::json;
use vouchsafe_engine::plan::LEFT;
use vouchsafe_flows::{Change, IfMatch, Mode};
use vouchsafe_types::{EntryId, GrantId};

/// What would happen.
pub(in super::super) async fn page(visit: Visit, path: Path<(EntryId, GrantId)>) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (uuid, id) = path.into_inner();
    show(&visit, uuid, id, None).await
}

async fn show(
    visit: &Visit,
    uuid: EntryId,
    id: GrantId,
    problem: Option<&Rejection>,
) -> Result<HttpResponse, Rejection> {
    let grant::Found { entry, view, holder, .. } = grant::find(visit, uuid, id).await?;
    let change = Change::Revoke { grant: id, mode: Mode::Cascade };
    let told = visit.run(move |vouchsafe, actor| Consequences::of(vouchsafe, actor, &change)).await?;
    let page = json!({
        "entry": lists::entry(&entry),
        "grant": id,
        "seen": view.tag(),
        "name": holder,
        "issuer": view.issuer,
        "is_deny": view.grant.is_deny(),
        "is_left": view.grant.origin == LEFT,
        "can": words::can(view.grant.capabilities),
        "outcome": told.view(),
        "problem": problem.map(words::refusal),
    });
    visit.answer(problem, "revoke", "Take access away?", page)
}

/// Takes it away.
pub(in super::super) async fn revoke(form: Form, path: Path<(EntryId, GrantId)>) -> Result<HttpResponse, Rejection> {
    let (uuid, id) = path.into_inner();
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    // Before anything is done: a refusal shows the page again, with all that would happen.
    let _turn = visit.turn().await?;
    grant::find(visit, uuid, id).await?;
    let seen = IfMatch(Some(vec![form.text("seen")]));
    match visit.run(move |vouchsafe, actor| vouchsafe.revoke(actor, id, Mode::Cascade, &seen)).await {
        Ok(_) => Ok(render::see_other(&format!("/entry/{uuid}?done=revoked"))),
        Err(problem @ Rejection::Refused(_)) => show(visit, uuid, id, Some(&problem)).await,
        Err(other) => Err(other),
    }
}
