//! The marketplaces simulated over real HTTP: the other side, written from their references and from nothing of ours.
//!
//! Every marketplace is reached at `/{marketplace}/{host}{path}`: `/amazon/na/feeds/2021-06-30/feeds` is what
//! `https://sellingpartnerapi-na.amazon.com/feeds/2021-06-30/feeds` would be. Any client id and secret is taken, but for
//! secrets and refresh tokens that begin with `wrong`.
//!
//! The sandbox itself is asked and told below `/_sandbox`: `GET clock`, `GET state` (of one marketplace with
//! `?marketplace=amazon`), `GET requests`, `POST faults` (a list of [`Fault`]s, in the place of those in force),
//! `POST cure` (`{"skus": []}`), `POST reset`.

mod admin;
mod amazon;
mod clock;
mod connection;
mod counts;
mod defects;
mod ebay;
mod faults;
mod limits;
#[cfg(test)]
mod official;
mod server;
mod settings;
mod simulated;
mod tokens;
mod walmart;
mod world;

use crate::server::Server;
use crate::simulated::Simulated;
use crate::world::World;
pub use defects::Defects;
pub use defects::Processing;
pub use faults::Fault;
pub use faults::FaultKind;
use serde_json::Value;
pub use settings::Settings;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A sandbox that runs until it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    world: Arc<World>,
    server: Server,
}

impl Sandbox {
    /// Starts one on a thread of its own. It fails when its port is taken.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let port = settings.port;
        let marketplaces = marketplaces(&settings);
        let world = Arc::new(World::new(settings, marketplaces));
        let server = Server::start(port, &world)?;
        Ok(Self { url: format!("http://127.0.0.1:{}", server.port), world, server })
    }

    /// Where it is reached, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it, and waits until it has.
    pub fn stop(mut self) {
        self.server.stop();
    }

    /// Its clock: `{origin, speed, now}`.
    pub fn clock(&self) -> Value {
        self.world.clock.describe()
    }

    /// What the marketplaces hold, by marketplace: the same JSON as `GET /_sandbox/state`.
    pub fn state(&self) -> Value {
        self.world.state(None)
    }

    /// What was asked: the same JSON as `GET /_sandbox/requests`.
    pub fn requests(&self) -> Value {
        self.world.requests()
    }

    /// Puts faults in force, in the place of those that are.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.world.set_faults(faults);
    }

    /// Takes their defects from SKUs.
    pub fn cure(&self, skus: &[String]) {
        self.world.cure(skus);
    }

    /// Forgets everything but the time.
    pub fn reset(&self) {
        self.world.reset();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.stop();
    }
}

/// Runs a sandbox until `stop` is true; `ready` is told where it is reached.
pub fn serve(settings: Settings, stop: &AtomicBool, ready: impl FnOnce(&str)) -> io::Result<()> {
    let sandbox = Sandbox::start(settings)?;
    ready(sandbox.url());
    while !stop.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(50));
    }
    sandbox.stop();
    Ok(())
}

fn marketplaces(settings: &Settings) -> Vec<Box<dyn Simulated>> {
    let (defects, processing, seed) = (|| settings.defects.clone(), settings.processing, settings.seed);
    vec![
        Box::new(amazon::Amazon::new(defects(), processing, seed)),
        Box::new(ebay::Ebay::new(defects(), processing, seed)),
        Box::new(walmart::Walmart::new(defects(), processing, seed)),
    ]
}
