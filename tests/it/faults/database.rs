//! The database goes away, is busy, or has another transaction in the way.

use super::{
    estate::Estate,
    storm::{Manner, storm},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
    time::{Duration, Instant},
};
use vouchsafe_flows::{Store, StoreError};
use vouchsafe_store::testing::TestDatabase;
use vouchsafe_tests::{Cluster, Served, Wire};

/// Comes back when they are gone: who has just been told to end may still answer.
const END_ALL_SESSIONS: &str =
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()";

/// A server of one's own, or a loud word that there is none.
fn cluster(test: &str) -> Option<Cluster> {
    let cluster = Cluster::new();
    if cluster.is_none() {
        eprintln!("SKIPPED {test}: no PostgreSQL in this run, see scripts/with-postgres.sh");
    }
    cluster
}

fn estate_on(cluster: &Cluster) -> Estate {
    let data = tempfile::tempdir().unwrap();
    Estate::on(data.path().to_owned(), Box::new(data), cluster.url())
}

fn ready(served: &Served) -> (u16, Value, Duration) {
    let start = Instant::now();
    let reply = Wire::new(&served.address).call("GET", "/readyz", "", &Value::Null).unwrap();
    (reply.status, reply.body["reason"].clone(), start.elapsed())
}

fn wait_until_ready(served: &Served, patience: Duration) {
    let end = Instant::now() + patience;
    while ready(served).0 != 200 {
        assert!(Instant::now() < end, "it does not come back by itself");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_database_that_goes_away_under_load_is_said_so_and_service_resumes_by_itself() {
    let Some(mut cluster) = cluster("a_database_that_goes_away") else { return };
    let mut estate = estate_on(&cluster);
    let served = estate.serve();
    let (address, key) = (served.address.clone(), estate.key.clone());
    for signal in ["-INT", "-QUIT"] {
        let (done, ()) = storm(&mut estate, &address, Manner::MayPutOff, |tally| {
            thread::sleep(Duration::from_millis(500));
            cluster.stop(signal);
            thread::sleep(Duration::from_millis(1_000));
            let (status, reason, took) = ready(&served);
            assert_eq!(status, 503);
            assert!(reason.as_str().is_some_and(|text| text.contains("database")), "{reason}");
            assert!(took < Duration::from_secs(15), "two seconds, on a machine that has time: {took:?}");
            let start = Instant::now();
            let check = json!({ "actor": { "user": "own0" }, "permission": "fs:/own0:read" });
            let refused = Wire::new(&address).call("POST", "/v1/check", &key, &check).unwrap();
            assert!(refused.is_put_off(), "{refused:?}");
            assert!(start.elapsed() < Duration::from_secs(15), "nobody waits for what is known to be away");
            assert_eq!(Wire::new(&address).call("GET", "/livez", "", &Value::Null).unwrap().status, 200);
            let before = tally.done();
            cluster.start();
            wait_until_ready(&served, Duration::from_secs(60));
            let end = Instant::now() + Duration::from_secs(60);
            while tally.done() < before + 10 {
                assert!(Instant::now() < end, "changes do not go on");
                thread::sleep(Duration::from_millis(20));
            }
        });
        assert!(done > 0);
        estate.settle(&served, true);
    }
    // The worker has come back as well.
    estate.every_mail_arrives(&served);
}

#[test]
fn a_connection_that_was_lost_while_nobody_used_it_costs_no_request() {
    let Some(mut cluster) = cluster("a_connection_that_was_lost") else { return };
    let estate = estate_on(&cluster);
    let served = estate.serve();
    let mut wire = Wire::new(&served.address);
    assert!(estate.may(&mut wire, "own0", "fs:/own0:read"));
    cluster.stop("-INT");
    cluster.start();
    // Whether it is there is tried about once a second.
    wait_until_ready(&served, Duration::from_secs(60));
    assert!(estate.may(&mut wire, "own0", "fs:/own0:write"));
    estate.put_user(&mut wire, "late");
    cluster.sql(END_ALL_SESSIONS);
    assert!(estate.may(&mut wire, "own1", "fs:/own1:write"));
    estate.put_user(&mut wire, "later");
}

#[test]
fn a_server_that_may_only_be_read_for_a_while_puts_changes_off_and_is_read_on() {
    let Some(mut cluster) = cluster("a_server_that_may_only_be_read_for_a_while") else { return };
    let estate = estate_on(&cluster);
    let served = estate.serve();
    let mut wire = Wire::new(&served.address);
    let is_put_off = |wire: &mut Wire, method: &str, path: &str, body: &Value| {
        let reply = wire.call(method, path, &estate.key, body).unwrap();
        assert!(reply.is_put_off(), "{method} {path}: {reply:?}");
    };
    let share = json!({ "issuer": "own0", "holder": { "user": "own1" }, "permission": "fs:/own0:read" });
    let what_if = json!({ "change": { "share": share } });
    let person = json!({ "email": "x@example.org", "email_confirmed": true });
    cluster.sql("ALTER DATABASE postgres SET default_transaction_read_only = on");
    cluster.sql(END_ALL_SESSIONS);
    for _ in 0..3 {
        is_put_off(&mut wire, "PUT", "/v1/users/xena", &person);
        is_put_off(&mut wire, "POST", "/v1/what-if", &what_if);
        assert!(estate.may(&mut wire, "own0", "fs:/own0:read"));
    }
    let other = estate.serve();
    assert!(estate.may(&mut Wire::new(&other.address), "own0", "fs:/own0:read"), "a node can start");
    cluster.sql("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT");
    estate.put_user(&mut wire, "xena");
    estate.host(&mut wire, "POST", "/v1/what-if", &what_if);
    estate.put_user(&mut Wire::new(&other.address), "yara");
    // A standby lags: it is asked nothing at all.
    cluster.sql("COPY (SELECT 1) TO PROGRAM 'cat > standby.signal'");
    cluster.stop("-INT");
    cluster.start();
    is_put_off(&mut wire, "PUT", "/v1/users/zoe", &person);
    is_put_off(&mut wire, "POST", "/v1/check", &json!({ "actor": { "user": "own0" }, "permission": "fs:/own0:read" }));
    cluster.sql("SELECT pg_promote()");
    wait_until_ready(&served, Duration::from_secs(60));
    estate.put_user(&mut wire, "zoe");
}

#[test]
fn when_every_connection_is_in_use_one_is_told_to_come_again() {
    let db = TestDatabase::new();
    let store = Arc::new(Store::open(&db.url(), 2).unwrap());
    let (release, held) = mpsc::channel::<()>();
    let (held, are_taken) = (std::sync::Mutex::new(held), Barrier::new(3));
    thread::scope(|scope| {
        for _ in 0..2 {
            let (store, held, are_taken) = (Arc::clone(&store), &held, &are_taken);
            scope.spawn(move || {
                let waited: Result<(), StoreError> = store.read(|_| {
                    are_taken.wait();
                    let _ = held.lock().unwrap().recv();
                    Ok(())
                });
                waited.unwrap();
            });
        }
        are_taken.wait();
        let start = Instant::now();
        let refused = store.read(|tx| tx.count_grants()).unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        drop(release);
    });
    assert_eq!(store.read(|tx| tx.count_grants()).unwrap(), 0);
}

#[test]
fn what_has_no_connection_is_answered_503_with_a_time_to_come_again() {
    let estate = Estate::new();
    let served = estate.serve();
    let store = Store::open(&estate.url, 1).unwrap();
    // Somebody writes for longer than anybody waits for him.
    let reply = store.write("long", |_| {
        let body = json!({ "email": "x@example.org", "email_confirmed": true });
        Ok::<_, StoreError>(Wire::new(&served.address).call("PUT", "/v1/users/xena", &estate.key, &body).unwrap())
    });
    assert!(reply.unwrap().is_put_off());
    estate.put_user(&mut Wire::new(&served.address), "xena");
}

#[test]
fn while_more_changes_wait_than_there_are_threads_questions_are_answered() {
    const CHANGES: usize = 250;
    let estate = Estate::new();
    let served = estate.serve();
    let store = Store::open(&estate.url, 1).unwrap();
    thread::scope(|scope| {
        let (estate, served) = (&estate, &served);
        let asked = store.write("long", |_| {
            for n in 0..CHANGES {
                scope.spawn(move || {
                    let body = json!({ "email": format!("w{n}@example.org"), "email_confirmed": true });
                    let mut wire = Wire::new(&served.address);
                    let reply = wire.call("PUT", &format!("/v1/users/w{n}"), &estate.key, &body).unwrap();
                    assert!(reply.is_done() || reply.is_put_off(), "{reply:?}");
                });
            }
            // Most of them are there by then.
            thread::sleep(Duration::from_secs(1));
            wait_until_ready(served, Duration::from_secs(20));
            let mut wire = Wire::new(&served.address);
            assert!(estate.may(&mut wire, "own0", "fs:/own0:read"));
            estate.host(&mut wire, "GET", "/v1/users/own0", &Value::Null);
            Ok::<_, StoreError>(())
        });
        asked.unwrap();
    });
}
