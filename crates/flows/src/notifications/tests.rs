//! What people may do with what they are told.

use super::*;
use crate::testing::{Refused, World, host};
use serde_json::json;

impl World {
    fn tell(&self, user: UserId, count: usize) -> Vec<NotificationId> {
        let now = self.vouchsafe.now();
        let tell = |n| self.vouchsafe.write("test", |tx| Ok(tx.notify(user, &json!({ "n": n }), now)?)).unwrap();
        (0..count).map(tell).collect()
    }

    fn unread(&self, actor: &Actor, offset: u32) -> Vec<NotificationId> {
        let page = self.vouchsafe.list_notifications(actor, NotificationFilter::Unread, offset).unwrap();
        page.into_iter().map(|found| found.id).collect()
    }
}

#[test]
fn a_page_has_two_hundred_and_the_next_one_the_rest() {
    let world = World::new();
    let (user, ann) = world.person("ann");
    let told = world.tell(user.id, 201);
    assert_eq!(world.unread(&ann, 0), told[..200]);
    assert_eq!(world.unread(&ann, 200), told[200..]);
    assert_eq!(world.unread(&ann, u32::MAX), []);
}

#[test]
fn people_mark_their_own_and_never_those_of_others() {
    let world = World::new();
    let ((user, ann), (_, eve)) = (world.person("ann"), world.person("eve"));
    let told = world.tell(user.id, 3);
    world.vouchsafe.mark_notification_read(&eve, told[0]).unwrap();
    world.vouchsafe.acknowledge_notification(&eve, told[1]).unwrap();
    assert_eq!(world.unread(&ann, 0), told);
    world.vouchsafe.mark_notification_read(&ann, told[0]).unwrap();
    world.vouchsafe.acknowledge_notification(&ann, told[1]).unwrap();
    world.vouchsafe.acknowledge_notification(&ann, NotificationId::mint()).unwrap();
    assert_eq!(world.unread(&ann, 0), told[2..]);
}

#[test]
fn who_is_no_person_has_no_notifications() {
    let world = World::new();
    let id = NotificationId::mint();
    assert_eq!(world.vouchsafe.list_notifications(&host(), NotificationFilter::All, 0).code(), "forbidden");
    assert_eq!(world.vouchsafe.acknowledge_notification(&host(), id).code(), "forbidden");
    assert_eq!(world.vouchsafe.mark_notification_read(&host(), id).code(), "forbidden");
}
