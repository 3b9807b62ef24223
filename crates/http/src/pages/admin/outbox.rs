//! Messages on their way. What they say stays between those who write and read them.

use super::{
    super::{form::Form, render, visit::Visit, words},
    sheet::{self, PAGE},
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{MessageFilter, MessageState};
use vouchsafe_types::{MessageId, error::ApiError};

/// Messages, newest first.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    sheet::require_reader(&visit)?;
    let _turn = visit.turn().await?;
    let filter = match visit.param("state") {
        "waiting" => MessageFilter::Waiting,
        "given-up" => MessageFilter::Abandoned,
        _ => MessageFilter::All,
    };
    let before = visit.parsed("before");
    let found = visit.run(move |vouchsafe, actor| vouchsafe.admin_messages(actor, filter, before, PAGE)).await?;
    let is_full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let content = json!({
        "items": found.iter().map(view).collect::<Vec<_>>(),
        "is_empty": found.is_empty(),
        "is_waiting": filter == MessageFilter::Waiting,
        "is_given_up": filter == MessageFilter::Abandoned,
        "state": visit.param("state"),
        "next": found.last().filter(|_| is_full).map(|message| message.seq),
    });
    sheet::sheet(&visit, "outbox", "Outbox", &content)
}

fn view(message: &MessageState) -> Value {
    let state = match (message.delivered_at, message.abandoned_at) {
        (Some(_), _) => "delivered",
        (None, Some(_)) => "given up",
        (None, None) => "waiting",
    };
    json!({
        "id": message.id,
        "to": masked(&message.recipient),
        "template": message.template,
        "state": state,
        "at": words::moment(message.created_at),
        "attempts": message.attempts,
        "error": message.last_error,
        "may_retry": message.delivered_at.is_none(),
    })
}

/// An address by which its owner is not found: its first letter, and where it is.
fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        // The address of a webhook may carry secrets.
        _ if address.contains("://") => "webhook".to_owned(),
        Some((local, domain)) => format!("{}…@{domain}", local.chars().take(1).collect::<String>()),
        None => "…".to_owned(),
    }
}

/// Lets one be tried at once.
pub(in super::super) async fn retry(form: Form) -> Result<HttpResponse, Rejection> {
    form.visit.person()?;
    let id = form.text("id");
    let missing = || ApiError::EntityNotFound { identifier: format!("message:{id}").into() };
    let id: MessageId = id.parse().ok().ok_or_else(missing)?;
    form.visit.run(move |vouchsafe, actor| vouchsafe.admin_retry(actor, id)).await?;
    Ok(render::see_other("/admin/outbox?done=retried"))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_shown_in_part() {
        assert_eq!(masked("bob@example.org"), "b…@example.org");
        assert_eq!(masked("https://u:p@hooks.example/secret"), "webhook");
    }
}
