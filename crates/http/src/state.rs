//! What every handler shares, and the two doors to the use cases.

use crate::{error::Rejection, limits::Limits};
use actix_web::web;
use std::{fmt, sync::Arc};
use vouchsafe_flows::{Fault, Vouchsafe};

/// Asks whether the database answers and its migrations are current; the reason when not.
///
/// It may block: it runs on the blocking pool, and its answer is not awaited longer than two seconds.
pub type ReadyProbe = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What the server knows and the use cases do not.
#[derive(Clone)]
pub struct Options {
    /// The version of the program.
    pub version: String,
    /// The commit it was built from, or `unknown`.
    pub commit: String,
    /// The kind of database: `sqlite` or `postgres`.
    pub database: String,
    /// The question behind `/readyz`.
    pub ready: ReadyProbe,
    /// How many proxies in front are trusted to append to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Whether the no-op route for load tests is mounted.
    pub is_bench: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("version", &self.version).field("commit", &self.commit).finish_non_exhaustive()
    }
}

/// What every handler shares; mounted once per server as `web::Data<AppState>`.
pub struct AppState {
    vouchsafe: Arc<Vouchsafe>,
    /// What the server told us.
    pub(crate) options: Options,
    /// Request limits, kept over all workers.
    pub(crate) limits: Limits,
}

impl AppState {
    /// The state of a server over these use cases.
    #[must_use]
    pub fn new(vouchsafe: Arc<Vouchsafe>, options: Options) -> Self {
        let limits = Limits::new(vouchsafe.settings().are_limits_on);
        Self { vouchsafe, options, limits }
    }

    /// Runs a use case on the blocking pool.
    ///
    /// # Errors
    /// What the use case refuses; `unavailable` when it was cut off before it ended.
    pub async fn run<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        let vouchsafe = Arc::clone(&self.vouchsafe);
        match web::block(move || case(&vouchsafe)).await {
            Ok(outcome) => outcome.map_err(Rejection::from),
            Err(cut_off) => Err(Rejection::Unavailable(cut_off.to_string())),
        }
    }

    /// Runs a use case on this worker: only for what is answered from memory, which a hop would double in cost.
    ///
    /// # Errors
    /// What the use case refuses.
    pub fn here<T>(&self, case: impl FnOnce(&Vouchsafe) -> Result<T, Fault>) -> Result<T, Rejection> {
        case(&self.vouchsafe).map_err(Rejection::from)
    }

    /// What the operator decided about the use cases.
    pub(crate) fn settings(&self) -> &vouchsafe_flows::Settings {
        self.vouchsafe.settings()
    }
}
