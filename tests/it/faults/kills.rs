//! The process is killed in the middle of everything, or told to end.

use super::{
    estate::{Estate, setting},
    lane::Dice,
    storm::{Manner, storm},
};
use std::{
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

#[test]
fn a_server_that_is_told_to_end_under_load_answers_what_it_took_and_loses_no_line_of_the_audit() {
    let mut estate = Estate::new();
    for _ in 0..setting("VOUCHSAFE_TEST_STOPS", 2) {
        let mut served = estate.serve();
        let address = served.address.clone();
        let (done, ()) = storm(&mut estate, &address, Manner::Sure, |_| {
            thread::sleep(Duration::from_millis(400));
            served.signal("-TERM");
            let end = Instant::now() + Duration::from_secs(25);
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
    }
    estate.is_sound();
}
