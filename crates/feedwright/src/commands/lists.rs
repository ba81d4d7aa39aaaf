//! Lists for people: rules, profiles, fields, and what a build wrote.

use crate::Outcome;
use anyhow::anyhow;
use feedwright_catalog::field::VOCABULARY;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_catalog::rules;
use feedwright_runner::manifest::Manifest;
use feedwright_runner::publish::LEFT_OUT;
use feedwright_runner::publish::MANIFEST;
use std::io;
use std::io::Write as _;
use std::path::Path;

/// Explains a rule, or lists all.
pub(crate) fn explain(code: Option<&str>) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    match code {
        Some(code) => {
            // People copy what they see: `error[missing-sku]`.
            let code = code.trim().split_once('[').map_or(code, |(_, code)| code).trim_end_matches(']');
            let rule = rules::find(code).ok_or_else(|| {
                let near = did_you_mean(code, rules::RULES.iter().map(|rule| rule.code));
                anyhow!("there is no rule `{code}`{near}; `feedwright explain` lists all")
            })?;
            writeln!(
                out,
                "{}\n\nLevel: {}, unless the configuration says otherwise.",
                rule.docs.trim_end(),
                rule.severity
            )?;
        }
        None => {
            for rule in rules::RULES {
                writeln!(out, "{:<26} {:<8} {}", rule.code, rule.severity, rule.summary)?;
            }
        }
    }
    Ok(Outcome::Fine)
}

/// Lists the profiles, or shows one.
pub(crate) fn profiles(name: Option<&str>) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    let all = feedwright_runner::profiles();
    match name {
        Some(name) => {
            let text = feedwright_runner::profile_text(name).ok_or_else(|| {
                let near = did_you_mean(name, all.iter().map(|profile| profile.name.as_str()));
                anyhow!("there is no profile `{name}`{near}; `feedwright profiles` lists all")
            })?;
            write!(out, "{text}")?;
        }
        None => {
            for profile in all {
                writeln!(out, "{:<10} {}", profile.name, profile.description)?;
            }
            writeln!(out, "\n`feedwright profiles NAME` shows one in full: the pattern for a profile of your own.")?;
        }
    }
    Ok(Outcome::Fine)
}

/// Lists the fields.
pub(crate) fn fields() -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    for field in VOCABULARY {
        let kind = format!("{:?}", field.kind).to_lowercase();
        writeln!(out, "{:<24} {:<8} {}", field.code, kind, field.docs)?;
    }
    writeln!(out, "{:<24} {:<8} A field of your own, under any name.", "custom.NAME", "text")?;
    Ok(Outcome::Fine)
}

/// Says what a build wrote and where.
pub(crate) fn written(manifest: &Manifest, folder: &Path) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out)?;
    let files = manifest.channels.iter().flat_map(|channel| &channel.files);
    let width = files.clone().map(|file| file.file.len()).max().unwrap_or(0);
    let mut n_files = 0;
    for file in files {
        n_files += 1;
        let path = folder.join(&file.file).display().to_string();
        let padding = width - file.file.len();
        writeln!(out, "wrote {path}{:padding$}  {:>7} records  {:>11} bytes", "", file.records, file.bytes)?;
    }
    if n_files == 0 {
        writeln!(out, "wrote no feed file: nothing passed")?;
    }
    if manifest.left_out.is_some() {
        writeln!(out, "wrote {}: what was left out, and why", folder.join(LEFT_OUT).display())?;
    }
    writeln!(out, "wrote {}: counts and digests", folder.join(MANIFEST).display())?;
    Ok(())
}
