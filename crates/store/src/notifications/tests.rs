//! What notifications promise.

use super::*;
use crate::{
    fixture::{later, now},
    testing::TestDatabase,
};
use serde_json::json;

impl TestDatabase {
    fn tell(&self, user: UserId, what: &str) -> NotificationId {
        self.writes(|tx| tx.notify(user, &json!({ "title": what }), now()))
    }

    fn list(&self, user: UserId, filter: NotificationFilter) -> Vec<Notification> {
        self.store.read(|tx| tx.list_notifications(user, (filter, NotificationOrder::OldestFirst), 0, 200)).unwrap()
    }

    fn ids(&self, user: UserId, filter: NotificationFilter) -> Vec<NotificationId> {
        self.list(user, filter).into_iter().map(|found| found.id).collect()
    }
}

#[test]
fn what_was_shown_or_put_away_is_told_apart() {
    use NotificationFilter::{Acknowledged, All, Unacknowledged, Unread};
    let db = TestDatabase::new();
    let ann = db.person("ann").0.id;
    let [fresh, shown, away] = ["fresh", "shown", "away"].map(|what| db.tell(ann, what));
    db.writes(|tx| tx.show_notification(ann, shown, later(1)));
    db.writes(|tx| tx.acknowledge_notification(ann, away, later(2)));
    assert_eq!(db.ids(ann, All), [fresh, shown, away]);
    assert_eq!(db.ids(ann, Unread), [fresh]);
    assert_eq!(db.ids(ann, Unacknowledged), [fresh, shown]);
    assert_eq!(db.ids(ann, Acknowledged), [away]);
    let found = db.list(ann, All);
    assert_eq!(found[0].value, json!({ "title": "fresh" }));
    assert_eq!((found[0].created_at, found[0].shown_at, found[0].acknowledged_at), (now(), None, None));
    assert_eq!((found[1].shown_at, found[2].acknowledged_at), (Some(later(1)), Some(later(2))));
}

#[test]
fn nobody_sees_or_changes_what_others_are_told() {
    let db = TestDatabase::new();
    let [ann, eve] = ["ann", "eve"].map(|name| db.person(name).0.id);
    let told = db.tell(ann, "hello");
    assert_eq!(db.ids(eve, NotificationFilter::All), []);
    db.writes(|tx| tx.show_notification(eve, told, now()));
    db.writes(|tx| tx.acknowledge_notification(eve, told, now()));
    assert_eq!(db.ids(ann, NotificationFilter::Unread), [told]);
}

#[test]
fn an_unknown_notification_changes_nothing() {
    let db = TestDatabase::new();
    let ann = db.person("ann").0.id;
    let told = db.tell(ann, "hello");
    db.writes(|tx| tx.show_notification(ann, NotificationId::mint(), now()));
    db.writes(|tx| tx.acknowledge_notification(ann, NotificationId::mint(), now()));
    assert_eq!(db.ids(ann, NotificationFilter::Unread), [told]);
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let db = TestDatabase::new();
    let ann = db.person("ann").0.id;
    let told: Vec<_> = (0..5).map(|n| db.tell(ann, &n.to_string())).collect();
    let page = |order, offset| {
        let page = db.store.read(|tx| tx.list_notifications(ann, (NotificationFilter::All, order), offset, 2)).unwrap();
        page.into_iter().map(|found| found.id).collect::<Vec<_>>()
    };
    let all = |order| [0, 2, 4, 6].map(|offset| page(order, offset)).concat();
    let newest: Vec<_> = told.iter().copied().rev().collect();
    assert_eq!([all(NotificationOrder::OldestFirst), all(NotificationOrder::NewestFirst)], [told, newest]);
}
