use crate::{
    Entry, StoreError, Tx, WriteTx,
    fixture::{because, watch},
    schema::entry,
    testing::TestDatabase,
};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use vouchsafe_types::{Actor, EntryPath, Holder, Resource};

/// How many rows of the table have changed so far, as far as this transaction knows.
fn total_changes(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let count = match TestDatabase::is_postgres() {
        true => "(SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relid = 'entry'::regclass)",
        false => "total_changes()",
    };
    Ok(diesel::select(sql::<BigInt>(count)).get_result(tx.conn)?)
}

#[test]
fn a_move_changes_what_is_moved_and_what_is_above_it_however_much_lies_below() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let (from, to) = (db.dir(&home, "from"), db.dir(&home, "to"));
    let mut below = from.clone();
    for level in 0..20 {
        below = db.dir(&below, &format!("d{level}"));
        db.file(&below, "a.txt");
    }
    let changed = db.writes(|tx| {
        let before = total_changes(tx)?;
        tx.move_entry(&from, &to, &"new".parse().unwrap())?;
        Ok(total_changes(tx)? - before)
    });
    assert_eq!(changed, 3, "its own row, and the heights of the two above it");
    let (path, after) =
        db.store.read(|tx| Ok::<_, StoreError>((tx.path_of(&below)?, tx.find_entry(below.uuid)?))).unwrap();
    assert!(path.starts_with("/ann/to/new/d0/d1/"), "{path}");
    assert_eq!(after, Some(below), "what lies below is the same row as before");
}

#[test]
fn a_move_changes_the_versions_of_both_trees_and_of_no_other() {
    let db = TestDatabase::new();
    let ((_, ann), (_, bob), (_, eve)) = (db.person("ann"), db.person("bob"), db.person("eve"));
    let file = db.file(&ann, "a.txt");
    let versions = || [&ann, &bob, &eve].map(|home| db.store.versions(Some(home.id)).unwrap().tree);
    let before = versions();
    db.writes(|tx| tx.move_entry(&file, &bob, &"a.txt".parse().unwrap()));
    let after = versions();
    assert_eq!([after[0] - before[0], after[1] - before[1], after[2] - before[2]], [1, 1, 0]);
    let moved = db.store.read(|tx| tx.find_entry(file.uuid)).unwrap().unwrap();
    assert_eq!((moved.owner, moved.root), (bob.owner, bob.id));
}

#[test]
fn names_are_compared_byte_by_byte() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let names = ["a", "A", "a ", "é", "e\u{301}", "%", "_"];
    let entries = names.map(|name| db.file(&home, name));
    for (name, entry) in names.iter().zip(&entries) {
        let path = EntryPath::strict(&format!("/ann/{name}")).unwrap();
        let found = db.store.read(|tx| tx.find_entry_at(&path)).unwrap();
        assert_eq!(found.as_ref(), Some(entry), "{name:?}");
    }
    let other = EntryPath::strict("/ANN/a").unwrap();
    assert_eq!(db.store.read(|tx| tx.find_entry_at(&other)).unwrap(), None);
}

#[test]
fn siblings_have_different_names_and_cousins_need_not() {
    let db = TestDatabase::new();
    let (ann, home) = db.person("ann");
    let dir = db.dir(&home, "dir");
    db.file(&dir, "dir");
    let again = |parent, owner| db.store.write("test", |tx| tx.add(parent, owner, "dir", false)).unwrap_err();
    assert!(matches!(again(Some(home.id), None), StoreError::Duplicate(_)));
    let second_home = db.store.write("test", |tx| tx.add(None, Some(ann.id), "ann2", true)).unwrap_err();
    assert!(matches!(second_home, StoreError::Duplicate(_)), "a person has one home");
}

#[test]
fn numbers_of_deleted_entries_are_not_used_again() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let first = db.file(&home, "a.txt");
    db.writes(|tx| tx.delete_entry(&first));
    let second = db.file(&home, "a.txt");
    assert!(second.id > first.id, "{} after {}", second.id, first.id);
}

#[test]
fn deleting_a_directory_deletes_everything_below_and_nothing_beside() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let (dir, beside) = (db.dir(&home, "dir"), db.file(&home, "beside"));
    let inner = db.dir(&dir, "inner");
    let leaf = db.file(&inner, "leaf");
    db.writes(|tx| tx.delete_entry(&dir));
    for (entry, is_there) in [(&dir, false), (&inner, false), (&leaf, false), (&beside, true), (&home, true)] {
        let found = db.store.read(|tx| tx.find_entry(entry.uuid)).unwrap();
        assert_eq!(found.is_some(), is_there, "{}", entry.name);
    }
}

/// So many files in a directory, and a database that has counted what it holds.
fn fill(tx: &mut WriteTx<'_>, dir: &Entry, count: i64) -> Result<(), StoreError> {
    let uuid = if TestDatabase::is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let files = format!(
        "WITH RECURSIVE one (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM one WHERE n < $1) \
         INSERT INTO entry (uuid, parent_id, name, is_dir, created_at, modified_at, allocation_id, lookup_hash) \
         SELECT {uuid}, e.id, 'f' || n, FALSE, e.created_at, e.modified_at, 'a', 'f' || n FROM one, entry e WHERE e.id = $2"
    );
    diesel::sql_query(files).bind::<BigInt, _>(count).bind::<BigInt, _>(dir.id).execute(tx.conn)?;
    diesel::sql_query("ANALYZE").execute(tx.conn)?;
    Ok(())
}

