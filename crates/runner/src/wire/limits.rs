//! How much of each limit is used up: token buckets, kept in the marketplace's time and corrected by what it says.

use super::WireError;
use super::clock::Clock;
use super::clock::Stop;
use super::limit_headers::Told;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::api::Rate;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

/// A request surely arrives within the period of its limit, but for periods that are very short or very long.
const SHORTEST_WAY: Duration = Duration::from_secs(5);
const LONGEST_WAY: Duration = Duration::from_mins(1);

/// How much of every limit is used up, for all accounts of a process.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<BTreeMap<Key, Arc<Limit>>>,
}

/// Marketplace, account, and what shares a bucket.
type Key = (&'static str, String, &'static str);

/// One limit, shared by all who count against it.
pub(super) struct Limit(Mutex<Bucket>);

/// A place in the order of those who count against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(u64);

/// A bucket of tokens, written down as the time when it will be full again: a request may leave when that is no more
/// than the burst's worth away.
///
/// Over there a request counts when it arrives, and nobody here knows when that is; only that it is after it left, and
/// before it was answered. An arrival that is late makes that bucket full later than this one, so everything here is
/// put off by the most that one may have been late.
#[derive(Debug)]
struct Bucket {
    /// Between two tokens.
    interval: Duration,
    burst: u32,
    per: Duration,
    /// When it is full again, were no request ever late.
    full_at: Timestamp,
    /// Nothing leaves before, since the marketplace said so.
    closed_until: Timestamp,
    /// How late those may have been that were answered since it was full.
    lag: Duration,
    /// Those who wait, and those who are under way.
    open: Vec<Open>,
    n_turns: u64,
}

/// A token that is taken, and not yet surely counted over there.
#[derive(Debug)]
struct Open {
    turn: Turn,
    /// When it would have to arrive at the latest to put off nothing.
    due: Timestamp,
    left_at: Option<Timestamp>,
}

impl Limits {
    /// The limit that an operation counts against.
    pub(super) fn of(
        &self,
        marketplace: &'static str,
        account: &str,
        operation: &'static Operation,
        now: Timestamp,
    ) -> Arc<Limit> {
        let key = (marketplace, account.to_owned(), operation.rate.shared.unwrap_or(operation.id));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Limit(Mutex::new(Bucket::new(&operation.rate, now))));
        Arc::clone(buckets.entry(key).or_insert_with(fresh))
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Limits").finish_non_exhaustive()
    }
}

impl Limit {
    /// Waits until a request may leave, and counts it. It has left when this comes back.
    ///
    /// # Errors
    /// That it was told to stop, or that the marketplace said to stay away for longer than `longest`.
    pub(super) fn take(
        &self,
        doing: &'static str,
        longest: Duration,
        clock: &dyn Clock,
        stop: &Stop,
    ) -> Result<Turn, WireError> {
        loop {
            let turn = {
                let now = clock.now();
                let mut bucket = self.bucket();
                if until(now, bucket.closed_until) > longest {
                    let message = format!("the marketplace takes no more of these before {}", bucket.closed_until);
                    return Err(WireError::Unreachable { doing, message });
                }
                bucket.reserve(now)
            };
            loop {
                if stop.is_stopped() {
                    self.came(turn, clock.now());
                    return Err(WireError::Stopped);
                }
                let now = clock.now();
                // Where it was closed meanwhile, all turns are given anew.
                let Some(leaves_at) = self.bucket().leaves_at(turn, now) else { break };
                let left = until(now, leaves_at);
                if left.is_zero() {
                    self.bucket().leave(turn, now);
                    return Ok(turn);
                }
                clock.sleep(left, stop);
            }
        }
    }

    /// A request was answered now, or will not be.
    pub(super) fn came(&self, turn: Turn, now: Timestamp) {
        self.bucket().came(turn, now);
    }

    /// What an answer tells of the limit.
    pub(super) fn adopt(&self, told: &Told, now: Timestamp) {
        let mut bucket = self.bucket();
        if let Some(interval) = told.interval {
            bucket.set_interval(interval, now);
        }
        match (told.left, told.replenished) {
            (Some(0), Some(wait)) => {
                let wait = wait.min(bucket.per);
                bucket.close(later(now, wait));
            }
            (Some(left), _) => bucket.holds_at_most(left, now),
            (None, _) => {}
        }
    }

    /// A request was refused for the limit: how long to wait when the marketplace does not say, before any jitter.
    pub(super) fn refused(&self, told: &Told) -> Option<Duration> {
        let bucket = self.bucket();
        told.retry_after.or_else(|| told.replenished.map(|wait| wait.min(bucket.per)))
    }

