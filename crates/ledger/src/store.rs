//! One way to talk to both databases: a statement, its parameters, and cells that come back.
//!
//! Statements are written once, in what both understand. Parameters stand as `?1`, `?2` …, `{rows}` stands for many rows
//! to insert, and `{one_of}` for being one of many texts: SQLite runs such a statement for each of them, PostgreSQL takes
//! thousands at once as arrays.

mod cells;
mod postgres;
mod sqlite;
mod tls;
mod trouble;

use crate::location::Location;
use std::time::Duration;

pub(crate) use cells::Cells;
pub(crate) use cells::Column;
pub(crate) use cells::Param;
pub(crate) use trouble::Trouble;

/// How long a writer waits for another, unless it is told otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many rows are worth weighing.
const MANY: usize = 500;

/// An open database.
pub(crate) struct Store {
    backend: Backend,
    is_in_transaction: bool,
}

// Large and small, and there is one of them in a ledger.
enum Backend {
    Sqlite(Box<sqlite::Sqlite>),
    Postgres(Box<postgres::Postgres>),
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// To read, and see one state of things.
    Read,
    /// To write.
    Write,
}

impl Store {
    /// Opens or makes the database, without looking at what is in it.
    pub(crate) fn open(location: &Location) -> Result<Self, Trouble> {
        let backend = match location {
            Location::File(path) => Backend::Sqlite(Box::new(sqlite::Sqlite::open(path)?)),
            Location::Postgres(url) => Backend::Postgres(Box::new(postgres::Postgres::open(url)?)),
        };
        Ok(Self { backend, is_in_transaction: false })
    }

