//! The connection to either engine, and the pool of them.

use crate::{error::StoreError, open};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, r2d2};
#[cfg(feature = "postgres")]
use diesel::{connection::SimpleConnection, pg::PgConnection};
use std::path::PathBuf;

/// A connection to the database, whichever engine it runs on.
#[cfg(feature = "postgres")]
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// To a PostgreSQL server.
    Pg(PgConnection),
    /// To an SQLite file.
    Sqlite(SqliteConnection),
}

/// A connection to the database.
#[cfg(not(feature = "postgres"))]
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// To an SQLite file.
    Sqlite(SqliteConnection),
}

/// One expression, compiled once per engine: for what the shared connection does not know, such as `on_conflict`.
#[cfg(feature = "postgres")]
macro_rules! each {
    ($conn:expr, $c:ident => $e:expr) => {
        match &mut *$conn {
            $crate::backend::Conn::Pg($c) => $e,
            $crate::backend::Conn::Sqlite($c) => $e,
        }
    };
}

/// One expression, compiled once per engine: for what the shared connection does not know, such as `on_conflict`.
#[cfg(not(feature = "postgres"))]
macro_rules! each {
    ($conn:expr, $c:ident => $e:expr) => {
        match &mut *$conn {
            $crate::backend::Conn::Sqlite($c) => $e,
        }
    };
}

pub(crate) use each;

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(crate) enum Manager {
    /// A file.
    Sqlite(PathBuf),
    /// The URL of a server, with its password.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl Manager {
    /// For a URL of the form `sqlite://<path>` or `postgres://<user>@<host>/<database>`.
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        match url.split_once("://") {
            Some(("sqlite", file)) if !file.is_empty() => Ok(Self::Sqlite(PathBuf::from(file))),
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(open::with_limits(url))),
            Some(_) | None => {
                Err(StoreError::Unavailable("the database URL is neither `sqlite://…` nor `postgres://…`".to_owned()))
            }
        }
    }

    /// The file of the database, if it is one.
    pub(crate) fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::Sqlite(file) => Some(file),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }

    /// A connection that writes nothing, if there is a database.
    pub(crate) fn open_to_read(&self) -> Result<Option<Conn>, StoreError> {
        match self {
            Self::Sqlite(file) if !file.exists() => Ok(None),
            Self::Sqlite(file) => Ok(Some(Conn::Sqlite(open::sqlite_to_read(file)?))),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(Some(self.open()?)),
        }
    }

    /// A connection of its own, outside the pool.
    pub(crate) fn open(&self) -> Result<Conn, r2d2::Error> {
        match self {
            Self::Sqlite(file) => open::sqlite(file).map(Conn::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => open::postgres(url).map(Conn::Pg),
        }
    }
}

impl From<r2d2::Error> for StoreError {
    fn from(error: r2d2::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}
