//! What the marketplace said, and what that means for where SKUs stand.

use crate::Ledger;
use crate::LedgerError;
use crate::standing::Which;
use crate::submission::End;
use crate::submission::Settled;
use crate::submission::Settlement;
use crate::submission::SubmissionId;
use jiff::Timestamp;

impl Ledger {
    /// Writes down what a report says. For each told lane of a row:
    /// - accepted: that is what the marketplace has; refusals and failures are forgotten;
    /// - rejected: the same need not be sent again;
    /// - failed: counted, and it may be sent again;
    /// - unknown: nobody knows what the marketplace has;
    /// - pending: it stays on its way.
    ///
    /// An accepted row of the lane of retirement means that the SKU's other lanes are accepted no more; an accepted row
    /// of another lane means that it is listed again. The first final verdict of a row holds, so the same report again,
    /// or an older one, changes nothing; a row nobody knew of may still be told. A verdict of an older submission never
    /// overwrites what a newer one, or [`Ledger::forget`], established.
    pub fn settle(
        &mut self,
        id: SubmissionId,
        settlement: &Settlement,
        now: Timestamp,
    ) -> Result<Settled, LedgerError> {
        let _ = (id, settlement, now);
        Err(self.unwritten())
    }

    /// No verdict will come for the rows that have no final one. Saying so of one that is at its end changes nothing.
    pub fn give_up(&mut self, id: SubmissionId, end: End, why: &str, now: Timestamp) -> Result<(), LedgerError> {
        let _ = (id, end, why, now);
        Err(self.unwritten())
    }

    /// Drops what is known of some SKUs of a channel, because its shop was changed by hand. What is on its way stays
    /// so until its verdict comes, and that verdict then says nothing of where the SKU stands. Gives how many SKUs were
    /// known.
    pub fn forget(&mut self, channel: &str, which: Which<'_>, who: &str, now: Timestamp) -> Result<u64, LedgerError> {
        let _ = (channel, which, who, now);
        Err(self.unwritten())
    }
}
