//! A database of its own for a test: an SQLite file, or a schema on the PostgreSQL server of the run.

use crate::{Store, backend::Manager};
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

/// Where the tests of this run keep their data: on the server under this address, else in files.
const SERVER: &str = "VOUCHSAFE_TEST_PG_URL";

/// A migrated database that goes with this value.
pub struct TestDatabase {
    /// The store.
    pub store: Store,
    place: Place,
}

/// Where it is; dropped after the store.
enum Place {
    Directory(TempDir),
    #[cfg(feature = "postgres")]
    Server(postgres::Schema),
}

impl TestDatabase {
    /// A fresh, empty, migrated database.
    #[must_use]
    #[expect(clippy::new_without_default, clippy::expect_used, reason = "only tests make one, and want to stop here")]
    pub fn new() -> Self {
        #[cfg(feature = "postgres")]
        if let Ok(server) = std::env::var(SERVER) {
            let schema = postgres::Schema::new(&server);
            let store = Store::open(schema.url(), 4).expect("a database");
            store.migrate().expect("migrations");
            return Self { store, place: Place::Server(schema) };
        }
        let directory = TempDir::new().expect("a temporary directory");
        let store = Store::open(&url(&directory), 4).expect("a database");
        store.migrate().expect("migrations");
        Self { store, place: Place::Directory(directory) }
    }

    /// Makes it a database that a newer program has migrated.
    pub fn pretend_to_be_newer(&self) {
        pretend_to_be_newer(&self.url());
    }

    /// Whether it lies on a PostgreSQL server.
    #[must_use]
    pub fn is_postgres() -> bool {
        cfg!(feature = "postgres") && std::env::var_os(SERVER).is_some()
    }

    /// Where a program of its own keeps the data of the test that is known by `name`: on the PostgreSQL server of the
    /// run, if there is one. It goes with the server.
    #[must_use]
    pub fn url_on_server(
        #[cfg_attr(not(feature = "postgres"), expect(unused_variables))] name: &str,
    ) -> Option<String> {
        #[cfg(feature = "postgres")]
        {
            let schema = postgres::Schema::named(&std::env::var(SERVER).ok()?, name);
            let url = schema.url().to_owned();
            std::mem::forget(schema);
            Some(url)
        }
        #[cfg(not(feature = "postgres"))]
        None
    }

    /// Runs a statement behind the store's back.
    ///
    /// # Panics
    /// When the database refuses it.
    #[expect(clippy::expect_used, reason = "only tests come here, and want to stop here")]
    pub fn run(&self, sql: &str) {
        let manager = Manager::new(&self.url()).expect("a database");
        manager.open().expect("a connection").batch_execute(sql).expect(sql);
    }

    /// The URL under which a second store can open the same database.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.place {
            Place::Directory(directory) => url(directory),
            #[cfg(feature = "postgres")]
            Place::Server(schema) => schema.url().to_owned(),
        }
    }
}

/// Makes the database of a URL one that a newer program has migrated.
#[expect(clippy::expect_used, reason = "only tests come here, and want to stop here")]
pub fn pretend_to_be_newer(url: &str) {
    let mut conn = Manager::new(url).expect("a URL").open().expect("a database");
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    diesel::RunQueryDsl::execute(diesel::sql_query(newer), &mut conn).expect("one more migration");
}

fn url(directory: &TempDir) -> String {
    format!("sqlite://{}", directory.path().join("test.db").display())
}

#[cfg(feature = "postgres")]
#[expect(clippy::expect_used, reason = "only tests come here, and want to stop here")]
mod postgres {
    use diesel::{Connection, PgConnection, connection::SimpleConnection};
    use vouchsafe_types::RequestId;

    /// A schema of its own on the server; dropped with this value.
    pub(super) struct Schema {
        server: String,
        name: String,
        url: String,
    }

    fn run(server: &str, sql: &str) {
        let mut conn = PgConnection::establish(server).expect("the server of the tests");
        conn.batch_execute(sql).expect(sql);
    }

    impl Schema {
        pub(super) fn new(server: &str) -> Self {
            Self::named(server, &RequestId::mint().as_uuid().simple().to_string())
        }

        /// The schema of this name, which may be there already.
        pub(super) fn named(server: &str, name: &str) -> Self {
            let name = format!("test_{name}");
            run(server, &format!("SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS {name}"));
            let and = if server.contains('?') { '&' } else { '?' };
            let url = format!("{server}{and}options=-c%20search_path%3D{name}");
            Self { server: server.to_owned(), url, name }
        }

        pub(super) fn url(&self) -> &str {
            &self.url
        }
    }

    impl Drop for Schema {
        fn drop(&mut self) {
            run(&self.server, &format!("SET client_min_messages = warning; DROP SCHEMA {} CASCADE", self.name));
        }
    }
}
