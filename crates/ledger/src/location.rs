//! Where a ledger is.

use postgres::Config;
use postgres::config::Host;
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
            Self::Postgres(_) => write!(out, "Postgres({self})"),
        }
    }
}

/// The file, or the database with its host and user. Never the password.
impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "`{}`", path.display()),
            Self::Postgres(url) => match address(url) {
                Ok(address) => database(&address.config, out),
                // What cannot be read may be a password.
                Err(_) => out.write_str("in PostgreSQL"),
            },
        }
    }
}

/// How to get to a database.
pub(crate) struct Address {
    pub(crate) config: Config,
    /// A file of certificate authorities.
    pub(crate) authorities: Option<PathBuf>,
}

/// Reads an address.
///
/// # Errors
/// That it is none. What it says stays unsaid, since it may be a password.
pub(crate) fn address(url: &str) -> Result<Address, String> {
    let mut authorities = None;
    let mut plain = url.to_owned();
    if let Some((address, options)) = url.rsplit_once('?')
        && !options.contains('@')
    {
        let mut kept = Vec::new();
        for option in options.split('&') {
            match option.split_once('=') {
                Some(("sslrootcert", file)) => authorities = Some(PathBuf::from(file)),
                // The client knows one word for it, and we always check the certificate and the name in it.
                Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
                _ => kept.push(option),
            }
        }
        plain = if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) };
    }
    let config = plain.parse().map_err(|_| {
        "its address cannot be read; write `postgres://user:password@host:port/database`, with what is special in the \
         password percent-encoded"
            .to_owned()
    })?;
    Ok(Address { config, authorities })
}

fn database(config: &Config, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("`postgres://")?;
    if let Some(user) = config.get_user() {
        write!(out, "{user}@")?;
    }
    let ports = config.get_ports();
    for (place, host) in config.get_hosts().iter().enumerate() {
        if place > 0 {
            out.write_str(",")?;
        }
        match host {
            Host::Tcp(name) => out.write_str(name)?,
            #[cfg(unix)]
            Host::Unix(path) => write!(out, "{}", path.display())?,
        }
        if let Some(port) = ports.get(place).or(ports.first()) {
            write!(out, ":{port}")?;
        }
    }
    write!(out, "/{}`", config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let shown = |url: &str| {
            let location = Location::Postgres(url.to_owned());
            format!("{location} {location:?}")
        };
        for url in [
            "postgres://fw:s3cret@db.example:5433/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "host=db.example port=5433 user=fw password=s3cret dbname=shop",
        ] {
            let expected = "`postgres://fw@db.example:5433/shop`";
            assert_eq!(shown(url), format!("{expected} Postgres({expected})"));
        }
        for url in ["postgres://fw:s3cret@db:x/shop", "postgres://fw:s3cret@?x=s3cret", "s3cret", "host=a s3cret=b", ""]
        {
            assert!(!shown(url).contains("s3cret"), "{}", shown(url));
        }
        assert!(!address("host=a s3cret=b").map(|_| ()).unwrap_err().contains("s3cret"));
    }

    #[test]
    fn the_file_of_authorities_is_ours_to_read_and_the_rest_the_clients() {
        let address = address("postgres://fw@db/shop?sslrootcert=/etc/ca.pem&sslmode=verify-full").unwrap();
        assert_eq!(address.authorities, Some(PathBuf::from("/etc/ca.pem")));
        assert_eq!(address.config.get_ssl_mode(), postgres::config::SslMode::Require);
        assert_eq!(address.config.get_dbname(), Some("shop"));
    }
}
