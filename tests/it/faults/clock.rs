//! A clock that jumps: nothing is lost, nothing that had ended gives more than its rows say, and mails go out.

use super::{
    estate::Estate,
    storm::{Manner, storm},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::{fs, process::Command, thread, time::Duration};
use vouchsafe_tests::{Wire, World, serve};

#[test]
fn the_clock_of_the_real_process_jumps_under_load_and_nothing_that_was_answered_is_lost() {
    let mut estate = Estate::new();
    let [library, shift] = ["shifted_clock.so", "shift"].map(|name| estate.path().join(name));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/shifted_clock.c");
    assert!(Command::new("cc").args(["-shared", "-fPIC", source, "-o"]).arg(&library).status().unwrap().success());
    let (library, named) = (library.to_string_lossy().into_owned(), shift.to_string_lossy().into_owned());
    let mut environment = estate.environment();
    environment.extend([("LD_PRELOAD", library.as_str()), ("CLOCK_SHIFT", named.as_str())]);
    let served = serve(estate.path(), &environment, &["serve"]);
    let (address, key, file) = (served.address.clone(), estate.key.clone(), estate.lanes[0].files[0].clone());
    let given_at = |issuer: &str, holder: &str| -> DateTime<Utc> {
        let on = json!({ "issuer": issuer, "holder": { "user": holder }, "permission": format!("fs:{file}:see") });
        let reply = Wire::new(&address).call("POST", "/v1/grants", &key, &on).unwrap();
        assert!(reply.is_done(), "{reply:?}");
        reply.body["created_at"].as_str().unwrap().parse().unwrap()
    };
    let (done, ()) = storm(&mut estate, &address, Manner::Sure, |_| {
        let first = given_at("own0", "claim1");
        for (seconds, holder) in [(-90_000, "claim2"), (3_000, "claim3"), (-5_000, "own1"), (0, "own2")] {
            fs::write(&shift, seconds.to_string()).unwrap();
            let moved = given_at("own0", holder) - first - TimeDelta::seconds(seconds);
            assert!(moved < TimeDelta::minutes(5) && moved > TimeDelta::seconds(-1), "the clock is not ours: {moved}");
            thread::sleep(Duration::from_millis(400));
        }
    });
    assert!(done > 0);
    assert_eq!(served.errors(), Vec::<String>::new());
    estate.settle(&served, true);
    estate.every_mail_arrives(&served);
    drop(served);
    estate.is_sound();
}

#[actix_web::test]
async fn a_clock_that_jumps_back_loses_nothing() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    assert_eq!(ann.shares(&world, &file.to_string(), "bob").await.status, 200);
    let first = world.v1("GET", &format!("/v1/audit?entry={file}"), Value::Null).await.body["items"].clone();
    for jump in [TimeDelta::days(-3), TimeDelta::hours(5), TimeDelta::minutes(-90)] {
        world.clock.advance(jump);
        assert!(world.may(&bob, &read), "{jump}");
        let shared = ann.shares(&world, &file.to_string(), "eve").await;
        assert_eq!((shared.status, world.may(&eve, &read)), (200, true), "{jump}");
        let grants = world.v1("GET", &format!("/v1/grants?entry={file}&holder=eve"), Value::Null).await;
        let id = grants.body["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(world.v1("DELETE", &format!("/v1/grants/{id}"), Value::Null).await.status, 200);
        assert!(!world.may(&eve, &read), "{jump}");
    }
    let lines = world.v1("GET", &format!("/v1/audit?entry={file}"), Value::Null).await.body["items"].clone();
    let (lines, first) = (lines.as_array().unwrap(), first.as_array().unwrap());
    assert_eq!(&lines[..first.len()], first, "the audit is in the order of what happened, not of the clock");
    assert_eq!(lines.len(), first.len() + 6);
}

#[actix_web::test]
async fn what_has_an_end_ends_by_the_clock_of_the_moment() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let ends = "2027-01-15T09:00:00Z"; // an hour after the clock starts
    let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": read, "expires_at": ends });
    world.v1("POST", "/v1/grants", body).await;
    assert!(world.may(&bob, &read));
    world.clock.advance(TimeDelta::hours(2));
    assert!(!world.may(&bob, &read));
    world.clock.advance(TimeDelta::hours(-30));
    // No write comes between: what was kept while it had ended may be told until one does, but never the other way.
    world.file("/ann/b.txt");
    assert!(world.may(&bob, &read), "by this clock it has not ended");
    world.clock.advance(TimeDelta::hours(40));
    assert!(!world.may(&bob, &read));
}

#[actix_web::test]
async fn mails_go_out_although_the_clock_went_back() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    assert_eq!(ann.shares(&world, "/ann/a.txt", "zoe@example.org").await.status, 200);
    let now = vouchsafe_types::Clock::now(&*world.clock);
    for back in [TimeDelta::minutes(5), TimeDelta::days(400)] {
        let due = world.store().read(|tx| tx.list_due_messages(now - back, 10)).unwrap();
        assert_eq!(due.len(), 1, "{back}");
    }
}
