//! What the worker promises.

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
