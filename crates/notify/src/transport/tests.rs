//! What the transports promise.

use super::*;
use crate::sink::{Manner, Sink, dead_url, header};
use chrono::DateTime;
use serde_json::Value;
use vouchsafe_types::MessageId;

const FROM: &str = "Vouchsafe <no-reply@vouchsafe.test>";

fn queued(recipient: &str) -> Queued {
    Queued {
        seq: 1,
        id: MessageId::mint(),
        recipient: recipient.into(),
        template: "confirm_email".into(),
        payload: Value::Null,
        created_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        attempts: 0,
    }
}

fn mail() -> Rendered {
    let (subject, text, html) = ("Grüße von Zoë", "Hallo Zoë, t0ken", "<p>Hallo Zoë, t0ken</p>");
    Rendered { subject: subject.into(), text: text.into(), html: html.into() }
}

async fn sent_to_file(queued: &Queued) -> (tempfile::TempDir, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("made/on/the/way");
    let transport = Transport::new(&format!("file://{}", directory.display()), FROM).unwrap();
    for _ in 0..2 {
        transport.send(queued, &mail()).await.unwrap();
    }
    let names = std::fs::read_dir(&directory).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let names = names.collect();
    (home, names)
}

#[test]
fn a_transport_is_made_where_no_runtime_runs() {
    for url in ["file:///tmp/mail", "smtp://localhost", "smtps://ann:pw@mail.example.org", "smtp://h:25?tls=required"] {
        assert!(Transport::new(url, FROM).is_ok(), "{url}");
    }
}

#[test]
fn what_cannot_be_used_is_refused_without_repeating_it() {
    for (url, from, names) in [
        ("http://u:s3cret@host", FROM, "mail_url"),
        ("smtp://u:s3cret@host:notaport", FROM, "mail_url"),
        ("file://", FROM, "mail_url"),
        ("", FROM, "mail_url"),
        ("file:///tmp/mail", "s3cret", "mail_from"),
    ] {
        let error = Transport::new(url, from).err().unwrap();
        assert_eq!(error.to_string(), format!("cannot be used: {names}"), "{url} {from}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn the_same_message_is_the_same_file() {
    let queued = queued("bob@example.org");
    let (_home, names) = sent_to_file(&queued).await;
    assert_eq!(names, [format!("{}.eml", queued.id)]);
}

#[tokio::test]
async fn a_file_holds_both_parts_and_names_beyond_ascii() {
    let queued = queued("bob@example.org");
    let (home, names) = sent_to_file(&queued).await;
    let mail = std::fs::read_to_string(home.path().join("made/on/the/way").join(&names[0])).unwrap();
    assert_eq!(header(&mail, "To"), "bob@example.org");
    assert_eq!(header(&mail, "From"), "Vouchsafe <no-reply@vouchsafe.test>");
    assert_eq!(header(&mail, "Message-ID"), format!("<{}@vouchsafe.test>", queued.id));
    assert_eq!(header(&mail, "Subject"), "=?utf-8?b?R3LDvMOfZQ==?= von =?utf-8?b?Wm/Dqw==?=");
    assert!(mail.contains("multipart/alternative"), "{mail}");
    assert!(mail.contains("Content-Type: text/plain; charset=utf-8"), "{mail}");
    assert!(mail.contains("Content-Type: text/html; charset=utf-8"), "{mail}");
    assert_eq!(mail.matches("Hallo Zo=C3=AB").count(), 2, "{mail}");
}

#[tokio::test]
async fn a_server_takes_the_mail_and_every_attempt_has_the_same_message_id() {
    let sink = Sink::new(Manner::Takes).await;
    let transport = Transport::new(&sink.url, FROM).unwrap();
    let queued = queued("bob@example.org");
    for _ in 0..2 {
        transport.send(&queued, &mail()).await.unwrap();
    }
    let ids: Vec<_> = sink.taken().iter().map(|mail| header(mail, "Message-ID").to_owned()).collect();
    assert_eq!(ids, vec![format!("<{}@vouchsafe.test>", queued.id); 2]);
}

#[tokio::test]
async fn an_error_repeats_neither_the_server_nor_the_address() {
    let sink = Sink::new(Manner::Refuses).await;
    for (url, says) in [(sink.url, "smtp: refused for good, 550"), (dead_url(), "smtp: no connection")] {
        let sent = Transport::new(&url, FROM).unwrap().send(&queued("bob@example.org"), &mail()).await;
        let error = sent.unwrap_err();
        assert_eq!(error.to_string(), says);
        assert!(error.may_pass(), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_does_not_hold_us() {
    let sink = Sink::new(Manner::FallsSilent).await;
    let mut transport = Transport::new(&sink.url, FROM).unwrap();
    if let Transport::Smtp { patience, .. } = &mut transport {
        *patience = Duration::from_millis(200);
    }
    let error = transport.send(&queued("bob@example.org"), &mail()).await.unwrap_err();
    assert_eq!(error.to_string(), "smtp: timed out");
}

#[tokio::test]
async fn an_address_that_is_none_never_passes() {
    let home = tempfile::tempdir().unwrap();
    let transport = Transport::new(&format!("file://{}", home.path().display()), FROM).unwrap();
    for recipient in ["", "bob", "bob@example.org\r\nBcc: eve@example.org"] {
        let error = transport.send(&queued(recipient), &mail()).await.unwrap_err();
        assert!(!error.may_pass());
        assert_eq!(error.to_string(), "cannot be used: recipient");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
