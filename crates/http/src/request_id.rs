//! The reference of a request: on every answer, in every line of the log about it.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use vouchsafe_types::RequestId;

/// The header that carries the reference.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest reference that is taken over.
const MAX_LEN: usize = 128;

/// The reference of the request, kept in its extensions.
#[derive(Clone, Debug)]
struct Reference(String);

/// Gives the request a reference, taken over from the client when it is sane, and puts it on the answer.
pub(crate) async fn name_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let given = request.headers().get(&HEADER).and_then(|value| value.to_str().ok()).filter(|text| is_sane(text));
    let reference = given.map_or_else(|| RequestId::mint().to_string(), str::to_owned);
    request.extensions_mut().insert(Reference(reference.clone()));
    let mut answer = next.call(request).await?;
    if let Ok(value) = HeaderValue::from_str(&reference) {
        answer.headers_mut().insert(HEADER, value);
    }
    Ok(answer)
}

/// The reference of this request; empty outside the app that [`crate::app`] builds.
pub(crate) fn of(request: &HttpRequest) -> String {
    request.extensions().get::<Reference>().map(|reference| reference.0.clone()).unwrap_or_default()
}

/// Whether a reference can be logged and sent back as it is.
fn is_sane(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=MAX_LEN).contains(&text.len()) && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::is_sane;

    #[test]
    fn only_short_plain_references_are_taken_over() {
        let long = "a".repeat(129);
        let sane = ["a", "A-1.b_2", "", "a b", "a\nb", "é", long.as_str()].map(is_sane);
        assert_eq!(sane, [true, true, false, false, false, false, false]);
    }
}
