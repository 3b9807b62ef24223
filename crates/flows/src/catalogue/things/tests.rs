use super::{AppChange, SiteChange};
use crate::{
    App, EntryKind,
    testing::{Refused, World, host},
};
use serde_json::json;
use vouchsafe_types::{Access, Actor, AppUid, Holder, Resource, SiteId};

fn app_change(name: &str, owner: &str, is_protected: bool) -> AppChange {
    AppChange {
        name: name.to_owned(),
        owner: owner.to_owned(),
        is_protected: Some(is_protected),
        metadata: json!({}),
        index_url: None,
    }
}

fn site_change(name: &str, owner: &str) -> SiteChange {
    SiteChange {
        name: name.to_owned(),
        owner: owner.to_owned(),
        associated_app: None,
        root: None,
        is_protected: Some(true),
    }
}

fn uid(text: &str) -> AppUid {
    text.parse().unwrap()
}

impl World {
    pub(crate) fn app(&self, uid: &str, owner: &str, is_protected: bool) -> App {
        let change = app_change(&format!("name of {uid}"), owner, is_protected);
        self.vouchsafe.put_app(&host(), &uid.parse().unwrap(), &change).unwrap().0
    }
}

#[test]
fn an_app_is_made_and_changed_by_putting_it() {
    let world = World::new();
    world.person("ann");
    let put = |change: &AppChange| world.vouchsafe.put_app(&host(), &uid("app-1"), change).unwrap();
    let change = AppChange { metadata: json!({ "shared_appdata": true, "x": 1 }), ..app_change("one", "ann", true) };
    let (app, owner, is_new) = put(&change);
    assert_eq!((owner.as_str(), is_new, app.shared_appdata), ("ann", true, true));
    assert_eq!(put(&change), (app.clone(), owner.clone(), false));
    assert_eq!(world.vouchsafe.app(&host(), &uid("app-1")).unwrap(), (app, owner));
    let (changed, _, _) = put(&AppChange { metadata: json!({ "shared_appdata": "true" }), ..change });
    assert!(!changed.shared_appdata, "only the value true shares data");
}

#[test]
fn names_of_apps_and_sites_are_unique_and_legal() {
    let world = World::new();
    world.person("ann");
    let app = |at: &str, name: &str| world.vouchsafe.put_app(&host(), &uid(at), &app_change(name, "ann", false)).code();
    let site = |name: &str| world.vouchsafe.put_site(&host(), SiteId::mint(), &site_change(name, "ann")).code();
    assert_eq!((app("app-1", "one"), site("one")), ("not refused", "not refused"));
    assert_eq!((app("app-2", "one"), site("one")), ("conflict", "conflict"));
    assert_eq!((app("app-2", "One"), site("One")), ("not refused", "not refused"));
    for name in ["", "a\0b", &"x".repeat(256)] {
        assert_eq!((app("app-3", name), site(name)), ("field_invalid", "field_invalid"), "{name:?}");
    }
}

#[test]
fn a_protected_app_or_site_is_there_only_for_who_may_open_it() {
    let world = World::new();
    let ((ann, anns), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    world.app("app-1", "ann", true);
    world.app("app-2", "ann", false);
    let site = SiteId::mint();
    world.vouchsafe.put_site(&anns, site, &site_change("s", "ann")).unwrap();
    let app = |actor, text| world.vouchsafe.app(actor, &uid(text)).code();
    assert_eq!((app(&anns, "app-1"), app(&bobs, "app-2")), ("not refused", "not refused"));
    assert_eq!((app(&bobs, "app-1"), app(&bobs, "app-none")), ("entity_not_found", "entity_not_found"));
    assert_eq!(world.vouchsafe.site(&bobs, site).code(), "entity_not_found");
    world.grant(&ann, Holder::User(bob.id), Resource::App(uid("app-1")), Access::Read);
    world.grant(&ann, Holder::User(bob.id), Resource::Site(site), Access::Read);
    assert_eq!(app(&bobs, "app-1"), "not refused");
    assert!(world.vouchsafe.site(&bobs, site).is_ok());
}

#[test]
fn only_the_owner_and_the_host_change_and_delete() {
    let world = World::new();
    let ((ann, anns), (_, bobs)) = (world.person("ann"), world.person("bob"));
    world.app("app-1", "ann", false);
    let site = SiteId::mint();
    world.vouchsafe.put_site(&anns, site, &site_change("s", "ann")).unwrap();
    let through_app = Actor::App { app: uid("app-1"), user: ann.id };
    for other in [&bobs, &through_app] {
        for owner in ["ann", "bob"] {
            let app = world.vouchsafe.put_app(other, &uid("app-1"), &app_change("mine", owner, false)).code();
            let put = world.vouchsafe.put_site(other, site, &site_change("mine", owner)).code();
            assert_eq!((app, put), ("forbidden", "forbidden"), "{owner}");
        }
        let app = world.vouchsafe.delete_app(other, &uid("app-1")).code();
        assert_eq!((app, world.vouchsafe.delete_site(other, site).code()), ("entity_not_found", "entity_not_found"));
    }
    world.vouchsafe.delete_site(&anns, site).unwrap();
    world.vouchsafe.delete_app(&anns, &uid("app-1")).unwrap();
    assert_eq!(world.vouchsafe.app(&host(), &uid("app-1")).code(), "entity_not_found");
    assert_eq!(world.vouchsafe.site(&host(), site).code(), "entity_not_found");
}

#[test]
fn a_site_serves_a_directory_of_its_owner_and_belongs_to_an_app_that_he_sees() {
    let world = World::new();
    let (_, anns) = world.person("ann");
    world.person("bob");
    let (dir, file) = (world.entry("/ann/www", EntryKind::Dir), world.entry("/ann/a.txt", EntryKind::File));
    let bobs = world.entry("/bob/www", EntryKind::Dir);
    world.app("app-bobs", "bob", true);
    let put = |change: &SiteChange| world.vouchsafe.put_site(&anns, SiteId::mint(), change).code();
    let served = |entry: &crate::EntryWithPath| SiteChange { root: Some(entry.entry.uuid), ..site_change("s", "ann") };
    assert_eq!(put(&served(&bobs)), "subject_does_not_exist");
    assert_eq!(put(&served(&file)), "dest_is_not_a_directory");
    let of_app = |text| SiteChange { associated_app: Some(uid(text)), ..site_change("s", "ann") };
    assert_eq!((put(&of_app("app-none")), put(&of_app("app-bobs"))), ("entity_not_found", "entity_not_found"));
    let site = SiteId::mint();
    world.vouchsafe.put_site(&anns, site, &served(&dir)).unwrap();
    world.vouchsafe.delete_entry(&anns, dir.entry.uuid).unwrap();
    assert_eq!(world.vouchsafe.site(&anns, site).unwrap().0.root, None, "the site outlives its directory");
}

#[test]
fn an_app_that_comes_back_under_its_uid_comes_back_empty_handed() {
    let world = World::new();
    let ((ann, _), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    world.app("app-1", "ann", true);
    world.grant(&ann, Holder::User(bob.id), Resource::App(uid("app-1")), Access::Read);
    assert!(world.vouchsafe.app(&bobs, &uid("app-1")).is_ok());
    world.vouchsafe.delete_app(&host(), &uid("app-1")).unwrap();
    world.app("app-1", "ann", true);
    assert_eq!(world.vouchsafe.app(&bobs, &uid("app-1")).code(), "entity_not_found");
    assert_eq!(world.count_grants(), 0);
}
