//! Connections for reading: a bounded pool that notices when the database is away, and when it is back.

use crate::{
    backend::{Conn, Manager},
    error::StoreError,
    transaction,
};
use diesel::r2d2;
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long one waits for a connection that others use.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often one who waits looks whether the database is away: then nobody waits.
const GLANCE: Duration = Duration::from_millis(100);
/// Twice the longest pause between two tries to reach a database that is away.
const CONNECT_PAUSE: Duration = Duration::from_secs(2);

/// The connections.
pub(crate) struct Readers {
    pool: r2d2::Pool<Opener>,
    away: Away,
}

/// A connection of the pool.
pub(crate) struct Reader {
    conn: Conn,
    is_lost: bool,
}

/// A connection that goes back into the pool when it is dropped.
pub(crate) type Lent = r2d2::PooledConnection<Opener>;

/// Why the database cannot be reached, since it could not be.
#[derive(Debug, Clone, Default)]
struct Away(Arc<Mutex<Option<String>>>);

/// Opens connections for the pool.
pub(crate) struct Opener {
    manager: Manager,
    away: Away,
}

impl Away {
    fn why(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, why: Option<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*known, &why) {
            (None, Some(why)) => log::error!("the database is away: {why:?}"),
            (Some(_), None) => log::info!("the database is back"),
            (None, None) | (Some(_), Some(_)) => {}
        }
        *known = why;
    }
}

impl r2d2::ManageConnection for Opener {
    type Connection = Reader;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Reader, r2d2::Error> {
        let opened = self.manager.open();
        self.away.set(opened.as_ref().err().map(ToString::to_string));
        Ok(Reader { conn: opened?, is_lost: false })
    }

    fn is_valid(&self, reader: &mut Reader) -> Result<(), r2d2::Error> {
        r2d2::R2D2Connection::ping(&mut reader.conn).map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, reader: &mut Reader) -> bool {
        std::thread::panicking() || reader.is_lost || transaction::is_broken(&mut reader.conn)
    }
}

impl Readers {
    /// At most `size` connections. They are made when they are first needed, so that a server that is away now keeps
    /// nobody from starting.
    pub(crate) fn new(manager: Manager, size: u32) -> Self {
        let away = Away::default();
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(CONNECT_PAUSE)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(Opener { manager, away: away.clone() });
        Self { pool, away }
    }

    /// A connection on which `first` has worked, and what it gave. One that was lost while nobody used it is noticed
    /// here, thrown away, and another one taken.
    pub(crate) fn with<T>(
        &self,
        mut first: impl FnMut(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<(Lent, T), StoreError> {
        let mut lost = 0;
        loop {
            let mut reader = self.get()?;
            match first(&mut reader.conn) {
                Err(StoreError::Unavailable(_)) if lost < self.pool.max_size() && reader.is_dead() => lost += 1,
                outcome => return outcome.map(|value| (reader, value)),
            }
        }
    }

    fn get(&self) -> Result<Lent, StoreError> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(reader) = self.pool.try_get() {
                return Ok(reader);
            }
            if let Some(why) = self.away.why() {
                return Err(StoreError::Unavailable(why));
            }
            // Asking also sees to it that a connection is being made, until one can be.
            if let Ok(reader) = self.pool.get_timeout(GLANCE) {
                return Ok(reader);
            }
            if Instant::now() >= end {
                return Err(StoreError::Unavailable("no connection was free for 5 s".to_owned()));
            }
        }
    }
}

impl Reader {
    /// Says that the pool is to take it out.
    pub(crate) fn give_up(&mut self) {
        self.is_lost = true;
    }

    /// Whether the other end does not answer any more; then the pool takes it out.
    fn is_dead(&mut self) -> bool {
        self.is_lost = transaction::is_dead(&mut self.conn);
        self.is_lost
    }
}

impl Deref for Reader {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
