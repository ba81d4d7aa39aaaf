//! Secrets, and where they come from: never from the configuration itself, and never shown.

use super::SettingsError;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use zeroize::Zeroizing;

/// Most bytes of a secret; what is longer is another file.
const MOST_BYTES: u64 = 64 << 10;

/// A text that is shown to nobody but the marketplace. It leaves memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// What a channel signs in with, by the names that grants know: `client_id`, `client_secret`, `refresh_token`.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    named: BTreeMap<String, Secret>,
    /// Where each was found, in words.
    found: BTreeMap<String, String>,
}

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text. Whoever asks sends it where it belongs, and keeps no copy.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The secret that a reference leads to: `env:NAME` or `file:PATH`. Space around it is not part of it.
    ///
    /// # Errors
    /// That it is not there, is empty, or stands in the configuration itself. The reference is shown only where it is
    /// surely none.
    pub fn read(reference: &str) -> Result<Self, SettingsError> {
        let text = if let Some(name) = reference.strip_prefix("env:") {
            let found = std::env::var(name).map_err(|why| {
                let why = match why {
                    std::env::VarError::NotPresent => "is not set",
                    std::env::VarError::NotUnicode(_) => "is no text",
                };
                SettingsError(format!("environment variable `{name}` {why}"))
            });
            Zeroizing::new(found?)
        } else if let Some(path) = reference.strip_prefix("file:") {
            let mut text = Zeroizing::new(String::new());
            File::open(path)
                .and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text))
                .map_err(|why| SettingsError(format!("cannot read `{path}`: {why}")))?;
            if text.len() as u64 > MOST_BYTES {
                return Err(SettingsError(format!("`{path}` holds more than {MOST_BYTES} bytes")));
            }
            text
        } else {
            return Err(SettingsError(
                "it stands in the configuration itself; put it into the environment or a file, and write `env:NAME` or \
                 `file:PATH`"
                    .to_owned(),
            ));
        };
        let secret = text.trim();
        if secret.is_empty() {
            return Err(SettingsError(format!("`{reference}` is empty")));
        }
        if secret.chars().any(char::is_control) {
            return Err(SettingsError(format!("`{reference}` has more than one line, or control characters")));
        }
        Ok(Self::new(secret))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Credentials {
    /// Reads credentials by name, each from where its reference leads.
    ///
    /// # Errors
    /// Which one cannot be read, and why.
    pub fn read<'a>(references: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, SettingsError> {
        let mut credentials = Self::default();
        for (name, reference) in references {
            let secret = Secret::read(reference)
                .map_err(|SettingsError(why)| SettingsError(format!("credential `{name}`: {why}")))?;
            credentials = credentials.with(name, secret);
            let found = match reference.split_once(':') {
                Some(("env", variable)) => format!("environment variable `{variable}`"),
                Some((_, path)) => format!("file `{path}`"),
                None => continue,
            };
            credentials.found.insert(name.to_owned(), found);
        }
        Ok(credentials)
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, secret: Secret) -> Self {
        self.named.insert(name.into(), secret);
        self
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.named.get(name)
    }

    /// A credential as a message names it: with where it was found, if it was read from there.
    pub(super) fn shown(&self, name: &str) -> String {
        match self.found.get(name) {
            Some(found) => format!("`{name}` ({found})"),
            None => format!("`{name}`"),
        }
    }

    /// All of them, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.named.iter().map(|(name, secret)| (name.as_str(), secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_secret_comes_from_a_file_or_the_environment_and_from_nowhere_else() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"  from-a-file\n").unwrap();
        let file_reference = format!("file:{}", file.path().display());
        let credentials = Credentials::read([("client_id", file_reference.as_str())]).unwrap();
        assert_eq!(credentials.get("client_id").unwrap().expose(), "from-a-file");
        assert_eq!(credentials.shown("client_id"), format!("`client_id` (file `{}`)", file.path().display()));
        // Set for every test by cargo.
        let credentials = Credentials::read([("client_secret", "env:CARGO_PKG_NAME")]).unwrap();
        assert_eq!(credentials.get("client_secret").unwrap().expose(), "feedwright-runner");
        assert_eq!(credentials.shown("client_secret"), "`client_secret` (environment variable `CARGO_PKG_NAME`)");
        assert_eq!(credentials.shown("client_id"), "`client_id`");

        let literal = Credentials::read([("client_secret", "hunter2-in-the-open")]).unwrap_err().to_string();
        assert!(literal.contains("`client_secret`") && literal.contains("`env:NAME`"), "{literal}");
        assert!(!literal.contains("hunter2"), "{literal}");
        let unset = Secret::read("env:FEEDWRIGHT_NO_SUCH_VARIABLE").unwrap_err().to_string();
        assert_eq!(unset, "environment variable `FEEDWRIGHT_NO_SUCH_VARIABLE` is not set");
        assert!(Secret::read("file:no-such-file").unwrap_err().to_string().starts_with("cannot read `no-such-file`: "));
    }

    #[test]
    fn what_cannot_be_one_secret_is_refused() {
        for (content, expected) in [
            (&b" \n"[..], "is empty"),
            (b"two\nlines", "more than one line"),
            (&"x".repeat(70_000).into_bytes(), "more than 65536 bytes"),
        ] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(content).unwrap();
            let why = Secret::read(&format!("file:{}", file.path().display())).unwrap_err().to_string();
            assert!(why.contains(expected), "{why}");
        }
    }

    #[test]
    fn debug_shows_names_and_no_secret() {
        let shown = format!("{:?}", Credentials::default().with("client_id", Secret::new("amzn-123")));
        assert!(shown.contains("client_id") && !shown.contains("amzn-123"), "{shown}");
    }
}
