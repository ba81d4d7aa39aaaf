//! What can be asked.

use crate::Ledger;
use crate::LedgerError;
use crate::standing::Ids;
use crate::standing::Standing;
use crate::submission::Filter;
use crate::submission::KeptFile;
use crate::submission::KeptRow;
use crate::submission::OpenSubmission;
use crate::submission::Passage;
use crate::submission::SubmissionId;
use crate::submission::Summary;
use feedwright_catalog::Finding;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;

impl Ledger {
    /// Where all SKUs of a channel stand in one lane, sorted by SKU. Those of which nothing is known are left out.
    pub fn standings(&mut self, channel: &str, lane: Lane, each: &mut dyn FnMut(Standing)) -> Result<(), LedgerError> {
        let _ = (channel, lane, each);
        Err(self.unwritten())
    }

    /// Where one SKU stands.
    pub fn standing(&mut self, channel: &str, sku: &Sku, lane: Lane) -> Result<Option<Standing>, LedgerError> {
        let _ = (channel, sku, lane);
        Err(self.unwritten())
    }

    /// The record that was last accepted.
    pub fn accepted_record(&mut self, channel: &str, sku: &Sku, lane: Lane) -> Result<Option<Vec<u8>>, LedgerError> {
        let _ = (channel, sku, lane);
        Err(self.unwritten())
    }

    /// The records of a channel that were last accepted in one lane, sorted by SKU.
    pub fn accepted_records(
        &mut self,
        channel: &str,
        lane: Lane,
        each: &mut dyn FnMut(Sku, Vec<u8>),
    ) -> Result<(), LedgerError> {
        let _ = (channel, lane, each);
        Err(self.unwritten())
    }

    /// The record that a submission told of a SKU in one lane.
    pub fn told_record(
        &mut self,
        submission: SubmissionId,
        sku: &Sku,
        lane: Lane,
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let _ = (submission, sku, lane);
        Err(self.unwritten())
    }

    /// What the marketplace calls things of a SKU, put together from all verdicts; of two the newer submission's.
    pub fn ids(&mut self, channel: &str, sku: &Sku) -> Result<Ids, LedgerError> {
        let _ = (channel, sku);
        Err(self.unwritten())
    }

    /// The same of all SKUs of a channel that have some, sorted by SKU.
    pub fn all_ids(&mut self, channel: &str, each: &mut dyn FnMut(Sku, Ids)) -> Result<(), LedgerError> {
        let _ = (channel, each);
        Err(self.unwritten())
    }

    /// The submissions of a channel that are not at their end, oldest first, with all that is needed to go on.
    pub fn open_submissions(&mut self, channel: &str) -> Result<Vec<OpenSubmission>, LedgerError> {
        let _ = channel;
        Err(self.unwritten())
    }

    /// Submissions without what is in them, newest first.
    pub fn submissions(&mut self, filter: &Filter) -> Result<Vec<Summary>, LedgerError> {
        let _ = filter;
        Err(self.unwritten())
    }

    /// One submission without what is in it.
    pub fn submission(&mut self, id: SubmissionId) -> Result<Option<Summary>, LedgerError> {
        let _ = id;
        Err(self.unwritten())
    }

    /// The rows of a submission, in the order they were given.
    pub fn rows(&mut self, id: SubmissionId) -> Result<Vec<KeptRow>, LedgerError> {
        let _ = id;
        Err(self.unwritten())
    }

    /// The files of a submission; none once it is at its end.
    pub fn files(&mut self, id: SubmissionId) -> Result<Vec<KeptFile>, LedgerError> {
        let _ = id;
        Err(self.unwritten())
    }

    /// The last report of a submission that said something new.
    pub fn report(&mut self, id: SubmissionId) -> Result<Option<Vec<u8>>, LedgerError> {
        let _ = id;
        Err(self.unwritten())
    }

    /// What that report found, those about no SKU first.
    pub fn findings_of(&mut self, id: SubmissionId) -> Result<Vec<Finding>, LedgerError> {
        let _ = id;
        Err(self.unwritten())
    }

    /// What the marketplace found about a SKU: for each lane, in the latest submission that has a verdict of it.
    pub fn findings(&mut self, channel: &str, sku: &Sku) -> Result<Vec<(Lane, SubmissionId, Finding)>, LedgerError> {
        let _ = (channel, sku);
        Err(self.unwritten())
    }

    /// All submissions a SKU was in, over channels and lanes, oldest first.
    pub fn history(&mut self, sku: &Sku) -> Result<Vec<Passage>, LedgerError> {
        let _ = sku;
        Err(self.unwritten())
    }

    /// The receipts of all other submissions to a marketplace account.
    pub fn claimed(&mut self, account: &str, except: SubmissionId) -> Result<Vec<String>, LedgerError> {
        let _ = (account, except);
        Err(self.unwritten())
    }

    /// When submissions were made against a quota, at this time or later, oldest first: when they were queued, or else
    /// begun.
    pub fn last_submissions(&mut self, quota: &str, since: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        let _ = (quota, since);
        Err(self.unwritten())
    }
}
