//! The headers of a signed request (zus.md 1.1).

use super::params::integer;
use actix_web::{HttpRequest, http::header};
use vouchsafe_flows::{AppType, Identity, RequestProof};
use vouchsafe_types::error::{ApiError, SignatureFault};

/// A header that is there and not empty.
///
/// # Errors
/// `invalid_header` when it is no plain text.
pub(super) fn given<'r>(request: &'r HttpRequest, name: &str) -> Result<Option<&'r str>, ApiError> {
    let Some(value) = request.headers().get(name) else { return Ok(None) };
    let text = value.to_str().ok().ok_or(SignatureFault::Malformed)?.trim();
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// The token of `Authorization: Bearer …`, if that is how the caller wants to be known.
pub(super) fn bearer(request: &HttpRequest) -> Result<Option<&str>, ApiError> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().ok().ok_or(ApiError::TokenAuthFailed {})?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    Ok(scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()))
}

/// The kind of app, if it is said.
pub(super) fn app_type(request: &HttpRequest) -> Result<Option<AppType>, ApiError> {
    match given(request, "x-app-type")? {
        Some(text) => text.parse().ok().map(Some).ok_or(SignatureFault::Malformed.into()),
        None => Ok(None),
    }
}

/// Who a signed request says that it is from.
///
/// # Errors
/// `invalid_header` naming every header that is absent, or for one that cannot be read.
pub(super) fn identity(request: &HttpRequest) -> Result<Identity, ApiError> {
    let client_id = given(request, "x-app-client-id")?;
    let public_key = given(request, "x-app-client-key")?;
    let timestamp = given(request, "x-app-timestamp")?;
    let app = given(request, "x-app-type")?;
    // Older clients call it by the other name.
    let user_id = given(request, "x-app-user-id")?.or(given(request, "x-app-phone-number")?);
    let signature = given(request, "x-app-client-signature")?;
    let (Some(client_id), Some(public_key), Some(timestamp), Some(_), Some(user_id), Some(signature)) =
        (client_id, public_key, timestamp, app, user_id, signature)
    else {
        let all = [
            ("ClientID", client_id),
            ("PublicKey", public_key),
            ("Timestamp", timestamp),
            ("AppType", app),
            ("UserID", user_id),
            ("Signature", signature),
        ];
        return Err(missing(&all).into());
    };
    let app_type = app_type(request)?.filter(|_| integer(timestamp).is_some());
    Ok(Identity {
        client_id: client_id.to_owned(),
        public_key: public_key.to_owned(),
        user_id: user_id.to_owned(),
        signature: signature.to_owned(),
        app_type: app_type.ok_or(SignatureFault::Malformed)?,
        csrf_token: given(request, "x-csrf-token")?.map(str::to_owned),
    })
}

/// What of a request is signed where each is taken once.
///
/// # Errors
/// `invalid_header` without nonce or signature.
pub(super) fn proof(request: &HttpRequest, body: &[u8]) -> Result<RequestProof, ApiError> {
    let (nonce, signature) = (given(request, "x-app-nonce")?, given(request, "x-app-request-signature")?);
    let (Some(nonce), Some(signature)) = (nonce, signature) else {
        return Err(missing(&[("Nonce", nonce), ("RequestSignature", signature)]).into());
    };
    let uri = request.uri();
    Ok(RequestProof {
        method: request.method().as_str().to_owned(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        timestamp: given(request, "x-app-timestamp")?.unwrap_or_default().to_owned(),
        nonce: nonce.to_owned(),
        body: body.to_vec(),
        signature: signature.to_owned(),
    })
}

fn missing(headers: &[(&'static str, Option<&str>)]) -> SignatureFault {
    SignatureFault::Missing(headers.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect())
}
