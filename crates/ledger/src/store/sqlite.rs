//! SQLite: one file, a write-ahead log beside it, every commit on disk before it returns.

use super::PATIENCE;
use super::Trouble;
use super::cells::Cell;
use super::cells::Cells;
use super::cells::Column;
use super::cells::Param;
use super::cells::n_rows;
use crate::error::ErrorKind;
use rusqlite::CachedStatement;
use rusqlite::Connection;
use rusqlite::Error;
use rusqlite::OpenFlags;
use rusqlite::Row;
use rusqlite::ffi;
use rusqlite::types::ToSql;
use rusqlite::types::ToSqlOutput;
use rusqlite::types::Value;
use rusqlite::types::ValueRef;
use std::path::Path;
use std::time::Duration;

pub(super) struct Sqlite(Connection);

/// Tries to switch to a write-ahead log while others open the same new file; SQLite does not wait for this by itself.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);
/// Compiled statements kept: more than there are.
const STATEMENTS: usize = 128;

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        // With a folder before it no name means anything special to SQLite, and each is a file.
        let path = Path::new(".").join(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(trouble)?;
        connection.busy_timeout(PATIENCE).map_err(trouble)?;
        let mut tries = 0;
        loop {
            let switched =
                connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
            match switched.map_err(trouble) {
                Ok(mode) if mode == "wal" => break,
                Ok(mode) => {
                    let message = format!("it keeps its journal as `{mode}`; put it on a disk that can do more");
                    return Err(Trouble::broken(message));
                }
                Err(busy) if busy.kind == ErrorKind::Busy && tries < TRIES => {
                    tries += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(trouble) => return Err(trouble),
            }
        }
        connection.pragma_update(None, "synchronous", "FULL").map_err(trouble)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self(connection))
    }

    pub(super) fn wait_at_most(&mut self, patience: Duration) -> Result<(), Trouble> {
        self.0.busy_timeout(patience).map_err(trouble)
    }

    pub(super) fn run(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Trouble> {
        let mut statement = self.prepare(sql)?;
        let n_changed = statement.execute(rusqlite::params_from_iter(params)).map_err(trouble)?;
        Ok(n_changed as u64)
    }

    pub(super) fn script(&mut self, sql: &str) -> Result<(), Trouble> {
        self.0.execute_batch(sql).map_err(trouble)
    }

    pub(super) fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(Cells) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut statement = self.prepare(sql)?;
        let n_columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(params)).map_err(trouble)?;
        while let Some(row) = rows.next().map_err(trouble)? {
            each(cells(row, n_columns)?)?;
        }
        Ok(())
    }

    pub(super) fn many(&mut self, sql: &str, columns: &[Column<'_>]) -> Result<u64, Trouble> {
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
        let sql = sql.replace("{rows}", &format!("VALUES ({})", places.join(", ")));
        let mut statement = self.prepare(&sql)?;
        let mut n_changed = 0;
        for row in 0..n_rows(columns) {
            for (place, column) in columns.iter().enumerate() {
                statement.raw_bind_parameter(place + 1, param(column, row)).map_err(trouble)?;
            }
            n_changed += statement.raw_execute().map_err(trouble)? as u64;
        }
        Ok(n_changed)
    }

    pub(super) fn each_of(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        texts: &[&str],
        each: &mut dyn FnMut(Cells) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        // So that the file is not locked and unlocked for each. It only reads, and ends by being dropped.
        let _held = self.0.unchecked_transaction().map_err(trouble)?;
        let place = params.len() + 1;
        let mut statement = self.prepare(&sql.replace("{one_of}", &format!("= ?{place}")))?;
        let n_columns = statement.column_count();
        for (at, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, param).map_err(trouble)?;
        }
        for text in texts {
            statement.raw_bind_parameter(place, text).map_err(trouble)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(trouble)? {
                each(cells(row, n_columns)?)?;
            }
        }
        Ok(())
    }

    /// Compiles a statement, or finds it compiled: a plan asks the same for every batch.
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, Trouble> {
        self.0.prepare_cached(sql).map_err(trouble)
    }
}

fn param<'a>(column: &'a Column<'a>, row: usize) -> Param<'a> {
    match column {
        Column::Same(number) => Param::Integer(*number),
        Column::SameText(text) => Param::Text(text),
        Column::Integers(list) => list.get(row).copied().flatten().map_or(Param::Null, Param::Integer),
        Column::Texts(list) => list.get(row).copied().flatten().map_or(Param::Null, Param::Text),
        Column::Bytes(list) => list.get(row).copied().flatten().map_or(Param::Null, Param::Bytes),
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

fn cells(row: &Row<'_>, n_columns: usize) -> Result<Cells, Trouble> {
    let mut cells = Vec::with_capacity(n_columns);
    for column in 0..n_columns {
        cells.push(match row.get_ref(column).map_err(trouble)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Integer(number),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Cell::Text(text.to_owned()),
                Err(why) => return Err(Trouble::broken(format!("it holds a text that is none: {why}"))),
            },
            ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => return Err(Trouble::broken("it holds a fraction, and we keep none")),
        });
    }
    Ok(Cells::new(cells))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn trouble(error: Error) -> Trouble {
    let Error::SqliteFailure(failure, message) = &error else {
        return Trouble::broken(error.to_string());
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    match (failure.code, failure.extended_code) {
        (ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked, _) => {
            Trouble::new(ErrorKind::Busy, format!("somebody else was writing for longer than we wait ({message})"))
        }
        // The index of the log is a file of its own, and has its own word for a disk that is full.
        (ffi::ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => {
            Trouble::new(ErrorKind::Full, format!("the disk is full ({message}); make room and try again"))
        }
        (ffi::ErrorCode::CannotOpen, _) => Trouble::broken(format!("{message}: is the folder there, and writable?")),
        (ffi::ErrorCode::NotADatabase, _) => Trouble::broken(format!("it is no ledger ({message})")),
        _ => Trouble::broken(message),
    }
}
