//! Leases: one process at a time does a thing, and one that was away too long finds out.

use crate::Ledger;
use crate::LedgerError;
use crate::error::ErrorKind;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
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
        // One statement, without the head of the ledger: a lease is not kept waiting by a large submission.
        let doing = format!("take the lease `{name}`");
        let taken = end(now, ttl).and_then(|until| {
            let fence = self.store()?.first(
                "INSERT INTO ledger_lease (name, owner, fence, until) VALUES (?1, ?2, 1, ?3) ON CONFLICT (name) DO \
                 UPDATE SET owner = excluded.owner, fence = ledger_lease.fence + 1, until = excluded.until WHERE \
                 ledger_lease.until <= ?4 RETURNING fence",
                &[Param::Text(name), Param::Text(owner), Param::time(until), Param::time(now)],
                |mut cells| cells.number(),
            )?;
            Ok(fence.map(|fence| Lease { name: name.to_owned(), owner: owner.to_owned(), fence, until }))
        });
        taken.map_err(|trouble| self.error(&doing, trouble))
    }

    /// Holds a lease for so long from now. One that ran out is held again if nobody took it meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::LeaseLost`] when somebody else took it, or it was released.
    pub fn renew(&mut self, lease: &mut Lease, ttl: SignedDuration, now: Timestamp) -> Result<(), LedgerError> {
        let doing = format!("renew the lease `{}`", lease.name);
        let renewed = end(now, ttl).and_then(|until| {
            let n_changed = self.store()?.run(
                "UPDATE ledger_lease SET until = ?1 WHERE name = ?2 AND fence = ?3 AND owner = ?4",
                &[Param::time(until), Param::Text(&lease.name), Param::number(lease.fence), Param::Text(&lease.owner)],
            )?;
            if n_changed == 0 { Err(lost(lease)) } else { Ok(until) }
        });
        lease.until = renewed.map_err(|trouble| self.error(&doing, trouble))?;
        Ok(())
    }

    /// Gives a lease back. One that was lost is not touched.
    pub fn release(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        // The fence stays one ahead of what was handed out, and nobody is its owner.
        let doing = format!("release the lease `{}`", lease.name);
        let released = self.store().and_then(|store| {
            store.run(
                "UPDATE ledger_lease SET until = ?1, owner = ?2, fence = fence + 1 WHERE name = ?3 AND fence = ?4 AND \
                 owner = ?5",
                &[
                    Param::time(Timestamp::MIN),
                    Param::Text(""),
                    Param::Text(&lease.name),
                    Param::number(lease.fence),
                    Param::Text(&lease.owner),
                ],
            )
        });
        released.map(|_| ()).map_err(|trouble| self.error(&doing, trouble))
    }
}

/// Within a transaction: that the lease holds now, and still will when the transaction ends.
pub(crate) fn holds(store: &mut Store, lease: &Lease, now: Timestamp) -> Result<(), Trouble> {
    let sql = store.for_update("SELECT until FROM ledger_lease WHERE name = ?1 AND fence = ?2 AND owner = ?3");
    let params = [Param::Text(&lease.name), Param::number(lease.fence), Param::Text(&lease.owner)];
    match store.first(&sql, &params, |mut cells| cells.time())? {
        None => Err(lost(lease)),
        Some(until) if until <= now => {
            Err(Trouble::new(ErrorKind::LeaseLost, format!("the lease `{}` ran out at {until}", lease.name)))
        }
        Some(_) => Ok(()),
    }
}

fn lost(lease: &Lease) -> Trouble {
    Trouble::new(ErrorKind::LeaseLost, format!("the lease `{}` was released, or somebody else took it", lease.name))
}

fn end(now: Timestamp, ttl: SignedDuration) -> Result<Timestamp, Trouble> {
    now.checked_add(ttl).map_err(|_| Trouble::misuse("it would end beyond all times"))
}
