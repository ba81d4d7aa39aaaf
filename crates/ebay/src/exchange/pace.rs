//! How long is waited, and how often something is tried.

use std::time::Duration;

/// Before a call is made again that eBay could not do at the moment (error 25025, or no answer): longer each time.
pub(super) fn again(n_tries: u8) -> Duration {
    Duration::from_secs(2 << n_tries.min(MOST_TRIES))
}

/// How often a call is tried at most.
pub(super) const MOST_TRIES: u8 = 5;
/// Before what was not there is looked for once more: what was told last may take a while to be seen.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How often something that eBay does not do twice is sent at most, when each time nobody knows what became of it.
pub(super) const MOST_SENDS: u8 = 3;
/// So many calls that eBay is not there for, one after the other, and the rest of a parcel is left for later.
pub(super) const MOST_ABSENCES: u8 = 3;
