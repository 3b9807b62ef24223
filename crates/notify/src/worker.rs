//! Claims due messages, delivers them, retries with back-off, and gives up aloud.

use crate::{template::Templates, transport::Transport, webhook::Webhook};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{join, join_all};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, task, time};
use vouchsafe_store::{LONGEST_WAIT, Message, Store, StoreError, WEBHOOK, Way};
use vouchsafe_types::Clock;

/// How often the outbox is looked at.
const POLL: Duration = Duration::from_millis(500);
/// How long to leave a database alone that cannot be read or written.
const RECOVERY: Duration = Duration::from_secs(3);
/// How long a round may go on when the worker is to stop.
const GRACE: Duration = Duration::from_secs(5);
/// The most messages in one round of one kind. Those to one recipient are sent in order, the others side by side.
const ROUND: i64 = 32;
/// How long one recipient's messages may take in one round before the rest waits for the next.
const TURN: Duration = Duration::from_secs(60);
/// The first wait after a failure; doubled each time.
const FIRST_RETRY: TimeDelta = TimeDelta::seconds(10);
/// After so many failures a message is given up.
const MAX_ATTEMPTS: i32 = 12;

/// How long a message is claimed: longer than a turn with its last message. What a node had claimed that died is tried
/// again after that.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// Empties the outbox, mails and webhooks each in rounds of their own, so that neither waits for the other. Several
/// nodes may do so side by side: each message is claimed by one of them.
pub struct Worker {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    transport: Transport,
    webhook: Option<Webhook>,
    templates: Templates,
    /// Places of messages that went out and could not be marked yet.
    unmarked: Mutex<HashSet<i64>>,
    lanes: [Lane; 2],
}

/// What goes one way.
struct Lane {
    way: Way,
    /// Places of messages that are claimed and were not tried yet.
    waiting: Mutex<HashSet<i64>>,
}

