use super::{EntryChange, EntryKind, EntryKind::*, EntryWithPath, zus_ids};
use crate::{
    Fault,
    testing::{Refused, World, change, host, path},
};
use chrono::{DateTime, TimeDelta};
use vouchsafe_types::{Access, Actor, EntryId, Holder, Resource};

impl World {
    fn put_entry(&self, actor: &Actor, at: &str, kind: EntryKind) -> Result<EntryWithPath, Fault> {
        self.vouchsafe.put_entry(actor, EntryId::mint(), &change(at, kind)).map(|(entry, _)| entry)
    }

    fn moves(&self, actor: &Actor, entry: &EntryWithPath, to: &str) -> Result<EntryWithPath, Fault> {
        self.vouchsafe.move_entry(actor, entry.entry.uuid, &path(to))
    }

    fn path_of(&self, entry: &EntryWithPath) -> String {
        self.vouchsafe.entry(&host(), entry.entry.uuid).unwrap().path
    }
}

fn on(entry: &EntryWithPath) -> Resource {
    Resource::Entry(entry.entry.uuid)
}

#[test]
fn an_entry_is_made_where_it_was_put() {
    let world = World::new();
    let (ann, _) = world.person("ann");
    let dir = world.put_entry(&host(), "/ann/docs", Dir).unwrap();
    let file = world.put_entry(&host(), "/ann/docs/a.txt", File).unwrap();
    assert_eq!((file.path.as_str(), file.owner.as_str()), ("/ann/docs/a.txt", "ann"));
    assert_eq!((file.parent, file.entry.owner), (Some(dir.entry.uuid), ann.id));
    assert!(dir.entry.is_dir && !file.entry.is_dir);
}

#[test]
fn putting_the_same_again_changes_nothing_not_even_a_version() {
    let world = World::new();
    world.person("ann");
    let (uuid, file) = (EntryId::mint(), EntryChange { size_bytes: 5, ..change("/ann/a.txt", File) });
    let (first, is_new) = world.vouchsafe.put_entry(&host(), uuid, &file).unwrap();
    let before = world.vouchsafe.store.versions(None).unwrap();
    world.wait(TimeDelta::hours(1));
    let (again, is_new_again) = world.vouchsafe.put_entry(&host(), uuid, &file).unwrap();
    assert_eq!((is_new, is_new_again, first.clone()), (true, false, again));
    assert_eq!(world.vouchsafe.store.versions(None).unwrap(), before);
    let larger = EntryChange { size_bytes: 6, content_type: Some("text/plain".to_owned()), ..file };
    let (changed, _) = world.vouchsafe.put_entry(&host(), uuid, &larger).unwrap();
    assert_eq!((changed.entry.size_bytes, changed.entry.content_type.as_deref()), (6, Some("text/plain")));
    assert_eq!(changed.entry.modified_at - first.entry.modified_at, TimeDelta::hours(1));
    assert_eq!(changed.entry.lookup_hash, first.entry.lookup_hash);
    let said = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let dated = EntryChange { modified_at: Some(said), ..larger };
    assert_eq!(world.vouchsafe.put_entry(&host(), uuid, &dated).unwrap().0.entry.modified_at, said);
}

#[test]
fn what_cannot_be_put_is_refused_with_its_reason() {
    let world = World::new();
    world.person("ann");
    world.person("bob");
    let file = world.put_entry(&host(), "/ann/a.txt", File).unwrap();
    let put = |uuid, change: &EntryChange| world.vouchsafe.put_entry(&host(), uuid, change).code();
    let owned = |owner: &str| EntryChange { owner: Some(owner.to_owned()), ..change("/ann/b.txt", File) };
    for (change, code) in [
        (change("/ann", Dir), "cannot_write_to_root"),
        (change("/nobody", Dir), "cannot_write_to_root"),
        (change("/nobody/x", File), "dest_does_not_exist"),
        (change("/ann/none/x", File), "dest_does_not_exist"),
        (change("/ann/a.txt/x", File), "dest_is_not_a_directory"),
        (change("/ann/a.txt", File), "item_with_same_name_exists"),
        (EntryChange { create_parents: true, ..change("/nobody/x/y", File) }, "dest_does_not_exist"),
        (EntryChange { create_parents: true, ..change("/ann/a.txt/x/y", File) }, "dest_is_not_a_directory"),
        (owned("bob"), "field_invalid"),
        (owned("nobody"), "user_does_not_exist"),
        (EntryChange { size_bytes: -1, ..change("/ann/b.txt", File) }, "field_invalid"),
        (EntryChange { content_type: Some("a\0".to_owned()), ..change("/ann/b.txt", File) }, "field_invalid"),
    ] {
        assert_eq!(put(EntryId::mint(), &change), code, "{change:?}");
    }
    let uuid = file.entry.uuid;
    assert_eq!(put(uuid, &change("/ann/b.txt", File)), "conflict", "a path is changed by a move");
    assert_eq!(put(uuid, &change("/ann/a.txt", Dir)), "conflict", "a kind is fixed");
    let bobs = EntryChange { owner: Some("bob".to_owned()), ..change("/ann/a.txt", File) };
    assert_eq!(put(uuid, &bobs), "field_invalid");
    assert_eq!(world.vouchsafe.entry_at(&host(), &path("/ann/b.txt")).unwrap(), None);
}

