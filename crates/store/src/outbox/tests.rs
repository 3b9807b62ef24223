//! What the outbox promises.

use super::*;
use crate::{
    fixture::{later, now, watch},
    testing::TestDatabase,
};
use serde_json::json;

const SECRET: &str = "http://vouchsafe.test?share_token=s3cret";

#[derive(Debug, PartialEq)]
struct State {
    attempts: i32,
    last_error: Option<String>,
    is_delivered: bool,
    is_abandoned: bool,
    payload: Value,
}

impl TestDatabase {
    fn queue(&self, to: &str) -> MessageId {
        let mail = Mail { recipient: to.into(), template: "share_by_email", payload: json!({ "link": SECRET }) };
        self.writes(|tx| tx.queue_mail(&mail, now()))
    }

    /// Ids of what is due so many seconds later.
    fn due(&self, after: i64, limit: i64) -> Vec<MessageId> {
        let due = self.store.read(|tx| tx.list_due_messages(later(after), limit)).unwrap();
        due.into_iter().map(|message| message.id).collect()
    }

    fn seq(&self, id: MessageId) -> i64 {
        let find = |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
            Ok(outbox::table.filter(outbox::id.eq(Id::from(id))).select(outbox::seq).first(tx.conn)?)
        };
        self.store.read(find).unwrap()
    }

    fn deliver(&self, id: MessageId) {
        let seq = self.seq(id);
        self.writes(|tx| tx.mark_delivered(seq, later(1)));
    }

    fn fail(&self, id: MessageId, retry_after: Option<i64>) {
        let seq = self.seq(id);
        self.writes(|tx| tx.mark_failed(seq, "smtp: no connection", retry_after.map(later), later(1)));
    }

    fn state(&self, id: MessageId) -> State {
        type Row = (i32, Option<String>, Option<Ts>, Option<Ts>, Json);
        let columns =
            (outbox::attempts, outbox::last_error, outbox::delivered_at, outbox::abandoned_at, outbox::payload);
        let find = |tx: &mut Tx<'_>| -> Result<Row, StoreError> {
            Ok(outbox::table.filter(outbox::id.eq(Id::from(id))).select(columns).first(tx.conn)?)
        };
        let (attempts, last_error, delivered, abandoned, payload) = self.store.read(find).unwrap();
        State {
            attempts,
            last_error,
            is_delivered: delivered.is_some(),
            is_abandoned: abandoned.is_some(),
            payload: payload.0,
        }
    }
}

#[test]
fn what_is_due_comes_in_order_and_what_is_claimed_holds_up_what_follows_it() {
    let db = TestDatabase::new();
    let [first, second] = [db.queue("bob@x.org"), db.queue("bob@x.org")];
    let other = db.queue("eve@x.org");
    assert_eq!(db.due(0, 10), [first, second, other]);
    assert_eq!(db.due(0, 1), [first]);
    let claimed = db.writes(|tx| tx.claim_due_messages(Way::Mail, now(), later(120), 1));
    assert_eq!(claimed.iter().map(|m| m.id).collect::<Vec<_>>(), [first]);
    assert_eq!(db.due(119, 10), [other]);
    assert_eq!(db.due(120, 10), [first, second, other], "a claim ends");
    db.writes(|tx| tx.release_messages(Some(&[claimed[0].seq])));
    assert_eq!(db.due(0, 10), [first, second, other]);
}

#[test]
fn a_message_that_waits_for_its_next_attempt_holds_back_those_behind_it() {
    let db = TestDatabase::new();
    let [first, second] = [db.queue("bob@x.org"), db.queue("bob@x.org")];
    db.fail(first, Some(60));
    assert_eq!(db.due(59, 10), []);
    assert_eq!(db.due(60, 10), [first, second]);
    let failed = db.state(first);
    assert_eq!((failed.attempts, failed.last_error.as_deref()), (1, Some("smtp: no connection")));
    assert!(!failed.is_abandoned && !failed.is_delivered);
}

#[test]
fn a_message_that_is_given_up_lets_the_next_one_pass() {
    let db = TestDatabase::new();
    let [first, second] = [db.queue("bob@x.org"), db.queue("bob@x.org")];
    db.fail(first, None);
    assert!(db.state(first).is_abandoned);
    assert_eq!(db.due(3600, 10), [second]);
}

#[test]
fn what_is_listed_and_not_marked_is_listed_again() {
    let db = TestDatabase::new();
    let first = db.queue("bob@x.org");
    assert_eq!(db.due(0, 10), [first]);
    assert_eq!(db.due(0, 10), [first]);
}

#[test]
fn a_delivered_message_forgets_its_secrets() {
    let db = TestDatabase::new();
    let first = db.queue("bob@x.org");
    db.fail(first, Some(0));
    assert_eq!(db.state(first).payload, json!({ "link": SECRET }));
    db.deliver(first);
    let delivered =
        State { attempts: 2, last_error: None, is_delivered: true, is_abandoned: false, payload: Value::Null };
    assert_eq!(db.state(first), delivered);
    assert_eq!(db.due(3600, 10), []);
}

#[test]
fn what_waits_is_found_without_a_look_at_what_was_ever_sent() {
    if TestDatabase::is_postgres() {
        return;
    }
    let db = TestDatabase::new();
    db.writes(|tx| {
        let seen = watch(tx.conn);
        tx.list_due_messages(now(), 10)?;
        tx.release_messages(None)?;
        tx.count_open_messages()?;
        tx.forget_messages(now(), 10)?;
        let statements = std::mem::take(&mut *seen.lock().unwrap());
        assert!(statements.len() >= 4, "{statements:?}");
        for statement in statements.iter().filter(|statement| !statement.contains("(1=0)")) {
            let sql = statement.split(" -- binds").next().unwrap_or_default();
            let plan: Vec<Plan> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(tx.conn)?;
            let is_scan =
                |step: &&Plan| step.detail.starts_with("SCAN outbox") && !step.detail.contains("outbox_waiting");
            assert_eq!(plan.iter().find(is_scan).map(|step| &step.detail), None, "{sql}");
        }
        Ok(())
    });
}

#[test]
fn what_went_out_long_ago_is_forgotten_and_what_waits_or_was_given_up_is_not() {
    let db = TestDatabase::new();
    let [old, recent, waits, given_up] = [(); 4].map(|()| db.queue("bob@x.org"));
    db.deliver(old);
    let seq = db.seq(recent);
    db.writes(|tx| tx.mark_delivered(seq, later(100)));
    db.fail(given_up, None);
    let forget = |limit| db.writes(|tx| tx.forget_messages(later(100), limit));
    assert_eq!((forget(0), forget(10), forget(10)), (0, 1, 0));
    let left = db.store.read(|tx| tx.list_messages(crate::MessageFilter::All, i64::MAX, 10)).unwrap();
    assert_eq!(left.into_iter().map(|message| message.id).collect::<Vec<_>>(), [given_up, waits, recent]);
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[test]
fn no_mail_is_queued_when_the_transaction_rolls_back() {
    let db = TestDatabase::new();
    let mail = Mail { recipient: "bob@x.org".into(), template: "share_by_email", payload: json!({}) };
    let failed: Result<(), StoreError> = db.store.write("test", |tx| {
        tx.queue_mail(&mail, now())?;
        Err(StoreError::Unavailable("on purpose".into()))
    });
    assert!(failed.is_err());
    assert_eq!(db.due(3600, 10), []);
}
