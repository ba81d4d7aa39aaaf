//! Laws of what no adapter does yet: listed, so that they are not forgotten.

use super::case::Case;
use crate::contract::Profile;

/// The laws that come with sending and reports, in their groups.
const LAWS: &[(&str, &str)] = &[
    ("submit", "each happy transcript ends, and receipts survive being written and read"),
    ("submit", "429 and 5xx are waited for, 401 and 403 say so, and broken answers are errors without a panic"),
    ("submit", "any script of answers ends, and no request carries a credential"),
    ("report", "every issue lands on a SKU or on the feed, unknown codes are kept, and severities are all known"),
    ("report", "a report that is cut off or somebody else's is an error without a panic"),
    ("round", "submit, settle and run again unchanged gives an empty plan"),
    ("round", "one rejected SKU is all that the next plan holds"),
    ("crash", "stopped after any entry of the ledger, a run that goes on neither loses nor doubles a file"),
];

pub(super) fn cases(profile: &'static Profile, out: &mut Vec<Case>) {
    for (group, law) in LAWS {
        out.push(Case::skipped(group, format!("{}: {law}", profile.id), "comes with sending and reports"));
    }
}