#[test]
fn missing_parents_are_made_on_request_and_not_when_the_last_step_fails() {
    let world = World::new();
    world.person("ann");
    let deep = EntryChange { create_parents: true, ..change("/ann/x/y/z.txt", File) };
    let (file, _) = world.vouchsafe.put_entry(&host(), EntryId::mint(), &deep).unwrap();
    assert_eq!(file.path, "/ann/x/y/z.txt");
    let y = world.vouchsafe.entry_at(&host(), &path("/ann/x/y")).unwrap().unwrap();
    assert!(y.entry.is_dir);
    let refused =
        EntryChange { owner: Some("nobody".to_owned()), ..EntryChange { path: path("/ann/p/q.txt"), ..deep } };
    assert_eq!(world.vouchsafe.put_entry(&host(), EntryId::mint(), &refused).code(), "user_does_not_exist");
    assert_eq!(world.vouchsafe.entry_at(&host(), &path("/ann/p")).unwrap(), None);
}

#[test]
fn a_user_puts_moves_and_deletes_in_his_own_tree() {
    let world = World::new();
    let (_, ann) = world.person("ann");
    let file = world.put_entry(&ann, "/ann/a.txt", File).unwrap();
    assert_eq!(world.moves(&ann, &file, "/ann/b.txt").unwrap().path, "/ann/b.txt");
    world.vouchsafe.delete_entry(&ann, file.entry.uuid).unwrap();
    assert_eq!(world.vouchsafe.entry(&ann, file.entry.uuid).code(), "subject_does_not_exist");
}

