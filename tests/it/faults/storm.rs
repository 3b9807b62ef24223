use super::estate::Estate;
use std::{
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use vouchsafe_tests::{Reply, Wire};

/// What may come instead of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Nothing.
    Sure,
    /// `503` with `Retry-After`: what became of the request is not known.
    MayPutOff,
}

impl Manner {
    /// Whether a request was done; anything but that and what may come ends the test.
    pub(super) fn is_done(self, reply: &Reply) -> bool {
        assert!(reply.is_done() || (self == Self::MayPutOff && reply.is_put_off()), "{reply:?}");
        reply.is_done()
    }
}

/// What came of a storm so far.
#[derive(Default)]
pub(super) struct Tally {
    done: AtomicUsize,
    is_over: AtomicBool,
}

impl Tally {
    pub(super) fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }
}

/// Everybody changes what is his as fast as he is answered, until `meanwhile` is over or the server is gone.
pub(super) fn storm<T>(
    estate: &mut Estate,
    address: &str,
    manner: Manner,
    meanwhile: impl FnOnce(&Tally) -> T,
) -> (usize, T) {
    let tally = Tally::default();
    let mut lanes = std::mem::take(&mut estate.lanes);
    let estate_now = &*estate;
    let value = thread::scope(|scope| {
        for lane in &mut lanes {
            let tally = &tally;
            scope.spawn(move || {
                let mut wire = Wire::new(address);
                while !tally.is_over.load(Ordering::SeqCst) {
                    match lane.step(estate_now, &mut wire, manner) {
                        Ok(true) => drop(tally.done.fetch_add(1, Ordering::SeqCst)),
                        // Put off, or nothing to do.
                        Ok(false) => thread::sleep(Duration::from_millis(5)),
                        // What was done all the same is counted when the lane is settled.
                        Err(_) if TcpStream::connect(address).is_err() => return,
                        Err(_) => {}
                    }
                }
            });
        }
        let value = meanwhile(&tally);
        tally.is_over.store(true, Ordering::SeqCst);
        value
    });
    estate.lanes = lanes;
    (tally.done(), value)
}