#[test]
fn a_directory_that_holds_nearly_everything_is_deleted_in_steps_that_each_come_to_an_end() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    let dir = db.dir(&home, "dir");
    db.writes(|tx| fill(tx, &dir, 20_000));
    let leaf = db.file(&dir, "leaf");
    db.grant(&ann, Holder::User(bob.id), Resource::Entry(leaf.uuid));
    let actor = Actor::User(ann.id);
    let seen = db.writes(|tx| {
        let seen = watch(tx.conn);
        tx.retire_grants_below(&dir, None, because(&actor))?;
        tx.forget_asks_below(&dir)?;
        tx.delete_entry(&dir)?;
        Ok(seen)
    });
    let is_deletion = |sql: &str| sql.replace(['"', '`'], "").contains("DELETE FROM entry ");
    let steps = seen.lock().unwrap().iter().filter(|sql| is_deletion(sql)).count();
    assert_eq!(steps, 21, "20,002 entries, a thousand at a time");
    let left: i64 = db.store.read(|tx| Ok::<_, StoreError>(entry::table.count().get_result(tx.conn)?)).unwrap();
    assert_eq!((left, db.count_grants()), (2, 0));
}

#[test]
fn the_line_of_an_entry_goes_from_itself_to_its_home() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let dir = db.dir(&home, "dir");
    let (inner, _) = (db.dir(&dir, "inner"), db.dir(&home, "beside"));
    let line_of = |of: &Entry| db.store.read(|tx| tx.line_of(of.id)).unwrap();
    assert_eq!((line_of(&inner), line_of(&home)), (vec![inner.id, dir.id, home.id], vec![home.id]));
}

#[test]
fn a_height_is_what_counting_gives_whatever_is_made_moved_and_deleted() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let (_, other) = db.person("bob");
    let [a, b] = ["a", "b"].map(|name| db.dir(&home, name));
    let deep = db.dir(&db.dir(&a, "c"), "d");
    let file = db.file(&deep, "file");
    let move_to = |of: &Entry, to: &Entry| {
        db.writes(|tx| {
            let of = tx.find_entry(of.uuid)?.unwrap();
            tx.move_entry(&of, to, &of.name.parse().unwrap())
        });
    };
    let heights = || [&home, &a, &b, &other].map(|of| db.store.read(|tx| tx.height_of(of)).unwrap());
    assert_eq!(heights(), [3, 2, 0, 0]);
    move_to(&deep, &b);
    assert_eq!(heights(), [2, 1, 1, 0], "both lines change");
    move_to(&file, &home);
    move_to(&b, &a);
    assert_eq!(heights(), [3, 2, 1, 0]);
    move_to(&a, &other);
    assert_eq!(heights(), [0, 2, 1, 3], "another tree");
    db.writes(|tx| {
        let gone = tx.find_entry(b.uuid)?.unwrap();
        tx.delete_entry(&gone)
    });
    assert_eq!(db.store.read(|tx| Ok::<_, StoreError>((tx.height_of(&a)?, tx.height_of(&other)?))).unwrap(), (1, 2));
}

#[test]
fn what_is_made_in_one_line_is_counted_once() {
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let changed = db.writes(|tx| {
        let before = total_changes(tx)?;
        tx.add_line(&home, 50)?;
        Ok(total_changes(tx)? - before)
    });
    assert!(changed <= 100, "each is written, and its height once: {changed}");
    assert_eq!(db.store.read(|tx| tx.height_of(&home)).unwrap(), 50);
}

#[test]
fn the_heights_of_entries_that_are_older_than_heights_are_counted() {
    let migration = include_str!("../../../../migrations/sqlite/2026-11-27-000015_heights/up.sql");
    let (_, counting) = migration.split_at(migration.find("UPDATE entry").unwrap());
    let db = TestDatabase::new();
    let (_, home) = db.person("ann");
    let (dir, _) = (db.dir(&home, "dir"), db.dir(&home, "beside"));
    let leaf = db.dir(&db.dir(&dir, "inner"), "leaf");
    db.file(&leaf, "file");
    db.writes(|tx| {
        diesel::sql_query("UPDATE entry SET height = 0").execute(tx.conn)?;
        diesel::sql_query(counting).execute(tx.conn)?;
        Ok(())
    });
    let heights = [&home, &dir, &leaf].map(|of| db.store.read(|tx| tx.height_of(of)).unwrap());
    assert_eq!(heights, [3, 2, 0]);
}

#[test]
fn what_moves_pushed_too_deep_is_not_found_and_still_goes_with_its_owner() {
    let db = TestDatabase::new();
    let (ann, home) = db.person("ann");
    let chain = |top: &Entry| db.writes(|tx| tx.add_line(top, 600));
    let (upper, lower) = (db.dir(&home, "upper"), db.dir(&home, "lower"));
    let (bottom, deepest) = (chain(&upper), chain(&lower));
    db.writes(|tx| tx.move_entry(&lower, &bottom, &"lower".parse().unwrap()));
    assert_eq!(db.store.read(|tx| tx.find_entry(deepest.uuid)).unwrap(), None);
    assert!(db.store.read(|tx| tx.find_entry(lower.uuid)).unwrap().is_some());
    let actor = Actor::User(ann.id);
    db.writes(|tx| tx.delete_user(ann.id, because(&actor)));
    let left: i64 = db.store.read(|tx| Ok::<_, StoreError>(entry::table.count().get_result(tx.conn)?)).unwrap();
    assert_eq!(left, 0);
}
