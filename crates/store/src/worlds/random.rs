use super::database::Database;
use crate::{StoreError, StoreFailure, testing::TestDatabase};
use std::thread;
use vouchsafe_engine::worlds::{Story, Trouble, live, live_all};

/// How many worlds; `WORLDS` in the environment names another number: `make worlds` lives 100,000.
const WORLDS: u64 = 2_000;
/// One database each: they do not wait for each other's transactions.
const THREADS: u64 = 2;

/// Carries what is wrong out of a transaction.
struct Told(Trouble);

impl From<StoreError> for Told {
    fn from(error: StoreError) -> Self {
        Self(Trouble::storage(error))
    }
}

impl StoreFailure for Told {
    fn of_store(&self) -> Option<&StoreError> {
        None
    }
}

/// Writes the world, lives the story, and takes everything back.
fn live_in(db: &TestDatabase, story: &Story) -> Result<(), Trouble> {
    let outcome: Result<(), Told> =
        db.store.write("world", |tx| tx.rehearse(|tx| live(story, &mut Database::new(tx, story.seed)).map_err(Told)));
    outcome.map_err(|told| told.0)
}

#[test]
fn the_engine_over_the_database_agrees_with_the_reference_in_random_worlds() {
    let named = std::env::var("WORLDS").ok().and_then(|text| text.parse().ok());
    let each = named.unwrap_or(WORLDS).div_ceil(THREADS);
    let live_some = |thread: u64| {
        let db = TestDatabase::new();
        live_all(thread * each..(thread + 1) * each, &mut |story| live_in(&db, story))
    };
    let outcomes = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || live_some(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for outcome in outcomes {
        outcome.unwrap_or_else(|trouble| panic!("{trouble}"));
    }
}
