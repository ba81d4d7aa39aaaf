//! Leases: one process at a time does a thing, and one that was away too long finds out.

use crate::Ledger;
use crate::LedgerError;
use jiff::SignedDuration;
use jiff::Timestamp;

/// The right to do something for a while, alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: String,
    /// Who has it.
    pub owner: String,
    /// Grows each time somebody takes it: an owner that was away too long has an old one.
    pub fence: u64,
    /// When it ends, unless it is renewed.
    pub until: Timestamp,
}

impl Ledger {
    /// Takes a lease, if nobody has it or it ran out. An owner that has it already is told no, too: owners are
    /// processes, and each needs a name of its own.
    pub fn lease(
        &mut self,
        name: &str,
        owner: &str,
        ttl: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<Lease>, LedgerError> {
        let _ = (name, owner, ttl, now);
        Err(self.unwritten())
    }

    /// Holds a lease for so long from now. One that ran out is held again if nobody took it meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::LeaseLost`](crate::ErrorKind::LeaseLost) when somebody else has it.
    pub fn renew(&mut self, lease: &mut Lease, ttl: SignedDuration, now: Timestamp) -> Result<(), LedgerError> {
        let _ = (lease, ttl, now);
        Err(self.unwritten())
    }

    /// Gives a lease back. One that was lost is not touched.
    pub fn release(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        let _ = lease;
        Err(self.unwritten())
    }
}
