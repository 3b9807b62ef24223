//! Name and password with each request: `Authorization: Basic` (RFC 7617).

use crate::{error::Rejection, state::UseCases};
use actix_web::HttpRequest;
use base64::{Engine, prelude::BASE64_STANDARD};
use vouchsafe_flows::Principal;

/// A name and a password, from what stands behind the word `Basic`.
pub(crate) fn read(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Who they stand for; no session is opened. What has to be proven is counted, what was proven a moment ago is not:
/// clients send the password every time.
///
/// # Errors
/// `credentials_invalid`, whatever of it is wrong; throttled.
pub(crate) async fn sign_in(
    cases: &UseCases,
    request: &HttpRequest,
    (name, password): (String, String),
) -> Result<Principal, Rejection> {
    let (known_name, known_password) = (name.clone(), password.clone());
    let known = cases.run(move |vouchsafe| vouchsafe.known_sign_in(&known_name, &known_password)).await?;
    if let Some(principal) = known {
        return Ok(principal);
    }
    cases.limits().log_in(&name, cases.peer(request))?;
    cases.run(move |vouchsafe| vouchsafe.sign_in(&name, &password)).await
}
