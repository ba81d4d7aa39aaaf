//! How a sandbox is set up.

use crate::defects::Defects;
use crate::defects::Processing;
use crate::faults::Fault;
use jiff::Timestamp;
use std::time::Duration;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port on the loopback address; 0 takes any that is free.
    pub port: u16,
    /// How many times as fast as the wall's its clock runs.
    pub speed: u32,
    /// Where its clock starts; now, when it is left out.
    pub origin: Option<Timestamp>,
    /// What decides everything that looks like chance.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Which SKUs are found fault with.
    pub defects: Defects,
    /// How long submissions are worked on.
    pub processing: Processing,
    /// How much too early, in real time, a request may arrive and still be within its limit.
    pub leeway: Duration,
}

impl Default for Settings {
    /// Nothing goes wrong, at the speed of life.
    fn default() -> Self {
        Self {
            port: 0,
            speed: 1,
            origin: None,
            seed: 0,
            faults: Vec::new(),
            defects: Defects::default(),
            processing: Processing::default(),
            leeway: Duration::from_millis(50),
        }
    }
}
