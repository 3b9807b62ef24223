//! `Idempotency-Key`: a request that is sent again is done once, and answered as it was the first time.

use crate::{
    error::Rejection,
    face::Face,
    json::{self, MAX_BYTES},
    lanes, request_id,
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
use vouchsafe_flows::{Claim, Known, StoredAnswer, is_service_key};
use vouchsafe_types::{UserId, error::ApiError};

/// The header that carries the key.
const KEY: &str = "idempotency-key";
/// The header that says that an answer was kept.
const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotent-replayed");
/// The longest key, in characters.
const MAX_KEY: usize = 255;
/// How often, and how many times, we look whether the first one has its answer.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: usize = 100;
/// A question too, although it has to wait for the writer.
const WHAT_IF: &str = "/v1/what-if";

/// A request under a key.
struct Keyed {
    claim: Arc<Claim>,
    /// Who may have only so much kept; nobody where the host application asks.
    user: Option<UserId>,
}

/// Answers a request that was made before under the same key as it was answered then.
pub(crate) async fn do_once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(key) = key_of(&request) else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let face = Face::of(request.path());
    let keyed = match keyed(&mut request, key).await {
        Ok(Some(keyed)) => keyed,
        Ok(None) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(rejection) => return Ok(refuse(request, &rejection, face)),
    };
    match known_by(&request, &keyed.claim).await {
        Ok(Known::New) => {}
        Ok(Known::Answered(answer)) => return Ok(request.into_response(replay(answer))),
        Ok(Known::Unanswered) => return Ok(wait_for_first(request, &keyed.claim, face).await),
        Ok(Known::Other) => return Ok(request.into_response(other(face))),
        Err(rejection) => return Ok(refuse(request, &rejection, face)),
    }
    request.extensions_mut().insert(state::Once(Arc::clone(&keyed.claim)));
    let answer = next.call(request).await?.map_into_boxed_body();
    if answer.response().extensions().get::<state::WasRepeated>().is_some() {
        let (request, _) = answer.into_parts();
        let request = ServiceRequest::from_request(request);
        return Ok(wait_for_first(request, &keyed.claim, face).await);
    }
    keep(answer, &keyed, face).await
}

/// The key of a request that it counts for. Questions change nothing, and an answer to one that was kept would be an
/// old one.
fn key_of(request: &ServiceRequest) -> Option<String> {
    let path = request.path();
    let is_once = path.starts_with("/share") || path.starts_with("/v1/");
    let is_counted = is_once && !lanes::is_question(path) && path != WHAT_IF;
    let key = request.headers().get(KEY)?;
    (request.method() == Method::POST && is_counted).then(|| key.to_str().unwrap_or_default().to_owned())
}

/// The claim that a request lays; none without somebody who lays it. The body is read for it and put back.
///
/// # Errors
/// What is wrong with the key or the body, and when the user has come with keys too often.
async fn keyed(request: &mut ServiceRequest, key: String) -> Result<Option<Keyed>, Rejection> {
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
    let who = cases.run(move |vouchsafe| match is_service_key(&presented) {
        true => vouchsafe.authenticate_service(&presented).map(|_| None),
        false => vouchsafe.authenticate(&presented).map(|principal| Some(principal.user.id)),
    });
    let user = match who.await {
        Ok(user) => user,
        Err(Rejection::Refused(_)) => return Ok(None),
        // He may well be somebody, and then it must be done once.
        Err(trouble) => return Err(trouble),
    };
    // Before anything is looked at, and for the first KiB of what is kept.
    if let Some(user) = user {
        cases.limits().keep(user, 1)?;
    }
    let uri = request.uri().to_string();
    Ok(Some(Keyed { claim: Arc::new(Claim::new(&token, &key, &[uri.as_bytes(), &body])), user }))
}

async fn known_by(request: &ServiceRequest, claim: &Arc<Claim>) -> Result<Known, Rejection> {
    known(&UseCases::of(request.request())?, claim).await
}

/// What is known of a request.
///
/// # Errors
/// As [`UseCases::run`].
pub(crate) async fn known(cases: &UseCases, claim: &Arc<Claim>) -> Result<Known, Rejection> {
    let claim = Arc::clone(claim);
    cases.run(move |vouchsafe| vouchsafe.known_request(&claim)).await
}

/// What is known of a request once the one that came first has its answer, or after a while without one.
///
/// # Errors
/// As [`UseCases::run`].
pub(crate) async fn known_at_last(cases: &UseCases, claim: &Arc<Claim>) -> Result<Known, Rejection> {
    for _ in 0..PATIENCE {
        match known(cases, claim).await? {
            Known::New | Known::Unanswered => sleep(PAUSE).await,
            known => return Ok(known),
        }
    }
    Ok(Known::Unanswered)
}

/// Another one is at it: its answer is ours.
async fn wait_for_first(request: ServiceRequest, claim: &Arc<Claim>, face: Face) -> ServiceResponse<BoxBody> {
    let known = match UseCases::of(request.request()) {
        Ok(cases) => known_at_last(&cases, claim).await,
        Err(rejection) => Err(rejection),
    };
    match known {
        Ok(Known::Answered(answer)) => request.into_response(replay(answer)),
        Ok(Known::Other) => request.into_response(other(face)),
        Ok(Known::New | Known::Unanswered) => refuse(request, &ApiError::Conflict {}.into(), face),
        Err(rejection) => refuse(request, &rejection, face),
    }
}

fn refuse(request: ServiceRequest, why: &Rejection, face: Face) -> ServiceResponse<BoxBody> {
    why.report(&request_id::of(request.request()));
    request.into_response(why.print(face))
}

/// The refusal of a request under the key of another one.
fn other(face: Face) -> HttpResponse {
    Rejection::from(ApiError::IdempotencyConflict {}).print(face)
}

fn replay(answer: StoredAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut replayed = HttpResponse::build(status);
    if let Some(etag) = answer.etag {
        replayed.insert_header((header::ETAG, etag));
    }
    replayed.content_type(answer.content_type).insert_header((REPLAYED, "true")).body(answer.body)
}

/// Keeps an answer that is one for good: not that we were in trouble, or that he should come again later. Where another
/// request was answered under the key meanwhile, that is what counts.
async fn keep(answer: ServiceResponse<BoxBody>, keyed: &Keyed, face: Face) -> Result<ServiceResponse<BoxBody>, Error> {
    let status = answer.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::UNAUTHORIZED) {
        return Ok(answer);
    }
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|error| Rejection::Internal(error.to_string()))?;
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let kept = StoredAnswer {
        status: status.as_u16(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        etag: text(header::ETAG),
        body: bytes.to_vec(),
    };
    let cases = UseCases::of(&request)?;
    if is_small_enough(&cases, keyed.user, bytes.len()) {
        let claim = Arc::clone(&keyed.claim);
        match cases.run(move |vouchsafe| vouchsafe.keep_answer(&claim, &kept)).await {
            Ok(Known::New | Known::Unanswered) => {}
            Ok(Known::Other) => return Ok(ServiceResponse::new(request, other(face))),
            Ok(Known::Answered(first)) => return Ok(ServiceResponse::new(request, replay(first))),
            Err(error) => log::warn!("an answer could not be kept: {error}"),
        }
    }
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(bytes))))
}

/// Whether an answer of this length may be kept: disks fill up, and anybody can think of a key.
fn is_small_enough(cases: &UseCases, user: Option<UserId>, length: usize) -> bool {
    let more = u32::try_from(length / 1024).unwrap_or(u32::MAX);
    length <= MAX_BYTES && user.is_none_or(|user| cases.limits().keep(user, more).is_ok())
}
