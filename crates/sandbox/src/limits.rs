//! How many requests an account may send of an operation: a bucket that fills at a steady pace.

use crate::simulated::Rate;
use crate::tokens::later;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// The buckets of all accounts.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Requests may come so much too early: what left in time can arrive bunched.
    leeway: Duration,
    buckets: BTreeMap<(&'static str, String, &'static str), Bucket>,
}

/// A bucket is told by one time: when it will be full again. No part of a token is ever lost to rounding.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    full_at: Timestamp,
    told_to_wait_until: Timestamp,
}

/// What the bucket says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is within the limit.
    Within {
        /// So many more may come at once.
        left: u32,
        /// There is one more after so long.
        again: Duration,
    },
    /// It is one too many.
    Beyond {
        /// There is one more after so long.
        again: Duration,
        /// Whether the sender had been told to wait, and did not.
        was_told: bool,
    },
}

impl Limits {
    /// All buckets are full.
    pub(crate) fn new(leeway: Duration) -> Self {
        Self { leeway, buckets: BTreeMap::new() }
    }

    /// Fills all buckets.
    pub(crate) fn reset(&mut self) {
        self.buckets.clear();
    }

    /// Takes one request from a bucket.
    pub(crate) fn take(&mut self, marketplace: &'static str, account: &str, rate: &Rate, now: Timestamp) -> Taken {
        let key = (marketplace, account.to_owned(), rate.bucket);
        let bucket = self.buckets.entry(key).or_insert(Bucket { full_at: now, told_to_wait_until: Timestamp::MIN });
        let interval = rate.interval();
        let capacity = interval.saturating_mul(rate.burst.max(1));
        let full_at = later(bucket.full_at.max(now), interval);
        let missing = span(now, full_at);
        if let Some(early) = missing.checked_sub(capacity).filter(|early| *early > self.leeway) {
            let was_told = now < bucket.told_to_wait_until;
            // The leeway counts here too: who waits as long as told must not be early again.
            bucket.told_to_wait_until = later(now, early.saturating_sub(self.leeway));
            return Taken::Beyond { again: early, was_told };
        }
        bucket.full_at = full_at;
        let room = capacity.saturating_sub(missing).as_nanos();
        let step = interval.as_nanos().max(1);
        let left = u32::try_from(room / step).unwrap_or(u32::MAX);
        let beyond_whole = u64::try_from(room % step).unwrap_or_default();
        Taken::Within { left, again: interval.saturating_sub(Duration::from_nanos(beyond_whole)) }
    }
}

impl Rate {
    /// How long until there is one more.
    pub(crate) fn interval(&self) -> Duration {
        self.per / self.requests.max(1)
    }
}

fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { bucket: "b", requests: 2, per: Duration::from_secs(1), burst: 3 };

    fn at(milliseconds: u64) -> Timestamp {
        later(Timestamp::UNIX_EPOCH, Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_one_for_each_interval() {
        let mut limits = Limits::new(Duration::ZERO);
        for left in [2, 1, 0] {
            let taken = limits.take("m", "a", &RATE, at(0));
            assert!(matches!(taken, Taken::Within { left: own, .. } if own == left), "{taken:?}");
        }
        let beyond = limits.take("m", "a", &RATE, at(100));
        assert_eq!(beyond, Taken::Beyond { again: Duration::from_millis(400), was_told: false });
        let beyond = limits.take("m", "a", &RATE, at(200));
        assert_eq!(beyond, Taken::Beyond { again: Duration::from_millis(300), was_told: true });
        assert!(matches!(limits.take("m", "a", &RATE, at(500)), Taken::Within { left: 0, .. }));
        assert!(matches!(limits.take("m", "a", &RATE, at(60_000)), Taken::Within { left: 2, .. }));
    }

    #[test]
    fn accounts_do_not_share_a_bucket() {
        let mut limits = Limits::new(Duration::ZERO);
        for account in ["a", "b"] {
            for _ in 0..3 {
                assert!(matches!(limits.take("m", account, &RATE, at(0)), Taken::Within { .. }));
            }
            assert!(matches!(limits.take("m", account, &RATE, at(0)), Taken::Beyond { .. }));
        }
    }

    #[test]
    fn a_request_that_arrives_a_little_early_is_let_in() {
        let mut limits = Limits::new(Duration::from_millis(20));
        for _ in 0..3 {
            limits.take("m", "a", &RATE, at(0));
        }
        assert!(matches!(limits.take("m", "a", &RATE, at(479)), Taken::Beyond { .. }));
        assert!(matches!(limits.take("m", "a", &RATE, at(481)), Taken::Within { left: 0, .. }));
    }
}
