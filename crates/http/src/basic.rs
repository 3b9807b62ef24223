//! Name and password with each request: `Authorization: Basic` (RFC 7617).

use crate::{error::Rejection, state::UseCases, token};
use actix_web::HttpRequest;
use base64::{Engine, prelude::BASE64_STANDARD};
use vouchsafe_flows::Principal;
use vouchsafe_types::error::ApiError;

/// A name and a password, from what stands behind the word `Basic`.
pub(crate) fn read(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Who they stand for; no session is opened. What has to be proven is counted, what was proven a moment ago is not:
/// clients send the password every time.
///
/// Browsers do so too, once they have asked for it, whoever's page makes the request: a page from elsewhere changes
/// nothing by it, and is not told whether it would do.
///
/// # Errors
/// `credentials_invalid`, whatever of it is wrong; throttled; `forbidden` to pages from elsewhere.
pub(crate) async fn sign_in(
    cases: &UseCases,
    request: &HttpRequest,
    (name, password): (String, String),
) -> Result<Principal, Rejection> {
    if !request.method().is_safe() && token::is_from_elsewhere(request, &cases.settings().public_url) {
        return Err(ApiError::Forbidden {}.into());
    }
    let (known_name, known_password) = (name.clone(), password.clone());
    let known = cases.run(move |vouchsafe| vouchsafe.known_sign_in(&known_name, &known_password)).await?;
    if let Some(principal) = known {
        return Ok(principal);
    }
    cases.limits().log_in(&name, cases.peer(request))?;
    cases.run(move |vouchsafe| vouchsafe.sign_in(&name, &password)).await
}
