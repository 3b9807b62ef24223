//! One line per request: no addresses, no tokens, no query strings, and the route instead of the path.

use crate::request_id;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use std::time::Instant;

/// Writes the line when the answer is known.
pub(crate) async fn log_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if !log::log_enabled!(target: "access", log::Level::Info) {
        return next.call(request).await;
    }
    let started = Instant::now();
    let answer = next.call(request).await?;
    let about = answer.request();
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    log::info!(
        target: "access",
        method = about.method().as_str(),
        // The path of an unknown route can hold anything, secrets included.
        route = about.match_pattern().as_deref().unwrap_or("(none)"),
        status = answer.status().as_u16(),
        ms = millis,
        request_id = request_id::of(about).as_str();
        "request"
    );
    Ok(answer)
}
