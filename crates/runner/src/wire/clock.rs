//! What time it is, and how to wait so that a stop wakes whoever waits.

use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

/// Tells the time and waits.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Waits so long, or until it is stopped.
    fn sleep(&self, time: Duration, stop: &Stop);
}

/// The time of the world.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealClock;

/// A time that runs faster than the world's, for marketplaces that are simulated.
#[derive(Clone, Copy, Debug)]
pub struct ScaledClock {
    origin: Timestamp,
    begun: Instant,
    speed: u32,
}

/// Says to everybody who holds it that they shall stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    is_stopped: Mutex<bool>,
    changed: Condvar,
}

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, time: Duration, stop: &Stop) {
        stop.wait(time);
    }
}

impl ScaledClock {
    /// A clock that shows this time now, and runs so many times as fast as the world's; at least as fast.
    pub fn new(origin: Timestamp, speed: u32) -> Self {
        Self { origin, begun: Instant::now(), speed: speed.max(1) }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        let passed = self.begun.elapsed().saturating_mul(self.speed);
        self.origin.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, time: Duration, stop: &Stop) {
        stop.wait(time / self.speed);
    }
}

impl Stop {
    /// One that was not given yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it: whoever waits wakes up.
    pub fn stop(&self) {
        *self.0.is_stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Whether it was given.
    pub fn is_stopped(&self) -> bool {
        *self.0.is_stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long of the world's time, or until it is given.
    pub fn wait(&self, time: Duration) {
        let flag = self.0.is_stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.changed.wait_timeout_while(flag, time, |is_stopped| !*is_stopped);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_stop_wakes_who_waits_for_hours() {
        let stop = Stop::new();
        let begun = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| RealClock.sleep(Duration::from_hours(1), &stop));
            scope.spawn(|| ScaledClock::new(Timestamp::UNIX_EPOCH, 2).sleep(Duration::from_hours(1), &stop));
            thread::sleep(Duration::from_millis(20));
            assert!(!stop.is_stopped());
            stop.clone().stop();
        });
        assert!(stop.is_stopped());
        assert!(begun.elapsed() < Duration::from_mins(1));
        // And later ones do not wait at all.
        RealClock.sleep(Duration::from_hours(1), &stop);
    }

    #[test]
    fn a_scaled_clock_runs_as_many_times_faster_as_it_says() {
        let clock = ScaledClock::new(Timestamp::UNIX_EPOCH, 3600);
        let begun = Instant::now();
        clock.sleep(Duration::from_mins(3), &Stop::new());
        let real = begun.elapsed();
        let shown = Duration::try_from(clock.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap();
        assert!(real >= Duration::from_millis(50) && real < Duration::from_mins(1), "{real:?}");
        assert!(shown >= Duration::from_mins(3) && shown < Duration::from_hours(60), "{shown:?}");
    }
}
