//! What I was told.

use super::{
    super::{form::Form, render, visit::Visit, words},
    lists::{badge, is_whole},
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::Notification;
use vouchsafe_types::{NotificationId, error::ApiError};

/// How many rows a page has.
const PAGE: u32 = 25;

/// What I was told and have not put away, newest first.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (search, after) = (visit.param("q").to_owned(), visit.parsed("after").unwrap_or(0));
    let wanted = search.clone();
    let (told, asks) = visit
        .run(move |vouchsafe, actor| {
            let told = vouchsafe.latest_notifications(actor, &wanted, after, PAGE)?;
            Ok((told, vouchsafe.count_asks(actor)?))
        })
        .await?;
    let (is_bare, is_whole) = (told.items.is_empty(), is_whole(&told, after.into()));
    let view = json!({
        "tab": { "with_me": false, "by_me": false, "requests": false, "notices": true, "blocks": false },
        "waiting": badge(asks),
        "items": told.items.iter().map(notice).collect::<Vec<_>>(),
        "is_empty": is_bare && is_whole,
        "is_blank": is_bare && !is_whole,
        "search": search,
        "next": told.next,
        "is_later_page": after != 0,
    });
    visit.page("notices", "Notifications", view)
}

fn notice(told: &Notification) -> Value {
    let value = &told.value;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let entry = value.pointer("/fields/files/0/uid").or_else(|| value.pointer("/fields/entry")).and_then(Value::as_str);
    let is_request = text("template").is_some_and(|template| template.starts_with("user-"));
    // A request waits on the pages if it says on what: an entry, or all that a share link offers.
    let is_here = entry.is_some() || value.pointer("/fields/permissions").is_some();
    let to = match (is_request, is_here) {
        (true, true) => Some("/shared/requests".to_owned()),
        (true, false) => None,
        (false, _) => entry.map(|uuid| format!("/entry/{uuid}")),
    };
    json!({
        "id": told.id,
        "title": text("title").unwrap_or("Something happened"),
        "text": text("text").unwrap_or_default(),
        "at": words::moment(told.created_at),
        "to": to,
        "to_text": if is_request { "Answer" } else { "Open" },
        "is_answered_elsewhere": is_request && !is_here,
    })
}

/// Puts one away.
pub(in super::super) async fn put_away(form: Form, id: Path<NotificationId>) -> Result<HttpResponse, Rejection> {
    let id = *id;
    match form.visit.run(move |vouchsafe, actor| vouchsafe.acknowledge_notification(actor, id)).await? {
        true => Ok(render::see_other("/shared/notifications?done=put-away")),
        false => Err(ApiError::EntityNotFound { identifier: "notification".into() }.into()),
    }
}