impl Lane {
    fn new(way: Way) -> Self {
        Self { way, waiting: Mutex::default() }
    }
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
        Self {
            store,
            clock,
            transport,
            webhook: None,
            templates: Templates::default(),
            unmarked: Mutex::default(),
            lanes: [Way::Mail, Way::Webhook].map(Lane::new),
        }
    }

    /// The same worker, which sends events as well; without a webhook they stay in the outbox.
    #[must_use]
    pub fn with_webhook(self, webhook: Option<Webhook>) -> Self {
        Self { webhook, ..self }
    }

    /// Runs on the current tokio runtime until the handle stops it.
    #[must_use]
    pub fn start(self) -> WorkerHandle {
        let (stop, stopped) = watch::channel(false);
        WorkerHandle { stop, task: tokio::spawn(self.run(stopped)) }
    }

    async fn run(self, stop: watch::Receiver<bool>) {
        // What this node had claimed when it was killed need not wait for its lease to end, if there is no other node.
        if !self.store.is_shared() {
            let released = self.blocking(|store| store.write("release_messages", |tx| tx.release_messages(None))).await;
            released.unwrap_or_else(|error| log::error!("the outbox cannot be used: {error}"));
        }
        join_all(self.lanes.iter().map(|lane| self.run_lane(lane, stop.clone()))).await;
    }

    async fn run_lane(&self, lane: &Lane, mut stop: watch::Receiver<bool>) {
        loop {
            let mut asked = stop.clone();
            let out_of_time = async {
                // An error means that the handle is gone, which says the same.
                let _ = asked.wait_for(|is_asked| *is_asked).await;
                time::sleep(GRACE).await;
            };
            let pause = tokio::select! {
                outcome = self.round_of(lane) => pause_after(&outcome),
                () = out_of_time => return self.stop_in_the_middle(lane).await,
            };
            if time::timeout(pause, stop.wait_for(|is_asked| *is_asked)).await.is_ok() {
                return;
            }
        }
    }

    async fn stop_in_the_middle(&self, lane: &Lane) {
        log::warn!("the outbox worker stops in the middle of a round");
        if let Err(error) = self.release(lane).await {
            log::warn!("messages stay claimed for a while: {error}");
        }
    }

    /// Tries every message that is due now, up to a limit of each kind. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the outbox cannot be read or marked. The others of the round are still tried.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let [mails, events] = &self.lanes;
        let (mails, events) = join(self.round_of(mails), self.round_of(events)).await;
        Ok(mails? + events?)
    }

    async fn round_of(&self, lane: &Lane) -> Result<usize, StoreError> {
        let (way, now) = (lane.way, self.clock.now());
        let due = self.blocking(move |store| claim(store, way, now)).await?;
        let count = due.len();
        locked(&lane.waiting).extend(due.iter().map(|message| message.seq));
        let mut by_recipient: BTreeMap<String, Vec<Message>> = BTreeMap::new();
        for message in due {
            by_recipient.entry(message.recipient.clone()).or_default().push(message);
        }
        let outcomes = join_all(by_recipient.into_values().map(|messages| self.in_order(lane, messages))).await;
        let released = self.release(lane).await;
        outcomes.into_iter().collect::<Result<(), _>>().and(released).map(|()| count)
    }

    /// Tries messages to one recipient until one fails or their time is over.
    async fn in_order(&self, lane: &Lane, messages: Vec<Message>) -> Result<(), StoreError> {
        let end = time::Instant::now() + TURN;
        for message in messages {
            if time::Instant::now() > end || !self.attempt(lane, message).await? {
                break;
            }
        }
        Ok(())
    }

    /// Gives whether the next message to the recipient may follow.
    async fn attempt(&self, lane: &Lane, message: Message) -> Result<bool, StoreError> {
        let outcome = if locked(&self.unmarked).contains(&message.seq) { Ok(()) } else { self.deliver(&message).await };
        let is_done = match outcome {
            Ok(()) => self.mark_delivered(message.seq).await.map(|()| true),
            Err(failure) => self.mark_failed(&message, failure).await,
        };
        locked(&lane.waiting).remove(&message.seq);
        is_done
    }

    /// Gives back what was claimed and not tried.
    async fn release(&self, lane: &Lane) -> Result<(), StoreError> {
        let waiting: Vec<i64> = locked(&lane.waiting).drain().collect();
        if waiting.is_empty() {
            return Ok(());
        }
        self.blocking(move |store| store.write("release_messages", |tx| tx.release_messages(Some(&waiting)))).await
    }

    async fn deliver(&self, message: &Message) -> Result<(), Failure> {
        let (id, template, attempt) = (message.id, &message.template, message.attempts + 1);
        if message.template == WEBHOOK {
            return self.deliver_event(message).await;
        }
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

    async fn deliver_event(&self, message: &Message) -> Result<(), Failure> {
        let Some(webhook) = &self.webhook else {
            return Err(Failure { reason: "no webhook is configured".to_owned(), may_pass: true });
        };
        let sent = webhook.send(message, self.clock.now().timestamp()).await;
        sent.map_err(|error| Failure { reason: error.to_string(), may_pass: error.may_pass() })?;
        log::info!(message:% = message.id, attempt = message.attempts + 1; "event delivered");
        Ok(())
    }

    async fn mark_delivered(&self, seq: i64) -> Result<(), StoreError> {
        // A full disk must not become the same mail every few seconds.
        locked(&self.unmarked).insert(seq);
        let now = self.clock.now();
        self.blocking(move |store| store.write("mark_delivered", |tx| tx.mark_delivered(seq, now))).await?;
        locked(&self.unmarked).remove(&seq);
        Ok(())
    }

    /// Gives whether the message was given up.
    async fn mark_failed(&self, message: &Message, Failure { reason, may_pass }: Failure) -> Result<bool, StoreError> {
        let (seq, id, template, attempt) = (message.seq, message.id, &message.template, message.attempts + 1);
        let now = self.clock.now();
        let retry_at = (may_pass && attempt < MAX_ATTEMPTS).then(|| now + wait_after(attempt));
        if retry_at.is_some() {
            log::warn!(message:% = id, template, attempt; "message not delivered: {reason}");
        } else {
            log::error!(message:% = id, template, attempt; "message given up: {reason}");
        }
        let mark = move |store: &Store| store.write("mark_failed", |tx| tx.mark_failed(seq, &reason, retry_at, now));
        self.blocking(mark).await?;
        Ok(retry_at.is_none())
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

fn locked(places: &Mutex<HashSet<i64>>) -> MutexGuard<'_, HashSet<i64>> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is due and goes this way, claimed for this node. Most often nothing is, and then nothing is written.
fn claim(store: &Store, way: Way, now: DateTime<Utc>) -> Result<Vec<Message>, StoreError> {
    if store.read(|tx| tx.list_due(&[way], now, 1))?.is_empty() {
        return Ok(Vec::new());
    }
    store.write("claim_messages", |tx| tx.claim_due_messages(way, now, now + LEASE, ROUND))
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
    FIRST_RETRY.checked_mul(1 << doublings).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests;
