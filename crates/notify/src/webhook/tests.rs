//! What a receiver of webhooks may rely on.

use super::*;
use crate::{Transport, Worker, sink::dead_address};
use chrono::DateTime;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use vouchsafe_store::{Store, testing::TestDatabase};
use vouchsafe_types::{Actor, ChangeKind, Clock, FixedClock};

const SECRET: &str = "a secret of thirty-two bytes....";

/// A receiver: keeps what it hears, and answers with a status, which may be changed.
#[derive(Clone)]
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?of=vouchsafe", listener.local_addr().unwrap());
        let receiver = Self { url, heard: Arc::default(), status: Arc::new(Mutex::new(204)) };
        let at_work = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                at_work.hear(stream).await;
            }
        });
        receiver
    }

    async fn hear(&self, mut stream: TcpStream) {
        let mut text = String::new();
        let mut part = [0; 4096];
        loop {
            let count = stream.read(&mut part).await.unwrap();
            text.push_str(std::str::from_utf8(&part[..count]).unwrap());
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            if count == 0 || body.len() >= header(head, "content-length").parse().unwrap() {
                break;
            }
        }
        self.heard.lock().unwrap().push(text);
        let status = *self.status.lock().unwrap();
        let answer = format!("HTTP/1.1 {status} x\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

fn header<'m>(message: &'m str, name: &str) -> &'m str {
    let lines = message.lines().map(|line| line.split_once(": ").unwrap_or_default());
    let value = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next();
    value.unwrap_or_else(|| panic!("no {name} in {message}"))
}

fn body(message: &str) -> Value {
    serde_json::from_str(message.split_once("\r\n\r\n").unwrap().1).unwrap()
}

struct Rig {
    store: Arc<Store>,
    clock: Arc<FixedClock>,
    worker: Worker,
    _db: TestDatabase,
}

impl Rig {
    fn new(url: &str) -> Self {
        let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let db = TestDatabase::new();
        let store = Arc::new(Store::open(&db.url(), 2).unwrap().with_webhook(Some(url.to_owned())));
        let transport = Transport::new("file:///nowhere", "Vouchsafe <no-reply@localhost>").unwrap();
        let at: Arc<dyn Clock> = clock.clone();
        let worker = Worker::new(Arc::clone(&store), at, transport)
            .with_webhook(Some(Webhook::new(SECRET.to_owned().into()).unwrap()));
        Self { store, clock, worker, _db: db }
    }

    fn tell(&self, number: i64) {
        let at = self.clock.now();
        let told = self.store.write("test", |tx| {
            tx.tell(ChangeKind::Entry, &Actor::Service { name: "host".into() }, at, json!({ "number": number }));
            Ok::<_, vouchsafe_store::StoreError>(())
        });
        told.unwrap();
    }
}

#[tokio::test]
async fn an_event_carries_its_actor_its_effect_and_a_signature() {
    let receiver = Receiver::new().await;
    let rig = Rig::new(&receiver.url);
    rig.tell(7);
    assert_eq!(rig.worker.round().await.unwrap(), 1);
    assert_eq!(rig.worker.round().await.unwrap(), 0);
    let heard = receiver.heard();
    let [message] = heard.as_slice() else { panic!("{heard:?}") };
    assert!(message.starts_with("POST /hook?of=vouchsafe HTTP/1.1\r\n"));
    let event = body(message);
    assert_eq!(event["id"], header(message, "x-vouchsafe-event"));
    assert_eq!((&event["kind"], &event["actor"]), (&json!("entry"), &json!({ "service": "host" })));
    assert_eq!(event["effect"], json!({ "number": 7 }));
    assert!(event["revision"].is_i64() && event["at"].is_string());
    let signature = header(message, "x-vouchsafe-signature");
    let (time, code) = signature.split_once(",v1=").unwrap();
    assert_eq!(time, "t=1800000000");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("1800000000.{}", message.split_once("\r\n\r\n").unwrap().1).as_bytes());
    let expected = mac.finalize().into_bytes();
    assert_eq!(code, expected.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}

#[tokio::test]
async fn what_was_not_taken_comes_again_in_order_with_the_same_id() {
    let receiver = Receiver::new().await;
    let rig = Rig::new(&receiver.url);
    rig.tell(1);
    rig.tell(2);
    let mut first = None;
    for refusal in [500, 404, 302] {
        receiver.answers(refusal);
        assert_eq!(rig.worker.round().await.unwrap(), 2);
        let heard = receiver.heard();
        let [message] = heard.as_slice() else { panic!("{refusal}: {heard:?}") };
        assert_eq!(body(message)["effect"]["number"], 1, "the second waits for the first");
        let id = header(message, "x-vouchsafe-event").to_owned();
        assert_eq!(*first.get_or_insert_with(|| id.clone()), id);
        assert_eq!(rig.worker.round().await.unwrap(), 0, "not at once");
        rig.clock.advance(chrono::TimeDelta::hours(1));
    }
    receiver.answers(200);
    rig.worker.round().await.unwrap();
    let numbers: Vec<Value> = receiver.heard().iter().map(|m| body(m)["effect"]["number"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn a_failure_repeats_no_url() {
    let url = format!("http://{}/secret-path", dead_address());
    let message = Message {
        seq: 1,
        id: vouchsafe_types::MessageId::mint(),
        recipient: url,
        template: vouchsafe_store::WEBHOOK.into(),
        payload: json!({}),
        created_at: DateTime::UNIX_EPOCH,
        attempts: 0,
    };
    let error = Webhook::new(SECRET.to_owned().into()).unwrap().send(&message, 0).await.unwrap_err();
    assert!(!error.to_string().contains("secret-path") && error.may_pass(), "{error}");
}
