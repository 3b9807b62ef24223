//! What a share link leads to, and the one next step.

use super::{confirm, form::Form, render, visit::Visit, words};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{Fault, LinkSeen, Offer, OfferedItem, Vouchsafe};
use vouchsafe_types::{Actor, InviteId, error::ApiError};

/// The page of a share link, with what went wrong just before.
pub(super) async fn page(visit: &Visit, token: String, problem: Option<&Rejection>) -> Result<HttpResponse, Rejection> {
    let asker = visit.session.as_ref().map(|(_, principal)| principal.user.id);
    let looked_at = token.clone();
    let seen = visit.cases.run(move |vouchsafe| vouchsafe.look_at_share_link(&looked_at, asker)).await?;
    let (title, mut page) = match &seen {
        LinkSeen::Open(offer) => (title(offer, asker.is_some()), open(visit, offer, &token).await?),
        LinkSeen::Expired => ("This link has ended".to_owned(), state("is_expired")),
        LinkSeen::Used { by } if Some(*by) == asker => ("You have accepted this".to_owned(), state("is_used_by_me")),
        LinkSeen::Used { .. } => ("This link has been used".to_owned(), state("is_used")),
        LinkSeen::Withdrawn => ("This was withdrawn".to_owned(), state("is_withdrawn")),
        LinkSeen::Invalid => ("This link does not work".to_owned(), state("is_invalid")),
    };
    if let Value::Object(page) = &mut page {
        page.insert("problem".to_owned(), json!(problem.map(words::refusal)));
    }
    visit.answer(problem, "link", &title, page)
}

const STATES: [&str; 5] = ["is_expired", "is_used_by_me", "is_used", "is_withdrawn", "is_invalid"];

fn state(is: &str) -> Value {
    page_of(is, Value::Null)
}

fn page_of(is: &str, offer: Value) -> Value {
    let states = STATES.into_iter().map(|name| (name.to_owned(), json!(name == is)));
    Value::Object(states.chain([("offer".to_owned(), offer)]).collect())
}

fn title(offer: &Offer, is_signed_in: bool) -> String {
    let Offer { sender, email, .. } = offer;
    match (offer.is_from_asker, offer.is_for_asker || !is_signed_in) {
        (true, _) => format!("You share something with {email}"),
        (false, true) => format!("{sender} shares something with you"),
        (false, false) => format!("{sender} shares something with {email}"),
    }
}

async fn open(visit: &Visit, offer: &Offer, token: &str) -> Result<Value, Rejection> {
    let me = visit.session.as_ref().map(|(_, principal)| &principal.user);
    let is_confirmed = me.is_some_and(|user| user.email_confirmed);
    let here = format!("/?share_token={token}");
    let sign_up = words::with_next("/signup", &here);
    let is_to_confirm = offer.is_for_asker && !is_confirmed && !offer.is_from_asker;
    let is_sent = is_to_confirm && confirm::is_mail_sent(visit).await?;
    let offer = json!({
        "sender": offer.sender,
        "email": offer.email,
        "message": offer.message,
        "ends": words::moment(offer.expires_at),
        "until": offer.grants_end_at.map(words::moment),
        "items": items(offer),
        "token": token,
        "here": here,
        "sign_in": words::with_next("/login", &here),
        "sign_up": format!("{sign_up}&email={}", words::encoded(&offer.email)),
        "is_signed_out": me.is_none(),
        "is_mine": offer.is_for_asker && is_confirmed && !offer.is_from_asker,
        "is_to_confirm": is_to_confirm,
        "is_sent": is_sent,
        "is_from_me": offer.is_from_asker,
        "is_shown_to_others": offer.is_from_asker || (me.is_some() && !offer.is_for_asker),
        "is_anothers": me.is_some() && !offer.is_for_asker && !offer.is_from_asker,
    });
    Ok(page_of("", offer))
}

/// The things that are offered.
pub(super) fn items(offer: &Offer) -> Vec<Value> {
    let item =
        |item: &OfferedItem| json!({ "name": item.name, "kind": item.kind, "can": words::can(item.capabilities) });
    offer.items.iter().map(item).collect()
}

/// Accepts what the link offers.
pub(super) async fn accept(form: Form) -> Result<HttpResponse, Rejection> {
    act(form, "/shared?done=accepted", |vouchsafe, actor, id| vouchsafe.apply_share_link(actor, id)).await
}

/// Asks who sent it for what the link offers to another address.
pub(super) async fn ask(form: Form) -> Result<HttpResponse, Rejection> {
    act(form, "/shared?done=asked", |vouchsafe, actor, id| vouchsafe.request_share_link(actor, id)).await
}

type Act = fn(&Vouchsafe, &Actor, InviteId) -> Result<(), Fault>;

async fn act(form: Form, to: &str, act: Act) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().share(visit.person()?.user.id)?;
    if let Ok(id) = form.text("invite").parse::<InviteId>() {
        visit.run(move |vouchsafe, actor| act(vouchsafe, actor, id)).await?;
        return Ok(render::see_other(to));
    }
    let token = form.text("share_token");
    let looked_at = token.clone();
    let done = visit
        .run(move |vouchsafe, actor| match vouchsafe.look_at_share_link(&looked_at, None)? {
            LinkSeen::Open(offer) => act(vouchsafe, actor, offer.id),
            _ => Err(ApiError::ShareExpired {}.into()),
        })
        .await;
    match done {
        Ok(()) => Ok(render::see_other(to)),
        Err(problem @ Rejection::Refused(_)) => page(visit, token, Some(&problem)).await,
        Err(other) => Err(other),
    }
}
