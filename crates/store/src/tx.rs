//! `Store::read` and `Store::write`: the only two doors.

use crate::{
    backend::{Conn, Manager},
    backup,
    changes::NewChange,
    error::{StoreError, StoreFailure},
    in_use::InUse,
    migrate,
    readers::Readers,
    tally::Tally,
    transaction,
    versions::{IDENTITY, KnownVersions, REVISION, Versions},
    writer::{self, Writer},
};
use diesel::Connection;
use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    thread,
    time::{Duration, Instant},
};
use vouchsafe_engine::Bound;

/// How long a transaction may last that could do with less.
const MOST_PATIENCE: Duration = Duration::from_secs(1);

/// How often a file is looked at that others may be opening, and how long it is left alone in between.
const MOST_LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// How long one transaction may last: see [`WriteTx::deadline`].
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    since: Instant,
    patience: Duration,
}

impl Deadline {
    /// Whether it is too late.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.since.elapsed() > self.patience
    }
}

/// The database.
pub struct Store {
    readers: Readers,
    pub(crate) writer: Writer,
    known: KnownVersions,
    tally: Tally,
    webhook: Option<String>,
    patience: Duration,
    manager: Manager,
    /// Of a file: that we have it open.
    _in_use: Option<InUse>,
}

/// A consistent view of the database.
pub struct Tx<'c> {
    pub(crate) conn: &'c mut Conn,
    pub(crate) tally: &'c Tally,
}

/// A view that may also write. What it touches is written down, and its versions are bumped with it.
pub struct WriteTx<'c> {
    tx: Tx<'c>,
    touched: BTreeSet<i64>,
    /// How many grants fell with others.
    fallen: u64,
    pub(crate) changes: Vec<NewChange>,
    deadline: Deadline,
}

impl Store {
    /// Opens `url` (`sqlite://<path>` or `postgres://…`) with at most `readers` connections for reading. Does not
    /// migrate.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened or created, or the server does not answer.
    pub fn open(url: &str, readers: u32) -> Result<Self, StoreError> {
        let manager = Manager::new(url)?;
        let in_use = manager.file().map(|file| InUse::by_many(file)).transpose()?;
        let named = |error: StoreError| match manager.file() {
            Some(file) => StoreError::Unavailable(format!("{}: {error}", file.display())),
            None => error,
        };
        let writer = Writer::new(manager.clone()).map_err(named)?;
        let known = KnownVersions::new(manager.file());
        let (readers, tally) = (Readers::new(manager.clone(), readers), Tally::default());
        Ok(Self { readers, writer, known, tally, webhook: None, patience: MOST_PATIENCE, manager, _in_use: in_use })
    }

    /// The same store, which queues a message to `url` for everything that changes.
    #[must_use]
    pub fn with_webhook(self, url: Option<String>) -> Self {
        Self { webhook: url, ..self }
    }

    /// The same store, which looks ahead for so long: a test's answer does not hang on how busy the machine is.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Runs `f` on one consistent snapshot.
    ///
    /// # Errors
    /// What `f` returns, or [`StoreError::Unavailable`] when no connection is free for 5 s.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let (mut conn, ()) = self.readers.with(|conn| Ok(transaction::begin_reading(conn)?))?;
        let outcome = f(&mut Tx { conn: &mut conn, tally: &self.tally });
        // Nothing was written, so there is nothing that a commit could lose.
        transaction::roll_back(&mut conn);
        outcome
    }

    /// Runs `f` in a transaction named `name` in the logs: all of it is committed, or none. When another transaction
    /// was in the way, it is done again whole, a few times: `f` must do the same each time.
    ///
    /// Writes that arrive together are committed together, each still on its own: one that fails does not harm its
    /// neighbours. Returns when the change is on disk.
    ///
    /// # Errors
    /// What `f` returns (and nothing was written), or [`StoreError::Unavailable`] when the commit failed.
    pub fn write<T: Send, E: StoreFailure + Send>(
        &self,
        name: &'static str,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        let (value, fallen) = self.writer.run(name, |conn| {
            let mut tx = WriteTx::new(conn, &self.tally, self.deadline());
            let value = f(&mut tx)?;
            tx.finish(self.webhook.as_deref())?;
            Ok::<_, E>((value, tx.fallen))
        })?;
        self.tally.fell(fallen);
        Ok(value)
    }

    /// Runs `f`, and takes back everything that it wrote; again and again, up to a limit, while somebody who really
    /// writes is in the way.
    ///
    /// On a server this happens beside the writer, on a connection of its own. A file has one writer and no more: there
    /// `f` has it, and whoever has much to look at heeds [`WriteTx::deadline`].
    ///
    /// # Errors
    /// What `f` returns, or [`StoreError::Contended`] when somebody who really writes stayed in the way.
    pub fn rehearse<T: Send, E: StoreFailure + Send>(
        &self,
        name: &'static str,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        if !self.is_shared() {
            return self.write(name, |tx| tx.rehearse(&mut f));
        }
        writer::again_while_contended(name, || {
            let (mut conn, ()) = self.readers.with(|conn| Ok(transaction::begin_rehearsing(conn)?))?;
            let outcome = f(&mut WriteTx::new(&mut conn, &self.tally, self.deadline()));
            transaction::roll_back(&mut conn);
            if outcome.as_ref().is_err_and(|error| writer::is_of_no_use(error, &mut conn)) {
                conn.give_up();
            }
            outcome
        })
    }

    fn deadline(&self) -> Deadline {
        Deadline { since: Instant::now(), patience: self.patience }
    }

    /// The current versions of identity and of the tree with this root, from memory while nobody has committed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn versions(&self, tree: Option<i64>) -> Result<Versions, StoreError> {
        self.known.get(tree, || {
            let (_, versions) = self.readers.with(|conn| Tx { conn, tally: &self.tally }.versions(tree))?;
            Ok(versions)
        })
    }

    /// How many decisions were refused at this bound of the engine, over this store.
    #[must_use]
    pub fn refused_at(&self, bound: Bound) -> u64 {
        self.tally.refused_at(bound)
    }

    /// How many grants have fallen because others were revoked, over this store.
    #[must_use]
    pub fn fallen_grants(&self) -> u64 {
        self.tally.fallen()
    }

    /// How often the rows of somebody about something have been read for the engine: what a decision costs.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn rows_asked(&self) -> u64 {
        self.tally.asked()
    }

    /// Whether other nodes may use the same database: a server's, not a file.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.manager.file().is_none()
    }

    /// How to open the file of the database, if it is one.
    pub(crate) fn file_manager(&self) -> Option<Manager> {
        self.manager.file().map(|_| self.manager.clone())
    }

    /// What is wrong with the pages and the foreign keys of the database, a line each.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be asked.
    pub fn defects(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.readers.with(backup::defects)?.1)
    }

    /// Names of the migrations that are not applied yet, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be asked.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        // Not by the writer: under load, who asks whether we are well would have to queue.
        Ok(self.readers.with(migrate::pending)?.1)
    }

    /// Names of the migrations that the database of `url` lacks, oldest first; all of them when it is not there yet.
    /// Writes nothing and waits for nobody, also while another process migrates.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when it knows migrations that we do not; [`StoreError::Unavailable`] when it cannot be
    /// asked.
    pub fn pending_at(url: &str) -> Result<Vec<String>, StoreError> {
        let manager = Manager::new(url)?;
        // What lies beside a file comes and goes while others open and close it.
        let mut tries = if manager.file().is_some() { MOST_LOOKS } else { 1 };
        loop {
            tries -= 1;
            let pending = manager.open_to_read().and_then(|conn| match conn {
                Some(mut conn) => migrate::pending(&mut conn),
                None => migrate::names(),
            });
            match pending {
                Err(StoreError::Unavailable(_)) if tries > 0 => thread::sleep(BETWEEN_LOOKS),
                outcome => return outcome,
            }
        }
    }

    /// Applies what is pending and gives the names of what was applied.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a migration fails; nothing is applied then.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.writer.alone(migrate::migrate)
    }

    /// Takes back every migration, and with it all data: for the tests of the migrations.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a migration cannot be taken back.
    #[doc(hidden)]
    pub fn revert_all_migrations(&self) -> Result<(), StoreError> {
        self.writer.alone(migrate::revert_all)
    }
}

