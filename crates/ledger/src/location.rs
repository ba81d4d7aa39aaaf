//! Where a ledger is.

use std::fmt;
use std::path::PathBuf;

/// Where a ledger is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// One SQLite file; it is made when it is not there.
    File(PathBuf),
    /// A PostgreSQL database: `postgres://user:password@host:port/database`. `?sslmode=require` asks for TLS, with the
    /// server's certificate checked against the system's authorities, or against `&sslrootcert=FILE`.
    Postgres(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "File({})", path.display()),
            Self::Postgres(_) => out.write_str("Postgres(…)"),
        }
    }
}
