//! The sandbox's own time, which may run faster than ours: hours of processing pass in seconds.

use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;
use std::time::Instant;

/// A clock that began at an instant and runs so many times as fast as the wall's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Timestamp,
    started: Instant,
    speed: u32,
}

impl Clock {
    /// Starts at `origin` now. A speed of 0 would stand still, and is taken as 1.
    pub(crate) fn starting(origin: Timestamp, speed: u32) -> Self {
        Self { origin, started: Instant::now(), speed: speed.max(1) }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        later(self.origin, self.fast(self.started.elapsed()))
    }

    /// How long a piece of real time is on this clock.
    pub(crate) fn fast(&self, real: Duration) -> Duration {
        real.saturating_mul(self.speed)
    }

    /// What whoever wants to keep the same time must know.
    pub(crate) fn describe(&self) -> Value {
        json!({ "origin": self.origin.to_string(), "speed": self.speed, "now": self.now().to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_runs_ahead_of_a_slow_one_from_the_same_origin() {
        let fast = Clock::starting(Timestamp::UNIX_EPOCH, 1_000_000);
        std::thread::sleep(Duration::from_millis(2));
        assert!(fast.now() >= later(Timestamp::UNIX_EPOCH, Duration::from_secs(2000)));
        assert_eq!(fast.fast(Duration::from_millis(3)), Duration::from_mins(50));
        let standing = Clock::starting(Timestamp::UNIX_EPOCH, 0);
        assert_eq!(standing.fast(Duration::from_secs(1)), Duration::from_secs(1));
    }
}
