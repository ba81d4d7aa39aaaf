//! Where a law is held: an empty place for a ledger, in one of the databases.

use crate::server;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A place for one ledger.
pub(crate) struct Ground {
    pub(crate) location: Location,
    /// Kept until the law was held.
    folder: Option<tempfile::TempDir>,
}

impl Ground {
    pub(crate) fn new(database: Database) -> Self {
        match database {
            Database::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                Self { location: Location::File(folder.path().join("ledger.db")), folder: Some(folder) }
            }
            Database::Postgres => Self { location: Location::Postgres(server::new_database()), folder: None },
        }
    }

    pub(crate) fn open(&self) -> Ledger {
        Ledger::open(&self.location).unwrap()
    }

    /// Which of them it is.
    pub(crate) fn database(&self) -> Database {
        if self.folder.is_some() { Database::Sqlite } else { Database::Postgres }
    }

    /// The address of the database. Of a server only.
    pub(crate) fn url(&self) -> &str {
        match &self.location {
            Location::Postgres(url) => url,
            Location::File(path) => panic!("{} has no address", path.display()),
        }
    }

    /// Does something to the tables behind the ledger's back.
    pub(crate) fn meddle(&self, script: &str) {
        match &self.location {
            Location::File(path) => rusqlite::Connection::open(path).unwrap().execute_batch(script).unwrap(),
            Location::Postgres(url) => server::beside(url).batch_execute(script).unwrap(),
        }
    }
}