    /// How long until one more request may leave, once none may.
    pub(super) fn interval(&self) -> Duration {
        self.bucket().interval
    }

    /// Nothing leaves for so long, and then one by one.
    pub(super) fn close(&self, wait: Duration, now: Timestamp) {
        self.bucket().close(later(now, wait));
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    fn new(rate: &Rate, now: Timestamp) -> Self {
        Self {
            interval: rate.per / rate.requests.max(1),
            burst: rate.burst.max(1),
            per: rate.per,
            full_at: now,
            closed_until: now,
            lag: Duration::ZERO,
            open: Vec::new(),
            n_turns: 0,
        }
    }

    /// Counts one request.
    fn reserve(&mut self, now: Timestamp) -> Turn {
        if later(self.full_at, self.lag(now)) <= now {
            self.full_at = now;
            self.lag = Duration::ZERO;
        }
        self.n_turns += 1;
        let turn = Turn(self.n_turns);
        self.open.push(Open { turn, due: self.full_at, left_at: None });
        self.full_at = later(self.full_at, self.interval);
        turn
    }

    /// When a request may leave whose turn this is, as far as is known now; none when the turn was taken back.
    fn leaves_at(&self, turn: Turn, now: Timestamp) -> Option<Timestamp> {
        let due = self.open.iter().find(|open| open.turn == turn)?.due;
        let burst = self.interval.saturating_mul(self.burst - 1);
        Some(earlier(later(due, self.lag(now)), burst).max(self.closed_until))
    }

    fn leave(&mut self, turn: Turn, now: Timestamp) {
        if let Some(open) = self.open.iter_mut().find(|open| open.turn == turn) {
            open.left_at = Some(now);
        }
    }

    fn came(&mut self, turn: Turn, now: Timestamp) {
        if let Some(at) = self.open.iter().position(|open| open.turn == turn) {
            let open = self.open.swap_remove(at);
            if open.left_at.is_some() {
                self.lag = self.lag.max(self.late(&open, now));
            }
        }
    }

    /// How late the latest may have been, or may still be.
    fn lag(&self, now: Timestamp) -> Duration {
        self.open.iter().map(|open| self.late(open, now)).max().unwrap_or_default().max(self.lag)
    }

    fn late(&self, open: &Open, now: Timestamp) -> Duration {
        let longest = self.per.clamp(SHORTEST_WAY, LONGEST_WAY);
        let arrives_by = open.left_at.map_or(now, |left_at| later(left_at, longest).min(now));
        until(open.due, arrives_by)
    }

    /// Another rate, while as many tokens are missing as before.
    fn set_interval(&mut self, interval: Duration, now: Timestamp) {
        if interval == self.interval {
            return;
        }
        let missing = until(now, self.full_at).as_nanos() * interval.as_nanos() / self.interval.as_nanos().max(1);
        self.full_at = later(now, Duration::from_nanos(u64::try_from(missing).unwrap_or(u64::MAX)));
        self.interval = interval;
    }

    /// Only ever fewer tokens than thought: what others sent at the same time is not counted over there yet.
    fn holds_at_most(&mut self, left: u32, now: Timestamp) {
        let missing = self.burst.saturating_sub(left);
        self.full_at = self.full_at.max(later(now, self.interval.saturating_mul(missing)));
    }

    /// Empty, until then there is one token again. Whoever waits has to take another turn.
    fn close(&mut self, until: Timestamp) {
        self.closed_until = self.closed_until.max(until);
        self.full_at = later(self.closed_until, self.interval.saturating_mul(self.burst - 1));
        self.lag = Duration::ZERO;
        self.open.clear();
    }
}

/// From one time to a later one; nothing when it is not later.
fn until(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(requests: u32, per: u64, burst: u32) -> Bucket {
        let rate = Rate { shared: None, requests, per: Duration::from_secs(per), burst, source: "", checked_on: "" };
        Bucket::new(&rate, Timestamp::UNIX_EPOCH)
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    /// When each of some requests that all want to leave now may.
    fn leaves(bucket: &mut Bucket, now: i64, requests: usize) -> Vec<i64> {
        let turns: Vec<Turn> = (0..requests).map(|_| bucket.reserve(at(now))).collect();
        let leaves = |turn: &Turn| bucket.leaves_at(*turn, at(now)).unwrap().as_millisecond().max(now);
        let leaves = turns.iter().map(leaves).collect();
        // As if each left then and arrived at once.
        bucket.open.clear();
        leaves
    }

    #[test]
    fn a_burst_leaves_at_once_and_then_one_after_the_other() {
        let mut bucket = bucket(5, 1, 3);
        assert_eq!(leaves(&mut bucket, 0, 5), [0, 0, 0, 200, 400]);
        // After a pause there is a burst again, and no more than one.
        assert_eq!(leaves(&mut bucket, 10_000, 4), [10_000, 10_000, 10_000, 10_200]);
    }

    #[test]
    fn a_rate_that_the_marketplace_names_holds_from_then_on_and_forgives_nothing() {
        let mut bucket = bucket(10, 1, 2);
        assert_eq!(leaves(&mut bucket, 0, 2), [0, 0]);
        bucket.set_interval(Duration::from_secs(45), at(0));
        assert_eq!(leaves(&mut bucket, 0, 2), [45_000, 90_000]);
    }

    #[test]
    fn what_is_left_over_there_corrects_what_was_counted_here_downwards_only() {
        let mut bucket = bucket(1, 1, 10);
        bucket.holds_at_most(1, at(0));
        assert_eq!(leaves(&mut bucket, 0, 3), [0, 1000, 2000]);
        bucket.holds_at_most(9, at(0));
        assert_eq!(leaves(&mut bucket, 0, 1), [3000]);
    }

    #[test]
    fn a_closed_bucket_opens_with_one_token() {
        let mut bucket = bucket(1, 1, 10);
        bucket.close(at(5000));
        assert_eq!(leaves(&mut bucket, 0, 3), [5000, 6000, 7000]);
        // A second refusal does not open it earlier.
        bucket.close(at(2000));
        assert_eq!(leaves(&mut bucket, 0, 2), [5000, 6000]);
    }

    #[test]
    fn what_was_slow_on_its_way_does_not_let_the_next_come_too_early() {
        let mut bucket = bucket(1, 1, 1);
        let first = bucket.reserve(at(0));
        let second = bucket.reserve(at(0));
        assert_eq!(bucket.leaves_at(first, at(0)), Some(at(0)));
        bucket.leave(first, at(0));
        assert_eq!(bucket.leaves_at(second, at(0)), Some(at(1000)));
        // Nobody knows whether it was counted yet.
        assert_eq!(bucket.leaves_at(second, at(300)), Some(at(1300)));
        bucket.came(first, at(400));
        assert_eq!(bucket.leaves_at(second, at(1000)), Some(at(1400)));
        // One that is slow here is as late as one that is slow on its way.
        let third = bucket.reserve(at(1500));
        bucket.leave(second, at(1500));
        bucket.came(second, at(1500));
        assert_eq!(bucket.leaves_at(third, at(1500)), Some(at(2500)));
        bucket.leave(third, at(2500));
        // What is not here after so long will not be counted any later.
        bucket.came(third, at(90_000));
        assert_eq!(leaves(&mut bucket, 7600, 1), [8500]);
        assert_eq!(leaves(&mut bucket, 9500, 1), [9500]);
    }

    #[test]
    fn a_burst_takes_up_what_is_late_by_less_than_it() {
        let mut bucket = bucket(10, 1, 5);
        let turns: Vec<Turn> = (0..5).map(|_| bucket.reserve(at(0))).collect();
        for turn in &turns {
            bucket.leave(*turn, at(0));
        }
        // The first is late by its whole way, the last by less than nothing.
        bucket.came(turns[4], at(300));
        bucket.came(turns[0], at(20));
        bucket.open.clear();
        assert_eq!(leaves(&mut bucket, 300, 1), [300]);
    }

    #[test]
    fn a_turn_is_taken_back_when_the_bucket_closes() {
        let mut bucket = bucket(1, 1, 1);
        let turn = bucket.reserve(at(0));
        bucket.close(at(9000));
        assert_eq!(bucket.leaves_at(turn, at(0)), None);
        bucket.came(turn, at(0));
    }

    #[test]
    fn numbers_from_outside_lead_to_late_times_and_to_no_panic() {
        let mut bucket = bucket(0, u64::MAX, 0);
        bucket.set_interval(Duration::MAX, at(0));
        bucket.holds_at_most(0, at(0));
        bucket.close(Timestamp::MAX);
        let turn = bucket.reserve(at(0));
        assert_eq!(bucket.leaves_at(turn, at(0)), Some(Timestamp::MAX));
        bucket.leave(turn, Timestamp::MIN);
        bucket.came(turn, Timestamp::MAX);
        bucket.set_interval(Duration::from_nanos(1), Timestamp::MIN);
    }
}
