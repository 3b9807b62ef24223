//! One writer; writes that arrive together commit together.
//!
//! One thread does all of them, each in a savepoint: to hand the connection from thread to thread would cost more than
//! most writes do. While others are waiting it leaves the transaction open for them, and commits after the last one:
//! one fsync for many. Nobody is answered before that.

use crate::{
    backend::{Conn, Manager},
    error::{StoreError, StoreFailure},
    transaction,
};
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The most writes in one commit: bounds how long the first of them waits.
const MAX_BATCH: usize = 64;

/// How often something is done again when another transaction was in the way.
const MAX_RETRIES: u32 = 5;
/// The pause before the first of them; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// How long a database that could not be reached is left alone: who writes meanwhile is told so at once.
const LEFT_ALONE: Duration = Duration::from_millis(500);

pub(crate) struct Writer {
    waiting: AtomicUsize,
    state: Mutex<State>,
    /// Has one thread.
    hand: ThreadPool,
}

struct State {
    manager: Manager,
    /// None while the database is away.
    conn: Option<Conn>,
    /// When it was last found away, and why.
    away: Option<(Instant, String)>,
    /// When a lock was last waited for in vain, and why: who waited behind that one is told so with him.
    refused: Option<(Instant, String)>,
    batch: Option<Arc<Batch>>,
    size: usize,
}

/// Writes that will be committed together; the outcome is there once they were.
#[derive(Default)]
struct Batch {
    outcome: Mutex<Option<Result<(), Cut>>>,
    done: Condvar,
}

/// Why a batch was not committed.
#[derive(Debug, Clone)]
struct Cut {
    reason: String,
    /// Whether nothing of it was written, for certain, and the same may work when it is done again.
    is_contended: bool,
}

impl From<Cut> for StoreError {
    fn from(cut: Cut) -> Self {
        if cut.is_contended { Self::Contended(cut.reason) } else { Self::Unavailable(cut.reason) }
    }
}

impl From<StoreError> for Cut {
    fn from(error: StoreError) -> Self {
        Self { is_contended: is_contended(&error), reason: error.to_string() }
    }
}

fn is_contended<E: StoreFailure>(error: &E) -> bool {
    matches!(error.of_store(), Some(StoreError::Contended(_)))
}

/// Whether a connection on which `error` came up is of no use any more although it answers.
pub(crate) fn is_of_no_use<E: StoreFailure>(error: &E, conn: &mut Conn) -> bool {
    matches!(error.of_store(), Some(StoreError::Unavailable(_))) && transaction::is_read_only(conn)
}

/// Does something again and again while another transaction is in the way, up to a limit.
pub(crate) fn again_while_contended<T, E: StoreFailure>(
    name: &'static str,
    mut once: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let mut pause = FIRST_PAUSE;
    for retry in 1..=MAX_RETRIES {
        match once() {
            Err(error) if is_contended(&error) => {
                log::info!(transaction = name, retry; "another transaction was in the way");
                thread::sleep(pause);
                pause *= 2;
            }
            outcome => return outcome,
        }
    }
    once()
}

impl Batch {
    fn finish(&self, outcome: Result<(), Cut>) {
        *lock(&self.outcome) = Some(outcome);
        self.done.notify_all();
    }

