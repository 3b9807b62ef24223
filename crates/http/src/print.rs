//! Prints every refusal in the form of the face that was called, also those that no handler made.

use crate::{
    dialects::{bookmarks, onlyoffice},
    error::Rejection,
    face::Face,
    json::too_large,
    pages, request_id,
};
use actix_web::{
    Error, HttpRequest, HttpResponse,
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
        return Ok(if is_bare_405(&answer) { with_body(answer).await } else { answer });
    };
    let reference = request_id::of(answer.request());
    let mut printed = match error.as_error::<Rejection>() {
        Some(rejection) => print(answer.request(), rejection, &reference).await,
        None => print(answer.request(), &foreign(error), &reference).await,
    };
    if Face::of(answer.request().path()) == Face::OnlyOffice {
        onlyoffice::challenge(answer.request(), &mut printed);
    }
    Ok(answer.into_response(printed))
}

/// A refusal in the form of the face that was called, or as a page for who looks at it in a browser.
async fn print(request: &HttpRequest, rejection: &Rejection, reference: &str) -> HttpResponse {
    rejection.report(reference);
    match Face::of(request.path()) {
        Face::Puter if pages::wants_page(request.headers()) => pages::refusal(request, rejection, reference).await,
        Face::Bookmarks => bookmarks::print(request, rejection),
        face => rejection.print(face),
    }
}

/// An error of actix itself: what is the client's fault stays so, without its text.
fn foreign(error: &Error) -> Rejection {
    let status = error.as_response_error().status_code();
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_large().into(),
        StatusCode::NOT_FOUND => ApiError::NotFound {}.into(),
        _ if status.is_client_error() => ApiError::invalid("request", "well-formed HTTP", None).into(),
        _ => Rejection::Internal(error.to_string()),
    }
}

/// What actix answers when a path is known and the method is not: a status and `Allow`, without a body.
fn is_bare_405(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.status() == StatusCode::METHOD_NOT_ALLOWED && answer.response().headers().contains_key(header::ALLOW)
}

async fn with_body(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let allow = answer.headers().get(header::ALLOW).cloned();
    let refusal = Rejection::from(ApiError::MethodNotAllowed {});
    let mut printed = print(answer.request(), &refusal, &request_id::of(answer.request())).await;
    if let Some(allow) = allow {
        printed.headers_mut().insert(header::ALLOW, allow);
    }
    answer.into_response(printed)
}
