//! What is about to be told: written down before the first byte leaves.

use crate::Ledger;
use crate::LedgerError;
use crate::lease::Lease;
use crate::submission::NewSubmission;
use crate::submission::SubmissionId;
use jiff::Timestamp;

impl Ledger {
    /// Writes down a submission with its files and rows, and that what it tells is on its way.
    ///
    /// # Errors
    /// [`LeaseLost`](crate::ErrorKind::LeaseLost) when the lease ran out or somebody else has it;
    /// [`InFlight`](crate::ErrorKind::InFlight) when one of the SKUs has something on its way in a told lane;
    /// [`Misuse`](crate::ErrorKind::Misuse) when a SKU or an ordinal stands in it twice.
    pub fn begin(&mut self, new: &NewSubmission, lease: &Lease, now: Timestamp) -> Result<SubmissionId, LedgerError> {
        let _ = (new, lease, now);
        Err(self.unwritten())
    }

    /// The marketplace has it, by this receipt. Saying so twice changes nothing.
    pub fn queued(
        &mut self,
        id: SubmissionId,
        receipt: &str,
        next_look: Timestamp,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let _ = (id, receipt, next_look, now);
        Err(self.unwritten())
    }

    /// It was asked after, and is worked on still. There is no entry of it.
    pub fn looked(&mut self, id: SubmissionId, next_look: Timestamp, now: Timestamp) -> Result<(), LedgerError> {
        let _ = (id, next_look, now);
        Err(self.unwritten())
    }
}
