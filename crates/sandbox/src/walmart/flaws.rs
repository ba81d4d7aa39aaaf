//! What Walmart finds in items that have nothing wrong with them: codes sellers met in production, by
//! `errors/ingestion-error-codes` of the research, read 2026-11-23. The words are ours.

use super::account::Issue;
use super::account::Severity;

/// A flaw.
#[derive(Debug)]
pub(super) enum Flaw {
    /// Refused for good.
    Refused { code: &'static str, field: &'static str, description: &'static str },
    /// Refused once because Walmart could not; sent again, it is taken.
    Failed { severity: Severity, code: &'static str, description: &'static str },
    /// Looked at by people first, then taken.
    Reviewed,
    /// Taken, and something said about it.
    Warned { code: &'static str, field: &'static str, description: &'static str },
}

/// The flaws there are.
pub(super) static FLAWS: &[Flaw] = &[
    Flaw::Refused {
        code: "ERR_EXT_DATA_0101119",
        field: "QARTH",
        description: "this product id is in the catalog already, and its details there are others",
    },
    Flaw::Failed {
        severity: Severity::System,
        code: "ERR_PDI_0005",
        description: "an unexpected system error while the product was set up",
    },
    Flaw::Refused {
        code: "EXT_DATA_ERROR_07705958490105",
        field: "shortDescription",
        description: "the content does not meet the content standards",
    },
    Flaw::Reviewed,
    Flaw::Refused {
        code: "ERR_EXT_DATA_0101149",
        field: "mainImageUrl",
        description: "the main image could not be processed",
    },
    Flaw::Failed {
        severity: Severity::Timeout,
        code: "ERR_INT_SYS_01010010",
        description: "the item was not worked on in time",
    },
    Flaw::Warned {
        code: "ERR_EXT_DATA_0101171",
        field: "productSecondaryImageURL",
        description: "one of the images could not be downloaded and was left out",
    },
    Flaw::Refused {
        code: "EXT_DATA_ERROR_71666506605865",
        field: "productType",
        description: "products of this kind are prohibited",
    },
];

impl Flaw {
    /// What is said of the row.
    pub(super) fn issue(&self) -> Option<Issue> {
        let (severity, code, field, description) = match self {
            Self::Refused { code, field, description } | Self::Warned { code, field, description } => {
                (Severity::Data, *code, *field, *description)
            }
            Self::Failed { severity, code, description } => (*severity, *code, "", *description),
            Self::Reviewed => return None,
        };
        Some(Issue { severity, code: code.to_owned(), field: field.to_owned(), description: description.to_owned() })
    }
}
