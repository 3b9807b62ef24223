//! The engine over memory. The same worlds are lived over the database in the tests of the store.

use super::{Alone, live, live_all};

/// How many worlds; `WORLDS` in the environment names another number.
const WORLDS: u64 = 10_000;

#[test]
fn the_engine_agrees_with_the_reference_in_random_worlds() {
    let named = std::env::var("WORLDS").ok().and_then(|text| text.parse().ok());
    let lived = live_all(0..named.unwrap_or(WORLDS), &mut |story| live(story, &mut Alone));
    lived.unwrap_or_else(|trouble| panic!("{trouble}"));
}
