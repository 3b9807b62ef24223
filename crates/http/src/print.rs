//! Prints every refusal in the form of the face that was called, also those that no handler made.

use crate::{dialects::onlyoffice, error::Rejection, face::Face, json::too_large, request_id};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use vouchsafe_types::error::ApiError;

/// Turns refusals into answers of the right form, and reports our own troubles.
pub(crate) async fn print_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let Some(error) = answer.response().error() else {
        return Ok(if is_bare_405(&answer) { with_body(answer) } else { answer });
    };
    let face = Face::of(answer.request().path());
    let reference = request_id::of(answer.request());
    let mut printed = match error.as_error::<Rejection>() {
        Some(rejection) => {
            rejection.report(&reference);
            rejection.print(face)
        }
        None => print_foreign(error, face, &reference),
    };
    if face == Face::OnlyOffice {
        onlyoffice::challenge(answer.request(), &mut printed);
    }
    Ok(answer.into_response(printed))
}

/// An error of actix itself: what is the client's fault stays so, without its text.
fn print_foreign(error: &Error, face: Face, reference: &str) -> HttpResponse {
    let status = error.as_response_error().status_code();
    let rejection = match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_large().into(),
        StatusCode::NOT_FOUND => ApiError::NotFound {}.into(),
        _ if status.is_client_error() => ApiError::invalid("request", "well-formed HTTP", None).into(),
        _ => Rejection::Internal(error.to_string()),
    };
    rejection.report(reference);
    rejection.print(face)
}

/// What actix answers when a path is known and the method is not: a status and `Allow`, without a body.
fn is_bare_405(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.status() == StatusCode::METHOD_NOT_ALLOWED && answer.response().headers().contains_key(header::ALLOW)
}

fn with_body(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let allow = answer.headers().get(header::ALLOW).cloned();
    let refusal = Rejection::from(ApiError::MethodNotAllowed {});
    let mut printed = refusal.print(Face::of(answer.request().path()));
    if let Some(allow) = allow {
        printed.headers_mut().insert(header::ALLOW, allow);
    }
    answer.into_response(printed)
}