/// Unwinds a rehearsal: with its outcome, or because the database gave up.
enum Back<T> {
    Taken(T),
    Database(diesel::result::Error),
}

impl<T> From<diesel::result::Error> for Back<T> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl<'c> WriteTx<'c> {
    fn new(conn: &'c mut Conn, tally: &'c Tally, deadline: Deadline) -> Self {
        Self { tx: Tx { conn, tally }, touched: BTreeSet::new(), fallen: 0, changes: Vec::new(), deadline }
    }
}

impl WriteTx<'_> {
    /// Says that so many grants fell with others. They are counted once they are gone for good.
    pub fn count_fallen(&mut self, count: usize) {
        self.fallen = self.fallen.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// After this, others should not be kept waiting by what need not be done.
    #[must_use]
    pub const fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Says that something in the tree with this root changed.
    pub fn touch_tree(&mut self, root: i64) {
        self.touched.insert(root);
    }

    /// Says that users, groups, memberships or named things changed.
    pub fn touch_identity(&mut self) {
        self.touched.insert(IDENTITY);
    }

    /// What was touched so far, as if its versions had been bumped.
    #[cfg(test)]
    pub(crate) fn take_touched(&mut self) -> BTreeSet<i64> {
        std::mem::take(&mut self.touched)
    }

    /// The revision that this transaction will have made, if it changes anything.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn next_revision(&mut self) -> Result<i64, StoreError> {
        Ok(self.tx.versions(None)?.revision.saturating_add(1))
    }

    /// Runs `f` and takes back everything that it wrote.
    ///
    /// # Errors
    /// What `f` returns.
    pub fn rehearse<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (tally, deadline) = (self.tx.tally, self.deadline);
        let outcome = self.tx.conn.transaction::<std::convert::Infallible, Back<Result<T, E>>, _>(|conn| {
            Err(Back::Taken(f(&mut WriteTx::new(conn, tally, deadline))))
        });
        match outcome {
            Err(Back::Taken(outcome)) => outcome,
            Err(Back::Database(error)) => Err(StoreError::from(error).into()),
            Ok(never) => match never {},
        }
    }

    /// Bumps the versions of what was touched, and writes down what was told under the revision that this makes.
    fn finish(&mut self, webhook: Option<&str>) -> Result<(), StoreError> {
        let touched = std::mem::take(&mut self.touched);
        if touched.is_empty() && self.changes.is_empty() {
            return Ok(());
        }
        let revision = self.next_revision()?;
        self.write_changes(revision, webhook)?;
        for id in touched.into_iter().chain([REVISION]) {
            self.tx.bump_version(id)?;
        }
        Ok(())
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;
    fn deref(&self) -> &Tx<'c> {
        &self.tx
    }
}

impl<'c> DerefMut for WriteTx<'c> {
    fn deref_mut(&mut self) -> &mut Tx<'c> {
        &mut self.tx
    }
}
