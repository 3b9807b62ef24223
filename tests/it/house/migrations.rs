//! Every migration goes up, down and up; the table definitions say what the migrations say.

use std::{collections::BTreeMap, fs, path::Path};
use vouchsafe_store::testing::TestDatabase;

type Tables = BTreeMap<String, Vec<String>>;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// Tables and their columns, as the migrations make them.
fn migrated() -> Tables {
    let mut folders: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let sql: String = folders.iter().map(|name| read(&format!("migrations/sqlite/{name}/up.sql"))).collect();
    let mut tables = Tables::new();
    let mut open: Option<String> = None;
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            open = Some(rest.trim_end_matches(" (").trim_matches('"').to_owned());
        } else if let Some((table, column)) =
            line.strip_prefix("ALTER TABLE ").and_then(|l| l.split_once(" ADD COLUMN "))
        {
            let name = column.split_whitespace().next().unwrap_or_default();
            tables.entry(table.trim_matches('"').to_owned()).or_default().push(name.to_owned());
        } else if line.starts_with(");") {
            open = None;
        } else if let Some(table) = &open {
            let word = line.split_whitespace().next().unwrap_or_default();
            if !matches!(word, "CHECK" | "UNIQUE" | "PRIMARY" | "FOREIGN" | "") {
                tables.entry(table.clone()).or_default().push(word.to_owned());
            }
        }
    }
    tables
}

/// Tables and their columns, as the queries know them.
fn declared() -> Tables {
    let parts = ["people", "record", "sharing", "things"];
    let text: String = parts.iter().map(|part| read(&format!("crates/store/src/schema/{part}.rs"))).collect();
    let mut tables = Tables::new();
    for block in text.split("diesel::table!").skip(1) {
        let named = block.split("#[sql_name = \"").nth(1).and_then(|rest| rest.split('"').next());
        let head = block.lines().find(|line| line.trim_end().ends_with(") {")).unwrap();
        let name = named.unwrap_or_else(|| head.split('(').next().unwrap()).trim().to_owned();
        let columns = block.lines().filter_map(|line| line.split_once(" -> ")).map(|(c, _)| c.trim().to_owned());
        tables.insert(name, columns.collect());
    }
    tables
}

#[test]
fn the_schema_is_what_the_migrations_make() {
    assert_eq!(declared(), migrated());
}

#[test]
fn both_databases_have_the_same_migrations_each_with_its_way_back() {
    let names = |engine: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
        let all = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let all: std::collections::BTreeSet<String> = all.collect();
        for (name, file) in all.iter().flat_map(|name| [(name, "up.sql"), (name, "down.sql")]) {
            assert!(folder.join(name).join(file).exists(), "{engine}/{name}/{file}");
        }
        all
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn every_migration_goes_up_down_and_up() {
    let db = TestDatabase::new();
    db.store.revert_all_migrations().unwrap();
    assert!(!db.store.pending_migrations().unwrap().is_empty());
    db.store.migrate().unwrap();
    assert!(db.store.pending_migrations().unwrap().is_empty());
    assert_eq!(db.store.read(|tx| tx.count_grants()).unwrap(), 0);
}
