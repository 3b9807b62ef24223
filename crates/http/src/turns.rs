//! How much of the database one person may keep busy at once.

use crate::error::Rejection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vouchsafe_types::UserId;

/// How many heavy questions of one person are looked into at once: fewer than there are readers.
const AT_ONCE: usize = 2;
/// How many more may wait for their turn.
const MOST_WAITING: usize = 32;
/// With so many people, those who ask nothing are forgotten.
const SWEEP_AT: usize = 1_024;

/// Heavy questions take turns, person by person.
#[derive(Default)]
pub(crate) struct Turns {
    by_user: Mutex<HashMap<UserId, Arc<Semaphore>>>,
}

/// A turn; it ends when this goes.
pub(crate) struct Turn(#[expect(dead_code, reason = "kept for what happens when it is dropped")] OwnedSemaphorePermit);

impl Turns {
    /// Waits for a turn of `user`'s.
    ///
    /// # Errors
    /// `too_many_requests` when too many of his wait already.
    pub(crate) async fn take(&self, user: UserId) -> Result<Turn, Rejection> {
        let turns = self.of(user);
        // One for the map, one for us, and one for each of the others who has a turn or waits for one.
        if Arc::strong_count(&turns) >= 2 + AT_ONCE + MOST_WAITING {
            return Err(Rejection::Throttled { retry_after: 1 });
        }
        let turn = turns.acquire_owned().await;
        turn.map(Turn).map_err(|closed| Rejection::Internal(closed.to_string()))
    }

    fn of(&self, user: UserId) -> Arc<Semaphore> {
        let mut all = self.by_user.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SWEEP_AT {
            all.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        Arc::clone(all.entry(user).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, MOST_WAITING, Turns};
    use crate::error::Rejection;
    use futures_util::FutureExt;
    use vouchsafe_types::UserId;

    #[test]
    fn the_third_question_of_one_person_waits_and_anothers_does_not() {
        let (turns, ann, bob) = (Turns::default(), UserId::mint(), UserId::mint());
        let mut taken: Vec<_> = (0..AT_ONCE).map(|_| turns.take(ann).now_or_never().unwrap().ok().unwrap()).collect();
        let mut third = Box::pin(turns.take(ann));
        assert!((&mut third).now_or_never().is_none());
        assert!(turns.take(bob).now_or_never().is_some());
        taken.pop();
        assert!(third.now_or_never().unwrap().is_ok());
    }

    #[test]
    fn who_lets_too_many_wait_is_told_to_come_again() {
        let (turns, ann) = (Turns::default(), UserId::mint());
        let mut waiting: Vec<_> = (0..AT_ONCE + MOST_WAITING).map(|_| Box::pin(turns.take(ann))).collect();
        let mut turns_taken = Vec::new();
        for question in &mut waiting {
            turns_taken.extend(question.now_or_never());
        }
        assert_eq!(turns_taken.len(), AT_ONCE);
        let refused = turns.take(ann).now_or_never().unwrap();
        assert!(matches!(refused, Err(Rejection::Throttled { .. })));
    }
}
