//! Claims due messages, delivers them, retries with back-off, and gives up aloud.

use crate::{template::Templates, transport::Transport};
use chrono::TimeDelta;
use futures_util::future::join_all;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, task, time};
use vouchsafe_store::{Message, Store, StoreError};
use vouchsafe_types::Clock;

/// How often the outbox is looked at.
const POLL: Duration = Duration::from_millis(500);
/// How long to leave a database alone that cannot be read or written.
const RECOVERY: Duration = Duration::from_secs(10);
/// How long a round may go on when the worker is to stop.
const GRACE: Duration = Duration::from_secs(5);
/// The most messages in one round; they are sent side by side.
const ROUND: i64 = 8;
/// The first wait after a failure; doubled each time.
const FIRST_RETRY: TimeDelta = TimeDelta::seconds(10);
/// The longest wait.
const LAST_RETRY: TimeDelta = TimeDelta::hours(1);
/// After so many failures a message is given up.
const MAX_ATTEMPTS: i32 = 12;

/// Empties the outbox. There is one per database: two would send everything twice.
pub struct Worker {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    transport: Transport,
    templates: Templates,
    /// Places of messages that went out and could not be marked yet.
    unmarked: Mutex<HashSet<i64>>,
}

/// A running worker; it stops when this is dropped.
pub struct WorkerHandle {
    stop: watch::Sender<bool>,
    task: task::JoinHandle<()>,
}

/// Why a message did not go out.
struct Failure {
    reason: String,
    may_pass: bool,
}

impl WorkerHandle {
    /// Stops, after 5 s at the latest. What is left or cut off stays in the outbox.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if self.task.await.is_err() {
            log::error!("the outbox worker ended in a panic");
        }
    }
}

impl Worker {
    /// A worker over the outbox of `store`.
    #[must_use]
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, transport: Transport) -> Self {
        Self { store, clock, transport, templates: Templates::default(), unmarked: Mutex::default() }
    }

    /// Runs on the current tokio runtime until the handle stops it.
    #[must_use]
    pub fn start(self) -> WorkerHandle {
        let (stop, stopped) = watch::channel(false);
        WorkerHandle { stop, task: tokio::spawn(self.run(stopped)) }
    }

    async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let mut asked = stop.clone();
            let out_of_time = async {
                // An error means that the handle is gone, which says the same.
                let _ = asked.wait_for(|is_asked| *is_asked).await;
                time::sleep(GRACE).await;
            };
            let pause = tokio::select! {
                outcome = self.round() => pause_after(&outcome),
                () = out_of_time => return log::warn!("the outbox worker stops in the middle of a round"),
            };
            if time::timeout(pause, stop.wait_for(|is_asked| *is_asked)).await.is_ok() {
                return;
            }
        }
    }

    /// Tries every message that is due now, at most one per recipient. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the outbox cannot be read or marked. The others of the round are still tried.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self.blocking(move |store| store.read(|tx| tx.list_due_messages(now, ROUND))).await?;
        let count = due.len();
        let outcomes = join_all(due.into_iter().map(|message| self.attempt(message))).await;
        outcomes.into_iter().collect::<Result<(), _>>().map(|()| count)
    }

    async fn attempt(&self, message: Message) -> Result<(), StoreError> {
        let outcome = if self.unmarked().contains(&message.seq) { Ok(()) } else { self.deliver(&message).await };
        match outcome {
            Ok(()) => self.mark_delivered(message.seq).await,
            Err(failure) => self.mark_failed(&message, failure).await,
        }
    }

    async fn deliver(&self, message: &Message) -> Result<(), Failure> {
        let (id, template, attempt) = (message.id, &message.template, message.attempts + 1);
        let mail = self
            .templates
            .render(template, &message.payload)
            .map_err(|error| Failure { reason: error.to_string(), may_pass: false })?;
        self.transport
            .send(message, &mail)
            .await
            .map_err(|error| Failure { reason: error.to_string(), may_pass: error.may_pass() })?;
        log::info!(message:% = id, template, attempt; "mail delivered");
        Ok(())
    }

    async fn mark_delivered(&self, seq: i64) -> Result<(), StoreError> {
        // A full disk must not become the same mail every few seconds.
        self.unmarked().insert(seq);
        let now = self.clock.now();
        self.blocking(move |store| store.write("mark_delivered", |tx| tx.mark_delivered(seq, now))).await?;
        self.unmarked().remove(&seq);
        Ok(())
    }

    async fn mark_failed(&self, message: &Message, Failure { reason, may_pass }: Failure) -> Result<(), StoreError> {
        let (seq, id, template, attempt) = (message.seq, message.id, &message.template, message.attempts + 1);
        let now = self.clock.now();
        let retry_at = (may_pass && attempt < MAX_ATTEMPTS).then(|| now + wait_after(attempt));
        if retry_at.is_some() {
            log::warn!(message:% = id, template, attempt; "mail not delivered: {reason}");
        } else {
            log::error!(message:% = id, template, attempt; "mail given up: {reason}");
        }
        let mark = move |store: &Store| store.write("mark_failed", |tx| tx.mark_failed(seq, &reason, retry_at, now));
        self.blocking(mark).await
    }

    fn unmarked(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.unmarked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.store);
        let ran = task::spawn_blocking(move || f(&store)).await;
        ran.unwrap_or_else(|e| Err(StoreError::Unavailable(e.to_string())))
    }
}

/// How long to wait after a round.
fn pause_after(outcome: &Result<usize, StoreError>) -> Duration {
    match outcome {
        Ok(0) => POLL,
        Ok(_) => Duration::ZERO,
        Err(error) => {
            log::error!("the outbox cannot be used: {error}");
            RECOVERY
        }
    }
}

/// How long to wait after so many failures.
fn wait_after(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_RETRY.checked_mul(1 << doublings).map_or(LAST_RETRY, |wait| wait.min(LAST_RETRY))
}

#[cfg(test)]
mod tests;
