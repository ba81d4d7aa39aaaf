//! PostgreSQL: one connection, and thousands of rows at once as arrays.

use super::PATIENCE;
use super::Trouble;
use super::cells::Cell;
use super::cells::Cells;
use super::cells::Column;
use super::cells::Param;
use super::cells::n_rows;
use super::tls;
use crate::error::ErrorKind;
use crate::location;
use postgres::Client;
use postgres::Error;
use postgres::NoTls;
use postgres::Row;
use postgres::Statement;
use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::IsNull;
use postgres::types::ToSql;
use postgres::types::Type;
use postgres::types::private::BytesMut;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::time::Duration;

pub(super) struct Postgres {
    client: Client,
    /// Statements that are ready, by our text of them.
    ready: BTreeMap<String, Statement>,
}

/// Rows of one statement: few enough for a few megabytes, many enough for the way to the server not to count.
const AT_ONCE: usize = 5_000;
/// How long to try to connect, where the address does not say.
const CONNECTING: Duration = Duration::from_secs(10);
/// After so long without a word the server is asked whether it is there; by default that would be two hours.
const QUIET: Duration = Duration::from_secs(30);
/// After so long without an answer it is not.
const SILENT: Duration = Duration::from_mins(1);

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Self, Trouble> {
        let address = location::address(url).map_err(Trouble::broken)?;
        let mut config = address.config;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECTING);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENT);
        }
        if config.get_application_name().is_none() {
            config.application_name("feedwright");
        }
        config.keepalives_idle(config.get_keepalives_idle().min(QUIET));
        let mut client = if config.get_ssl_mode() == SslMode::Require {
            config.connect(tls::connector(address.authorities.as_deref())?)
        } else {
            config.connect(NoTls)
        }
        .map_err(|error| trouble(&error))?;
        let encoding = client.query_one("SHOW server_encoding", &[]).map_err(|error| trouble(&error))?;
        let encoding: String = encoding.try_get(0).map_err(|error| trouble(&error))?;
        if encoding != "UTF8" {
            let message = format!("its encoding is `{encoding}`; make one with `CREATE DATABASE … ENCODING 'UTF8'`");
            return Err(Trouble::broken(message));
        }
        // Where the server is told to be quick rather than sure, we are sure.
        let sure =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
        client.batch_execute(sure).map_err(|error| trouble(&error))?;
        let mut opened = Self { client, ready: BTreeMap::new() };
        opened.wait_at_most(PATIENCE)?;
        Ok(opened)
    }

    pub(super) fn wait_at_most(&mut self, patience: Duration) -> Result<(), Trouble> {
        // To the server 0 is for ever.
        self.script(&format!("SET lock_timeout = {}", patience.as_millis().max(1)))
    }

    pub(super) fn run(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Trouble> {
        let statement = self.prepare(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| -> &(dyn ToSql + Sync) { param }).collect();
        self.client.execute(&statement, &params).map_err(|error| trouble(&error))
    }

    pub(super) fn script(&mut self, sql: &str) -> Result<(), Trouble> {
        self.client.batch_execute(sql).map_err(|error| trouble(&error))
    }

    pub(super) fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(Cells) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let statement = self.prepare(sql)?;
        let mut rows = self.client.query_raw(&statement, params.iter()).map_err(|error| trouble(&error))?;
        while let Some(row) = rows.next().map_err(|error| trouble(&error))? {
            each(cells(&row)?)?;
        }
        Ok(())
    }

    pub(super) fn many(&mut self, sql: &str, columns: &[Column<'_>]) -> Result<u64, Trouble> {
        let statement = self.prepare(&sql.replace("{rows}", &rows(columns)))?;
        let n_rows = n_rows(columns);
        let mut n_changed = 0;
        let mut from = 0;
        while from < n_rows {
            let to = n_rows.min(from + AT_ONCE);
            let params: Vec<Array<'_>> = columns.iter().map(|column| Array { column, from, to }).collect();
            let params: Vec<&(dyn ToSql + Sync)> =
                params.iter().map(|param| -> &(dyn ToSql + Sync) { param }).collect();
            n_changed += self.client.execute(&statement, &params).map_err(|error| trouble(&error))?;
            from = to;
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
        let statement = self.prepare(&sql.replace("{one_of}", &format!("= ANY (?{}::text[])", params.len() + 1)))?;
        for texts in texts.chunks(AT_ONCE) {
            let params = params.iter().map(|param| -> &(dyn ToSql + Sync) { param });
            let params: Vec<&(dyn ToSql + Sync)> = params.chain([&texts as &(dyn ToSql + Sync)]).collect();
            let mut rows = self.client.query_raw(&statement, params).map_err(|error| trouble(&error))?;
            while let Some(row) = rows.next().map_err(|error| trouble(&error))? {
                each(cells(&row)?)?;
            }
        }
        Ok(())
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, Trouble> {
        if let Some(statement) = self.ready.get(sql) {
            return Ok(statement.clone());
        }
        // No text of ours stands in a statement, so each question mark is a parameter.
        let statement = self.client.prepare(&sql.replace('?', "$")).map_err(|error| trouble(&error))?;
        self.ready.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// The rows of a statement, from an array for each column.
fn rows(columns: &[Column<'_>]) -> String {
    let mut selected = Vec::new();
    let mut arrays = Vec::new();
    let mut names = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let place = place + 1;
        let array = match column {
            Column::Same(_) => {
                selected.push(format!("?{place}::bigint"));
                continue;
            }
            Column::SameText(_) => {
                selected.push(format!("?{place}::text"));
                continue;
            }
            Column::Integers(_) => "bigint[]",
            Column::Texts(_) => "text[]",
            Column::Bytes(_) => "bytea[]",
        };
        selected.push(format!("c{place}"));
        arrays.push(format!("?{place}::{array}"));
        names.push(format!("c{place}"));
    }
    format!("SELECT {} FROM unnest({}) AS many ({})", selected.join(", "), arrays.join(", "), names.join(", "))
}

/// Some rows of a column.
#[derive(Debug)]
struct Array<'a> {
    column: &'a Column<'a>,
    from: usize,
    to: usize,
}

type Written = Result<IsNull, Box<dyn StdError + Sync + Send>>;

impl ToSql for Array<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        let range = self.from..self.to;
        match self.column {
            Column::Same(number) => number.to_sql(ty, out),
            Column::SameText(text) => text.to_sql(ty, out),
            Column::Integers(list) => list.get(range).unwrap_or_default().to_sql(ty, out),
            Column::Texts(list) => list.get(range).unwrap_or_default().to_sql(ty, out),
            Column::Bytes(list) => list.get(range).unwrap_or_default().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

fn cells(row: &Row) -> Result<Cells, Trouble> {
    let mut cells = Vec::with_capacity(row.len());
    for (place, column) in row.columns().iter().enumerate() {
        let cell = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(place).map(|cell| cell.map(Cell::Integer)),
            Type::INT4 => {
                row.try_get::<_, Option<i32>>(place).map(|cell| cell.map(|number| Cell::Integer(number.into())))
            }
            Type::TEXT => row.try_get::<_, Option<String>>(place).map(|cell| cell.map(Cell::Text)),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place).map(|cell| cell.map(Cell::Bytes)),
            ref other => return Err(Trouble::broken(format!("column {} has the type `{other}`", column.name()))),
        };
        cells.push(cell.map_err(|error| trouble(&error))?.unwrap_or(Cell::Null));
    }
    Ok(Cells::new(cells))
}

fn trouble(error: &Error) -> Trouble {
    let Some(said) = error.as_db_error() else {
        // Whatever is no answer of the server is about the way to it.
        let mut message = error.to_string();
        if let Some(source) = error.source() {
            message = format!("{message}: {source}");
        }
        return Trouble::new(ErrorKind::Gone, message);
    };
    let code = said.code();
    let kind = if [SqlState::DISK_FULL].contains(code) {
        ErrorKind::Full
    } else if [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::TOO_MANY_CONNECTIONS,
    ]
    .contains(code)
    {
        ErrorKind::Busy
    } else if code.code().starts_with("08")
        || [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
        || [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT].contains(code)
    {
        // A server that only reads has become the second one of a pair; the first is found by connecting anew.
        ErrorKind::Gone
    } else {
        ErrorKind::Broken
    };
    Trouble::new(kind, format!("{} ({})", said.message(), code.code()))
}
