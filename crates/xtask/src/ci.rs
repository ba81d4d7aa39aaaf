//! Everything a change must pass, in the order that fails soonest, with the time each step took.

use crate::bench;
use crate::codegen;
use crate::deny;
use crate::shell::cargo;
use crate::shell::root;
use crate::shell::run;
use crate::test;
use crate::trials;
use anyhow::Result;
use anyhow::anyhow;
use std::time::Duration;
use std::time::Instant;

struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

static STEPS: &[Step] = &[
    Step { name: "fmt", run: fmt },
    Step { name: "clippy", run: clippy },
    Step { name: "clippy fuzz", run: clippy_fuzz },
    Step { name: "doc", run: doc },
    Step { name: "codegen --check", run: codegen::check },
    Step { name: "test", run: test::test },
    Step { name: "crash --short", run: || trials::short("crash") },
    Step { name: "soak --short", run: || trials::short("soak") },
    Step { name: "bench --short", run: bench::short },
    Step { name: "deny", run: deny::deny },
];

/// Runs every step, and stops at the first that fails.
pub(crate) fn ci() -> Result<()> {
    let started = Instant::now();
    let mut done: Vec<(&str, Duration)> = Vec::new();
    let mut failure = None;
    for step in STEPS {
        println!("\n=== {}", step.name);
        let began = Instant::now();
        let result = (step.run)();
        done.push((step.name, began.elapsed()));
        if let Err(why) = result {
            failure = Some(anyhow!("ci stopped at step `{}`: {why:#}", step.name));
            break;
        }
    }
    println!("\n=== summary");
    for (at, (name, took)) in done.iter().enumerate() {
        let word = if failure.is_some() && at + 1 == done.len() { "FAILED" } else { "ok" };
        println!("{word:>6}  {name:<18} {:>5} s", took.as_secs());
    }
    for step in STEPS.iter().skip(done.len()) {
        println!("{:>6}  {}", "not run", step.name);
    }
    println!("{:>6}  {:<16} {:>5} s", "", "all", started.elapsed().as_secs());
    failure.map_or(Ok(()), Err)
}

fn fmt() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--", "--check"]))
}

fn clippy() -> Result<()> {
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The fuzz targets are a workspace of their own, and nobody builds them every day.
fn clippy_fuzz() -> Result<()> {
    let folder = root().join("fuzz");
    run(cargo().args(["fmt", "--check"]).current_dir(&folder))?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--target-dir", "../target", "--", "-D", "warnings"]).current_dir(&folder);
    // Nothing is linked, so nobody needs a C++ compiler for the fuzzer's own part.
    run(clippy.env("CUSTOM_LIBFUZZER_PATH", root().join("target/not-linked/libfuzzer.a")))
}

fn doc() -> Result<()> {
    run(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}
