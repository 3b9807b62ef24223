//! What the worker promises.

use super::*;
use crate::sink::{Manner, Sink, dead_url, header};
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
        let clock: Arc<dyn Clock> = self.clock.clone();
        Worker::new(store, clock, Transport::new(url, "Vouchsafe <no-reply@localhost>").unwrap())
    }

    fn file_worker(&self) -> Worker {
        self.worker(&format!("file://{}", self.mails.path().display()))
    }

    fn queue(&self, to: &str, message: &str) {
        let payload = json!({ "susername": "ann", "rusername": "böb", "message": message, "link": "http://x" });
        let mail = Mail { recipient: to.into(), template: "share_by_username", payload };
        self.db.store.write("test", |tx| tx.queue_mail(&mail, self.clock.now())).unwrap();
    }

    fn due(&self) -> Vec<Message> {
        self.db.store.read(|tx| tx.list_due_messages(self.clock.now(), 10)).unwrap()
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
    for part in ["To: bob@example.org", "Subject: Puter share from ann", "text/plain", "text/html", "@localhost>"] {
        assert!(files[0].contains(part), "{part} in {}", files[0]);
    }
}

#[tokio::test]
async fn messages_to_one_recipient_go_out_in_order() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    rig.queue("bob@example.org", "second");
    rig.queue("eve@example.org", "third");
    let sink = Sink::new(Manner::Takes).await;
    assert_eq!(rig.worker(&sink.url).round().await.unwrap(), 3);
    let mails = sink.taken();
    let place = |says: &str| mails.iter().position(|mail| mail.contains(says)).unwrap();
    assert!(place("first") < place("second") && mails.len() == 3);
}

#[tokio::test]
async fn a_receiver_of_webhooks_that_says_nothing_holds_up_no_mail() {
    let rig = Rig::new();
    let (silent, sink) = (tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(), Sink::new(Manner::Takes).await);
    let url = format!("http://{}/", silent.local_addr().unwrap());
    for _ in 0..2 * ROUND {
        let event = Mail { recipient: url.clone(), template: WEBHOOK, payload: json!({ "revision": 1 }) };
        rig.db.store.write("test", |tx| tx.queue_mail(&event, rig.clock.now())).unwrap();
    }
    rig.queue("bob@example.org", "hello");
    let webhook = Webhook::new("s".repeat(32).into()).unwrap();
    let handle = rig.worker(&sink.url).with_webhook(Some(webhook)).start();
    // Sooner than the first event is given up for now.
    let sent = time::timeout(Duration::from_secs(10), async {
        while sink.taken().is_empty() {
            time::sleep(Duration::from_millis(20)).await;
        }
    });
    sent.await.unwrap();
    drop(handle);
}

#[tokio::test]
async fn what_follows_a_failure_is_given_back_untried() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    rig.queue("bob@example.org", "second");
    assert_eq!(rig.worker(&dead_url()).round().await.unwrap(), 2);
    rig.clock.advance(wait_after(1));
    assert_eq!(rig.due().iter().map(|m| m.attempts).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn two_workers_never_take_the_same_message_nor_overtake_each_other() {
    let rig = Rig::new();
    for i in 0..3 * ROUND {
        rig.queue("bob@example.org", &format!("message {i}."));
        rig.queue(&format!("somebody{i}@example.org"), "hello");
    }
    let sink = Sink::new(Manner::Takes).await;
    let (one, other) = (rig.worker(&sink.url), rig.worker(&sink.url));
    while !rig.due().is_empty() {
        let (left, right) = tokio::join!(one.round(), other.round());
        left.unwrap();
        right.unwrap();
    }
    let mails = sink.taken();
    let to_bob: Vec<&String> = mails.iter().filter(|mail| header(mail, "To").contains("bob@")).collect();
    assert_eq!((mails.len(), to_bob.len()), (192, 96));
    for (i, mail) in to_bob.iter().enumerate() {
        assert!(mail.contains(&format!("message {i}.")), "{i}: {mail}");
    }
}

#[tokio::test]
async fn a_dead_server_leaves_the_message_for_later_and_keeps_the_order() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    rig.queue("bob@example.org", "second");
    let dead = rig.worker(&dead_url());
    assert_eq!(dead.round().await.unwrap(), 2);
    assert_eq!(rig.file_worker().round().await.unwrap(), 0, "waits, and the second waits behind it");
    rig.clock.advance(wait_after(1));
    assert_eq!(rig.file_worker().round().await.unwrap(), 2);
}

