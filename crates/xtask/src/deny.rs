//! Licences, banned crates and where crates come from, by cargo-deny and `deny.toml`.

use crate::shell::answers;
use crate::shell::cargo;
use crate::shell::run;
use anyhow::Result;

/// Checks all but advisories, which need a network and change without us.
pub(crate) fn deny() -> Result<()> {
    if !answers(cargo().args(["deny", "--version"])) {
        println!("cargo-deny is missing: building it, which takes some minutes, once.");
        run(cargo().args(["install", "cargo-deny", "--locked", "--quiet"]))?;
    }
    run(cargo().args(["deny", "--workspace", "check", "licenses", "bans", "sources"]))
}
