//! Leases of a run: which lanes it may plan and send, held for as long as it lives.

use super::SendError;
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

    /// The lease of a lane.
    pub(super) fn of(&self, channel: &str, lane: Lane) -> Result<Lease, SendError> {
        let name = lane_name(channel, lane);
        self.held().get(&name).cloned().ok_or_else(|| {
            SendError::Ledger(LedgerError {
                location: name,
                doing: "send".to_owned(),
                kind: ErrorKind::LeaseLost,
                message: "another process sends in this lane".to_owned(),
            })
        })
    }

    pub(super) fn give_back(&self, ledger: &mut Ledger, held: Held) -> Result<(), LedgerError> {
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
