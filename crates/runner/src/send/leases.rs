//! Leases of a run: which lanes it may plan and send, held for as long as it lives.

use crate::wire::World;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Lease;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

/// How long a lease holds without being renewed: as long as another process waits after this one died.
const TTL: SignedDuration = SignedDuration::from_mins(2);

/// Leases that are renewed while somebody [keeps](Leases::keep) them.
#[derive(Debug)]
pub struct Leases {
    owner: String,
    held: Mutex<BTreeMap<String, Lease>>,
}

/// A lease that is given back before the run ends.
#[derive(Debug)]
pub(crate) struct Held(String);

/// A name no other process has.
fn owner() -> String {
    format!("{}/{}", std::process::id(), uuid::Uuid::new_v4().simple())
}

impl Leases {
    /// None yet.
    pub fn new() -> Self {
        Self { owner: owner(), held: Mutex::new(BTreeMap::new()) }
    }

    /// Takes the lease of a channel's lane. No if another process is at it.
    ///
    /// # Errors
    /// The ledger's.
    pub fn take_lane(
        &self,
        ledger: &mut Ledger,
        channel: &str,
        lane: Lane,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        Ok(self.take(ledger, &lane_name(channel, lane), now)?.is_some())
    }

    pub(super) fn take(&self, ledger: &mut Ledger, name: &str, now: Timestamp) -> Result<Option<Held>, LedgerError> {
        let Some(lease) = ledger.lease(name, &self.owner, TTL, now)? else { return Ok(None) };
        self.held().insert(name.to_owned(), lease);
        Ok(Some(Held(name.to_owned())))
    }

    /// Whether a lane's lease is held.
    pub(super) fn has(&self, channel: &str, lane: Lane) -> bool {
        self.held().contains_key(&lane_name(channel, lane))
    }

    /// The lease of a lane, held anew from now on. One that ran out because this process was kept waiting is held again
    /// if nobody took it meanwhile.
    ///
    /// # Errors
    /// That another process has it, and the ledger's.
    pub(super) fn renewed(
        &self,
        ledger: &mut Ledger,
        channel: &str,
        lane: Lane,
        now: Timestamp,
    ) -> Result<Lease, LedgerError> {
        let name = lane_name(channel, lane);
        let held = self.held().get(&name).cloned();
        let mut lease = held.ok_or_else(|| LedgerError {
            location: name,
            doing: "send".to_owned(),
            kind: ErrorKind::LeaseLost,
            message: "another process sends in this lane".to_owned(),
        })?;
        ledger.renew(&mut lease, TTL, now)?;
        Ok(lease)
    }

    pub(super) fn give_back(&self, ledger: &mut Ledger, held: &Held) -> Result<(), LedgerError> {
        let lease = self.held().remove(&held.0);
        lease.map_or(Ok(()), |lease| ledger.release(&lease))
    }

    /// Gives all of them back.
    ///
    /// # Errors
    /// The ledger's; those not given back run out by themselves.
    pub fn release(&self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        let held = std::mem::take(&mut *self.held());
        held.values().try_for_each(|lease| ledger.release(lease))
    }

    /// Renews them until `done` is stopped. One that is lost is held no more: who sends by it finds out.
    pub fn keep(&self, mut ledger: Ledger, world: &World, done: &crate::wire::Stop) {
        // In the clock's time; a third, so that two renewals may fail.
        let pause = Duration::try_from(TTL / 3).unwrap_or_default();
        loop {
            world.clock.sleep(pause, done);
            if done.is_stopped() {
                return;
            }
            let leases: Vec<Lease> = self.held().values().cloned().collect();
            for mut lease in leases {
                match ledger.renew(&mut lease, TTL, world.clock.now()) {
                    Ok(()) => {
                        if let Some(held) = self.held().get_mut(&lease.name) {
                            *held = lease;
                        }
                    }
                    Err(why) if why.kind == ErrorKind::LeaseLost => {
                        self.held().remove(&lease.name);
                    }
                    // The database may come back before the lease runs out.
                    Err(why) if why.kind == ErrorKind::Gone => {
                        let _away_still = ledger.reopen();
                    }
                    Err(_) => {}
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Lease>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Leases {
    fn default() -> Self {
        Self::new()
    }
}

fn lane_name(channel: &str, lane: Lane) -> String {
    format!("lane/{channel}/{}", lane.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_ledger::Location;

    #[test]
    fn a_lease_that_ran_out_is_held_again_unless_another_process_took_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&Location::File(folder.path().join("ledger"))).unwrap();
        let (own, other) = (Leases::new(), Leases::new());
        let begun: Timestamp = "2026-01-10T12:00:00Z".parse().unwrap();
        assert!(own.take_lane(&mut ledger, "shop", Lane::Price, begun).unwrap());
        let late = begun.checked_add(TTL.saturating_mul(3)).unwrap();
        let lease = own.renewed(&mut ledger, "shop", Lane::Price, late).unwrap();
        assert_eq!(lease.until, late.checked_add(TTL).unwrap());
        let later = late.checked_add(TTL.saturating_mul(3)).unwrap();
        assert!(other.take_lane(&mut ledger, "shop", Lane::Price, later).unwrap());
        let lost = own.renewed(&mut ledger, "shop", Lane::Price, later).unwrap_err();
        assert_eq!(lost.kind, ErrorKind::LeaseLost);
    }
}
