//! `/v1/grants` and `/v1/grants/{id}`.

use super::{
    desk::Desk,
    page::{Params, cursor},
    wire::{self, Body},
};
use crate::{error::Rejection, fields::Fields};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, Header},
    web::Path,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_flows::{Gives, GrantQuery, GrantTerms, GrantView, GrantWish, HolderName, IfMatch, Mode, Revoked};
use vouchsafe_types::{Access, EntryId, GrantId, Permission, Resource, error::ApiError};

/// Makes a grant, or changes the one that was there.
pub(super) async fn post(desk: Desk, body: Body) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let wish = wish(&mut fields);
    fields.finish()?;
    let wish = wish.ok_or(ApiError::FieldMissing { key: "holder".to_owned() })?;
    desk.spend()?;
    desk.guess(&wish.permission)?;
    let told = desk.act(move |vouchsafe, actor| vouchsafe.grant(actor, &wish)).await?;
    Ok(tagged(told.saved(told.value.is_new, |granted| view(&granted.grant)), &told.value.grant))
}

/// One grant.
pub(super) async fn get(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let id: GrantId = wire::id("id", &path)?;
    let told = desk.see_one(move |vouchsafe, actor| vouchsafe.find_grant(actor, id)).await?;
    Ok(tagged(told.json(view), &told.value))
}

