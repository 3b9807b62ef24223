//! `/v1/users/{username}`.

use super::{
    desk::Desk,
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_flows::{ClientKey, StoredKey, User, UserChange};
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
        client_keys: client_keys(&mut fields),
        ..UserChange::default()
    };
    fields.finish()?;
    let told = desk.act(move |vouchsafe, _| {
        let (user, is_new) = vouchsafe.put_user(&username, &change)?;
        Ok((vouchsafe.client_keys(user.id)?, user, is_new))
    });
    let told = told.await?;
    Ok(told.saved(told.value.2, |(keys, user, _)| view(user, keys)))
}

/// An account: any for the host application, his own for a user.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let username = path.into_inner();
    wire::only_for_oneself(&desk.caller, &username)?;
    let told = desk.see_one(move |vouchsafe, _| {
        let user = vouchsafe.user(&username)?;
        Ok((vouchsafe.client_keys(user.id)?, user))
    });
    let mut told = told.await?;
    if !matches!(desk.caller.actor(), Actor::Service { .. } | Actor::User(_)) {
        // An app that acts for somebody does not learn his address by it.
        told.value.1.email = None;
    }
    Ok(told.json(|(keys, user)| view(user, keys)))
}

/// Deletes an account with everything that is its own: the host application only.
pub(super) async fn delete(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    desk.caller.service()?;
    let username = path.into_inner();
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.delete_user_as(actor, &username)).await?.done())
}

/// The most signature keys of one user.
const MAX_KEYS: usize = 100;

/// The signature keys of the Züs face, all of them.
fn client_keys(fields: &mut Fields<'_>) -> Option<Vec<ClientKey>> {
    let texts = fields.texts("client_keys")?;
    if texts.len() > MAX_KEYS {
        fields.refuse("client_keys", "at most 100 keys");
        return None;
    }
    let mut keys = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        match text.parse::<ClientKey>() {
            Ok(key) => keys.push(key),
            Err(error) => fields.refuse(&format!("client_keys[{i}]"), &error.to_string()),
        }
    }
    Some(keys)
}

fn view(user: &User, keys: &[StoredKey]) -> Value {
    json!({
        "username": user.username.as_str(),
        "uuid": user.id,
        "email": user.email.as_ref().map(Email::typed),
        "email_confirmed": user.email_confirmed,
        "display_name": user.display_name,
        "suspended": user.is_suspended,
        "client_keys": keys.iter().map(|key| &key.public_key).collect::<Vec<_>>(),
        "client_ids": keys.iter().map(|key| &key.client_id).collect::<Vec<_>>(),
        "created_at": wire::time(user.created_at),
    })
}
