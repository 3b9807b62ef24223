//! What every handler shares, and the two doors to the use cases.

use crate::{
    error::Rejection,
    lanes::{self, Lanes},
    limits::{Limits, Recovery},
    metrics::Metrics,
    peer, request_id,
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    web::{self, Data},
};
use std::{
    fmt,
    future::{Ready, ready},
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use vouchsafe_flows::{Claim, Fault, Settings, Vouchsafe};

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
    /// By what request limits recover.
    pub recovery: Recovery,
    /// Whether the no-op route for load tests is mounted.
    pub is_bench: bool,
}

impl Options {
    /// Whether reading the database is reading memory of this machine, without waiting for anybody.
    fn is_database_near(&self) -> bool {
        self.database == "sqlite"
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("version", &self.version).field("commit", &self.commit).finish_non_exhaustive()
    }
}

/// What every handler shares; mounted once per server as `web::Data<AppState>`.
pub struct AppState {
    vouchsafe: Vouchsafe,
    /// What the server told us.
    pub(crate) options: Options,
    /// Request limits, kept over all workers.
    pub(crate) limits: Limits,
    /// Counts, kept over all workers.
    pub(crate) metrics: Metrics,
    /// Where changes wait for their turn, over all workers.
    lanes: Lanes,
    is_stopping: AtomicBool,
}

impl AppState {
    /// The state of a server over these use cases.
    #[must_use]
    pub fn new(vouchsafe: Vouchsafe, options: Options) -> Self {
        let limits = Limits::new(vouchsafe.settings().are_limits_on, options.recovery);
        let is_stopping = AtomicBool::new(false);
        Self { vouchsafe, options, limits, metrics: Metrics::new(), lanes: Lanes::new(), is_stopping }
    }

    /// Says that the server is about to stop: who waits for something to happen is answered without it.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
    }

    /// The use cases, on behalf of nobody.
    pub(crate) const fn use_cases(&self) -> &Vouchsafe {
        &self.vouchsafe
    }

    /// Our own address, without a trailing slash.
    pub(crate) fn public_url(&self) -> &str {
        &self.vouchsafe.settings().public_url
    }
}

/// The claim that a request lays by its `Idempotency-Key`, in its extensions.
#[derive(Clone)]
pub(crate) struct Once(pub(crate) Arc<Claim>);

/// Marks an answer in whose place that of an earlier request belongs.
pub(crate) struct WasRepeated;

/// The use cases on behalf of one request, whose reference goes into the audit: what handlers take.
pub struct UseCases {
    state: Data<AppState>,
    request_id: String,
    once: Option<Once>,
    may_change: bool,
}

impl UseCases {
    /// The use cases on behalf of `request`.
    ///
    /// # Errors
    /// Internal, when the app was mounted without its state.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Rejection> {
        let state = request.app_data::<Data<AppState>>().cloned();
        let state = state.ok_or_else(|| Rejection::Internal("the app was mounted without its state".to_owned()))?;
        let once = request.extensions().get::<Once>().cloned();
        let may_change = lanes::may_change(request, state.vouchsafe.settings());
        Ok(Self { state, request_id: request_id::of(request), once, may_change })
    }

    /// The same, whose changes are made once, however often a request comes with this claim.
    pub(crate) fn once(mut self, claim: Arc<Claim>) -> Self {
        self.once = Some(Once(claim));
        self
    }

    /// Runs a use case on the blocking pool; one that may change something, once it has leave to be there.
    ///
    /// # Errors
    /// What the use case refuses; `unavailable` when it was cut off before it ended.
    pub async fn run<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        let mut vouchsafe = self.state.vouchsafe.with_request(&self.request_id);
        if let Some(Once(claim)) = &self.once {
            vouchsafe = vouchsafe.with_claim(Arc::clone(claim));
        }
        let leave = match self.may_change {
            true => Some(self.state.lanes.wait().await?),
            false => {
                vouchsafe = vouchsafe.for_questions();
                None
            }
        };
        // Nothing of the handle is used after a panic; without this, one would look like a server that shuts down.
        let guarded = move || {
            // Goes when the thread is free, whether or not anybody still waits for the answer.
            let _leave = leave;
            catch_unwind(AssertUnwindSafe(|| case(&vouchsafe)))
        };
        match web::block(guarded).await {
            Ok(Ok(outcome)) => outcome.map_err(Rejection::from),
            Ok(Err(_)) => Err(Rejection::Internal("a use case panicked".to_owned())),
            Err(cut_off) => Err(Rejection::Unavailable(cut_off.to_string())),
        }
    }

    /// Runs a use case that is answered from memory as a rule: on this worker, where a hop would double the cost,
    /// unless memory is on the other side of a socket.
    ///
    /// # Errors
    /// What the use case refuses.
    pub async fn quick<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        if self.state.options.is_database_near() {
            case(&self.state.vouchsafe).map_err(Rejection::from)
        } else {
            self.run(case).await
        }
    }

    /// The use cases, for what needs neither the database nor time.
    pub(crate) fn vouchsafe(&self) -> &Vouchsafe {
        &self.state.vouchsafe
    }

    /// What the server knows and the use cases do not.
    pub(crate) fn options(&self) -> &Options {
        &self.state.options
    }

    /// What the operator decided about the use cases.
    pub(crate) fn settings(&self) -> &Settings {
        self.state.vouchsafe.settings()
    }

    /// Request limits.
    pub(crate) fn limits(&self) -> &Limits {
        &self.state.limits
    }

    /// Whether the server is about to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.state.is_stopping.load(Ordering::SeqCst)
    }

    /// The client's address, for limits only.
    pub(crate) fn peer(&self, request: &HttpRequest) -> Option<IpAddr> {
        peer::address(request, self.state.options.trusted_proxies)
    }
}

impl FromRequest for UseCases {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
