//! `sandbox`: the marketplaces, simulated on this machine.

use crate::Outcome;
use crate::arguments::SandboxArguments;
use anyhow::Context as _;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Settings;
use std::io;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub(crate) fn sandbox(arguments: &SandboxArguments) -> anyhow::Result<Outcome> {
    let settings = Settings {
        port: arguments.port,
        speed: arguments.speed,
        seed: arguments.seed,
        faults: arguments.fault.clone(),
        defects: Defects::new(arguments.defects, arguments.seed),
        ..Settings::default()
    };
    let stop = Arc::new(AtomicBool::new(false));
    for signal in signal_hook::consts::TERM_SIGNALS {
        signal_hook::flag::register(*signal, Arc::clone(&stop)).context("cannot listen for signals")?;
    }
    let port = arguments.port;
    feedwright_sandbox::serve(settings, &stop, |url| {
        let mut out = io::stdout().lock();
        // Whoever started it may not read along.
        let _gone = writeln!(out, "marketplaces are simulated at {url}; end it with Ctrl-C");
        let _gone = writeln!(out, "use it with: feedwright apply --sandbox {url} --wait 1h");
        let _gone = writeln!(out, "what they hold: {url}/_sandbox/state; what was asked: {url}/_sandbox/requests");
        let _gone = out.flush();
    })
    .with_context(|| format!("cannot serve on port {port} of this machine"))?;
    Ok(Outcome::Fine)
}
