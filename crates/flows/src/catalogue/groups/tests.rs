use super::GroupChange;
use crate::testing::{Refused, World, host};
use vouchsafe_types::{Access, Actor, GroupId, Holder, Resource};

fn change(owner: &str, members: Option<&[&str]>) -> GroupChange {
    GroupChange {
        owner: owner.to_owned(),
        name: "friends".to_owned(),
        members: members.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
    }
}

#[test]
fn a_group_has_the_members_that_were_put_last() {
    let world = World::new();
    for name in ["ann", "bob", "eve"] {
        world.person(name);
    }
    let id = GroupId::mint();
    let put = |members| world.vouchsafe.put_group(&host(), id, &change("ann", members)).unwrap();
    let (first, is_new) = put(Some(&["eve", "bob", "bob"]));
    assert_eq!((is_new, first.owner.as_str(), first.members), (true, "ann", vec!["bob".into(), "eve".to_owned()]));
    let (second, is_new) = put(Some(&["eve"]));
    assert_eq!((is_new, second.members), (false, vec!["eve".to_owned()]));
    assert_eq!(put(None).0.members, ["eve"], "members that are not said stay");
    assert_eq!(put(Some(&[])).0.members, Vec::<String>::new());
}

#[test]
fn an_unknown_member_changes_nothing_at_all() {
    let world = World::new();
    world.person("ann");
    let id = GroupId::mint();
    world.vouchsafe.put_group(&host(), id, &change("ann", Some(&["ann"]))).unwrap();
    let refused = |owner, members| world.vouchsafe.put_group(&host(), id, &change(owner, members)).code();
    assert_eq!(refused("ann", Some(&["nobody"])), "user_does_not_exist");
    assert_eq!(refused("nobody", None), "user_does_not_exist");
    assert_eq!(refused("ann", Some(&["ann"; 1_001])), "too_many_keys");
    for name in ["", "a\0b"] {
        let unnamed = GroupChange { name: name.to_owned(), ..change("ann", None) };
        assert_eq!(world.vouchsafe.put_group(&host(), id, &unnamed).code(), "field_invalid", "{name:?}");
    }
    assert_eq!(world.vouchsafe.group(&host(), id, None, 1_000).unwrap().members, ["ann"]);
}

#[test]
fn a_group_is_its_owners_and_shown_to_its_members() {
    let world = World::new();
    let ((ann_user, ann), (_, bob), (_, eve)) = (world.person("ann"), world.person("bob"), world.person("eve"));
    let id = GroupId::mint();
    world.vouchsafe.put_group(&ann, id, &change("ann", Some(&["bob"]))).unwrap();
    assert!(
        world.vouchsafe.group(&ann, id, None, 1_000).is_ok() && world.vouchsafe.group(&bob, id, None, 1_000).is_ok()
    );
    assert_eq!(world.vouchsafe.group(&eve, id, None, 1_000).code(), "entity_not_found");
    assert_eq!(world.vouchsafe.put_group(&bob, id, &change("bob", None)).code(), "forbidden");
    assert_eq!(world.vouchsafe.put_group(&ann, id, &change("bob", None)).code(), "forbidden");
    for other in [bob, eve, Actor::App { app: "app-1".parse().unwrap(), user: ann_user.id }] {
        assert_eq!(world.vouchsafe.delete_group(&other, id).code(), "entity_not_found");
    }
    world.vouchsafe.delete_group(&ann, id).unwrap();
    assert_eq!(world.vouchsafe.group(&ann, id, None, 1_000).code(), "entity_not_found");
}

#[test]
fn what_a_group_has_ends_with_membership_and_with_the_group() {
    let world = World::new();
    let ((ann, _), (_, bob)) = (world.person("ann"), world.person("bob"));
    let file = world.entry("/ann/a.txt", crate::EntryKind::File).entry.uuid;
    let id = GroupId::mint();
    let put = |members| world.vouchsafe.put_group(&host(), id, &change("ann", Some(members))).unwrap();
    put(&["bob"]);
    world.grant(&ann, Holder::Group(id), Resource::Entry(file), Access::Read);
    let sees = || world.vouchsafe.entry(&bob, file).is_ok();
    assert!(sees());
    put(&[]);
    assert!(!sees());
    put(&["bob"]);
    assert!(sees());
    world.vouchsafe.delete_group(&host(), id).unwrap();
    put(&["bob"]);
    assert!(!sees(), "a group that comes back under its id comes back empty-handed");
}
