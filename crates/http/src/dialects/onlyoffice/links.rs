//! External links: the default one switched, a template for others, and their passwords.

use super::{
    args::{Args, entry_number},
    desk::{Desk, LINK_COOKIE},
    envelope, scalar, views, well_known,
};
use crate::{error::Rejection, json, state::UseCases};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::StatusCode,
    web::{self, Path},
};
use serde_json::{Value, json};
use uuid::Uuid;
use vouchsafe_flows::{OfficeTarget, TargetKind};
use vouchsafe_types::{LinkId, error::ApiError};

/// `PUT files/{id}/sharedlink`: switches the default link of a file. Gives its address, also when it is off.
pub(super) async fn switch(mut desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (args, number) = (desk.args()?, entry_number(&path));
    let setting = scalar::access(args.get("share")?.unwrap_or(&Value::Null))?;
    desk.cases.limits().grant(desk.person()?)?;
    let case = desk.run(move |vouchsafe, actor| vouchsafe.switch_default_link(actor, number, setting));
    let (link, opener) = case.await?;
    let url = views::link_url(&link, number.unwrap_or_default(), opener, &desk.origin());
    envelope::one(StatusCode::OK, json!(url))
}

/// `GET files/{id}/sharedlink/template`: what a new link could look like; nothing is kept.
pub(super) async fn template(mut desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (is_folder, number) = (desk.args()?.flag("isfolder")?, entry_number(&path));
    let kind = if is_folder { TargetKind::Folder } else { TargetKind::File };
    let target = OfficeTarget { number, kind };
    let opener = desk.run(move |vouchsafe, actor| vouchsafe.may_link(actor, target)).await?;
    let are_on = desk.cases.settings().are_public_links_on;
    let url = || views::url(&desk.origin(), number.unwrap_or_default(), opener, "");
    let template = json!({
        "id": LinkId::mint(),
        "title": "",
        "link": if are_on { url() } else { String::new() },
        "is_group": true,
        "owner": false,
        "ace_status": 2,
        "locked": false,
        "disable_remove": false,
        "linkSettings": { "autoDelete": false, "expirationDate": null, "expired": false, "password": null },
        "entryType": if is_folder { 1 } else { 2 },
        "inherited": false,
    });
    envelope::one(StatusCode::OK, template)
}

/// `POST files/sharedlink/password`, by anybody: a key and its password for a cookie, and the address of the link.
pub(super) async fn prove(
    cases: UseCases,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Rejection> {
    let body = json::read_bytes(&mut payload.into_inner()).await?;
    let args = Args::of(&request, &body)?;
    let key = args.text("key")?.unwrap_or_default();
    let password = password(&args)?.unwrap_or_default();
    let (token, named) = (key.clone(), key.clone());
    let link = cases.run(move |vouchsafe| vouchsafe.link_of_token(&named)).await?;
    throttle(&cases, &request, &link.map_or_else(|| key.clone(), |id| id.to_string()))?;
    let proven = cases.run(move |vouchsafe| vouchsafe.prove_link_password(&token, &password)).await?;
    let origin = &cases.settings().public_url;
    let cookie = Cookie::build(format!("{LINK_COOKIE}{}", proven.id), proven.proof)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(origin.starts_with("https://"))
        .finish();
    let url = views::url(origin, proven.number, proven.opener, &key);
    let mut answer = envelope::one(StatusCode::CREATED, json!(url))?;
    answer.add_cookie(&cookie).map_err(|error| Rejection::Internal(error.to_string()))?;
    Ok(answer)
}

/// `POST files/{id}/sharedlink/{link}/password`: the same for who knows the link by its id. Gives what the cookie
/// holds.
pub(super) async fn prove_on(
    mut desk: Desk,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Rejection> {
    let (number, link) = path.into_inner();
    let id: Uuid = scalar::guid(&json!(link))?;
    let missing = || ApiError::FieldMissing { key: "password".to_owned() };
    let password = password(&desk.args()?)?.filter(|text| !text.is_empty()).ok_or_else(missing)?;
    if id == well_known::DEFAULT_LINK {
        return Err(ApiError::invalid("linkId", "a link that asks for a password", None).into());
    }
    let (number, id) = (entry_number(&number), LinkId::from(id));
    throttle(&desk.cases, &request, &id.to_string())?;
    let case = desk.run(move |vouchsafe, _| vouchsafe.prove_password_of(number, id, &password));
    envelope::one(StatusCode::CREATED, json!({ "token": case.await? }))
}

/// The password, under either name.
fn password(args: &Args) -> Result<Option<String>, ApiError> {
    match args.text("passwordhash")? {
        Some(text) => Ok(Some(text)),
        None => args.text("password"),
    }
}

fn throttle(cases: &UseCases, request: &HttpRequest, key: &str) -> Result<(), Rejection> {
    let key: String = key.chars().take(64).collect();
    let spent = cases.limits().link_password(&key, cases.peer(request));
    spent.ok().ok_or_else(|| ApiError::TooManyLinkAttempts {}.into())
}
