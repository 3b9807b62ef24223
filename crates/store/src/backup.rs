//! Copies of an SQLite database: written while others read and write it, and put back in its place.

use crate::{
    Store, StoreError, Tx,
    backend::{Conn, Manager},
    in_use::{InUse, beside},
    migrate,
    tally::Tally,
};
use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use std::{
    fs::{self, File, OpenOptions},
    io::ErrorKind,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// The revision that it shows.
    pub revision: i64,
    /// How many accounts.
    pub users: i64,
    /// How many grants.
    pub grants: i64,
}

/// What to do about a database that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfThere {
    /// Refuse, if it holds anything.
    Refuse,
    /// Keep it aside under its name with `.replaced`, over one that was kept so before.
    Replace,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Store {
    /// Writes a consistent copy of the database into a new file, while others read and write it. The file is there whole,
    /// and on disk, or not at all.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the file exists, or when the database is no file; [`StoreError::Unavailable`] when it
    /// cannot be written.
    pub fn backup(&self, file: &Path) -> Result<Contents, StoreError> {
        let Some(manager) = self.file_manager() else { return Err(of_server()) };
        if file.exists() {
            return Err(exists(file));
        }
        let part = part_of(file)?;
        let written = write_copy(&manager, &part).and_then(|()| contents(&part)).and_then(|contents| {
            publish(&part, file)?;
            Ok(contents)
        });
        remove(&part);
        written
    }
}

/// Puts the copy in `file` in the place of the database of `url`.
///
/// # Errors
/// [`StoreError::Refused`] when the file is no whole database of ours, when the database is in use, when it holds anything
/// and may not be replaced, or when it is no file; [`StoreError::Newer`]; [`StoreError::Unavailable`] when it cannot be
/// written. The database is then as it was.
pub fn restore(file: &Path, url: &str, if_there: IfThere) -> Result<Contents, StoreError> {
    let manager = Manager::new(url)?;
    let Some(target) = manager.file() else { return Err(of_server()) };
    if beside(file, "-wal").metadata().is_ok_and(|wal| wal.len() > 0) {
        return Err(refused(file, "is a database in use and no backup: `vouchsafe backup` makes one of it"));
    }
    let _alone = InUse::by_one(target)?;
    let part = part_of(target)?;
    let restored = fs::copy(file, &part).map_err(|error| refused(file, &error)).and_then(|_| {
        let contents = whole(&part).map_err(|why| refused(file, &why))?;
        refuse_what_is_there(target, if_there)?;
        synced(&part)?;
        set_aside(target)?;
        fs::rename(&part, target).map_err(|error| unavailable(target, &error))?;
        sync_directory(target)?;
        Ok(contents)
    });
    remove(&part);
    restored
}

/// What is wrong with the pages and the foreign keys of a database, a line each. A server keeps both by itself.
pub(crate) fn defects(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let conn = match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => return Ok(Vec::new()),
        Conn::Sqlite(conn) => conn,
    };
    let pages = sql_query("SELECT integrity_check AS line FROM pragma_integrity_check").load::<Line>(conn)?;
    let keys = sql_query(
        "SELECT 'foreign key: ' || \"table\" || ' row ' || COALESCE(rowid, '?') || ' -> ' || parent AS line \
         FROM pragma_foreign_key_check LIMIT 100",
    )
    .load::<Line>(conn)?;
    Ok(pages.into_iter().chain(keys).map(|row| row.line).filter(|line| line != "ok").collect())
}

fn of_server() -> StoreError {
    StoreError::Refused(
        "the database is on a PostgreSQL server: back it up with `pg_dump --format=custom`, and restore it with \
         `pg_restore` (see docs/OPERATIONS.md)"
            .to_owned(),
    )
}

fn exists(file: &Path) -> StoreError {
    refused(file, "exists already; nothing is overwritten")
}

fn refused(file: &Path, why: impl std::fmt::Display) -> StoreError {
    StoreError::Refused(format!("{}: {why}", file.display()))
}

fn unavailable(file: &Path, why: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("{}: {why}", file.display()))
}

/// A name of this process's own beside a file, for what is not whole yet.
fn part_of(file: &Path) -> Result<PathBuf, StoreError> {
    let part = beside(file, &format!(".{}.part", std::process::id()));
    // Readable by its owner only: it holds addresses and the hashes of tokens.
    let made = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    made.map(|_| part).map_err(|error| unavailable(file, &error))
}

