//! Taking a grant away, after a look at who loses what by it.

use super::{
    super::{form::Form, render, shared::lists, visit::Visit, words},
    grant,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, ResponseError, http::StatusCode, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_flows::{Change, Difference, Foretold, IfMatch, Mode, Outcome};
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
    let grant::Found { entry, view, holder } = grant::find(visit, uuid, id).await?;
    let (outcome, names) = visit
        .run(move |vouchsafe, actor| {
            let outcome = match vouchsafe.what_if(actor, &Change::Revoke { grant: id, mode: Mode::Cascade })? {
                Foretold::Done(outcome) => outcome,
                // Only a revocation that takes nothing else with it is held up by what hangs on it.
                Foretold::Depended(_) => Outcome::default(),
            };
            let mut names = BTreeMap::new();
            for difference in outcome.losses.iter().chain(&outcome.gains) {
                if let std::collections::btree_map::Entry::Vacant(place) = names.entry(difference.entry)
                    && let Ok((found, _)) = vouchsafe.look_at_entry(actor, difference.entry)
                {
                    place.insert(found.entry.name);
                }
            }
            Ok((outcome, names))
        })
        .await?;
    let page = json!({
        "entry": lists::entry(&entry),
        "grant": id,
        "seen": view.tag(),
        "name": holder,
        "issuer": view.issuer,
        "is_deny": view.grant.is_deny(),
        "can": words::can(view.grant.capabilities),
        "outcome": consequences(&outcome, &names),
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
    visit.answer(status, "revoke", "Take access away?", page)
}

fn consequences(outcome: &Outcome, names: &BTreeMap<EntryId, String>) -> Value {
    let line = |difference: &Difference| {
        json!({
            "user": difference.user,
            "name": names.get(&difference.entry).map_or("something inside", String::as_str),
            "before": words::can(difference.before),
            "after": words::can(difference.after),
            "is_out": difference.after.is_empty(),
        })
    };
    json!({
        "losses": outcome.losses.iter().map(line).collect::<Vec<_>>(),
        "gains": outcome.gains.iter().map(line).collect::<Vec<_>>(),
        "is_nothing": outcome.is_complete && outcome.losses.is_empty() && outcome.gains.is_empty(),
        "is_complete": outcome.is_complete,
    })
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