/// Gives a grant new terms.
pub(super) async fn put(
    desk: Desk,
    path: Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Rejection> {
    let id: GrantId = wire::id("id", &path)?;
    let mut fields = Fields::of(&body.0);
    let (permission, expires_at, is_exact) = terms(&mut fields);
    fields.refuse_others(&["permission", "expires_at", "exact"]);
    fields.finish()?;
    let seen = if_match(&request)?;
    desk.spend()?;
    desk.guess(&permission)?;
    let terms = GrantTerms { gives: Gives::Text(permission), expires_at, is_exact };
    let told = desk.act(move |vouchsafe, actor| vouchsafe.edit_grant(actor, id, &terms, &seen)).await?;
    Ok(tagged(told.json(view), &told.value))
}

/// Grants, those included that give nothing now.
pub(super) async fn list(desk: Desk, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let params = Params::of(&request, &["entry", "issuer", "holder", "user"])?;
    let query = GrantQuery {
        entry: params.parsed::<EntryId>("entry")?,
        issuer: params.text("issuer"),
        holder: params.parsed::<HolderName>("holder")?,
        user: params.text("user"),
        after: params.cursor()?.unwrap_or(0),
        limit: params.rows()?,
    };
    let told = desk.see(move |vouchsafe, actor| vouchsafe.list_grants(actor, &query)).await?;
    Ok(told.json(|page| {
        let items: Vec<Value> = page.items.iter().map(view).collect();
        json!({ "items": items, "cursor": cursor(page.next.as_ref()) })
    }))
}

/// Revokes a grant, and says what fell with it.
pub(super) async fn delete(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let id: GrantId = wire::id("id", &path)?;
    let mode = mode(Params::of(&request, &["mode"])?.text("mode").as_deref())?;
    let seen = if_match(&request)?;
    desk.spend()?;
    let views = |grants: &[GrantView]| grants.iter().map(view).collect::<Vec<_>>();
    match desk.act(move |vouchsafe, actor| vouchsafe.revoke(actor, id, mode, &seen)).await?.value {
        Revoked::Gone { removed, revision } => {
            Ok(HttpResponse::Ok().json(json!({ "removed": views(&removed), "revision": revision })))
        }
        Revoked::Depended(grants) => Ok(depended(&grants)),
    }
}

/// The refusal of a revoke while these grants hang on it.
pub(super) fn depended(grants: &[GrantView]) -> HttpResponse {
    let mut body = ApiError::Conflict {}.embedded();
    if let Value::Object(object) = &mut body {
        object.insert("dependants".to_owned(), json!(grants.iter().map(view).collect::<Vec<_>>()));
    }
    HttpResponse::Conflict().json(body)
}

/// The words for it.
pub(super) const MODES: &str = "`cascade`, `promote` or `restrict`";

/// What becomes of what hangs on a revoked grant.
pub(super) fn mode(text: Option<&str>) -> Result<Mode, ApiError> {
    match text {
        None | Some("cascade") => Ok(Mode::Cascade),
        Some("promote") => Ok(Mode::Promote),
        Some("restrict") => Ok(Mode::Restrict),
        Some(other) => Err(ApiError::invalid("mode", MODES, Some(other.to_owned()))),
    }
}

/// Reads a grant that is wished for.
pub(super) fn wish(fields: &mut Fields<'_>) -> Option<GrantWish> {
    fields.refuse_others(&["issuer", "holder", "permission", "expires_at", "exact"]);
    let holder = fields.inside("holder", holder).flatten();
    let issuer = fields.opt_text("issuer");
    let (permission, expires_at, is_exact) = terms(fields);
    Some(GrantWish { issuer, holder: holder?, permission, expires_at, is_exact })
}

/// What, until when, and whether it silences.
fn terms(fields: &mut Fields<'_>) -> (String, Option<DateTime<Utc>>, bool) {
    let permission = fields.text("permission");
    let expires_at = fields.opt_parsed::<wire::Moment>("expires_at").map(|moment| moment.0);
    (permission, expires_at, fields.flag("exact").unwrap_or(false))
}

/// What the caller saw, if he says so.
fn if_match(request: &HttpRequest) -> Result<IfMatch, ApiError> {
    if !request.headers().contains_key(header::IF_MATCH) {
        return Ok(IfMatch::default());
    }
    match header::IfMatch::parse(request) {
        Ok(header::IfMatch::Any) => Ok(IfMatch::default()),
        // A weak tag is equal to none (RFC 9110, section 13.1.1).
        Ok(header::IfMatch::Items(tags)) => {
            Ok(IfMatch(Some(tags.into_iter().filter(|tag| !tag.weak).map(|tag| tag.tag().to_owned()).collect())))
        }
        Err(_) => Err(ApiError::invalid("If-Match", "`*` or entity tags", None)),
    }
}

/// The answer, with the tag of the grant in it.
fn tagged(mut answer: HttpResponse, grant: &GrantView) -> HttpResponse {
    if let Ok(tag) = header::HeaderValue::from_str(&format!("\"{}\"", grant.tag())) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// Exactly one of a person, a group, an app, perhaps for a person, and everyone.
fn holder(fields: &mut Fields<'_>) -> Option<HolderName> {
    fields.refuse_others(&["user", "group", "app", "everyone"]);
    let (group, app) = (fields.opt_parsed("group"), fields.opt_parsed("app"));
    let (user, everyone) = (fields.opt_text("user"), fields.flag("everyone"));
    match (user, group, app, everyone) {
        (Some(name), None, None, None) => Some(HolderName::User(name)),
        (None, Some(group), None, None) => Some(HolderName::Group(group)),
        (user, None, Some(app), None) => Some(HolderName::App { app, user }),
        (None, None, None, Some(true)) => Some(HolderName::Everyone),
        _ => {
            fields.refuse_all("one of `user`, `group`, `app` (with or without `user`), or `everyone`: true");
            None
        }
    }
}

/// A holder by name.
pub(super) fn holder_view(holder: &HolderName) -> Value {
    match holder {
        HolderName::User(name) => json!({ "user": name }),
        HolderName::Group(id) => json!({ "group": id }),
        HolderName::Everyone => json!({ "everyone": true }),
        HolderName::App { app, user: None } => json!({ "app": app }),
        HolderName::App { app, user: Some(user) } => json!({ "app": app, "user": user }),
        HolderName::Token(id) => json!({ "token": id }),
        HolderName::Link(id) => json!({ "link": id }),
    }
}

/// A grant as `/v1` shows it.
pub(super) fn view(found: &GrantView) -> Value {
    let grant = &found.grant;
    let entry = match &grant.resource {
        Resource::Entry(entry) => Some(entry),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    };
    let mut view = json!({
        "id": grant.id,
        "issuer": found.issuer,
        "holder": holder_view(&found.holder),
        "entry": entry,
        "permission": Permission::describing(&grant.resource, grant.capabilities).to_string(),
        "access": Access::nearest(grant.capabilities).name(),
        "capabilities": grant.capabilities.names(),
        "exact": grant.exact,
        "expires_at": grant.expires_at.map(wire::time),
        "created_at": wire::time(grant.created_at),
        "origin": grant.origin,
        "live": found.why_not.is_none(),
    });
    if let (Some(why), Value::Object(object)) = (found.why_not, &mut view) {
        object.insert("why_not".to_owned(), json!(why.name()));
    }
    view
}
