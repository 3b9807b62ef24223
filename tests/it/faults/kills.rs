//! The process is killed in the middle of everything, or told to end.

use super::{
    estate::{Estate, setting},
    lane::Dice,
    storm::{Manner, storm},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

#[test]
fn what_was_answered_survives_kills_and_nothing_is_half_done() {
    let kills = setting("VOUCHSAFE_TEST_KILLS", 6);
    let mut estate = Estate::new();
    let (mut dice, mut done) = (Dice(0x5eed), 0);
    for kill in 0..kills {
        let served = estate.serve();
        estate.settle(&served, kill % 25 == 24);
        let address = served.address.clone();
        let pause = Duration::from_millis(u64::try_from(20 + dice.roll(400)).unwrap());
        done += storm(&mut estate, &address, Manner::Sure, |_| {
            thread::sleep(pause);
            served.kill();
        })
        .0;
    }
    let served = estate.serve();
    estate.settle(&served, true);
    estate.every_mail_arrives(&served);
    let mails = estate.mailbox.mails();
    drop(served);
    estate.is_sound();
    eprintln!("{kills} kills, {done} changes answered with success, {} mails", mails.len());
    assert!(done > kills, "hardly anything was done");
}

/// Sends a request under a key; the answer is not waited for.
fn send(address: &str, token: &str, key: &str, body: &Value) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let body = body.to_string();
    let head = format!("Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json");
    let length = body.len();
    let sent = format!("POST /share HTTP/1.1\r\nHost: tests\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(sent.as_bytes()).unwrap();
    stream
}

fn status(mut stream: TcpStream) -> String {
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    String::from_utf8_lossy(&first).into_owned()
}

#[test]
fn a_request_under_a_key_is_done_once_although_its_server_was_killed_at_it() {
    let mut estate = Estate::new();
    let token = estate.command(&["token", "issue", "own0"]);
    let (rounds, mut dice) = (setting("VOUCHSAFE_TEST_KILLS", 6), Dice(0xcafe));
    let (file, address_of) = (estate.lanes[0].files[0].clone(), |round| format!("keyed{round}@example.org"));
    for round in 0..rounds {
        let share = json!({ "$": "fs-share", "path": file, "access": "read" });
        let (body, key) = (json!({ "recipients": [address_of(round)], "shares": [share] }), format!("key{round}"));
        let served = estate.serve();
        let sent = send(&served.address, &token, &key, &body);
        thread::sleep(Duration::from_millis(u64::try_from(dice.roll(15)).unwrap()));
        served.kill();
        drop(sent);
        let again = estate.serve();
        let answered = status(send(&again.address, &token, &key, &body));
        // What was done and has lost its answer is said to be done, in a way.
        assert!(["HTTP/1.1 200", "HTTP/1.1 409"].contains(&&*answered), "{answered}");
    }
    let served = estate.serve();
    estate.every_mail_arrives(&served);
    let mails = estate.mailbox.mails();
    for round in 0..rounds {
        let to = mails.iter().filter(|mail| mail.to == address_of(round));
        assert_eq!(to.map(|mail| &mail.id).collect::<BTreeSet<_>>().len(), 1, "{round}");
    }
}

#[test]
fn a_server_that_is_told_to_end_under_load_answers_what_it_took_and_loses_no_line_of_the_audit() {
    let mut estate = Estate::new();
    for _ in 0..setting("VOUCHSAFE_TEST_STOPS", 2) {
        let mut served = estate.serve();
        let address = served.address.clone();
        let (done, ()) = storm(&mut estate, &address, Manner::Sure, |_| {
            thread::sleep(Duration::from_millis(400));
            served.signal("-TERM");
            let end = Instant::now() + Duration::from_secs(60);
            while served.child.try_wait().unwrap().is_none() {
                assert!(Instant::now() < end, "it does not end");
                thread::sleep(Duration::from_millis(20));
            }
        });
        assert_eq!(served.child.wait().unwrap().code(), Some(0));
        assert_eq!(served.errors(), Vec::<String>::new());
        assert!(done > 0);
        let again = estate.serve();
        estate.settle(&again, true);
        let unanswered: usize = estate.lanes.iter().map(|lane| lane.unanswered).sum();
        assert_eq!(unanswered, 0, "changes were done and not answered");
    }
    estate.is_sound();
}