    fn wait(&self) -> Result<(), StoreError> {
        let mut outcome = lock(&self.outcome);
        loop {
            match outcome.as_ref() {
                Some(Ok(())) => return Ok(()),
                Some(Err(cut)) => return Err(cut.clone().into()),
                None => outcome = self.done.wait(outcome).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Panics are caught before they can leave a mutex with half a change in it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(crate) fn new(manager: Manager) -> Result<Self, StoreError> {
        let conn = Some(manager.open()?);
        let hand = ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "writer".to_owned()).build();
        Ok(Self {
            waiting: AtomicUsize::new(0),
            state: Mutex::new(State { manager, conn, away: None, refused: None, batch: None, size: 0 }),
            hand: hand.map_err(|error| StoreError::Unavailable(error.to_string()))?,
        })
    }

    /// Has `f` done in its turn.
    fn enter<T: Send>(&self, f: impl FnOnce(&mut State) -> T + Send) -> T {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.hand.install(|| {
            let mut state = lock(&self.state);
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            f(&mut state)
        })
    }

    /// Runs `f` with the connection outside any transaction: for migrations.
    pub(crate) fn alone<T: Send>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        self.enter(|state| {
            state.close();
            f(state.conn()?)
        })
    }

    /// Runs `f` in a transaction, again and again while another one is in the way, up to a limit.
    pub(crate) fn run<T: Send, E: StoreFailure + Send>(
        &self,
        name: &'static str,
        mut f: impl FnMut(&mut Conn) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        again_while_contended(name, || self.once(name, &mut f))
    }

    fn once<T: Send, E: StoreFailure + Send>(
        &self,
        name: &'static str,
        f: &mut (impl FnMut(&mut Conn) -> Result<T, E> + Send),
    ) -> Result<T, E> {
        let arrived = Instant::now();
        let (batch, result) = self.enter(|state| {
            let (batch, conn) = state.open(arrived)?;
            let result = catch_unwind(AssertUnwindSafe(|| savepoint(conn, f)));
            // A lost connection commits nothing, and what was contended is done again in a transaction of its own.
            let is_over = transaction::is_lost(conn) || matches!(&result, Ok(Err(error)) if is_contended(error));
            let is_of_no_use = matches!(&result, Ok(Err(error)) if is_of_no_use(error, conn));
            // INVARIANT: an open transaction always has somebody who will close it, either here or among those waiting.
            if is_over || is_of_no_use || self.waiting.load(Ordering::SeqCst) == 0 || state.size >= MAX_BATCH {
                state.close();
            }
            if is_of_no_use {
                state.conn = None;
            }
            Ok::<_, StoreError>((batch, result))
        })?;
        match result {
            Ok(Err(error)) if error.of_store().is_some() => Err(error),
            // A refusal too may rest on what a neighbour wrote.
            Ok(outcome) => {
                batch.wait().inspect_err(|e| log::error!(transaction = name; "commit failed: {e}"))?;
                outcome
            }
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl State {
    /// The connection, made anew if the last one was lost.
    fn conn(&mut self) -> Result<&mut Conn, StoreError> {
        if self.conn.as_mut().is_some_and(transaction::is_broken) {
            self.conn = None;
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect()?,
        };
        Ok(self.conn.insert(conn))
    }

    fn connect(&mut self) -> Result<Conn, StoreError> {
        if let Some((at, why)) = &self.away
            && at.elapsed() < LEFT_ALONE
        {
            return Err(StoreError::Unavailable(why.clone()));
        }
        let opened = self.manager.open().map_err(StoreError::from);
        self.away = opened.as_ref().err().map(|error| (Instant::now(), error.to_string()));
        opened
    }

    /// The open batch and its connection, or a new one, for somebody who waits since `arrived`.
    fn open(&mut self, arrived: Instant) -> Result<(Arc<Batch>, &mut Conn), StoreError> {
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => {
                if let Some((at, why)) = &self.refused
                    && arrived < *at
                {
                    return Err(StoreError::Unavailable(why.clone()));
                }
                self.begin()?;
                Arc::default()
            }
        };
        self.size += 1;
        self.batch = Some(Arc::clone(&batch));
        let conn = self.conn.as_mut().ok_or_else(|| StoreError::Unavailable("the connection is lost".to_owned()))?;
        Ok((batch, conn))
    }

    /// Begins a transaction. A connection that was lost while nobody used it is noticed here, and replaced once.
    fn begin(&mut self) -> Result<(), StoreError> {
        let conn = self.conn()?;
        let Err(error) = transaction::begin_writing(conn) else { return Ok(()) };
        let is_dead = transaction::is_broken(conn) || transaction::is_dead(conn);
        self.conn = None;
        if !is_dead {
            self.refused = Some((Instant::now(), error.to_string()));
            return Err(error.into());
        }
        transaction::begin_writing(self.conn()?).map_err(|error| {
            self.conn = None;
            error.into()
        })
    }

    fn close(&mut self) {
        self.size = 0;
        if let Some(batch) = self.batch.take() {
            let outcome = match &mut self.conn {
                Some(conn) => transaction::commit(conn).map_err(|error| Cut::from(StoreError::from(error))),
                None => Err(StoreError::Unavailable("the connection is lost".to_owned()).into()),
            };
            if outcome.is_err() {
                // Whatever became of it, this connection is not asked again.
                self.conn = None;
            }
            batch.finish(outcome);
        }
    }
}

/// Runs `f` so that its failure, or its panic, takes back its own changes only. When they cannot be taken back the
/// connection is broken, and with it everything in the transaction is.
fn savepoint<T, E: StoreFailure>(conn: &mut Conn, f: &mut impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let database = |e| E::from(StoreError::from(e));
    let outside = transaction::depth(conn).map_err(database)?;
    transaction::begin_inner(conn).map_err(database)?;
    let outcome = match catch_unwind(AssertUnwindSafe(|| f(conn))) {
        Ok(Ok(value)) => return transaction::commit(conn).map(|()| value).map_err(database),
        Ok(Err(error)) => Ok(error),
        Err(panic) => Err(panic),
    };
    // A panic may have left savepoints of its own open. Where one cannot be taken back the connection is broken.
    while transaction::depth(conn).is_ok_and(|depth| depth > outside) {
        transaction::roll_back(conn);
    }
    match outcome {
        Ok(error) => Err(error),
        Err(panic) => resume_unwind(panic),
    }
}

#[cfg(test)]
mod tests;
