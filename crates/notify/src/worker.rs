//! Claims due messages, delivers them, retries with back-off, and gives up aloud.

use crate::{template::Templates, transport::Transport};
use chrono::TimeDelta;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task};
use vouchsafe_store::{Message, Store, StoreError};
use vouchsafe_types::Clock;

/// How often the outbox is looked at.
const POLL: Duration = Duration::from_millis(500);
/// The most messages in one round.
const ROUND: i64 = 8;
/// The first wait after a failure; doubled each time.
const FIRST_RETRY: TimeDelta = TimeDelta::seconds(10);
/// The longest wait.
const LAST_RETRY: TimeDelta = TimeDelta::hours(1);
/// After so many failures a message is given up.
const MAX_ATTEMPTS: i32 = 12;

/// Empties the outbox.
pub struct Worker {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    transport: Transport,
    templates: Templates,
}

/// A running worker.
pub struct WorkerHandle {
    stop: watch::Sender<bool>,
    task: task::JoinHandle<()>,
}

impl WorkerHandle {
    /// Lets the round that is under way end, and stops. What is left stays in the outbox.
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
        Self { store, clock, transport, templates: Templates::default() }
    }

    /// Runs on the current tokio runtime until the handle stops it.
    #[must_use]
    pub fn start(self) -> WorkerHandle {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            while !*stopped.borrow() {
                let delivered = match self.round().await {
                    Ok(count) => count,
                    Err(error) => {
                        log::error!("the outbox cannot be read: {error}");
                        0
                    }
                };
                if delivered == 0 {
                    // Either is a reason to look again.
                    let _ = tokio::time::timeout(POLL, stopped.changed()).await;
                }
            }
        });
        WorkerHandle { stop, task }
    }

    /// Tries every message that is due now, at most one per recipient. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the outbox cannot be read or marked; what was sent then goes out once more.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self.blocking(move |store| store.read(|tx| tx.list_due_messages(now, ROUND))).await?;
        let count = due.len();
        for message in due {
            self.attempt(message).await?;
        }
        Ok(count)
    }

    async fn attempt(&self, message: Message) -> Result<(), StoreError> {
        let (seq, attempt) = (message.seq, message.attempts + 1);
        let outcome = match self.templates.render(&message.template, &message.payload) {
            Ok(mail) => self.transport.send(&message, &mail).await.map_err(|e| (e.to_string(), true)),
            Err(error) => Err((error.to_string(), false)),
        };
        let now = self.clock.now();
        let (id, template) = (message.id, message.template);
        match outcome {
            Ok(()) => {
                log::info!(message:% = id, template:% = template, attempt; "mail delivered");
                self.blocking(move |store| store.write("mark_delivered", |tx| tx.mark_delivered(seq, now))).await
            }
            Err((error, may_retry)) => {
                let retry_at = (may_retry && attempt < MAX_ATTEMPTS).then(|| now + wait_after(attempt));
                match retry_at {
                    Some(_) => {
                        log::warn!(message:% = id, template:% = template, attempt; "mail not delivered: {error}")
                    }
                    None => log::error!(message:% = id, template:% = template, attempt; "mail given up: {error}"),
                }
                let mark =
                    move |store: &Store| store.write("mark_failed", |tx| tx.mark_failed(seq, &error, retry_at, now));
                self.blocking(mark).await
            }
        }
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

/// How long to wait after so many failures.
fn wait_after(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_RETRY.checked_mul(1 << doublings).map_or(LAST_RETRY, |wait| wait.min(LAST_RETRY))
}

#[cfg(test)]
mod tests;
