//! How one person's access follows from the rows (section 3.3), over HTTP; every situation of the table in the engine.

use super::desk::*;
use vouchsafe_tests::World;

const FILE: &str = "/ann/grand/parent/a.docx";

/// Who has a row (`A` and `B` are departments with eve in them, `*` is everyone), where, and its value.
type Row = (&'static str, &'static str, i64);

/// The rows; what eve may do on the file in the end: the value, 0 for nothing; and whether she sees the folder.
const TABLE: [(&[Row], i64, bool); 12] = [
    (&[], 0, false),
    (&[("A", "file", 1), ("B", "file", 2)], 2, false),
    (&[("A", "file", 1), ("B", "file", 3)], 0, false),
    (&[("A", "file", 8), ("B", "file", 5)], 5, false),
    (&[("A", "file", 7), ("B", "file", 6)], 6, false),
    (&[("eve", "file", 1), ("A", "file", 3), ("*", "file", 3)], 1, false),
    (&[("eve", "file", 3), ("A", "file", 1)], 0, false),
    (&[("eve", "grand", 2), ("A", "parent", 1)], 2, true),
    (&[("eve", "parent", 1), ("*", "file", 2)], 2, true),
    (&[("A", "grand", 3), ("A", "parent", 2)], 2, true),
    (&[("*", "parent", 3), ("A", "grand", 5)], 5, true),
    (&[("eve", "parent", 3), ("A", "file", 2)], 2, false),
];

/// What a value lets one do, and the least that it does not.
const MEANING: [(i64, &[&str], &[&str]); 7] = [
    (0, &[], &["see"]),
    (1, &["write", "edit", "review", "comment", "fill", "share"], &["delete"]),
    (2, &["read", "download"], &["comment", "fill", "edit"]),
    (5, &["review", "comment", "fill"], &["edit", "write"]),
    (6, &["comment"], &["fill", "review", "edit"]),
    (7, &["fill"], &["comment", "edit"]),
    (8, &["filter", "edit", "comment"], &["review", "fill", "write"]),
];

#[actix_web::test]
async fn rows_resolve_by_rank_then_level_then_the_most_restrictive() {
    for (rows, expected, sees_folder) in TABLE {
        let world = World::new();
        let (ann, _, eve) = world.people();
        let (entry, file) = file(&world, FILE).await;
        let (grand, parent) = (dir_number(&world, "/ann/grand").await, dir_number(&world, "/ann/grand/parent").await);
        let departments = [group(&world, "A", &[&eve]).await, group(&world, "B", &[&eve]).await];
        for (who, on, access) in rows {
            let with = match *who {
                "A" => departments[0].clone(),
                "B" => departments[1].clone(),
                "*" => EVERYONE.to_owned(),
                _ => guid(&world, &eve),
            };
            let answer = match *on {
                "file" => share(&world, &ann, file, &with, *access).await,
                "parent" => share_folder(&world, &ann, parent, &with, *access).await,
                _ => share_folder(&world, &ann, grand, &with, *access).await,
            };
            assert_eq!(answer.status, 200);
        }
        let (_, may, may_not) = MEANING.into_iter().find(|(value, ..)| *value == expected).unwrap();
        for (asks, is_allowed) in [(may, true), (may_not, false)] {
            for ask in asks {
                assert_eq!(world.may(&eve, &format!("fs:{entry}:{ask}")), is_allowed, "{rows:?} {ask}");
            }
        }
        let card = call(&world, &eve, "GET", &format!("file/{file}"), serde_json::json!({})).await;
        match expected {
            0 => assert_eq!(refusal(&card), no_permission(), "{rows:?}"),
            value => assert_eq!(card.body["response"]["access"], serde_json::json!(value), "{rows:?}"),
        }
        let folder = call(&world, &eve, "GET", &format!("folder/{parent}"), serde_json::json!({})).await;
        assert_eq!(folder.status == 200, sees_folder, "{rows:?}");
        assert!(!world.may(&eve, "fs:/ann:see"));
    }
}

async fn dir_number(world: &World, path: &str) -> i64 {
    let found = world.vouchsafe.entry_at(
        &vouchsafe_types::Actor::Service { name: "tests".into() },
        &vouchsafe_types::EntryPath::strict(path).unwrap(),
    );
    match found {
        Ok(Some(found)) => found.entry.id,
        _ => number(world, world.dir(path)).await,
    }
}

#[actix_web::test]
async fn every_value_means_what_the_table_says() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, FILE).await;
    for (value, may, may_not) in MEANING.into_iter().filter(|(value, ..)| *value > 0) {
        share(&world, &ann, file, &guid(&world, &bob), value).await;
        for (asks, is_allowed) in [(may, true), (may_not, false)] {
            for ask in asks {
                assert_eq!(world.may(&bob, &format!("fs:{entry}:{ask}")), is_allowed, "{value} {ask}");
            }
        }
    }
}
