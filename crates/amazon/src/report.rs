//! What Amazon made of a feed or of calls: verdicts by row, and findings with Amazon's own codes.

mod answers;
mod codes;
mod issue;
mod processing;

pub(crate) use processing::CANCELLED;
pub(crate) use processing::FATAL;
pub(crate) use processing::is_too_early;

use crate::profile;
use crate::profile::Form;
use feedwright_catalog::Findings;
use feedwright_marketplace::Feed;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Verdict;

/// Reads a report of a feed.
///
/// # Errors
/// That it is none.
pub(crate) fn read(
    feed: &Feed,
    marketplace_id: &str,
    report: &[u8],
    rows: &[Row],
    out: &mut Findings,
) -> Result<Vec<Verdict>, ProtocolError> {
    match profile::form(feed) {
        Form::Messages => processing::read(marketplace_id, report, rows, out),
        Form::Calls => answers::read(marketplace_id, report, rows, out),
        Form::Rows => Err(unreadable(format!("feed `{}` is uploaded by hand, and has no report", feed.id))),
    }
}

fn unreadable(message: impl Into<String>) -> ProtocolError {
    ProtocolError::new("report", Trouble::Unreadable, message)
}
