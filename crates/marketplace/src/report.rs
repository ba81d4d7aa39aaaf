//! What a marketplace made of what it was sent: a verdict for each row, and findings with its own codes.

use crate::exchange::Ids;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use std::sync::Arc;

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The SKU.
    pub sku: Sku,
    /// What became of it.
    pub outcome: Outcome,
    /// What the marketplace calls things of this SKU, as far as it said so.
    pub ids: Ids,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The marketplace took it; findings may still warn.
    Accepted,
    /// It is looked at still, and must not be sent again meanwhile.
    Pending,
    /// It was not taken for no fault of its own: the same may be sent again later.
    Failed,
    /// It was refused: the same will be refused again.
    Rejected,
    /// The report does not tell.
    Unknown,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Pending, Self::Failed, Self::Rejected, Self::Unknown];

    /// Its name in the ledger and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// A code of a marketplace that we know something about: how to mend it.
#[derive(Debug)]
pub struct CodeHelp {
    /// The code, verbatim.
    pub code: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// A finding with a marketplace's own code, its text, and our help where we know one.
pub fn theirs(marketplace: &'static str, code: &str, severity: Severity, message: &str, known: &[CodeHelp]) -> Finding {
    // Seen with a tab behind it; a code is compared without, and kept as it came.
    let help = known.iter().find(|known| known.code == code.trim()).map(|known| known.help.to_owned());
    Finding {
        code: Code::Theirs { marketplace: Arc::from(marketplace), code: Arc::from(code) },
        severity,
        message: message.to_owned(),
        help,
        marketplace: Some(Arc::from(marketplace)),
        channel: None,
        sku: None,
        pointer: None,
        keyword: None,
        place: None,
    }
}
