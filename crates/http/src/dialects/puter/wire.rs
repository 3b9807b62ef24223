//! The shapes of the Puter face.

use crate::{state::UseCases, token::SESSION_COOKIE};
use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time},
    http::StatusCode,
};
use serde_json::{Value, json};
use vouchsafe_flows::{Notification, User};
use vouchsafe_types::{
    Email,
    error::ApiError,
    share::{ShareReport, ShareStatus},
};

/// The answer to `POST /share`: 218, a status of Puter's own, when nothing was done.
pub(super) fn report(report: &ShareReport) -> HttpResponse {
    let (status, word) = match report.status() {
        ShareStatus::Success => (StatusCode::OK, "success"),
        ShareStatus::Mixed => (StatusCode::OK, "mixed"),
        ShareStatus::Aborted => (StatusCode::from_u16(218).unwrap_or(StatusCode::OK), "aborted"),
    };
    let mut body = json!({
        "$": "api:share",
        "$version": "v0.0.0",
        "status": word,
        "recipients": lines(report.recipients()),
        "paths": lines(report.items()),
    });
    if let (true, Some(object)) = (report.is_dry_run(), body.as_object_mut()) {
        object.insert("dry_run".to_owned(), json!(true));
    }
    HttpResponse::build(status).json(body)
}

fn lines(lines: &[Option<ApiError>]) -> Vec<Value> {
    let success = || json!({"$": "api:status-report", "status": "success"});
    lines.iter().map(|line| line.as_ref().map_or_else(success, ApiError::embedded)).collect()
}

/// The answer to signing up or in: the token, and as a cookie for pages of this origin.
pub(super) fn session(cases: &UseCases, token: &str, user: &User) -> HttpResponse {
    let settings = cases.settings();
    let seconds = settings.session_ttl.num_seconds();
    let cookie = Cookie::build(SESSION_COOKIE, token.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.public_url.starts_with("https://"))
        .max_age(time::Duration::seconds(seconds))
        .finish();
    HttpResponse::Ok().cookie(cookie).json(json!({
        "proceed": true,
        "token": token,
        "user": whoami(user, true),
    }))
}

/// A cookie that ends the one there is.
pub(super) fn no_cookie() -> Cookie<'static> {
    let mut cookie = Cookie::build(SESSION_COOKIE, "").path("/").finish();
    cookie.make_removal();
    cookie
}

/// The caller's account. What an app may not read of it is left out.
pub(super) fn whoami(user: &User, is_own_session: bool) -> Value {
    let email = user.email.as_ref().filter(|_| is_own_session).map(Email::typed);
    json!({
        "username": user.username.as_str(),
        "uuid": user.id,
        "email": email,
        "email_confirmed": user.email_confirmed,
        "requires_email_confirmation": !user.email_confirmed,
        "is_temp": false,
        "feature_flags": { "share": true },
    })
}

/// A notification of the caller's.
pub(super) fn notification(found: &Notification) -> Value {
    json!({
        "uid": found.id,
        "value": found.value,
        "acknowledged": found.acknowledged_at.map(|at| at.timestamp()),
        "shown": found.shown_at.map(|at| at.timestamp()),
        "created_at": found.created_at.timestamp(),
    })
}
