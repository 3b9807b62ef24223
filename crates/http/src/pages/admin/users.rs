//! Accounts.

use super::{
    super::{form::Form, render, visit::Visit, words},
    sheet::{self, PAGE},
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::User;

/// Accounts by name.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    sheet::require_reader(&visit)?;
    let _turn = visit.turn().await?;
    let (search, after) = (visit.param("q").to_owned(), visit.param("after").to_owned());
    let prefix = search.clone();
    let mut users = visit
        .run(move |vouchsafe, actor| vouchsafe.admin_users(actor, &prefix, Some(after.as_str()), PAGE + 1))
        .await?;
    let has_more = users.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if has_more {
        users.pop();
    }
    let me = visit.person()?.user.id;
    let content = json!({
        "items": users.iter().map(|user| view(user, user.id == me)).collect::<Vec<_>>(),
        "is_empty": users.is_empty(),
        "search": search,
        "next": users.last().filter(|_| has_more).map(|user| user.username.as_str().to_owned()),
    });
    sheet::sheet(&visit, "users", "Accounts", &content)
}

fn view(user: &User, is_me: bool) -> Value {
    json!({
        "name": user.username.as_str(),
        "email": user.email.as_ref().map(vouchsafe_types::Email::typed),
        "is_confirmed": user.email_confirmed,
        "is_suspended": user.is_suspended,
        "role": match (user.is_admin, user.is_auditor) { (true, _) => "administrator", (false, true) => "auditor", _ => "" },
        "since": words::moment(user.created_at),
        "is_me": is_me,
    })
}

/// Shuts an account out, or lets it in again.
pub(in super::super) async fn suspend(form: Form) -> Result<HttpResponse, Rejection> {
    form.visit.person()?;
    let (name, is_suspended) = (form.text("name"), form.either("suspend", "on", "off")?);
    form.visit.run(move |vouchsafe, actor| vouchsafe.admin_suspend(actor, &name, is_suspended)).await?;
    Ok(render::see_other(if is_suspended { "/admin/users?done=suspended" } else { "/admin/users?done=restored" }))
}
