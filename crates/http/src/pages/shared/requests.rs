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

/// What was answered, and what was wrong with that.
struct Answered<'a> {
    id: AskId,
    until: String,
    problem: &'a Rejection,
}

/// The requests that wait for me.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    show(&visit, (visit.param("q"), visit.parsed("after").unwrap_or(0)), None).await
}

async fn show(
    visit: &Visit,
    (search, after): (&str, u32),
    answered: Option<&Answered<'_>>,
) -> Result<HttpResponse, Rejection> {
    let wanted = search.to_owned();
    let (asks, waiting) = visit
        .run(move |vouchsafe, actor| {
            Ok((vouchsafe.page_of_asks(actor, &wanted, after, PAGE)?, vouchsafe.count_asks(actor)?))
        })
        .await?;
    let (is_bare, is_whole) = (asks.items.is_empty(), is_whole(&asks, after.into()));
    let items = asks.items.iter().map(|found| ask(found, answered.filter(|answered| answered.id == found.id)));
    let elsewhere = answered.filter(|answered| asks.items.iter().all(|found| found.id != answered.id));
    let view = json!({
        "tab": { "with_me": false, "by_me": false, "requests": true, "notices": false, "blocks": false },
        "waiting": badge(waiting),
        "items": items.collect::<Vec<_>>(),
        "is_empty": is_bare && is_whole,
        "is_blank": is_bare && !is_whole,
        "search": search,
        "after": after,
        "next": asks.next,
        "is_later_page": after != 0,
        // What is wrong with a request that stands here is said beside it.
        "problem": elsewhere.map(|answered| words::refusal(answered.problem)),
    });
    visit.answer(answered.map(|answered| answered.problem), "requests", "Requests for access", view)
}

fn ask(found: &OpenAsk, answered: Option<&Answered<'_>>) -> Value {
    json!({
        "id": found.id,
        "requester": found.requester,
        "message": found.message,
        "at": words::moment(found.asked_at),
        "entry": found.entry.as_ref().map(entry),
        "name": found.name,
        "wants": words::can(found.wanted),
        "has": (!found.has.is_empty()).then(|| words::can(found.has)),
        "may_give": found.may_give,
        "is_satisfied": found.has.covers(found.wanted),
        "until": answered.map(|answered| answered.until.as_str()),
        "problem": answered.map(|answered| words::refusal(answered.problem)),
    })
}

/// Answers one.
pub(in super::super) async fn answer(form: Form, id: Path<AskId>) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    // Before anything is done: a refusal shows the page again.
    let _turn = visit.turn().await?;
    let (id, until) = (*id, form.text("until"));
    match give_or_decline(&form, id).await {
        Ok(true) => Ok(render::see_other("/shared/requests?done=granted")),
        Ok(false) => Ok(render::see_other("/shared/requests?done=declined")),
        Err(problem @ Rejection::Refused(_)) => {
            let at = (form.text("q"), form.text("after").parse().unwrap_or(0));
            show(visit, (&at.0, at.1), Some(&Answered { id, until, problem: &problem })).await
        }
        Err(other) => Err(other),
    }
}

/// Gives whether it was given.
async fn give_or_decline(form: &Form, id: AskId) -> Result<bool, Rejection> {
    let (is_granted, until) = (form.either("answer", "give", "decline")?, form.until("until")?);
    form.visit.run(move |vouchsafe, actor| vouchsafe.answer_ask(actor, id, is_granted, until)).await?;
    Ok(is_granted)
}
