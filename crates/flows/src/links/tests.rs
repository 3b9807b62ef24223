use super::*;
use crate::{
    EntryKind, Gives, GrantTerms, Mode, User,
    grants::IfMatch,
    testing::{Refused, World, host},
};
use chrono::TimeDelta;
use vouchsafe_types::{Access, Actor, Capability, EntryId, Holder, LinkId, Permission, Resource};

struct Scene {
    world: World,
    ann: (User, Actor),
    bob: (User, Actor),
    dir: EntryId,
}

fn scene() -> Scene {
    let world = World::new();
    let (ann, bob) = (world.person("ann"), world.person("bob"));
    let dir = world.entry("/ann/photos", EntryKind::Dir).entry.uuid;
    Scene { world, ann, bob, dir }
}

impl Scene {
    fn wish(&self) -> LinkWish {
        LinkWish::new(self.dir, "test", Access::Read.capabilities(), "test")
    }

    fn made(&self, wish: &LinkWish) -> (LinkId, String) {
        let link = self.world.vouchsafe.make_link(&self.ann.1, wish).unwrap();
        (link.id, link.token.unwrap())
    }

    fn opens(&self, token: &str) -> bool {
        match self.world.vouchsafe.open_link(token, None) {
            Ok(opened) => self.world.vouchsafe.entry(&opened.actor, self.dir).is_ok(),
            Err(crate::Fault::Api(error)) => {
                assert_eq!(error.code(), "token_auth_failed");
                false
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn links(&self) -> Vec<LinkView> {
        self.world.vouchsafe.links_on(&self.ann.1, self.dir).unwrap()
    }
}

#[test]
fn a_link_opens_what_it_was_given_and_nothing_else() {
    let scene = scene();
    let inside = scene.world.entry("/ann/photos/sea.jpg", EntryKind::File).entry.uuid;
    let beside = scene.world.entry("/ann/diary", EntryKind::File).entry.uuid;
    let (_, token) = scene.made(&scene.wish());
    let opened = scene.world.vouchsafe.open_link(&token, None).unwrap();
    let entry = |uuid| scene.world.vouchsafe.entry(&opened.actor, uuid);
    let seen = entry(inside).unwrap();
    assert!(!seen.path.contains("photos"), "{} says where it lies", seen.path);
    assert_eq!(entry(beside).code(), "subject_does_not_exist");
    assert_eq!(scene.world.vouchsafe.delete_entry(&opened.actor, inside).code(), "forbidden");
    assert_eq!(scene.world.vouchsafe.make_link(&opened.actor, &scene.wish()).code(), "forbidden");
    assert!(!scene.opens("no such token"));
}

#[test]
fn a_link_goes_with_its_grant_and_its_grant_with_the_link() {
    let scene = scene();
    let (id, token) = scene.made(&scene.wish());
    let grant = scene.links()[0].grant.id;
    let gone = scene.world.vouchsafe.revoke(&scene.ann.1, grant, Mode::Cascade, &IfMatch::default());
    assert!(gone.is_ok() && !scene.opens(&token) && scene.links().is_empty());
    assert_eq!(scene.world.vouchsafe.link(&scene.ann.1, id).code(), "entity_not_found");

    let (id, token) = scene.made(&scene.wish());
    scene.world.vouchsafe.delete_link(&scene.ann.1, id).unwrap();
    assert!(!scene.opens(&token));
    assert_eq!(scene.world.count_grants(), 0);

    let (_, token) = scene.made(&scene.wish());
    scene.world.vouchsafe.delete_entry(&host(), scene.dir).unwrap();
    assert!(!scene.opens(&token));
}

#[test]
fn a_link_dies_with_the_authority_of_who_gave_it() {
    let scene = scene();
    let resource = Resource::Entry(scene.dir);
    let grant = scene.world.grant(&scene.ann.0, Holder::User(scene.bob.0.id), resource, Access::Manage);
    let token = scene.world.vouchsafe.make_link(&scene.bob.1, &scene.wish()).unwrap().token.unwrap();
    scene.world.vouchsafe.suspend_user("bob", true).unwrap();
    assert!(!scene.opens(&token), "asleep with its issuer");
    scene.world.vouchsafe.suspend_user("bob", false).unwrap();
    assert!(scene.opens(&token));
    scene.world.vouchsafe.revoke(&scene.ann.1, grant.id, Mode::Cascade, &IfMatch::default()).unwrap();
    assert!(!scene.opens(&token) && scene.links().is_empty());
}

#[test]
fn only_who_may_share_makes_links_and_gives_no_more_than_he_has() {
    let scene = scene();
    let vouchsafe = &scene.world.vouchsafe;
    assert_eq!(vouchsafe.make_link(&scene.bob.1, &scene.wish()).code(), "subject_does_not_exist");
    let bob = Holder::User(scene.bob.0.id);
    scene.world.grant(&scene.ann.0, bob.clone(), Resource::Entry(scene.dir), Access::Write);
    assert_eq!(vouchsafe.make_link(&scene.bob.1, &scene.wish()).code(), "forbidden");
    assert_eq!(vouchsafe.links_on(&scene.bob.1, scene.dir).code(), "forbidden");
    scene.world.grant(&scene.ann.0, bob, Resource::Entry(scene.dir), Access::Manage);
    let more = LinkWish { capabilities: Capability::Delete.into(), ..scene.wish() };
    assert_eq!(vouchsafe.make_link(&scene.bob.1, &more).code(), "permission_denied");
    assert!(vouchsafe.make_link(&scene.bob.1, &scene.wish()).is_ok());
    for wish in [
        LinkWish { capabilities: vouchsafe_types::Capabilities::NONE, ..scene.wish() },
        LinkWish { expires_at: Some(chrono::DateTime::UNIX_EPOCH), ..scene.wish() },
        LinkWish { title: Some("a\0".to_owned()), ..scene.wish() },
        LinkWish { password: Some(String::new()), ..scene.wish() },
    ] {
        assert_eq!(vouchsafe.make_link(&scene.ann.1, &wish).code(), "field_invalid");
    }
}

#[test]
fn a_link_with_a_password_opens_with_it_only() {
    let scene = scene();
    let (id, token) = scene.made(&LinkWish { password: Some("open sesame".to_owned()), ..scene.wish() });
    let vouchsafe = &scene.world.vouchsafe;
    assert_eq!(vouchsafe.open_link(&token, None).code(), "link_password_invalid");
    assert_eq!(vouchsafe.open_link(&token, Some("open")).code(), "link_password_invalid");
    assert!(vouchsafe.open_link(&token, Some("open sesame")).is_ok());
    let change = LinkChange { password: Some(None), title: Some(Some("Photos".to_owned())), ..LinkChange::default() };
    let edited = vouchsafe.edit_link(&scene.ann.1, id, &change).unwrap();
    assert_eq!(
        (edited.title.as_deref(), edited.has_password, edited.token),
        (Some("Photos"), false, Some(token.clone()))
    );
    assert!(scene.opens(&token));
}

#[test]
fn a_link_ends_and_is_given_more_time() {
    let scene = scene();
    let end = scene.world.vouchsafe.now() + TimeDelta::days(1);
    let (id, token) = scene.made(&LinkWish { expires_at: Some(end), ..scene.wish() });
    assert!(scene.opens(&token));
    scene.world.wait(TimeDelta::days(1));
    assert!(!scene.opens(&token) && scene.links()[0].why_not.is_some());
    let change = LinkChange { expires_at: Some(None), ..LinkChange::default() };
    scene.world.vouchsafe.edit_link(&scene.ann.1, id, &change).unwrap();
    assert!(scene.opens(&token));
}

#[test]
fn the_operator_stops_making_and_use_of_links() {
    let scene = scene();
    let (_, token) = scene.made(&scene.wish());
    let mut settings = scene.world.vouchsafe.settings().clone();
    settings.are_public_links_on = false;
    let mut scene = scene;
    scene.world.vouchsafe = scene.world.vouchsafe.with_settings(settings);
    assert!(!scene.opens(&token));
    assert_eq!(scene.world.vouchsafe.make_link(&scene.ann.1, &scene.wish()).code(), "public_links_off");
}

#[test]
fn under_another_secret_a_token_still_opens_and_is_not_shown() {
    let scene = scene();
    let (_, token) = scene.made(&scene.wish());
    let mut settings = scene.world.vouchsafe.settings().clone();
    settings.secret = "another".repeat(8).into();
    let vouchsafe = scene.world.vouchsafe.with_settings(settings);
    assert_eq!(vouchsafe.links_on(&scene.ann.1, scene.dir).unwrap()[0].token, None);
    assert!(vouchsafe.open_link(&token, None).is_ok());
}

#[test]
fn no_link_is_given_a_right_to_share_nor_the_token_of_a_folder_more_than_reading() {
    let scene = scene();
    let (vouchsafe, ann) = (&scene.world.vouchsafe, &scene.ann.1);
    let on = |access: Access| Permission::describing(&Resource::Entry(scene.dir), access.capabilities()).to_string();
    for (kind, most) in [("test", Access::Write), (FOLDER_TOKEN, Access::Read)] {
        let (id, token) = scene.made(&LinkWish { kind, ..scene.wish() });
        for access in [Access::See, Access::Read, Access::Comment, Access::Write, Access::Manage, Access::Full] {
            let is_within = most.capabilities().covers(access.capabilities());
            let wish = LinkWish { kind, capabilities: access.capabilities(), ..scene.wish() };
            let made = vouchsafe.make_link(ann, &wish).map(|link| vouchsafe.delete_link(ann, link.id).unwrap());
            let change = LinkChange { capabilities: Some(access.capabilities()), ..LinkChange::default() };
            let edited = vouchsafe.edit_link(ann, id, &change).map(|_| ());
            let terms = GrantTerms { gives: Gives::Text(on(access)), expires_at: None, is_exact: false };
            let grant = vouchsafe.link(ann, id).unwrap().grant.id;
            let by_grant = vouchsafe.edit_grant(ann, grant, &terms, &IfMatch::default()).map(|_| ());
            for outcome in [made, edited, by_grant] {
                match is_within {
                    true => assert!(outcome.is_ok(), "{kind} {access:?}"),
                    false => assert_eq!(outcome.code(), "permission_denied", "{kind} {access:?}"),
                }
            }
            let has = vouchsafe.link(ann, id).unwrap().grant.capabilities;
            assert!(most.capabilities().covers(has) && scene.opens(&token), "{kind} {access:?}");
        }
    }
}
