//! From whom I take no shares.

use super::{
    super::{form::Form, render, visit::Visit, words},
    lists::badge,
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::Vouchsafe;
use vouchsafe_types::{Actor, error::ApiError};

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
    visit.answer(problem, "blocks", "Blocked senders", view)
}

/// Blocks or unblocks somebody, or everybody.
pub(in super::super) async fn set(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let name = form.text("name");
    match set_one(&form, &name).await {
        Ok(true) => Ok(render::see_other("/shared/blocks?done=blocked")),
        Ok(false) => Ok(render::see_other("/shared/blocks?done=unblocked")),
        Err(problem @ Rejection::Refused(_)) => show(visit, &name, Some(&problem)).await,
        Err(other) => Err(other),
    }
}

/// Gives whether it was a block.
async fn set_one(form: &Form, name: &str) -> Result<bool, Rejection> {
    let (is_on, is_all) = (form.either("block", "on", "off")?, form.either("all", "yes", "")?);
    if name.is_empty() && !is_all {
        return Err(ApiError::invalid("name", "the name of a person", None).into());
    }
    let sender = name.to_owned();
    let set = move |vouchsafe: &Vouchsafe, actor: &Actor| match is_all {
        true => vouchsafe.block_all(actor, is_on),
        false => vouchsafe.block(actor, &sender, is_on).map(|_| ()),
    };
    form.visit.run(set).await?;
    Ok(is_on)
}
