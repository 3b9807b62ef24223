//! `Idempotency-Key`: a request that is sent again is done once, and answered as it was the first time.

use crate::{
    error::Rejection,
    face::Face,
    json::{self, MAX_BYTES},
    state::{self, UseCases},
    token,
};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
    rt::time::sleep,
    web::Bytes,
};
use std::{sync::Arc, time::Duration};
use vouchsafe_flows::{Claim, Known, StoredAnswer};
use vouchsafe_types::error::ApiError;

/// The header that carries the key.
const KEY: &str = "idempotency-key";
/// The header that says that an answer was kept.
const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotent-replayed");
/// The longest key, in characters.
const MAX_KEY: usize = 255;
/// How often, and how many times, we look whether the first one has its answer.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: usize = 100;
/// Questions: they change nothing, and an answer that was kept would be an old one.
const QUESTIONS: [&str; 4] = ["/v1/check", "/v1/check/batch", "/v1/explain", "/v1/what-if"];

/// Answers a request that was made before under the same key as it was answered then.
pub(crate) async fn do_once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(key) = key_of(&request) else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let face = Face::of(request.path());
    let claim = match claim(&mut request, key).await {
        Ok(Some(claim)) => Arc::new(claim),
        Ok(None) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(rejection) => return Ok(request.into_response(rejection.print(face))),
    };
    match known(&request, &claim).await {
        Ok(Known::New) => {}
        Ok(Known::Answered(answer)) => return Ok(request.into_response(replay(answer))),
        Ok(Known::Unanswered) => return Ok(wait_for_first(request, &claim, face).await),
        Ok(Known::Other) => {
            let other = Rejection::from(ApiError::IdempotencyConflict {});
            return Ok(request.into_response(other.print(face)));
        }
        Err(rejection) => return Ok(request.into_response(rejection.print(face))),
    }
    request.extensions_mut().insert(state::Once(Arc::clone(&claim)));
    let answer = next.call(request).await?.map_into_boxed_body();
    if answer.response().extensions().get::<state::WasRepeated>().is_some() {
        let (request, _) = answer.into_parts();
        let request = ServiceRequest::from_request(request);
        return Ok(wait_for_first(request, &claim, face).await);
    }
    keep(answer, &claim).await
}

/// The key of a request that it counts for.
fn key_of(request: &ServiceRequest) -> Option<String> {
    let path = request.path();
    let is_counted = path.starts_with("/share") || (path.starts_with("/v1/") && !QUESTIONS.contains(&path));
    let key = request.headers().get(KEY)?;
    (request.method() == Method::POST && is_counted).then(|| key.to_str().unwrap_or_default().to_owned())
}

/// The claim that a request lays; none without somebody who lays it. The body is read for it and put back.
async fn claim(request: &mut ServiceRequest, key: String) -> Result<Option<Claim>, Rejection> {
    if !(1..=MAX_KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let expected = "1 to 255 visible ASCII characters";
        return Err(ApiError::invalid("Idempotency-Key", expected, None).into());
    }
    let mut payload = request.take_payload();
    let body: Bytes = json::read_bytes(&mut payload).await?;
    request.set_payload(Payload::from(body.clone()));
    let cases = UseCases::of(request.request())?;
    let value = serde_json::from_slice(&body).ok();
    let Some(token) = token::find(request.request(), value.as_ref(), &cases.settings().public_url) else {
        return Ok(None);
    };
    // Whose token has ended is told nothing of what he was answered before.
    let presented = token.clone();
    let who = cases.run(move |vouchsafe| match presented.starts_with("vsk_") {
        true => vouchsafe.authenticate_service(&presented).map(|_| ()),
        false => vouchsafe.authenticate(&presented).map(|_| ()),
    });
    if who.await.is_err() {
        return Ok(None);
    }
    let uri = request.uri().to_string();
    Ok(Some(Claim::new(&token, &key, &[uri.as_bytes(), &body])))
}

async fn known(request: &ServiceRequest, claim: &Arc<Claim>) -> Result<Known, Rejection> {
    let (cases, claim) = (UseCases::of(request.request())?, Arc::clone(claim));
    cases.run(move |vouchsafe| vouchsafe.known_request(&claim)).await
}

/// Another one is at it: its answer is ours.
async fn wait_for_first(request: ServiceRequest, claim: &Arc<Claim>, face: Face) -> ServiceResponse<BoxBody> {
    for _ in 0..PATIENCE {
        match known(&request, claim).await {
            Ok(Known::Answered(answer)) => return request.into_response(replay(answer)),
            Ok(Known::New | Known::Other | Known::Unanswered) => sleep(PAUSE).await,
            Err(rejection) => return request.into_response(rejection.print(face)),
        }
    }
    request.into_response(Rejection::from(ApiError::Conflict {}).print(face))
}

fn replay(answer: StoredAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).content_type(answer.content_type).insert_header((REPLAYED, "true")).body(answer.body)
}

/// Keeps an answer that is one for good: not that we were in trouble, or that he should come again later.
async fn keep(answer: ServiceResponse<BoxBody>, claim: &Arc<Claim>) -> Result<ServiceResponse<BoxBody>, Error> {
    let status = answer.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::UNAUTHORIZED) {
        return Ok(answer);
    }
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|error| Rejection::Internal(error.to_string()))?;
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kept = StoredAnswer {
        status: status.as_u16(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: bytes.to_vec(),
    };
    if bytes.len() <= MAX_BYTES {
        let (cases, claim) = (UseCases::of(&request)?, Arc::clone(claim));
        if let Err(error) = cases.run(move |vouchsafe| vouchsafe.keep_answer(&claim, &kept)).await {
            log::warn!("an answer could not be kept: {error}");
        }
    }
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(bytes))))
}