#[test]
fn a_stranger_is_answered_as_if_nothing_were_there() {
    let world = World::new();
    let ((ann, _), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    let dir = world.entry("/ann/dir", Dir);
    let file = world.entry("/ann/dir/a.txt", File);
    let own = world.entry("/bob/own.txt", File);
    let api = |result: Result<EntryWithPath, Fault>| match result {
        Err(Fault::Api(error)) => error,
        other => panic!("{other:?}"),
    };
    let missing = EntryId::mint();
    assert_eq!(api(world.vouchsafe.entry(&bobs, file.entry.uuid)), api(world.vouchsafe.entry(&bobs, missing)),);
    assert_eq!(world.vouchsafe.delete_entry(&bobs, file.entry.uuid).code(), "subject_does_not_exist");
    assert_eq!(world.moves(&bobs, &file, "/bob/a.txt").code(), "subject_does_not_exist");
    assert_eq!(world.vouchsafe.entry_at(&bobs, &path("/ann/dir/a.txt")).unwrap(), None);
    for at in ["/ann/dir/new", "/ann/dir/a.txt/new", "/ann/none/new", "/nobody/new"] {
        assert_eq!(world.put_entry(&bobs, at, File).code(), "dest_does_not_exist", "{at}");
        assert_eq!(world.moves(&bobs, &own, at).code(), "dest_does_not_exist", "{at}");
    }
    world.grant(&ann, Holder::User(bob.id), on(&dir), Access::Read);
    let seen = world.vouchsafe.entry(&bobs, file.entry.uuid).unwrap();
    assert_eq!(seen.entry, file.entry);
    assert_eq!((seen.path, seen.parent), (format!("/ann/{}/a.txt", file.entry.uuid), None), "not where it lies");
    assert_eq!(world.vouchsafe.delete_entry(&bobs, file.entry.uuid).code(), "forbidden");
    assert_eq!(world.put_entry(&bobs, "/ann/dir/new", File).code(), "forbidden");
}

#[test]
fn a_writer_writes_there_and_the_tree_stays_its_owners() {
    let world = World::new();
    let ((ann, _), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    let dir = world.entry("/ann/dir", Dir);
    world.grant(&ann, Holder::User(bob.id), on(&dir), Access::Write);
    let file = world.put_entry(&bobs, "/ann/dir/new.txt", File).unwrap();
    assert_eq!((file.entry.owner, file.owner.as_str()), (ann.id, "ann"));
    assert_eq!(world.moves(&bobs, &file, "/bob/mine.txt").code(), "forbidden", "only the owner hands over");
    let own = world.entry("/bob/own.txt", File);
    assert_eq!(world.moves(&bobs, &own, "/ann/dir/gift.txt").unwrap().owner, "ann");
}

#[test]
fn a_move_keeps_grants_hash_and_what_lies_below() {
    let world = World::new();
    let ((ann, _), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    let (dir, to) = (world.entry("/ann/dir", Dir), world.entry("/ann/to", Dir));
    let file = world.entry("/ann/dir/a.txt", File);
    world.grant(&ann, Holder::User(bob.id), on(&file), Access::Read);
    let moved = world.moves(&host(), &dir, "/ann/to/new").unwrap();
    assert_eq!((moved.path.as_str(), moved.parent), ("/ann/to/new", Some(to.entry.uuid)));
    assert_eq!((moved.entry.id, &moved.entry.lookup_hash), (dir.entry.id, &dir.entry.lookup_hash));
    assert_eq!(world.path_of(&file), "/ann/to/new/a.txt");
    assert_eq!(world.vouchsafe.entry(&bobs, file.entry.uuid).unwrap().entry, file.entry);
    assert_eq!(world.count_grants(), 1);
}

#[test]
fn what_cannot_be_moved_is_refused_with_its_reason() {
    let world = World::new();
    world.person("ann");
    world.person("bob");
    let dir = world.entry("/ann/dir", Dir);
    world.entry("/ann/dir/inner", Dir);
    world.entry("/ann/a.txt", File);
    for (to, code) in [
        ("/ann/dir/inner/dir", "cannot_move_item_into_itself"),
        ("/ann/dir/dir", "cannot_move_item_into_itself"),
        ("/ann/a.txt", "item_with_same_name_exists"),
        ("/ann/a.txt/dir", "dest_is_not_a_directory"),
        ("/ann/none/dir", "dest_does_not_exist"),
        ("/dir", "cannot_write_to_root"),
    ] {
        assert_eq!(world.moves(&host(), &dir, to).code(), code, "{to}");
    }
    assert_eq!(world.moves(&host(), &world.home("ann"), "/bob/ann").code(), "immutable");
    assert_eq!(world.moves(&host(), &dir, "/ann/dir").unwrap().path, "/ann/dir", "where it is already");
    assert_eq!(world.moves(&host(), &dir, "/ann/DIR").unwrap().path, "/ann/DIR", "another name, byte by byte");
}

#[test]
fn another_owners_tree_takes_over_and_the_old_owners_grants_end() {
    let world = World::new();
    let ((ann, anns), (bob, bobs), (eve, eves)) = (world.person("ann"), world.person("bob"), world.person("eve"));
    let inbox = world.entry("/bob/inbox", Dir);
    let dir = world.entry("/ann/dir", Dir);
    let file = world.entry("/ann/dir/a.txt", File);
    let stays = world.entry("/ann/stays.txt", File);
    world.grant(&bob, Holder::User(ann.id), on(&inbox), Access::Write);
    world.grant(&ann, Holder::User(eve.id), on(&file), Access::Read);
    world.grant(&ann, Holder::User(eve.id), on(&stays), Access::Read);
    world.vouchsafe.entry(&eves, file.entry.uuid).unwrap();
    assert_eq!(world.moves(&anns, &dir, "/bob/inbox/dir").unwrap().owner, "bob");
    assert_eq!(world.vouchsafe.entry(&bobs, file.entry.uuid).unwrap().path, "/bob/inbox/dir/a.txt");
    assert_eq!(world.vouchsafe.entry(&eves, file.entry.uuid).code(), "subject_does_not_exist");
    world.vouchsafe.entry(&eves, stays.entry.uuid).unwrap();
    assert_eq!(world.count_grants(), 2, "the one to the inbox and the one on what stayed");
    assert_eq!(world.vouchsafe.delete_entry(&anns, dir.entry.uuid).code(), "forbidden", "it is not hers any more");
}

#[test]
fn deleting_removes_what_lies_below_with_its_grants_and_they_never_come_back() {
    let world = World::new();
    let ((ann, _), (bob, bobs)) = (world.person("ann"), world.person("bob"));
    let dir = world.entry("/ann/dir", Dir);
    let file = world.entry("/ann/dir/a.txt", File);
    world.grant(&ann, Holder::User(bob.id), on(&dir), Access::Read);
    world.grant(&ann, Holder::User(bob.id), on(&file), Access::Read);
    world.vouchsafe.delete_entry(&host(), dir.entry.uuid).unwrap();
    assert_eq!(world.count_grants(), 0);
    assert_eq!(world.vouchsafe.entry(&host(), file.entry.uuid).code(), "subject_does_not_exist");
    assert_eq!(world.vouchsafe.delete_entry(&host(), dir.entry.uuid).code(), "subject_does_not_exist");
    let again = EntryChange { create_parents: true, ..change("/ann/dir/a.txt", File) };
    world.vouchsafe.put_entry(&host(), file.entry.uuid, &again).unwrap();
    assert_eq!(world.vouchsafe.entry(&bobs, file.entry.uuid).code(), "subject_does_not_exist");
}

#[test]
fn a_home_stays_where_it_is() {
    let world = World::new();
    let (_, ann) = world.person("ann");
    let home = world.home("ann").entry.uuid;
    for actor in [&ann, &host()] {
        assert_eq!(world.vouchsafe.delete_entry(actor, home).code(), "immutable");
    }
    assert_eq!(world.vouchsafe.put_entry(&host(), home, &change("/ann", Dir)).unwrap().0.path, "/ann");
}

#[test]
fn the_lookup_hash_is_that_of_allocation_and_uuid() {
    let world = World::new();
    let (ann, _) = world.person("ann");
    let file = world.entry("/ann/a.txt", File).entry;
    assert_eq!(file.allocation_id, ann.id.to_string().replace('-', ""));
    // Computed by Python's hashlib.sha3_256 for these two.
    let owner = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let entry = "00000000-0000-4000-8000-000000000002".parse().unwrap();
    let (allocation, hash) = zus_ids(owner, entry);
    assert_eq!(allocation, "00000000000040008000000000000001");
    assert_eq!(hash, "b673a639f2b0b8bdaf4ac2426195dd437c49ff4dbfb3317cde1a1c076c018a15");
    assert_eq!(zus_ids(ann.id, file.uuid), (file.allocation_id, file.lookup_hash));
}

#[test]
fn however_a_path_is_written_nothing_is_made_deeper_than_one_goes() {
    let world = World::new();
    world.person("ann");
    let with_parents = |at: &str| {
        let change = EntryChange { create_parents: true, ..change(at, Dir) };
        world.vouchsafe.put_entry(&host(), EntryId::mint(), &change).map(|(entry, _)| entry)
    };
    let deep = with_parents(&format!("/ann/f{}", "/d".repeat(253))).unwrap();
    let below = format!("/ann/{}/d", deep.entry.uuid);
    assert_eq!(with_parents(&format!("{below}/d/d")).code(), "forbidden");
    assert!(world.vouchsafe.entry_at(&host(), &path(&format!("{below}/d"))).unwrap().is_none(), "nor half of it");
    let last = with_parents(&format!("{below}/d")).unwrap();
    let too_deep = format!("/ann/{}/d/a.txt", last.entry.uuid);
    assert_eq!(world.put_entry(&host(), &too_deep, File).code(), "forbidden");
    // No deeper than it is, it may go.
    let beside = with_parents(&format!("/ann/{}/d/beside", deep.parent.unwrap())).unwrap();
    world.moves(&host(), &last, &format!("/ann/{}/beside/d", beside.entry.uuid)).unwrap();
}
