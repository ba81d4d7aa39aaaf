//! Programs in other languages: what they are made of is installed from its registries into `target/bench`.

use crate::shell::answers;
use crate::shell::find;
use crate::shell::program;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::ensure;
use std::fs;
use std::io;

/// How to start them.
pub(crate) struct Opponents {
    /// The interpreter and the script.
    pub(crate) python: Vec<String>,
    /// The same for JavaScript.
    pub(crate) node: Vec<String>,
    /// What they are made of, with versions.
    pub(crate) versions: Vec<String>,
}

/// Installs them, unless they are there.
pub(crate) fn install() -> Result<Opponents> {
    let (python, python_versions) = python()?;
    let (node, node_versions) = node()?;
    Ok(Opponents { python, node, versions: [python_versions, node_versions].concat() })
}

fn python() -> Result<(Vec<String>, Vec<String>)> {
    ensure!(find("python3").is_some(), "Python is needed to compare with: install python3, or use --no-opponents");
    let source = root().join("crates/bench/opponents/python");
    let folder = root().join("target/bench/python");
    let interpreter = folder.join("bin/python");
    if !answers(program(&interpreter).arg("--version")) {
        run(program("python3").args(["-m", "venv"]).arg(&folder))
            .context("a virtual environment is needed: Debian has it in python3-venv")?;
    }
    let mut pip = program(&interpreter);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(source.join("requirements.txt")).stdout(io::stderr()))?;
    let mut versions = vec![said(program(&interpreter).arg("--version"))?];
    let requirements = fs::read_to_string(source.join("requirements.txt"))?;
    versions.extend(requirements.lines().filter(|line| line.contains("==")).map(|line| line.replace("==", " ")));
    Ok((vec![shown(&interpreter), shown(&source.join("rows.py"))], versions))
}

fn node() -> Result<(Vec<String>, Vec<String>)> {
    ensure!(find("npm").is_some(), "Node.js is needed to compare with: install nodejs and npm, or use --no-opponents");
    let source = root().join("crates/bench/opponents/node");
    // The script is run from where its packages are: that is where Node looks for them.
    let folder = root().join("target/bench/node");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "rows.js"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    let mut npm = program("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]);
    run(npm.arg(&folder).stdout(io::stderr()))?;
    let package: serde_json::Value = serde_json::from_slice(&fs::read(source.join("package.json"))?)?;
    let mut versions = vec![format!("Node {}", said(program("node").arg("--version"))?.trim_start_matches('v'))];
    for (name, version) in package["dependencies"].as_object().into_iter().flatten() {
        versions.push(format!("{name} {}", version.as_str().unwrap_or_default()));
    }
    Ok((vec!["node".to_owned(), shown(&folder.join("rows.js"))], versions))
}

/// What a program says, which it must say well.
pub(crate) fn said(command: &mut std::process::Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    ensure!(output.status.success(), "{} failed ({})", command.get_program().display(), output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(path: &std::path::Path) -> String {
    path.display().to_string()
}
