//! Wires everything up and listens.

use crate::{config::Config, database, failure::Failure, secret::generated_secret};
use actix_web::{HttpServer, web::Data};
use chrono::{DateTime, SubsecRound, Utc};
use std::{net::TcpListener, sync::Arc, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use vouchsafe_flows::{Fault, Settings, Store, StoreError, Vouchsafe};
use vouchsafe_http::{AppState, CHANGES_AT_ONCE, Options, Recovery, app};
use vouchsafe_notify::{Transport, Webhook, Worker};
use vouchsafe_types::Clock;

/// The real clock.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        now()
    }
}

/// The time, in whole microseconds.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the real clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// How long requests under way may take after a signal, in seconds.
const DRAIN_SECONDS: u64 = 10;

/// How many threads each worker has for questions, beside those that changes may hold.
const THREADS_FOR_QUESTIONS: usize = 32;

/// Everything but the socket.
pub(crate) struct Service {
    pub(crate) store: Arc<Store>,
    pub(crate) vouchsafe: Vouchsafe,
    webhook: Option<Webhook>,
}

/// Opens the database of a configuration. `public_url` is what links start with when it was not configured.
pub(crate) fn open(config: &Config, public_url: &str) -> Result<Service, Failure> {
    let refused = |what: &str, error: &dyn std::fmt::Display| Failure::Refused(format!("{what}: {error}"));
    let data_dir = config.data_dir.display().to_string();
    std::fs::create_dir_all(&config.data_dir).map_err(|e| refused(&format!("data_dir: {data_dir}"), &e))?;
    let secret = match &config.secret {
        Some(secret) => secret.clone(),
        None => generated_secret(&config.data_dir).map_err(|e| refused(&format!("data_dir: {data_dir}"), &e))?,
    };
    let signs_with = || config.webhook_secret.clone().unwrap_or_else(|| secret.clone());
    let webhook = config.webhook_url.as_ref().map(|_| Webhook::new(signs_with()));
    let webhook = webhook.transpose().map_err(|e| refused("webhook_url", &e))?;
    let store = Store::open(&config.database_url, config.db_readers)
        .map_err(|e| refused("database_url", &e))?
        .with_webhook(config.webhook_url.clone());
    let mut settings = Settings::new(config.public_url.clone().unwrap_or_else(|| public_url.to_owned()), secret);
    settings.is_signup_open = config.is_signup_open;
    settings.are_limits_on = config.are_limits_on;
    settings.are_public_links_on = config.are_public_links_on;
    settings.are_tickets_on = config.are_tickets_on;
    settings.zus = config.zus;
    if config.zus.are_signatures_trusted {
        log::warn!("zus_signature=trust: whoever knows a public key can act for its user");
    }
    let store = Arc::new(store);
    let vouchsafe = Vouchsafe::new(Arc::clone(&store), Arc::new(SystemClock), settings);
    Ok(Service { store, vouchsafe, webhook })
}

/// The same, with every migration applied.
pub(crate) fn open_migrated(config: &Config) -> Result<Service, Failure> {
    let service = open(config, &format!("http://{}", config.listen))?;
    service.store.migrate()?;
    Ok(service)
}

/// Serves until SIGTERM or SIGINT, drains, and returns. `ready` is called once the socket is open.
pub(crate) fn serve(config: &Config, ready: impl FnOnce(&Service, &str) -> Result<(), Failure>) -> Result<(), Failure> {
    let listener =
        TcpListener::bind(config.listen).map_err(|e| Failure::Refused(format!("listen: {}: {e}", config.listen)))?;
    let address = listener.local_addr().map_err(|e| Failure::Refused(format!("listen: {e}")))?;
    let url = format!("http://{address}");
    let service = open(config, &url)?;
    for name in service.store.migrate()? {
        log::info!("migrated: {name}");
    }
    let transport = Transport::new(&config.mail_url, &config.mail_from)
        .map_err(|e| Failure::Usage(vec![format!("mail_url, mail_from: {e}")]))?;
    for key in &config.without_effect {
        log::warn!("{key} has no effect in this version");
    }
    ready(&service, &url)?;
    actix_web::rt::System::new().block_on(serve_on(config, listener, service, transport, &url))
}

async fn serve_on(
    config: &Config,
    listener: TcpListener,
    service: Service,
    transport: Transport,
    url: &str,
) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::Refused(format!("listen: {e}"));
    let worker = Worker::new(Arc::clone(&service.store), Arc::new(SystemClock), transport);
    let worker = worker.with_webhook(service.webhook).start();
    let sweeper = actix_web::rt::spawn(sweep(service.vouchsafe.clone()));
    let state = Data::new(AppState::new(service.vouchsafe.clone(), options(config, service.vouchsafe)));
    let stop = told_to_stop(state.clone()).map_err(failed)?;
    let mut server = HttpServer::new(move || app(state.clone()));
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    log::info!("listening on {url}");
    let outcome = server
        .worker_max_blocking_threads(CHANGES_AT_ONCE + THREADS_FOR_QUESTIONS)
        .keep_alive(Duration::from_secs(30))
        .client_request_timeout(Duration::from_secs(10))
        .shutdown_timeout(DRAIN_SECONDS)
        .shutdown_signal(stop)
        .listen(listener)
        .map_err(failed)?
        .run()
        .await;
    sweeper.abort();
    worker.stop().await;
    log::info!("stopped");
    outcome.map_err(failed)
}

/// Waits for SIGTERM or SIGINT, and says so to who waits for something else.
fn told_to_stop(state: Data<AppState>) -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        state.stop();
    })
}

/// How often what has ended is taken away, and how long a round pauses between two writes.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEEP_PAUSE: Duration = Duration::from_millis(200);

/// Takes away what has ended, a little at a time, for as long as the server runs.
async fn sweep(vouchsafe: Vouchsafe) {
    loop {
        let sweeping = vouchsafe.clone();
        let swept = actix_web::web::block(move || sweeping.sweep()).await;
        let pause = match swept {
            Ok(Ok(0)) => SWEEP_EVERY,
            Ok(Ok(_)) => SWEEP_PAUSE,
            Ok(Err(error)) => {
                log::warn!("what has ended could not be swept away: {error}");
                SWEEP_EVERY
            }
            Err(_) => return,
        };
        tokio::time::sleep(pause).await;
    }
}

fn options(config: &Config, vouchsafe: Vouchsafe) -> Options {
    Options {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("VOUCHSAFE_COMMIT").unwrap_or("unknown").to_owned(),
        database: database::kind(&config.database_url).to_owned(),
        ready: Arc::new(move || match vouchsafe.missing_migrations() {
            Ok(missing) if missing.is_empty() => Ok(()),
            Ok(missing) => Err(format!("migrations are missing: {}", missing.join(", "))),
            Err(Fault::Store(StoreError::Newer(name))) => {
                Err(format!("the database was migrated by a newer program: `{name}`"))
            }
            // The rest may name hosts and users.
            Err(_) => Err("the database does not answer".to_owned()),
        }),
        trusted_proxies: config.trusted_proxies,
        recovery: Recovery::Time,
        is_bench: config.is_bench,
    }
}