    /// How long to wait for somebody else who writes.
    pub(crate) fn wait_at_most(&mut self, patience: Duration) -> Result<(), Trouble> {
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.wait_at_most(patience),
            Backend::Postgres(postgres) => postgres.wait_at_most(patience),
        }
    }

    /// Runs a statement, and says how many rows it changed.
    pub(crate) fn run(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Trouble> {
        fits(params)?;
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.run(sql, params),
            Backend::Postgres(postgres) => postgres.run(sql, params),
        }
    }

    /// Runs several statements that have no parameters.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Trouble> {
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.script(sql),
            Backend::Postgres(postgres) => postgres.script(sql),
        }
    }

    /// Hands each row of an answer to `each`, while they come.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(Cells) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        fits(params)?;
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.each(sql, params, each),
            Backend::Postgres(postgres) => postgres.each(sql, params, each),
        }
    }

    /// Hands each row of an answer to `each`, for a statement that asks with `{one_of}` for many texts: in no order, and
    /// by itself, not as a part of a transaction.
    pub(crate) fn each_of(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        texts: &[&str],
        each: &mut dyn FnMut(Cells) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        fits(params)?;
        texts.iter().try_for_each(|text| Param::Text(text).fits())?;
        self.end_leftover();
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.each_of(sql, params, texts, each),
            Backend::Postgres(postgres) => postgres.each_of(sql, params, texts, each),
        }
    }

    /// All rows of an answer, each made into something.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        make: impl Fn(Cells) -> Result<T, Trouble>,
    ) -> Result<Vec<T>, Trouble> {
        let mut all = Vec::new();
        self.each(sql, params, &mut |cells| {
            all.push(make(cells)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first row of an answer.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        make: impl Fn(Cells) -> Result<T, Trouble>,
    ) -> Result<Option<T>, Trouble> {
        Ok(self.all(sql, params, make)?.into_iter().next())
    }

    /// Runs an insertion with `{rows}` for many rows, given column by column, and says how many it changed.
    pub(crate) fn many(&mut self, sql: &str, columns: &[Column<'_>]) -> Result<u64, Trouble> {
        for column in columns {
            column.fits()?;
        }
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.many(sql, columns),
            Backend::Postgres(postgres) => postgres.many(sql, columns),
        }
    }

    /// Does something wholly or not at all.
    pub(crate) fn transaction<T>(
        &mut self,
        intent: Intent,
        action: impl FnOnce(&mut Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.end_leftover();
        self.script(match (&self.backend, intent) {
            (Backend::Sqlite(_), Intent::Read) => "BEGIN",
            // At once, not at the first write: a reader that becomes a writer cannot wait for another writer.
            (Backend::Sqlite(_), Intent::Write) => "BEGIN IMMEDIATE",
            (Backend::Postgres(_), Intent::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Backend::Postgres(_), Intent::Write) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        })?;
        self.is_in_transaction = true;
        match action(self).and_then(|done| self.script("COMMIT").map(|()| done)) {
            Ok(done) => {
                self.is_in_transaction = false;
                Ok(done)
            }
            Err(trouble) => {
                self.roll_back();
                Err(trouble)
            }
        }
    }

    /// A statement that reads a row and keeps others from writing it until the transaction ends.
    pub(crate) fn for_update(&self, sql: &str) -> String {
        match &self.backend {
            // The whole file is locked already.
            Backend::Sqlite(_) => sql.to_owned(),
            Backend::Postgres(_) => format!("{sql} FOR UPDATE"),
        }
    }

    /// Whether there is a table of this name.
    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool, Trouble> {
        let sql = match &self.backend {
            Backend::Sqlite(_) => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            // From the table of tables: `to_regclass` may remember from before a lock was waited for.
            Backend::Postgres(_) => {
                "SELECT 1 FROM pg_catalog.pg_class WHERE relname = ?1::text AND relkind = 'r' AND \
                 pg_catalog.pg_table_is_visible(oid)"
            }
        };
        Ok(self.first(sql, &[Param::Text(name)], |_| Ok(()))?.is_some())
    }

    /// Within a transaction, waits until nobody else is preparing the tables.
    pub(crate) fn lock_tables(&mut self) -> Result<(), Trouble> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(()),
            // Any number will do, as long as it is always this one.
            Backend::Postgres(_) => self.script("SELECT pg_advisory_xact_lock(5062951093107452)"),
        }
    }

    /// Tells the database that many rows were written, so that it does not look for each by going through all of them.
    pub(crate) fn weigh(&mut self, n_rows: usize, tables: &str) -> Result<(), Trouble> {
        match &self.backend {
            // It goes by its statistics, which are brought up to date a minute later, or not at all for a channel that is
            // new among large ones.
            Backend::Postgres(_) if n_rows >= MANY => self.script(&format!("ANALYZE {tables}")),
            // SQLite goes by the keys, however many rows there are.
            Backend::Postgres(_) | Backend::Sqlite(_) => Ok(()),
        }
    }

    /// A script for making tables, in this database's words.
    pub(crate) fn in_own_words(&self, script: &str) -> String {
        let words = match &self.backend {
            Backend::Sqlite(_) => [
                ("{integer}", "INTEGER"),
                ("{text}", "TEXT"),
                ("{bytes}", "BLOB"),
                ("{keyed}", "STRICT, WITHOUT ROWID"),
                ("{table}", "STRICT"),
            ],
            Backend::Postgres(_) => [
                ("{integer}", "BIGINT"),
                // Sorted by bytes, as SQLite and we do, whatever the database's language.
                ("{text}", "TEXT COLLATE \"C\""),
                ("{bytes}", "BYTEA"),
                ("{keyed}", ""),
                ("{table}", ""),
            ],
        };
        words.iter().fold(script.to_owned(), |script, (ours, theirs)| script.replace(ours, theirs))
    }

    /// Ends a transaction that ended in a panic of the caller's.
    fn end_leftover(&mut self) {
        if self.is_in_transaction {
            self.roll_back();
        }
    }

    fn roll_back(&mut self) {
        self.is_in_transaction = false;
        // Where this fails the connection is gone or the database rolled back by itself; what went wrong before is
        // what the caller hears of.
        drop(self.script("ROLLBACK"));
    }
}

fn fits(params: &[Param<'_>]) -> Result<(), Trouble> {
    params.iter().try_for_each(Param::fits)
}
