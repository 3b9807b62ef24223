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
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::json;
    use std::path::Path;
    use vouchsafe_store::{Mail, testing::TestDatabase};
    use vouchsafe_types::FixedClock;

    struct Rig {
        db: TestDatabase,
        clock: Arc<FixedClock>,
        mails: tempfile::TempDir,
    }

    impl Rig {
        fn new() -> Self {
            let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
            Self { db: TestDatabase::new(), clock, mails: tempfile::tempdir().unwrap() }
        }

        fn worker(&self, url: &str) -> Worker {
            let store = Arc::new(Store::open(&self.db.url(), 2).unwrap());
            Worker::new(
                store,
                Arc::clone(&self.clock) as _,
                Transport::new(url, "Vouchsafe <no-reply@localhost>").unwrap(),
            )
        }

        fn file_worker(&self) -> Worker {
            self.worker(&format!("file://{}", self.mails.path().display()))
        }

        fn queue(&self, to: &str, message: &str) {
            let payload = json!({ "susername": "ann", "rusername": "böb", "message": message });
            let mail = Mail { recipient: to.into(), template: "share_by_username", payload };
            self.db.store.write("test", |tx| tx.queue_mail(&mail, self.clock.now())).unwrap();
        }

        fn files(&self) -> Vec<String> {
            let read = |path: &Path| std::fs::read_to_string(path).unwrap();
            std::fs::read_dir(self.mails.path()).unwrap().map(|f| read(&f.unwrap().path())).collect()
        }
    }

    #[tokio::test]
    async fn a_mail_becomes_one_file_with_text_and_html() {
        let rig = Rig::new();
        rig.queue("bob@example.org", "hello");
        assert_eq!(rig.file_worker().round().await.unwrap(), 1);
        assert_eq!(rig.file_worker().round().await.unwrap(), 0);
        let files = rig.files();
        assert_eq!(files.len(), 1);
        for part in ["To: bob@example.org", "Subject: Puter share from ann", "text/plain", "text/html", "@vouchsafe>"] {
            assert!(files[0].contains(part), "{part} in {}", files[0]);
        }
    }

    #[tokio::test]
    async fn messages_to_one_recipient_go_out_in_order() {
        let rig = Rig::new();
        rig.queue("bob@example.org", "first");
        rig.queue("bob@example.org", "second");
        rig.queue("eve@example.org", "third");
        assert_eq!(rig.file_worker().round().await.unwrap(), 2);
        assert!(!rig.files().iter().any(|f| f.contains("second")));
        assert_eq!(rig.file_worker().round().await.unwrap(), 1);
        assert_eq!(rig.files().len(), 3);
    }

    #[tokio::test]
    async fn a_dead_server_leaves_the_message_for_later_and_keeps_the_order() {
        let rig = Rig::new();
        rig.queue("bob@example.org", "first");
        rig.queue("bob@example.org", "second");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dead = rig.worker(&format!("smtp://127.0.0.1:{port}"));
        assert_eq!(dead.round().await.unwrap(), 1);
        assert_eq!(rig.file_worker().round().await.unwrap(), 0, "waits, and the second waits behind it");
        rig.clock.advance(wait_after(1));
        assert_eq!(rig.file_worker().round().await.unwrap(), 1);
        assert!(rig.files()[0].contains("first"));
    }

    #[tokio::test]
    async fn a_message_is_given_up_after_twelve_attempts() {
        let rig = Rig::new();
        rig.queue("bob@example.org", "first");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dead = rig.worker(&format!("smtp://127.0.0.1:{port}"));
        for attempt in 1..=MAX_ATTEMPTS {
            assert_eq!(dead.round().await.unwrap(), 1, "attempt {attempt}");
            rig.clock.advance(LAST_RETRY);
        }
        assert_eq!(dead.round().await.unwrap(), 0);
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        assert_eq!([1, 2, 3, 12].map(|n| wait_after(n).num_seconds()), [10, 20, 40, 3600]);
    }
}
