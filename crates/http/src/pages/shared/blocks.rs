//! From whom I take no shares.

use super::{
    super::{form::Form, render, visit::Visit, words},
    lists::badge,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::{Value, json};

/// Whom I have blocked.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    show(&visit, visit.param("name"), None).await
}

async fn show(visit: &Visit, name: &str, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let (blocks, asks) =
        visit.run(|vouchsafe, actor| Ok((vouchsafe.list_blocks(actor)?, vouchsafe.count_asks(actor)?))).await?;
    let people: Vec<Value> =
        blocks.people.iter().map(|(name, at)| json!({ "name": name, "at": words::moment(*at) })).collect();
    let view = json!({
        "tab": { "with_me": false, "by_me": false, "requests": false, "notices": false, "blocks": true },
        "waiting": badge(asks),
        "all": blocks.all,
        "people": people,
        "is_empty": people.is_empty(),
        "name": name,
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
    visit.answer(status, "blocks", "Blocked senders", view)
}

/// Blocks or unblocks somebody, or everybody.
pub(in super::super) async fn set(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let (name, is_on, is_all) = (form.text("name"), form.text("block") == "on", form.text("all") == "yes");
    let sender = name.clone();
    let done = visit
        .run(move |vouchsafe, actor| match is_all {
            true => vouchsafe.block_all(actor, is_on),
            false => vouchsafe.block(actor, &sender, is_on).map(|_| ()),
        })
        .await;
    match done {
        Ok(()) if is_on => Ok(render::see_other("/shared/blocks?done=blocked")),
        Ok(()) => Ok(render::see_other("/shared/blocks?done=unblocked")),
        Err(problem @ Rejection::Refused(_)) => show(visit, &name, Some(&problem)).await,
        Err(other) => Err(other),
    }
}
