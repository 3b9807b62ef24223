use crate::{StoreError, testing::TestDatabase};
use std::{panic::catch_unwind, sync::Arc};

fn bump(store: &crate::Store, tree: i64) -> Result<(), StoreError> {
    store.write("test", |tx| {
        tx.touch_tree(tree);
        Ok(())
    })
}

#[test]
fn writes_that_arrive_together_are_all_kept() {
    let db = Arc::new(TestDatabase::new());
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let db = Arc::clone(&db);
            std::thread::spawn(move || (0..25).for_each(|_| bump(&db.store, 7).unwrap()))
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    assert_eq!(db.store.versions(Some(7)).unwrap().tree, 400);
    assert_eq!(db.store.versions(Some(7)).unwrap().revision, 400);
}

#[test]
fn nobody_sees_a_write_before_those_that_came_with_it_are_done() {
    use std::sync::atomic::Ordering;

    const OTHERS: usize = 15;
    let db = TestDatabase::new();
    let beside = crate::Store::open(&db.url(), 1).unwrap();
    let seen = || beside.read(|tx| Ok::<_, StoreError>(tx.versions(Some(7))?.tree)).unwrap();
    let seen_by_others = std::thread::scope(|scope| {
        let (started, has_started) = std::sync::mpsc::channel();
        let store = &db.store;
        scope.spawn(move || {
            let written: Result<(), StoreError> = store.write("first", |tx| {
                let _ = started.send(());
                while store.writer.waiting.load(Ordering::SeqCst) < OTHERS {
                    std::thread::yield_now();
                }
                tx.touch_tree(7);
                Ok(())
            });
            written.unwrap();
        });
        has_started.recv().unwrap();
        let other = |refused: bool| {
            let write = |tx: &mut crate::WriteTx<'_>| {
                tx.touch_tree(7);
                if refused { Err(Refusal::Rule(seen())) } else { Ok(seen()) }
            };
            let outcome = store.write("other", write);
            assert_eq!(outcome.is_err(), refused);
            match outcome {
                // What he was refused for was there by then.
                Err(Refusal::Rule(inside)) => (inside, seen()),
                Err(Refusal::Storage(error)) => panic!("{error}"),
                Ok(inside) => (inside, seen()),
            }
        };
        let others: Vec<_> = (0..OTHERS).map(|n| scope.spawn(move || other(n % 5 == 0))).collect();
        others.into_iter().map(|other| other.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(seen_by_others, [(0, 13); OTHERS]);
}

/// What a write fails with that is no fault of storage.
enum Refusal {
    Storage(StoreError),
    Rule(i64),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Storage(error)
    }
}

impl crate::StoreFailure for Refusal {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Rule(_) => None,
        }
    }
}

#[test]
fn a_failing_write_leaves_nothing_and_harms_no_neighbour() {
    let db = TestDatabase::new();
    let failed: Result<(), StoreError> = db.store.write("test", |tx| {
        tx.bump_version(9)?;
        Err(StoreError::Corrupt("on purpose".into()))
    });
    assert!(failed.is_err());
    bump(&db.store, 9).unwrap();
    assert_eq!(db.store.versions(Some(9)).unwrap().tree, 1);
}

#[test]
fn a_lock_that_others_hold_is_waited_for_once_and_not_by_one_after_the_other() {
    use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

    if TestDatabase::is_postgres() {
        return;
    }
    let db = TestDatabase::new();
    let mut they = SqliteConnection::establish(db.url().strip_prefix("sqlite://").unwrap()).unwrap();
    they.batch_execute("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert!(matches!(bump(&db.store, 1), Err(StoreError::Unavailable(_)))));
        }
    });
    assert!(begun.elapsed() < std::time::Duration::from_secs(25), "five seconds, and not thirty");
    they.batch_execute("ROLLBACK").unwrap();
    bump(&db.store, 1).unwrap();
}

