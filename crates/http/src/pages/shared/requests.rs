//! Who asks me for access, and my answers.

use super::{
    super::{form::Form, render, visit::Visit, words},
    lists::{badge, entry, is_whole},
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::OpenAsk;
use vouchsafe_types::AskId;

/// How many rows a page has.
const PAGE: u32 = 25;

/// The requests that wait for me.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let after = visit.parsed("after").unwrap_or(0);
    let (asks, waiting) = visit
        .run(move |vouchsafe, actor| Ok((vouchsafe.page_of_asks(actor, after, PAGE)?, vouchsafe.count_asks(actor)?)))
        .await?;
    let (is_bare, is_whole) = (asks.items.is_empty(), is_whole(&asks, after.into()));
    let view = json!({
        "tab": { "with_me": false, "by_me": false, "requests": true, "notices": false, "blocks": false },
        "waiting": badge(waiting),
        "items": asks.items.iter().map(ask).collect::<Vec<_>>(),
        "is_empty": is_bare && is_whole,
        "is_blank": is_bare && !is_whole,
        "next": asks.next,
        "is_later_page": after != 0,
    });
    visit.page("requests", "Requests for access", view)
}

fn ask(found: &OpenAsk) -> Value {
    json!({
        "id": found.id,
        "requester": found.requester,
        "message": found.message,
        "at": words::moment(found.asked_at),
        "entry": found.entry.as_ref().map(entry),
        "name": found.name,
        "wants": words::can(found.wanted),
        "has": (!found.has.is_empty()).then(|| words::can(found.has)),
        "is_satisfied": found.has.covers(found.wanted),
    })
}

/// Answers one.
pub(in super::super) async fn answer(form: Form, id: Path<AskId>) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let (id, is_granted, until) = (*id, form.text("answer") == "give", form.until("until")?);
    visit.run(move |vouchsafe, actor| vouchsafe.answer_ask(actor, id, is_granted, until)).await?;
    let done = if is_granted { "granted" } else { "declined" };
    Ok(render::see_other(&format!("/shared/requests?done={done}")))
}