#[tokio::test]
async fn a_message_is_given_up_after_twelve_attempts() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    let dead = rig.worker(&dead_url());
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(dead.round().await.unwrap(), 1, "attempt {attempt}");
        rig.clock.advance(LONGEST_WAIT);
    }
    assert_eq!(dead.round().await.unwrap(), 0);
}

#[test]
fn waits_double_up_to_an_hour() {
    assert_eq!([1, 2, 3, 12].map(|n| wait_after(n).num_seconds()), [10, 20, 40, 3600]);
}

#[tokio::test]
async fn every_failure_counts_as_an_attempt() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    rig.worker(&dead_url()).round().await.unwrap();
    assert_eq!(rig.due(), [], "not before its time");
    rig.clock.advance(wait_after(1));
    assert_eq!(rig.due().iter().map(|m| m.attempts).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn the_next_message_goes_out_once_the_one_before_it_is_given_up() {
    let rig = Rig::new();
    let broken = Mail { recipient: "bob@example.org".into(), template: "confirm_email", payload: json!({}) };
    rig.db.store.write("test", |tx| tx.queue_mail(&broken, rig.clock.now())).unwrap();
    rig.queue("bob@example.org", "second");
    assert_eq!(rig.file_worker().round().await.unwrap(), 2);
    assert_eq!(rig.files().len(), 1, "what cannot be rendered is given up at once");
    assert!(rig.files()[0].contains("second"));
}

#[tokio::test]
async fn a_crash_between_sending_and_marking_sends_the_same_message_again() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    let sink = Sink::new(Manner::Takes).await;
    let crashed = rig.worker(&sink.url);
    assert!(crashed.deliver(&rig.due()[0]).await.is_ok());
    drop(crashed);
    assert_eq!(rig.worker(&sink.url).round().await.unwrap(), 1);
    assert_eq!(rig.worker(&sink.url).round().await.unwrap(), 0);
    let mails = sink.taken();
    assert_eq!(mails.len(), 2);
    assert_eq!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
}

#[tokio::test]
async fn a_message_that_went_out_and_could_not_be_marked_is_only_marked() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    let worker = rig.file_worker();
    locked(&worker.unmarked).insert(rig.due()[0].seq);
    assert_eq!(worker.round().await.unwrap(), 1);
    assert_eq!(rig.files(), Vec::<String>::new());
    assert_eq!(rig.due(), []);
    assert!(locked(&worker.unmarked).is_empty());
}

#[tokio::test]
async fn a_running_worker_empties_the_outbox_in_order_and_stops() {
    let rig = Rig::new();
    for message in ["first", "second", "third"] {
        rig.queue("bob@example.org", message);
    }
    let sink = Sink::new(Manner::Takes).await;
    if !TestDatabase::is_postgres() {
        assert_eq!(claim(&rig.db.store, Way::Mail, rig.clock.now()).unwrap().len(), 3, "by one that was killed");
    }
    let handle = rig.worker(&sink.url).start();
    time::timeout(Duration::from_secs(60), async {
        while sink.taken().len() < 3 || !rig.due().is_empty() {
            time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    handle.stop().await;
    for (mail, says) in sink.taken().iter().zip(["first", "second", "third"]) {
        assert!(mail.contains(says), "{mail}");
    }
    rig.queue("bob@example.org", "after the end");
    time::sleep(2 * POLL).await;
    assert_eq!(sink.taken().len(), 3);
}

#[tokio::test]
async fn a_worker_in_the_middle_of_a_mail_stops_within_its_grace_and_loses_nothing() {
    let rig = Rig::new();
    rig.queue("bob@example.org", "first");
    let sink = Sink::new(Manner::FallsSilent).await;
    let handle = rig.worker(&sink.url).start();
    time::sleep(Duration::from_millis(200)).await;
    time::timeout(GRACE + Duration::from_secs(5), handle.stop()).await.unwrap();
    assert_eq!(rig.due().iter().map(|m| m.attempts).collect::<Vec<_>>(), [0]);
}
