//! Changes wait for their turn outside the pool of threads: while the writer is busy, questions go on being answered.

use crate::error::Rejection;
use actix_web::{HttpRequest, http::Method, rt::time};
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vouchsafe_flows::Settings;

/// How many changes may be under way at once, over all workers: as many as are committed together at most. The others
/// hold no thread, so that a pool with more threads than this has some left for questions.
pub const CHANGES_AT_ONCE: usize = 64;
/// How long a change waits until it may be under way.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is sent as a `POST` and changes nothing. What is not here may have to wait for the writer without need; nothing
/// worse happens.
const QUESTIONS: [&str; 11] = [
    "/v1/check",
    "/v1/check/batch",
    "/v1/explain",
    "/auth/check-permissions",
    "/auth/check-app-acl",
    "/acl/stat-user-user",
    "/drivers/call",
    "/sharelink/check",
    "/api/2.0/files/share",
    "/api/2.0/files/share.json",
    "/api/2.0/files/sharedlink/password",
];

/// Whether a `POST` to this path only asks.
pub(crate) fn is_question(path: &str) -> bool {
    QUESTIONS.contains(&path)
}

/// Whether a request may come to the writer. A question that does is a fault, which builds for tests say.
pub(crate) fn may_change(request: &HttpRequest, settings: &Settings) -> bool {
    let path = request.path();
    match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS => {
            // An address that is proven by a link; the look at what a revocation would do, which is taken back; and
            // signatures that are good once.
            path == "/confirm-email"
                || (path.starts_with("/entry/") && path.ends_with("/revoke"))
                || (path.starts_with("/v2/") && settings.zus.is_replay_refused)
        }
        Method::POST => !is_question(path),
        _ => true,
    }
}

/// Where changes wait.
pub(crate) struct Lanes(Arc<Semaphore>);

/// Leave for a change to be under way, as long as this is kept.
pub(crate) struct Leave(#[expect(dead_code, reason = "kept for what happens when it is dropped")] OwnedSemaphorePermit);

impl Lanes {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(CHANGES_AT_ONCE)))
    }

    /// Waits for leave, in the order of arrival.
    ///
    /// # Errors
    /// `unavailable` when the turn does not come for 5 s.
    pub(crate) async fn wait(&self) -> Result<Leave, Rejection> {
        match time::timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await {
            Ok(leave) => leave.map(Leave).map_err(|closed| Rejection::Internal(closed.to_string())),
            Err(_) => Err(Rejection::Unavailable("too many changes waited for 5 s".to_owned())),
        }
    }
}
