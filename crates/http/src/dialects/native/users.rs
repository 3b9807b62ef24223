//! `/v1/users/{username}`.

use super::{
    desk::Desk,
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{User, UserChange};
use vouchsafe_types::{Actor, Email, Username};

/// Makes or changes an account: the host application only.
pub(super) async fn put(desk: Desk, path: Path<String>, body: Body) -> Result<HttpResponse, Rejection> {
    desk.caller.service()?;
    let username: Username = wire::id("username", &path)?;
    let mut fields = Fields::of(&body.0);
    let email = fields.opt_text("email");
    let email = email.and_then(|text| match Email::parse(&text) {
        Ok(email) => Some(email),
        Err(error) => {
            fields.refuse("email", &error.to_string());
            None
        }
    });
    let change = UserChange {
        uuid: fields.opt_parsed("uuid"),
        email,
        email_confirmed: fields.flag("email_confirmed"),
        display_name: wire::opt_short(&mut fields, "display_name"),
        ..UserChange::default()
    };
    fields.finish()?;
    let told = desk.act(move |vouchsafe, _| vouchsafe.put_user(&username, &change)).await?;
    Ok(told.saved(told.value.1, |(user, _)| view(user)))
}

/// An account: any for the host application, his own for a user.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let username = path.into_inner();
    wire::only_for_oneself(&desk.caller, &username)?;
    let mut told = desk.see(move |vouchsafe, _| vouchsafe.user(&username)).await?;
    if !matches!(desk.caller.actor(), Actor::Service { .. } | Actor::User(_)) {
        // An app that acts for somebody does not learn his address by it.
        told.value.email = None;
    }
    Ok(told.json(view))
}

/// Deletes an account with everything that is its own: the host application only.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    desk.caller.service()?;
    let username = path.into_inner();
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_user_as(actor, &username)).await?.done())
}

fn view(user: &User) -> Value {
    json!({
        "username": user.username.as_str(),
        "uuid": user.id,
        "email": user.email.as_ref().map(Email::typed),
        "email_confirmed": user.email_confirmed,
        "display_name": user.display_name,
        "suspended": user.is_suspended,
        "created_at": wire::time(user.created_at),
    })
}
