//! Workflow commands that GitHub shows as annotations on a change.
//!
//! GitHub shows at most ten of each level per step, so the worst come first and one line says what is not shown. The escapes are
//! those of the runner: <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>, read 2026-11-23.

use crate::render::Run;
use crate::render::counted;
use crate::render::is_hidden;
use crate::render::thousands;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use std::io;

/// What GitHub shows of one level in one step.
const SHOWN_PER_LEVEL: u64 = 10;

pub(super) fn render(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = &run.summary;
    let mut n_shown = 0;
    for (severity, total) in [(Severity::Error, summary.n_errors), (Severity::Warning, summary.n_warnings)] {
        let mut left = total.min(SHOWN_PER_LEVEL);
        if left == 0 {
            continue;
        }
        for finding in run.sorted.findings()? {
            let finding = finding?;
            if finding.severity == severity {
                write_annotation(&finding, out)?;
                n_shown += 1;
                left -= 1;
            }
            if left == 0 {
                break;
            }
        }
    }
    if summary.n_findings() > 0 {
        let totals = [(summary.n_errors, "error"), (summary.n_warnings, "warning"), (summary.n_notes, "note")];
        let totals: Vec<String> =
            totals.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count, noun)).collect();
        let shown = format!("{}; {} shown here", totals.join(", "), thousands(n_shown));
        write_command("notice", &[("title", "Feedwright")], &shown, out)?;
    }
    Ok(())
}

fn write_annotation(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let code = finding.code.to_string();
    let line = finding.place.as_ref().and_then(|place| place.line).map(|line| line.to_string());
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(("file", &*place.file));
    }
    if let Some(line) = &line {
        properties.push(("line", line));
    }
    properties.push(("title", &code));

    let mut about: Vec<String> = Vec::new();
    about.extend(finding.place.as_ref().map(ToString::to_string));
    about.extend(finding.sku.as_ref().map(ToString::to_string));
    about.extend(finding.channel.as_ref().map(ToString::to_string));
    let mut message = about.join(" ");
    if !message.is_empty() {
        message.push_str(": ");
    }
    message.push_str(&finding.message);
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    write_command(command, &properties, &message, out)
}

fn write_command(name: &str, properties: &[(&str, &str)], message: &str, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "::{name} ")?;
    for (at, (key, value)) in properties.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        write!(out, "{comma}{key}={}", escape_property(value))?;
    }
    writeln!(out, "::{}", escape_message(message))
}

fn escape_message(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c if is_hidden(c) => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}
