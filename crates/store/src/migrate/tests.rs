use super::names;
use crate::{
    Store, StoreError,
    backend::Manager,
    fixture::now,
    schema::grants,
    sql_types::{Id, Ts},
    testing::TestDatabase,
};
use diesel::{QueryableByName, connection::SimpleConnection, prelude::*, sql_query, sql_types::Text};
use std::{fs, thread, time::Duration};
use tempfile::TempDir;
use vouchsafe_types::{Holder, Resource};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Where there is no database yet.
fn nowhere(name: &str) -> (TempDir, String) {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("a %41?#.db");
    let url = TestDatabase::url_on_server(name).unwrap_or_else(|| format!("sqlite://{}", file.display()));
    (directory, url)
}

/// The tables on a server, or the files in a directory with their sizes.
fn what_is_there(directory: &TempDir, url: &str) -> Vec<String> {
    let mut there: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| format!("{:?} {}", file.file_name(), file.metadata().unwrap().len()))
        .collect();
    there.sort();
    if TestDatabase::is_postgres() {
        let mut conn = Manager::new(url).unwrap().open().unwrap();
        let tables = "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";
        there.extend(sql_query(tables).load::<Line>(&mut conn).unwrap().into_iter().map(|row| row.line));
    }
    there
}

#[test]
fn who_only_asks_what_is_pending_leaves_everything_as_it_is() {
    let (directory, url) = nowhere("asks_what_is_pending");
    let nothing = what_is_there(&directory, &url);
    assert_eq!(Store::pending_at(&url).unwrap(), names().unwrap());
    assert_eq!(what_is_there(&directory, &url), nothing);
    let store = Store::open(&url, 1).unwrap();
    assert_eq!((store.pending_migrations().unwrap(), store.migrate().unwrap()), (names().unwrap(), names().unwrap()));
    let migrated = what_is_there(&directory, &url);
    assert_eq!(Store::pending_at(&url).unwrap(), Vec::<String>::new());
    assert_eq!(what_is_there(&directory, &url), migrated, "beside a server that has it open");
    drop(store);
    // Its connections are closed by threads of their own.
    while fs::exists(directory.path().join("a %41?#.db-wal")).unwrap() {
        thread::sleep(Duration::from_millis(10));
    }
    let closed = what_is_there(&directory, &url);
    assert_eq!(Store::pending_at(&url).unwrap(), Vec::<String>::new());
    assert_eq!(what_is_there(&directory, &url), closed, "by itself");
}

#[test]
fn of_nodes_that_start_at_once_one_migrates_and_those_who_ask_meanwhile_are_answered() {
    // What goes wrong once in thirty times should be seen here.
    for round in 0..if TestDatabase::is_postgres() { 2 } else { 20 } {
        all_start_at_once(round);
    }
}

fn all_start_at_once(round: usize) {
    let (_directory, url) = nowhere(&format!("nodes_that_start_at_once_{round}"));
    let applied: Vec<Vec<String>> = thread::scope(|scope| {
        let nodes: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open(&url, 1).and_then(|s| s.migrate()))).collect();
        let asked: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::pending_at(&url))).collect();
        for asked in asked {
            let pending = asked.join().unwrap().unwrap();
            assert!(pending.is_empty() || pending == names().unwrap(), "all or nothing: {pending:?}");
        }
        nodes.into_iter().map(|node| node.join().unwrap().unwrap()).collect()
    });
    let mut applied = applied;
    applied.sort();
    assert_eq!(applied, [vec![], vec![], vec![], names().unwrap()]);
}

#[test]
fn a_database_that_knows_more_is_neither_migrated_nor_asked_what_it_lacks() {
    let db = TestDatabase::new();
    db.pretend_to_be_newer();
    let is_newer = |outcome: Result<Vec<String>, StoreError>| matches!(outcome, Err(StoreError::Newer(_)));
    assert!(is_newer(db.store.migrate()) && is_newer(db.store.pending_migrations()));
    assert!(is_newer(Store::pending_at(&db.url())));
}

/// Columns that refer to another table and are the first of no index, or of one that leaves some of them out.
const UNINDEXED: [&str; 2] = [
    "SELECT m.name || '.' || k.\"from\" AS line FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k \
     WHERE m.type = 'table' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) l \
        JOIN pragma_index_info(l.name) i ON i.seqno = 0 AND i.name = k.\"from\" JOIN sqlite_master s ON s.name = l.name \
        WHERE l.partial = 0 OR s.sql LIKE '% WHERE ' || k.\"from\" || ' IS NOT NULL')",
    "SELECT c.conrelid::regclass || '.' || a.attname AS line FROM pg_constraint c \
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
     WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_index i \
        WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] \
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)'))",
];

#[test]
fn whatever_refers_to_something_is_found_from_it_by_an_index() {
    let db = TestDatabase::new();
    let mut conn = Manager::new(&db.url()).unwrap().open().unwrap();
    let rows: Vec<Line> = sql_query(UNINDEXED[usize::from(TestDatabase::is_postgres())]).load(&mut conn).unwrap();
    assert_eq!(rows.into_iter().map(|row| row.line).collect::<Vec<_>>(), Vec::<String>::new());
}

macro_rules! step {
    ($engine:literal, $way:literal) => {
        include_str!(concat!("../../../../migrations/", $engine, "/2026-11-27-000014_changed_grants/", $way, ".sql"))
    };
}

#[test]
fn an_exact_row_of_before_counts_as_changed_with_the_migration_and_any_other_as_made() {
    let db = TestDatabase::new();
    let ((ann, home), (bob, _)) = (db.person("ann"), db.person("bob"));
    let on = Resource::Entry(home.uuid);
    let read = db.grant(&ann, Holder::Everyone, on.clone());
    let deny = db.deny(&ann, Holder::User(bob.id), on);
    let (up, down) = match TestDatabase::is_postgres() {
        true => (step!("postgres", "up"), step!("postgres", "down")),
        false => (step!("sqlite", "up"), step!("sqlite", "down")),
    };
    db.writes(|tx| {
        tx.conn.batch_execute(down)?;
        tx.conn.batch_execute(up)?;
        let mut changed_at = |id| -> Result<_, StoreError> {
            let of = grants::table.filter(grants::id.eq(Id::from(id)));
            Ok(of.select(grants::changed_at).first::<Ts>(tx.conn)?.0)
        };
        assert_eq!(changed_at(read.id)?, now());
        let migrated_at = changed_at(deny.id)?;
        assert!(migrated_at != now());
        assert!(!tx.has_changed_since(&[deny.id], migrated_at)?, "it is written as we write times");
        Ok(())
    });
}
