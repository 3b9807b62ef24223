//! How much of the database one person, place or link may keep busy at once.

use crate::{
    asker::{Asker, Payer},
    error::Rejection,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many heavy questions of one are looked into at once: fewer than there are readers.
const AT_ONCE: usize = 2;
/// How many more may wait for their turn.
const MOST_WAITING: usize = 32;
/// With so many, those who ask nothing are forgotten.
const SWEEP_AT: usize = 1_024;

/// Heavy questions take turns, person by person, and for who is none, place by place and link by link.
#[derive(Default)]
pub(crate) struct Turns {
    by_payer: Mutex<HashMap<Payer, Arc<Semaphore>>>,
}

/// A turn; it ends when this goes.
pub(crate) struct Turn(
    #[expect(dead_code, reason = "kept for what happens when they are dropped")] Vec<OwnedSemaphorePermit>,
);

impl Turns {
    /// Waits for a turn of the asker's.
    ///
    /// # Errors
    /// `too_many_requests` when too many of his wait already.
    pub(crate) async fn take(&self, asker: Asker) -> Result<Turn, Rejection> {
        let mut taken = Vec::with_capacity(2);
        for payer in asker.queues() {
            let turns = self.of(payer);
            // One for the map, one for us, and one for each of the others who has a turn or waits for one.
            if Arc::strong_count(&turns) >= 2 + AT_ONCE + MOST_WAITING {
                return Err(Rejection::Throttled { retry_after: 1 });
            }
            taken.push(turns.acquire_owned().await.map_err(|closed| Rejection::Internal(closed.to_string()))?);
        }
        Ok(Turn(taken))
    }

    fn of(&self, payer: Payer) -> Arc<Semaphore> {
        let mut all = self.by_payer.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SWEEP_AT {
            all.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        Arc::clone(all.entry(payer).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, MOST_WAITING, Turns};
    use crate::{asker::Asker, error::Rejection};
    use futures_util::FutureExt;
    use vouchsafe_types::{LinkId, UserId};

    fn visitor(place: &str, link: LinkId) -> Asker {
        Asker::Visitor { place: place.parse().ok(), link: Some(link) }
    }

    #[test]
    fn the_third_question_of_one_person_waits_and_anothers_does_not() {
        let (turns, ann, bob) = (Turns::default(), UserId::mint().into(), UserId::mint().into());
        let mut taken: Vec<_> = (0..AT_ONCE).map(|_| turns.take(ann).now_or_never().unwrap().ok().unwrap()).collect();
        let mut third = Box::pin(turns.take(ann));
        assert!((&mut third).now_or_never().is_none());
        assert!(turns.take(bob).now_or_never().is_some());
        taken.pop();
        assert!(third.now_or_never().unwrap().is_ok());
    }

    #[test]
    fn who_lets_too_many_wait_is_told_to_come_again() {
        let (turns, ann) = (Turns::default(), UserId::mint().into());
        let mut waiting: Vec<_> = (0..AT_ONCE + MOST_WAITING).map(|_| Box::pin(turns.take(ann))).collect();
        let mut turns_taken = Vec::new();
        for question in &mut waiting {
            turns_taken.extend(question.now_or_never());
        }
        assert_eq!(turns_taken.len(), AT_ONCE);
        let refused = turns.take(ann).now_or_never().unwrap();
        assert!(matches!(refused, Err(Rejection::Throttled { .. })));
    }

    #[test]
    fn a_link_takes_turns_wherever_it_is_used_and_a_place_whatever_links_it_uses() {
        let (turns, link) = (Turns::default(), LinkId::mint());
        let now = |asker| turns.take(asker).now_or_never();
        let mut taken = vec![now(visitor("10.0.0.1", link)), now(visitor("10.0.0.2", link))];
        assert!(taken.iter().all(Option::is_some));
        let mut third = Box::pin(turns.take(visitor("10.0.0.3", link)));
        assert!((&mut third).now_or_never().is_none(), "two have it open");
        assert!(now(visitor("", link)).is_none(), "and who comes from nowhere waits with them");
        taken.push(now(visitor("10.0.0.1", LinkId::mint())));
        assert!(now(visitor("10.0.0.1", LinkId::mint())).is_none(), "two are from there");
        let others = now(visitor("10.0.0.2", LinkId::mint()));
        assert!(others.is_some() && now(UserId::mint().into()).is_some());
        taken.clear();
        assert!(third.now_or_never().unwrap().is_ok());
    }
}
