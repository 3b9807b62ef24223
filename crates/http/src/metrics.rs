//! Numbers for Prometheus: requests by route, and what the use cases count.

use crate::state::AppState;
use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
    web::{self, Data},
};
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TEXT_FORMAT, TextEncoder,
    proto::MetricFamily,
};
use std::time::{Duration, Instant};
use vouchsafe_flows::Vouchsafe;

/// Seconds: from what is answered from memory to what is nearly given up.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// How long the database may take for its numbers; without an answer they are left out.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is said of a path that no route matches: it can hold anything, secrets included.
const NO_ROUTE: &str = "(none)";

/// Counts of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl Metrics {
    /// Counts that begin at nothing.
    #[expect(clippy::expect_used, reason = "the names are written here, and the first test makes them")]
    pub(crate) fn new() -> Self {
        Self::made().expect("names that Prometheus takes")
    }

    fn made() -> Result<Self, prometheus::Error> {
        let about = Opts::new("vouchsafe_http_requests_total", "Requests answered, by route, method and status.");
        let requests = IntCounterVec::new(about, &["route", "method", "status"])?;
        let about =
            HistogramOpts::new("vouchsafe_http_request_duration_seconds", "Time to the answer, by route and method.");
        let seconds = HistogramVec::new(about.buckets(BUCKETS.to_vec()), &["route", "method"])?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self { registry, requests, seconds })
    }

    fn count(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let method = known(method);
        self.requests.with_label_values(&[route, method, status.as_str()]).inc();
        let seconds: Histogram = self.seconds.with_label_values(&[route, method]);
        seconds.observe(took.as_secs_f64());
    }
}

/// A client may call any method by any name: what we do not know has one name together.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Counts a request once its answer is known.
pub(crate) async fn count_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    let state = request.app_data::<Data<AppState>>().cloned();
    let answer = next.call(request).await?;
    if let Some(state) = state {
        let about = answer.request();
        let route = about.match_pattern();
        let route = route.as_deref().unwrap_or(NO_ROUTE);
        state.metrics.count(route, about.method(), answer.status(), begun.elapsed());
    }
    Ok(answer)
}

/// `/metrics`, in the text format.
///
/// # Errors
/// What cannot be written down.
pub(crate) async fn metrics(state: Data<AppState>) -> Result<HttpResponse, crate::Rejection> {
    let vouchsafe = state.use_cases().clone();
    let waiting = web::block(move || vouchsafe.waiting_messages().ok());
    let waiting = match actix_web::rt::time::timeout(PATIENCE, waiting).await {
        Ok(Ok(waiting)) => waiting,
        Ok(Err(_)) | Err(_) => None,
    };
    let text = written(&state, waiting).map_err(|error| crate::Rejection::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type(TEXT_FORMAT).body(text))
}

fn written(state: &AppState, waiting: Option<i64>) -> Result<String, prometheus::Error> {
    let mut families = state.metrics.registry.gather();
    families.extend(counted(state.use_cases(), waiting)?);
    TextEncoder::new().encode_to_string(&families)
}

/// What the use cases count themselves.
fn counted(vouchsafe: &Vouchsafe, waiting: Option<i64>) -> Result<Vec<MetricFamily>, prometheus::Error> {
    let registry = Registry::new();
    let about = "Decisions refused because they did not end within a limit of the engine, by limit.";
    let refused = IntCounterVec::new(Opts::new("vouchsafe_decisions_refused_at_bound_total", about), &["bound"])?;
    for (bound, count) in vouchsafe.bounded_decisions_by_bound() {
        refused.with_label_values(&[bound]).inc_by(count);
    }
    registry.register(Box::new(refused))?;
    let about = "Grants that fell because a grant they hung on was revoked.";
    let fallen = prometheus::IntCounter::new("vouchsafe_grants_fallen_total", about)?;
    fallen.inc_by(vouchsafe.fallen_grants());
    registry.register(Box::new(fallen))?;
    if let Some(waiting) = waiting {
        let gauge = IntGauge::new("vouchsafe_outbox_messages", "Messages that are neither delivered nor given up.")?;
        gauge.set(waiting);
        registry.register(Box::new(gauge))?;
    }
    Ok(registry.gather())
}
