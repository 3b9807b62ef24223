use crate::{
    App, Group, Site, StoreError,
    fixture::{because, now},
    schema::audit,
    testing::TestDatabase,
};
use diesel::prelude::*;
use serde_json::{Value, json};
use vouchsafe_types::{Actor, Grant, GrantId, GroupId, Holder, Resource, SiteId, UserId};

impl TestDatabase {
    /// The grants whose end is in the audit, in order of their ids.
    fn revoked(&self) -> Vec<GrantId> {
        let rows: Vec<Option<crate::sql_types::Id>> = self
            .store
            .read(|tx| {
                let revoked = audit::table.filter(audit::action.eq("revoke")).filter(audit::reason.eq("test"));
                Ok::<_, StoreError>(revoked.select(audit::grant_id).load(tx.conn)?)
            })
            .unwrap();
        sorted(rows.into_iter().map(|id| id.unwrap().to()))
    }
}

fn sorted(ids: impl IntoIterator<Item = GrantId>) -> Vec<GrantId> {
    let mut ids: Vec<_> = ids.into_iter().collect();
    ids.sort();
    ids
}

fn ids(grants: &[Grant]) -> Vec<GrantId> {
    sorted(grants.iter().map(|grant| grant.id))
}

#[test]
fn deleting_a_subtree_removes_and_audits_the_grants_in_it_only() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    let dir = db.dir(&home, "dir");
    let (leaf, beside) = (db.file(&db.dir(&dir, "inner"), "leaf"), db.file(&home, "beside"));
    let give = |on: &crate::Entry| db.grant(&ann, Holder::User(bob.id), Resource::Entry(on.uuid));
    let fall = [give(&dir), give(&leaf)];
    let stay = give(&beside);
    let actor = Actor::User(ann.id);
    db.writes(|tx| {
        tx.retire_grants_below(&dir, None, because(&actor))?;
        tx.delete_entry(&dir)
    });
    assert_eq!(db.revoked(), ids(&fall));
    let left = db.store.read(|tx| tx.list_grants_given_by(ann.id)).unwrap();
    assert_eq!(left, [stay]);
}

#[test]
fn only_what_one_issuer_gave_is_retired_when_he_is_named() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    let file = db.file(&home, "a.txt");
    let anns = db.grant(&ann, Holder::User(bob.id), Resource::Entry(file.uuid));
    let bobs = db.grant(&bob, Holder::Everyone, Resource::Entry(file.uuid));
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.retire_grants_below(&home, Some(ann.id), because(&actor)));
    assert_eq!(db.revoked(), [anns.id]);
    assert_eq!(db.store.read(|tx| tx.list_grants_given_by(bob.id)).unwrap(), [bobs]);
}

#[test]
fn a_rolled_back_delete_leaves_grants_and_no_audit() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    db.grant(&ann, Holder::User(bob.id), Resource::Entry(home.uuid));
    let actor = Actor::User(ann.id);
    let failed: Result<(), StoreError> = db.store.write("test", |tx| {
        tx.retire_grants_below(&home, None, because(&actor))?;
        Err(StoreError::Corrupt("on purpose".to_owned()))
    });
    assert!(failed.is_err());
    assert_eq!((db.revoked().len(), db.count_grants()), (0, 1));
}

/// A group, an app and a site of one person.
struct Things {
    group: GroupId,
    app: App,
    site: SiteId,
}

fn things(db: &TestDatabase, owner: UserId) -> Things {
    let group = Group { id: GroupId::mint(), owner, name: "g".to_owned(), metadata: json!({}), created_at: now() };
    let app = App {
        uid: "app-1".parse().unwrap(),
        name: "one".to_owned(),
        owner,
        is_protected: true,
        shared_appdata: false,
        metadata: Value::Null,
        index_url: None,
        created_at: now(),
    };
    let site = Site {
        id: SiteId::mint(),
        name: "s".to_owned(),
        owner,
        associated_app: Some(app.uid.clone()),
        root: None,
        is_protected: true,
        created_at: now(),
    };
    db.writes(|tx| {
        tx.save_group(&group)?;
        tx.save_app(&app)?;
        tx.save_site(&site, None)
    });
    Things { group: group.id, app, site: site.id }
}

