//! Why a source cannot be read at all, and what to do about it. What is wrong with single rows is a finding.

use std::fmt;
use std::io;

/// Why a source cannot be read, or cannot be read on.
#[derive(Debug)]
pub enum SourceError {
    /// The operating system refused.
    Unreadable {
        /// As the user named it.
        file: String,
        /// What it said.
        why: String,
    },
    /// There is nothing in it.
    Empty {
        /// As the user named it.
        file: String,
    },
    /// It is something else than text.
    NotText {
        /// As the user named it.
        file: String,
        /// What it looks like.
        what: &'static str,
    },
    /// No encoding has this name.
    UnknownEncoding {
        /// What was asked for.
        name: String,
    },
    /// No profile has this name.
    UnknownProfile {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
        /// The one that was meant, perhaps.
        nearest: Option<String>,
    },
    /// No profile fits the file's columns.
    NoProfile {
        /// As the user named it.
        file: String,
        /// How well each fits, best first.
        scores: Vec<Score>,
    },
    /// Two profiles fit equally well.
    SeveralProfiles {
        /// As the user named it.
        file: String,
        /// How well each fits, best first.
        scores: Vec<Score>,
    },
    /// The file lacks what the chosen profile cannot do without.
    LacksColumn {
        /// As the user named it.
        file: String,
        /// The profile.
        profile: String,
        /// What is missing.
        message: String,
        /// The headers of the file, shortened.
        found: String,
    },
    /// Its first row cannot be read.
    BadHeader {
        /// As the user named it.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// It is JSON, and not one product a line.
    NotJsonLines {
        /// As the user named it.
        file: String,
    },
}

/// How well a profile fits a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The profile.
    pub profile: String,
    /// 0 to 100; 0 when a required column is missing.
    pub score: u32,
    /// Required columns the file does not have.
    pub missing: Vec<String>,
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.profile, self.score)?;
        if !self.missing.is_empty() {
            write!(out, " (no column \"{}\")", self.missing.join("\", \""))?;
        }
        Ok(())
    }
}

impl SourceError {
    pub(crate) fn unreadable(file: &str, why: &io::Error) -> Self {
        let why = match why.kind() {
            io::ErrorKind::IsADirectory => "it is a directory; give the file in it".to_owned(),
            _ => why.to_string(),
        };
        Self::Unreadable { file: file.to_owned(), why }
    }
}

impl std::error::Error for SourceError {}

impl fmt::Display for SourceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, why } => write!(out, "cannot read {file}: {why}"),
            Self::Empty { file } => write!(out, "{file} is empty: export it again"),
            Self::NotText { file, what } => {
                write!(out, "{file} is not text but {what}: save it as CSV in UTF-8")
            }
            Self::UnknownEncoding { name } => {
                write!(out, "there is no encoding `{name}`: write `utf-8`, `utf-16le` or `windows-1252`, for example")
            }
            Self::UnknownProfile { name, known, nearest } => {
                write!(out, "there is no profile `{name}`")?;
                match nearest {
                    Some(nearest) => write!(out, ": did you mean `{nearest}`?"),
                    None => write!(out, ": there are `{}`", known.join("`, `")),
                }
            }
            Self::NoProfile { file, scores } => {
                write!(
                    out,
                    "no profile fits {file} ({}): name one, or describe its columns in a profile of your own",
                    list(scores)
                )
            }
            Self::SeveralProfiles { file, scores } => {
                write!(out, "several profiles fit {file} equally well ({}): name the one to use", list(scores))
            }
            Self::LacksColumn { file, profile, message, found } => {
                write!(out, "{file} does not fit profile `{profile}`: {message}; its columns are {found}")
            }
            Self::BadHeader { file, message } => write!(out, "cannot read the header of {file}: {message}"),
            Self::NotJsonLines { file } => {
                write!(out, "{file} is a JSON array: write one product a line, without brackets and commas around them")
            }
        }
    }
}

fn list(scores: &[Score]) -> String {
    scores.iter().map(Score::to_string).collect::<Vec<_>>().join(", ")
}