#[cfg(feature = "postgres")]
#[test]
fn a_write_that_another_transaction_stands_in_the_way_of_is_done_again_whole() {
    use diesel::{
        Connection, PgConnection, RunQueryDsl,
        connection::SimpleConnection,
        dsl::sql,
        sql_types::{Bool, Integer},
    };
    use std::{sync::mpsc, thread};

    if !TestDatabase::is_postgres() {
        return;
    }
    let db = TestDatabase::new();
    bump(&db.store, 1).unwrap();
    bump(&db.store, 2).unwrap();
    let url = db.url();
    let ((we_hold_one, one_is_held), (they_hold_two, two_is_held)) = (mpsc::channel(), mpsc::channel());
    let mut beside = PgConnection::establish(&url).unwrap();
    let mut tries = 0;
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut they = PgConnection::establish(&url).unwrap();
            they.batch_execute("BEGIN; UPDATE version SET n = n WHERE id = 2").unwrap();
            let pid = diesel::select(sql::<Integer>("pg_backend_pid()")).get_result::<i32>(&mut they).unwrap();
            they_hold_two.send(pid).unwrap();
            one_is_held.recv().unwrap();
            // We are the ones who notice, and who are thrown out.
            they.batch_execute("SET LOCAL deadlock_timeout = '20s'; UPDATE version SET n = n WHERE id = 1; COMMIT")
                .unwrap();
        });
        let their_pid = two_is_held.recv().unwrap();
        let waits = format!("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = {their_pid})");
        let written: Result<(), StoreError> = db.store.write("contended", |tx| {
            tries += 1;
            tx.bump_version(1)?;
            if tries == 1 {
                we_hold_one.send(()).unwrap();
                // The server looks for a deadlock once, a while after we begin to wait: they must be waiting by then.
                while !diesel::select(sql::<Bool>(&waits)).get_result::<bool>(&mut beside).unwrap() {
                    thread::yield_now();
                }
            }
            tx.bump_version(2)
        });
        written.unwrap();
    });
    assert_eq!(tries, 2);
    assert_eq!([1, 2].map(|tree| db.store.versions(Some(tree)).unwrap().tree), [2, 2], "and it is there once");
}

#[test]
fn what_is_always_in_the_way_is_tried_a_few_times() {
    let db = TestDatabase::new();
    let mut tries = 0;
    let refused: Result<(), StoreError> = db.store.write("contended", |tx| {
        tries += 1;
        tx.bump_version(9)?;
        Err(StoreError::Contended("on purpose".into()))
    });
    assert!(matches!(refused, Err(StoreError::Contended(_))));
    assert_eq!((tries, db.store.versions(Some(9)).unwrap().tree), (6, 0));
}

#[test]
fn a_panic_inside_a_write_is_taken_back_and_the_next_write_works() {
    let db = TestDatabase::new();
    let panicked = catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<(), StoreError> = db.store.write("test", |tx| {
            tx.bump_version(9)?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    bump(&db.store, 9).unwrap();
    assert_eq!(db.store.versions(Some(9)).unwrap().tree, 1);
}

#[test]
fn a_panic_inside_a_rehearsal_is_taken_back_and_the_next_write_is_kept() {
    let db = TestDatabase::new();
    let panicked = catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<(), StoreError> = db.store.write("test", |tx| {
            tx.bump_version(8)?;
            tx.rehearse(|tx| {
                tx.bump_version(9)?;
                panic!("on purpose")
            })
        });
    }));
    assert!(panicked.is_err());
    bump(&db.store, 7).unwrap();
    let beside = crate::Store::open(&db.url(), 1).unwrap();
    let tree = |tree| beside.versions(Some(tree)).unwrap().tree;
    assert_eq!((tree(7), tree(8), tree(9)), (1, 0, 0));
}

#[test]
fn a_rehearsal_into_which_somebody_writes_is_done_again() {
    let db = TestDatabase::new();
    let mut attempts = 0;
    let seen = db.store.rehearse("test", |tx| {
        attempts += 1;
        let seen = tx.versions(Some(7))?.tree;
        // A file has one writer: there nobody can come between.
        if attempts == 1 && db.store.is_shared() {
            bump(&db.store, 7)?;
        }
        tx.bump_version(7)?;
        Ok::<_, StoreError>(seen)
    });
    let written = i64::from(db.store.is_shared());
    assert_eq!((seen.unwrap(), attempts - 1), (written, written));
    assert_eq!(db.store.versions(Some(7)).unwrap().tree, written);
}