#[test]
fn deleting_a_group_an_app_or_a_site_audits_what_falls_with_it() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    let Things { group, app, site } = things(&db, ann.id);
    let entry = Resource::Entry(home.uuid);
    let to_group = db.grant(&ann, Holder::Group(group), entry.clone());
    let to_app = db.grant(&ann, Holder::App { app: app.uid.clone(), user: Some(bob.id) }, entry.clone());
    let to_app_of_all = db.grant(&ann, Holder::App { app: app.uid.clone(), user: None }, entry.clone());
    let on_app = db.grant(&ann, Holder::User(bob.id), Resource::App(app.uid.clone()));
    let on_site = db.grant(&ann, Holder::User(bob.id), Resource::Site(site));
    let stays = db.grant(&ann, Holder::User(bob.id), entry);
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.delete_group(group, because(&actor)));
    assert_eq!(db.revoked(), [to_group.id]);
    db.writes(|tx| tx.delete_site(site, because(&actor)));
    assert_eq!(db.revoked(), ids(&[to_group.clone(), on_site.clone()]));
    db.writes(|tx| tx.delete_app(&app.uid, because(&actor)));
    assert_eq!(db.revoked(), ids(&[to_group, on_site, to_app, to_app_of_all, on_app]));
    assert_eq!(db.store.read(|tx| tx.list_grants_given_by(ann.id)).unwrap(), [stays]);
}

#[test]
fn deleting_a_user_takes_and_audits_everything_that_hangs_on_him() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, bobs_home), (eve, _)) = (db.person("ann"), db.person("bob"), db.person("eve"));
    let Things { group, app, .. } = things(&db, ann.id);
    let in_bobs = Resource::Entry(bobs_home.uuid);
    let gone = [
        db.grant(&bob, Holder::User(eve.id), Resource::Entry(home.uuid)),
        db.grant(&ann, Holder::User(eve.id), in_bobs.clone()),
        db.grant(&bob, Holder::User(ann.id), in_bobs.clone()),
        db.grant(&bob, Holder::Group(group), in_bobs.clone()),
        db.grant(&bob, Holder::App { app: app.uid.clone(), user: Some(eve.id) }, in_bobs.clone()),
        db.grant(&bob, Holder::User(eve.id), Resource::App(app.uid.clone())),
    ];
    let stays = db.grant(&bob, Holder::User(eve.id), in_bobs);
    let before = db.store.versions(Some(bobs_home.id)).unwrap();
    let actor = Actor::Service { name: "host".to_owned() };
    db.writes(|tx| tx.delete_user(ann.id, because(&actor)));
    assert_eq!(db.revoked(), ids(&gone));
    assert_eq!(db.store.read(|tx| tx.list_grants_given_by(bob.id)).unwrap(), [stays]);
    let after = db.store.versions(Some(bobs_home.id)).unwrap();
    assert!(after.tree > before.tree && after.identity > before.identity);
    let left = db
        .store
        .read(|tx| Ok::<_, StoreError>((tx.find_entry(home.uuid)?, tx.find_group(group)?, tx.find_app(&app.uid)?)))
        .unwrap();
    assert_eq!(left, (None, None, None));
}

#[test]
fn a_deny_outlives_who_wrote_it() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, bobs_home), (eve, _)) = (db.person("ann"), db.person("bob"), db.person("eve"));
    let deny = |on: &crate::Entry| db.deny(&ann, Holder::User(eve.id), Resource::Entry(on.uuid));
    let (kept, _own) = (deny(&bobs_home), deny(&home));
    let actor = Actor::Service { name: "host".to_owned() };
    db.writes(|tx| tx.delete_user(ann.id, because(&actor)));
    let left = db.store.read(|tx| tx.list_grants_held_by(eve.id)).unwrap();
    assert_eq!(left, [Grant { issuer: bob.id, ..kept }]);
}