/// `VACUUM INTO` reads one snapshot and leaves writers alone. SQLite's own backup calls would do no better, and diesel
/// has none of them.
fn write_copy(manager: &Manager, part: &Path) -> Result<(), StoreError> {
    let mut conn = manager.open()?;
    let Conn::Sqlite(sqlite) = &mut conn else { return Err(of_server()) };
    sql_query("VACUUM INTO ?").bind::<Text, _>(part.to_string_lossy()).execute(sqlite)?;
    synced(part)
}

/// Opens a file without making anything beside it.
fn plain(file: &Path) -> Result<Conn, StoreError> {
    let opened = SqliteConnection::establish(&file.to_string_lossy());
    opened.map(Conn::Sqlite).map_err(|error| unavailable(file, &error))
}

fn contents(file: &Path) -> Result<Contents, StoreError> {
    contents_of(&mut plain(file)?)
}

fn contents_of(conn: &mut Conn) -> Result<Contents, StoreError> {
    let tally = Tally::default();
    let mut tx = Tx { conn, tally: &tally };
    let revision = tx.versions(None)?.revision;
    let grants = tx.count_grants()?;
    let users = sql_query("SELECT COUNT(*) AS n FROM \"user\"").get_result::<Count>(tx.conn)?.n;
    Ok(Contents { revision, users, grants })
}

/// What a file holds, if it is a whole database of ours.
fn whole(file: &Path) -> Result<Contents, StoreError> {
    let mut conn = plain(file)?;
    migrate::refuse_newer(&mut conn)?;
    match defects(&mut conn)?.first() {
        Some(defect) => Err(StoreError::Corrupt(defect.clone())),
        None => contents_of(&mut conn),
    }
}

fn refuse_what_is_there(target: &Path, if_there: IfThere) -> Result<(), StoreError> {
    if if_there == IfThere::Replace || !target.exists() {
        return Ok(());
    }
    match contents(target) {
        Ok(found) if (found.users, found.revision) == (0, 0) => Ok(()),
        Ok(found) => {
            let held = format!("a database with {} users is there; say `--replace` to set it aside", found.users);
            Err(refused(target, held))
        }
        Err(_) => Err(refused(target, "something is there that is no database of ours; say `--replace`")),
    }
}

/// Gives the database a second name, under which it stays. What was committed into its journal comes along: the journal
/// must not be taken for one of the database that comes.
fn set_aside(target: &Path) -> Result<(), StoreError> {
    if !target.exists() {
        return Ok(());
    }
    let aside = beside(target, ".replaced");
    remove(&aside);
    if let Ok(Conn::Sqlite(mut sqlite)) = plain(target) {
        // What cannot be folded in is damaged, and is kept as it is below.
        let folded = sqlite.batch_execute("PRAGMA journal_mode = DELETE");
        folded.unwrap_or_else(|error| log::warn!("the journal of what is replaced is kept beside it: {error}"));
    }
    let journal = beside(target, "-wal");
    if journal.exists() {
        fs::rename(&journal, beside(target, ".replaced-wal")).map_err(|error| unavailable(&journal, &error))?;
    }
    remove(&beside(target, "-shm"));
    fs::hard_link(target, &aside).map_err(|error| unavailable(&aside, &error))
}

/// Gives a whole file its name, unless it is taken.
fn publish(part: &Path, file: &Path) -> Result<(), StoreError> {
    match fs::hard_link(part, file) {
        Ok(()) => sync_directory(file),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists(file)),
        Err(error) => Err(unavailable(file, &error)),
    }
}

fn synced(file: &Path) -> Result<(), StoreError> {
    let synced = File::open(file).and_then(|file| file.sync_all());
    synced.map_err(|error| unavailable(file, &error))
}

fn sync_directory(of: &Path) -> Result<(), StoreError> {
    let directory = of.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    synced(directory)
}

/// Removes a file if it is there. One that stays is noticed by who needs its name.
fn remove(file: &Path) {
    if let Err(error) = fs::remove_file(file)
        && error.kind() != ErrorKind::NotFound
    {
        log::warn!("{}: {error}", file.display());
    }
}
